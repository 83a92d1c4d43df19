# All but main(), so that the unit tests can link it.
noinst_LIBRARIES += libcli.a
libcli_a_SOURCES = %D%/checking.h %D%/cli.h %D%/connect.h %D%/descriptors.h %D%/doctor.h \
	%D%/failover.h %D%/holders.h %D%/interrupt.h %D%/journaling.h %D%/on_change.h %D%/plan.h %D%/render.h \
	%D%/secret.h %D%/stack.h %D%/state.h %D%/cmd_check.c %D%/cmd_doctor.c %D%/cmd_history.c \
	%D%/cmd_init.c %D%/cmd_lint.c %D%/cmd_plan.c %D%/cmd_register.c %D%/cmd_render.c %D%/cmd_schema.c \
	%D%/cmd_undo.c %D%/cmd_unregister.c %D%/cmd_verify.c %D%/commands.c %D%/connect.c \
	%D%/descriptors.c %D%/doctor_dc.c %D%/doctor_login.c %D%/doctor_names.c %D%/doctor_plan.c \
	%D%/doctor_rights.c %D%/exit.c %D%/failover.c %D%/help.c %D%/holders.c %D%/interrupt.c \
	%D%/journaling.c %D%/locate.c %D%/on_change.c %D%/options.c %D%/plan.c %D%/render_diff.c \
	%D%/render_write.c %D%/secret.c %D%/stack.c %D%/state.c \
	%D%/cmd_drill.c %D%/cmd_watch.c %D%/drilling.h %D%/drilling.c %D%/live.h %D%/live.c \
	%D%/outlets.h %D%/outlets.c %D%/realtime.h %D%/realtime.c %D%/verifying.c \
	%D%/watching.h %D%/watching.c
halb_dns_SOURCES += %D%/main.c
