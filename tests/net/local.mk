if TESTS_ENABLED
check_PROGRAMS += %D%/test_net
TESTS += %D%/test_net
%C%_test_net_SOURCES = %D%/test_arp.c %D%/test_command.c %D%/test_dhcp.c \
	%D%/test_identity.c %D%/test_listener.c %D%/test_locate.c %D%/test_loop.c %D%/test_neighbour.c \
	%D%/test_offer.c %D%/test_ping.c %D%/test_probe.c %D%/test_pulser.c %D%/test_resolver.c \
	%D%/test_response.c %D%/test_rtnl.c
%C%_test_net_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
%C%_test_net_CFLAGS = $(unit_cflags)
%C%_test_net_LDADD = tests/support/libsupport.a $(unit_libs)
endif
