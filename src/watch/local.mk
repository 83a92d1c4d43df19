libhalb_a_SOURCES += \
	include/halb/watch/histogram.h %D%/histogram.c \
	include/halb/watch/outage.h %D%/outage.c \
	include/halb/watch/watch.h %D%/watch_priv.h %D%/tcp.c %D%/watch.c \
	include/halb/watch/drill.h %D%/drill.c \
	include/halb/watch/verdict.h %D%/verdict_priv.h %D%/verdict.c
