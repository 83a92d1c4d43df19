if TESTS_ENABLED
check_PROGRAMS += %D%/test_report
TESTS += %D%/test_report
%C%_test_report_SOURCES = %D%/sample_priv.h %D%/sample.c %D%/test_json.c %D%/test_lines.c %D%/test_live.c \
	%D%/test_nagios.c %D%/test_prometheus.c %D%/test_report.c %D%/test_state.c %D%/test_text.c \
	%D%/test_watch.c
%C%_test_report_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/report
%C%_test_report_CFLAGS = $(unit_cflags)
%C%_test_report_LDADD = $(unit_libs)
endif
