libhalb_a_SOURCES += \
	include/halb/net/loop.h %D%/loop.c
