libhalb_a_SOURCES += \
	include/halb/report/report.h %D%/report_priv.h \
	%D%/json_priv.h %D%/json.c %D%/json_watch.c %D%/report.c %D%/text.c %D%/utf8.c
