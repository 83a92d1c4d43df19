if TESTS_ENABLED
check_PROGRAMS += %D%/test_watch
TESTS += %D%/test_watch
%C%_test_watch_SOURCES = %D%/test_drill.c %D%/test_histogram.c %D%/test_outage.c %D%/test_verdict.c
%C%_test_watch_CFLAGS = $(unit_cflags)
%C%_test_watch_LDADD = $(unit_libs)
endif
