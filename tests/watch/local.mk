if TESTS_ENABLED
check_PROGRAMS += %D%/test_watch
TESTS += %D%/test_watch
%C%_test_watch_SOURCES = %D%/link.h %D%/link.c %D%/scene.h %D%/scene.c \
	%D%/test_drill.c %D%/test_held.c %D%/test_histogram.c %D%/test_holder.c %D%/test_identity.c \
	%D%/test_layers.c %D%/test_outage.c %D%/test_split.c %D%/test_verdict.c \
	%D%/test_watch.c
%C%_test_watch_CFLAGS = $(unit_cflags)
%C%_test_watch_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/watch -I$(top_srcdir)/tests/support
%C%_test_watch_LDADD = tests/support/libsupport.a $(unit_libs)
endif
