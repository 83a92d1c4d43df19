if TESTS_ENABLED
check_PROGRAMS += %D%/test_apply
TESTS += %D%/test_apply
%C%_test_apply_SOURCES = %D%/test_apply.c
%C%_test_apply_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
%C%_test_apply_CFLAGS = $(unit_cflags)
%C%_test_apply_LDADD = tests/support/libsupport.a $(unit_libs)
endif
