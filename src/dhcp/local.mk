libhalb_a_SOURCES += \
	include/halb/dhcp/reservation.h %D%/reservation.c \
	include/halb/dhcp/backend.h %D%/ad.c %D%/schema.c
