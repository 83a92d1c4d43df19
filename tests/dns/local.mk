EXTRA_DIST += %D%/data/dnsrecord.txt

if TESTS_ENABLED
check_PROGRAMS += %D%/test_dns
TESTS += %D%/test_dns
%C%_test_dns_SOURCES = %D%/hostile_priv.h %D%/hostile.c %D%/test_name.c %D%/test_record.c \
	%D%/test_adrec.c %D%/test_aging.c %D%/test_node.c %D%/test_wire.c %D%/test_nomem.c
%C%_test_dns_CPPFLAGS = $(AM_CPPFLAGS) -DHALB_TEST_DATA='"$(abs_top_srcdir)/%D%/data"' \
	-I$(top_srcdir)/tests/support
%C%_test_dns_CFLAGS = $(unit_cflags)
%C%_test_dns_LDFLAGS = $(AM_LDFLAGS) $(starve_ldflags)
%C%_test_dns_LDADD = tests/support/libsupport.a $(unit_libs)
endif
