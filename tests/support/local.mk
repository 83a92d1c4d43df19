# What the unit tests of several modules share: an in-memory directory, a site to put in it, servers
# on loopback, and memory that runs out.
starve_ldflags = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup

if TESTS_ENABLED
check_LIBRARIES = %D%/libsupport.a
%C%_libsupport_a_SOURCES = %D%/memdir.h %D%/memdir.c %D%/filter_priv.h %D%/filter.c \
	%D%/world.h %D%/world.c %D%/starve.h %D%/starve.c \
	%D%/server.h %D%/server.c %D%/dns_server.h %D%/dns_server.c \
	%D%/ldap_server.h %D%/ldap_server.c \
	%D%/hostile_dns.h %D%/hostile_dns.c %D%/teller.h %D%/teller.c %D%/web.h %D%/web.c
%C%_libsupport_a_CFLAGS = $(unit_cflags)
endif
