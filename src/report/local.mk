libhalb_a_SOURCES += \
	include/halb/report/report.h %D%/report_priv.h \
	%D%/json.c %D%/lines.c %D%/nagios.c %D%/prometheus.c %D%/report.c %D%/state.c %D%/text.c \
	%D%/utf8.c %D%/words.c
