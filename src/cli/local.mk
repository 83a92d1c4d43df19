halb_dns_SOURCES += %D%/cli.h %D%/connect.h %D%/interrupt.h %D%/journaling.h %D%/plan.h \
	%D%/secret.h \
	%D%/cmd_history.c %D%/cmd_init.c %D%/cmd_plan.c %D%/cmd_register.c %D%/cmd_schema.c \
	%D%/cmd_undo.c %D%/cmd_unregister.c %D%/cmd_verify.c %D%/commands.c %D%/connect.c \
	%D%/exit.c %D%/help.c %D%/interrupt.c %D%/journaling.c %D%/main.c \
	%D%/options.c %D%/plan.c %D%/secret.c %D%/verifying.c
