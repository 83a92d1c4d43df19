if TESTS_ENABLED
check_PROGRAMS += %D%/test_directory
TESTS += %D%/test_directory
%C%_test_directory_SOURCES = %D%/test_dn.c %D%/test_image.c %D%/test_kdc.c \
	%D%/test_keytab.c %D%/test_netlogon.c %D%/test_preflight.c %D%/test_rights.c \
	%D%/test_searches.c %D%/test_session.c %D%/test_zone.c
%C%_test_directory_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
%C%_test_directory_CFLAGS = $(unit_cflags)
%C%_test_directory_LDADD = tests/support/libsupport.a $(unit_libs)
endif
