libhalb_a_SOURCES += \
	include/halb/dhcp/reservation.h %D%/reservation.c \
	include/halb/dhcp/backend.h %D%/ad.c %D%/ad_priv.h %D%/ad_read.c %D%/schema.c \
	%D%/statement_priv.h %D%/statement.c
