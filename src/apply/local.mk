libhalb_a_SOURCES += \
	include/halb/apply/apply.h include/halb/apply/journal.h include/halb/apply/permit.h \
	include/halb/apply/step.h include/halb/apply/undo.h \
	%D%/apply_priv.h %D%/audit_priv.h %D%/files_priv.h %D%/line_priv.h %D%/run_priv.h \
	%D%/scribe_priv.h \
	%D%/apply.c %D%/audit.c %D%/back.c %D%/batch.c %D%/failover.c %D%/files.c \
	%D%/images.c %D%/journal.c %D%/line.c %D%/permit.c %D%/scribe.c %D%/settle.c %D%/standing.c %D%/steps.c \
	%D%/twin.c %D%/undo.c
