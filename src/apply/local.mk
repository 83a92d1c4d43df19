libhalb_a_SOURCES += \
	include/halb/apply/apply.h %D%/apply_priv.h %D%/apply.c \
	%D%/batch.c %D%/images.c
