libhalb_a_SOURCES += \
	include/halb/directory/directory.h %D%/directory.c %D%/searches.c \
	include/halb/directory/dn.h %D%/alive.c %D%/dn.c \
	include/halb/directory/image.h %D%/image.c \
	include/halb/directory/kdc.h %D%/kdc.c \
	include/halb/directory/netlogon.h %D%/netlogon.c \
	include/halb/directory/preflight.h %D%/preflight.c \
	include/halb/directory/rights.h %D%/rights.c %D%/grant.c \
	include/halb/directory/session.h %D%/session.c \
	include/halb/directory/zone.h %D%/zone.c \
	%D%/keytab.c %D%/session_priv.h %D%/ldap.c %D%/login.c %D%/result.c %D%/watchdog.c
