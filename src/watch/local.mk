libhalb_a_SOURCES += \
	include/halb/watch/histogram.h %D%/histogram.c \
	include/halb/watch/outage.h %D%/outage.c \
	include/halb/watch/watch.h %D%/watch_priv.h %D%/watch.c \
	%D%/beat_priv.h %D%/beat.c %D%/dns.c %D%/held.c %D%/holder.c \
	%D%/holders_priv.h %D%/holders.c %D%/identity_priv.h %D%/identity.c %D%/probe.c %D%/split.c %D%/tcp.c \
	include/halb/watch/drill.h %D%/drill.c \
	include/halb/watch/verdict.h %D%/verdict_priv.h %D%/verdict.c
