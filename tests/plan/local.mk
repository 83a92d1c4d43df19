if TESTS_ENABLED
check_PROGRAMS += %D%/test_plan
TESTS += %D%/test_plan
%C%_test_plan_SOURCES = %D%/test_around.c %D%/test_drift.c %D%/test_holders.c %D%/test_records.c %D%/test_reservations.c %D%/test_plan.c
%C%_test_plan_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
%C%_test_plan_CFLAGS = $(unit_cflags)
%C%_test_plan_LDADD = tests/support/libsupport.a $(unit_libs)
endif
