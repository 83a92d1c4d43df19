libhalb_a_SOURCES += \
	include/halb/base/addr.h %D%/addr.c \
	include/halb/base/addr_index.h %D%/addr_index.c \
	include/halb/base/arena.h %D%/arena.c \
	include/halb/base/base64.h %D%/base64.c \
	include/halb/base/buf.h %D%/buf.c \
	include/halb/base/check.h %D%/check.c \
	include/halb/base/cursor.h %D%/cursor.c \
	include/halb/base/deadline.h %D%/deadline.c \
	include/halb/base/error.h %D%/error.c \
	include/halb/base/file.h %D%/file.c \
	include/halb/base/finding.h %D%/finding.c \
	include/halb/base/log.h %D%/log.c \
	include/halb/base/notify.h %D%/notify.c \
	include/halb/base/moment.h %D%/moment.c \
	include/halb/base/pulse.h %D%/pulse.c \
	include/halb/base/sight.h %D%/sight.c \
	include/halb/base/spawn.h %D%/spawn.c
