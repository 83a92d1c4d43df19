libhalb_a_SOURCES += \
	include/halb/survey/reading.h include/halb/survey/survey.h include/halb/survey/words.h \
	%D%/survey_priv.h %D%/look.c %D%/merge.c %D%/reading.c %D%/survey.c %D%/words.c
