libhalb_a_SOURCES += \
	include/halb/plan/plan.h %D%/plan_priv.h \
	%D%/around.c %D%/checksum.c %D%/desired.c include/halb/plan/drift.h %D%/drift.c %D%/guard.c %D%/holders.c %D%/plan.c %D%/records.c %D%/reservations.c
