if TESTS_ENABLED
check_PROGRAMS += %D%/test_cli
TESTS += %D%/test_cli
%C%_test_cli_SOURCES = %D%/running_priv.h %D%/running.c %D%/test_connect.c \
	%D%/test_descriptors.c %D%/test_doctor.c %D%/test_drilling.c %D%/test_exit.c \
	%D%/test_main.c %D%/test_on_change.c %D%/test_options.c %D%/test_stack.c \
	%D%/test_watching.c
%C%_test_cli_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/cli -I$(top_srcdir)/tests/support
%C%_test_cli_CFLAGS = $(unit_cflags)
%C%_test_cli_LDADD = tests/support/libsupport.a $(unit_libs)
endif
