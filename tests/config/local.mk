if TESTS_ENABLED
check_PROGRAMS += %D%/test_config
TESTS += %D%/test_config
%C%_test_config_SOURCES = %D%/sites.c %D%/sites_priv.h %D%/test_check.c %D%/test_document.c \
	%D%/test_host.c %D%/test_overlay.c %D%/test_quote.c %D%/test_shape.c %D%/test_site.c \
	%D%/test_stack.c %D%/test_template.c %D%/test_value.c
%C%_test_config_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/config
%C%_test_config_CFLAGS = $(unit_cflags)
%C%_test_config_LDADD = $(unit_libs)
endif
