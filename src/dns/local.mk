libhalb_a_SOURCES += \
	include/halb/dns/aging.h %D%/aging.c \
	%D%/idn_priv.h %D%/idn.c \
	include/halb/dns/node.h %D%/node.c \
	include/halb/dns/name.h %D%/name.c \
	include/halb/dns/property.h %D%/property.c \
	%D%/rdata_priv.h %D%/rdata.c \
	include/halb/dns/record.h %D%/record.c \
	include/halb/dns/adrec.h %D%/adrec.c \
	include/halb/dns/wire.h %D%/wire.c
