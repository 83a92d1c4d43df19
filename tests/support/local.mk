# What the unit tests of several modules share: an in-memory directory, and a site to put in it.
if TESTS_ENABLED
check_LIBRARIES = %D%/libsupport.a
%C%_libsupport_a_SOURCES = %D%/memdir.h %D%/memdir.c %D%/filter_priv.h %D%/filter.c \
	%D%/world.h %D%/world.c
%C%_libsupport_a_CFLAGS = $(unit_cflags)
endif
