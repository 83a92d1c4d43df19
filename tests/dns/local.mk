if TESTS_ENABLED
check_PROGRAMS += %D%/test_dns
TESTS += %D%/test_dns
%C%_test_dns_SOURCES = %D%/test_name.c
%C%_test_dns_CFLAGS = $(unit_cflags)
%C%_test_dns_LDADD = $(unit_libs)
endif
