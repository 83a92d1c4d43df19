if TESTS_ENABLED
check_PROGRAMS += %D%/test_apply %D%/test_journal
TESTS += %D%/test_apply %D%/test_journal
%C%_test_apply_SOURCES = %D%/test_apply.c %D%/test_failover.c %D%/test_nomem.c %D%/test_permit.c %D%/test_undo.c
%C%_test_apply_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
%C%_test_apply_CFLAGS = $(unit_cflags)
%C%_test_apply_LDFLAGS = $(AM_LDFLAGS) $(starve_ldflags)
%C%_test_apply_LDADD = tests/support/libsupport.a $(unit_libs)
# A program of its own: what reaches the disk goes through the test, which kills it there.
%C%_test_journal_SOURCES = %D%/test_journal.c
%C%_test_journal_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
%C%_test_journal_CFLAGS = $(unit_cflags)
%C%_test_journal_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fsync -Wl,--wrap=write -Wl,--wrap=linkat
%C%_test_journal_LDADD = tests/support/libsupport.a $(unit_libs)
endif
