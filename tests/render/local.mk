EXTRA_DIST += %D%/data/full.yaml %D%/data/full-lb1.haproxy.cfg %D%/data/full-lb1.keepalived.conf \
	%D%/data/full-lb2.keepalived.conf %D%/data/usual.yaml %D%/data/usual-lb1.haproxy.cfg \
	%D%/data/usual-lb1.keepalived.conf %D%/data/usual-lb2.keepalived.conf

if TESTS_ENABLED
check_PROGRAMS += %D%/test_render
TESTS += %D%/test_render
%C%_test_render_SOURCES = %D%/test_render.c
%C%_test_render_CPPFLAGS = $(AM_CPPFLAGS) -DHALB_TEST_DATA='"$(abs_top_srcdir)/%D%/data"'
%C%_test_render_CFLAGS = $(unit_cflags)
%C%_test_render_LDADD = $(unit_libs)
endif
