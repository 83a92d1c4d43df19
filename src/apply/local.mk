libhalb_a_SOURCES += \
	include/halb/apply/apply.h %D%/apply_priv.h %D%/apply.c %D%/images.c
