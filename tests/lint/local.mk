EXTRA_DIST += tests/data/lint

if TESTS_ENABLED
check_PROGRAMS += %D%/test_lint
TESTS += %D%/test_lint
%C%_test_lint_SOURCES = %D%/parse.h %D%/parse.c %D%/test_corpus.c %D%/test_haproxy.c \
	%D%/test_keepalived.c %D%/test_model.c %D%/test_nomem.c %D%/test_predict.c %D%/test_script.c
%C%_test_lint_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/lint -I$(top_srcdir)/src/cli \
	-I$(top_srcdir)/tests/support \
	-DHALB_TEST_DATA='"$(abs_top_srcdir)/tests/data/lint"'
%C%_test_lint_CFLAGS = $(unit_cflags)
%C%_test_lint_LDFLAGS = $(AM_LDFLAGS) $(starve_ldflags)
%C%_test_lint_LDADD = tests/support/libsupport.a $(unit_libs)
endif
