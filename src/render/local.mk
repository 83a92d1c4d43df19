libhalb_a_SOURCES += \
	include/halb/render/render.h %D%/render.c %D%/render_priv.h \
	%D%/haproxy.c \
	%D%/keepalived.c \
	%D%/profile.c
