if TESTS_ENABLED
check_PROGRAMS += %D%/test_dhcp
TESTS += %D%/test_dhcp
%C%_test_dhcp_SOURCES = %D%/test_ad.c %D%/test_schema.c %D%/test_statement.c
%C%_test_dhcp_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support -I$(top_srcdir)/src/dhcp
%C%_test_dhcp_CFLAGS = $(unit_cflags)
%C%_test_dhcp_LDADD = tests/support/libsupport.a $(unit_libs)
endif
