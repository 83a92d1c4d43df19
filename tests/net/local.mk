if TESTS_ENABLED
check_PROGRAMS += %D%/test_net
TESTS += %D%/test_net
%C%_test_net_SOURCES = %D%/server.h %D%/server.c %D%/dns_server.h %D%/dns_server.c \
	%D%/test_arp.c %D%/test_locate.c %D%/test_loop.c %D%/test_neighbour.c \
	%D%/test_probe.c %D%/test_pulser.c %D%/test_resolver.c %D%/test_rtnl.c
%C%_test_net_CFLAGS = $(unit_cflags)
%C%_test_net_LDADD = $(unit_libs)
endif
