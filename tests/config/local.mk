if TESTS_ENABLED
check_PROGRAMS += %D%/test_config
TESTS += %D%/test_config
%C%_test_config_SOURCES = %D%/test_quote.c
%C%_test_config_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/config
%C%_test_config_CFLAGS = $(unit_cflags)
%C%_test_config_LDADD = $(unit_libs)
endif
