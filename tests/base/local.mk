if TESTS_ENABLED
check_PROGRAMS += %D%/test_base
TESTS += %D%/test_base
%C%_test_base_SOURCES = %D%/test_addr.c %D%/test_addr_index.c %D%/test_arena.c \
	%D%/test_base64.c %D%/test_buf.c %D%/test_check.c %D%/test_deadline.c %D%/test_file.c \
	%D%/test_guess.c %D%/test_log.c %D%/test_moment.c %D%/test_notify.c %D%/test_pulse.c \
	%D%/test_schedule.c %D%/test_sight.c %D%/test_spawn.c %D%/test_utf8.c
%C%_test_base_CFLAGS = $(unit_cflags)
%C%_test_base_LDADD = $(unit_libs)
endif
