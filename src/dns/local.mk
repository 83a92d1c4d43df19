libhalb_a_SOURCES += \
	%D%/idn_priv.h %D%/idn.c \
	include/halb/dns/name.h %D%/name.c
