libhalb_a_SOURCES += \
	include/halb/report/report.h %D%/report_priv.h include/halb/report/live.h \
	%D%/color_priv.h %D%/color.c %D%/live.c \
	%D%/html_priv.h %D%/html.c %D%/html_watch.c %D%/json_priv.h %D%/json_drill.c \
	%D%/json_event.c %D%/json_watch.c %D%/prometheus_watch.c %D%/table_priv.h %D%/table.c \
	%D%/text_watch_priv.h %D%/text_drill.c %D%/text_watch.c \
	%D%/json.c %D%/label.c %D%/lines.c %D%/nagios.c %D%/prometheus.c %D%/report.c %D%/state.c \
	%D%/text.c %D%/words.c
