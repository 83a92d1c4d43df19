libhalb_a_SOURCES += \
	include/halb/survey/reading.h %D%/reading.c
