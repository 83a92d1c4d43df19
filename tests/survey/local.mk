if TESTS_ENABLED
check_PROGRAMS += %D%/test_survey
TESTS += %D%/test_survey
%C%_test_survey_SOURCES = %D%/test_look.c %D%/test_merge.c %D%/test_survey.c %D%/test_words.c
%C%_test_survey_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/survey -I$(top_srcdir)/tests/support
%C%_test_survey_CFLAGS = $(unit_cflags)
%C%_test_survey_LDADD = tests/support/libsupport.a $(unit_libs)
endif
