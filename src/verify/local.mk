libhalb_a_SOURCES += \
	%D%/question_priv.h %D%/question.c \
	include/halb/verify/verify.h %D%/verify_priv.h \
	include/halb/verify/lease.h %D%/lease.c \
	%D%/holders.c %D%/hosts.c %D%/identity.c %D%/names.c %D%/progress.c %D%/round.c \
	%D%/servers.c %D%/verdict.c %D%/verify.c %D%/vip_verdict.c %D%/vips.c
