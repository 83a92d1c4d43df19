if TESTS_ENABLED
check_PROGRAMS += %D%/test_verify
TESTS += %D%/test_verify
%C%_test_verify_SOURCES = %D%/beyond.h %D%/beyond.c %D%/dc.h %D%/dc.c %D%/lime.h %D%/lime.c \
	%D%/test_hostile.c %D%/test_identity.c %D%/test_lease.c %D%/test_names.c %D%/test_progress.c \
	%D%/test_servers.c %D%/test_verdict.c %D%/test_vip_verdict.c %D%/test_vips.c
%C%_test_verify_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
%C%_test_verify_CFLAGS = $(unit_cflags)
%C%_test_verify_LDADD = tests/support/libsupport.a $(unit_libs)
endif
