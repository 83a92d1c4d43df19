libhalb_a_SOURCES += \
	%D%/question_priv.h %D%/question.c \
	include/halb/verify/verify.h %D%/verify_priv.h \
	%D%/names.c %D%/progress.c %D%/round.c %D%/servers.c %D%/verdict.c %D%/verify.c %D%/vips.c \
	include/halb/verify/lease.h %D%/lease.c
