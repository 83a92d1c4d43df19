/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands share: the command line, what they need, how they end. */
#ifndef HALB_CLI_CLI_H
#define HALB_CLI_CLI_H

#include "halb/base/error.h"
#include "halb/config/site.h"
#include "halb/report/report.h"
#include "checking.h"
#include "plan.h"
#include "watching.h"

#define MOST_RUNS      1000               /* of a drill */
#define DRILL_DURATION (60 * INT64_C(1000000000)) /* ns */
#define MOST_REPEATS 64 /* of an option that may be given several times */

struct options {
	const char *site_path;
	bool site_given;
	struct halb_site_flags flags;
	const char *aliases[MOST_REPEATS], *ports[MOST_REPEATS], *servers[MOST_REPEATS];

	const char *format, *color, *output, *password_file, *expect, *forest, *diff;
	bool verbose, quiet, help;
	bool detailed_exitcode, dry_run, no_verify, adopt, replace, force, on_change, lease;
	const char *haproxy[MOST_REPEATS], *keepalived[MOST_REPEATS], *dhcp_ranges[MOST_REPEATS];
	size_t n_haproxy, n_keepalived, n_dhcp_ranges;
	int64_t wait, timeout; /* ns */
	unsigned layers; /* of a watch, bits; the times of one, ns: */
	int64_t period, probe_timeout, duration, settle, command_timeout;
	int64_t max_outage; /* ns; -1: not given */
	const char *html, *events, *listen; /* where a watch tells of itself */
	bool realtime;
	const char *fault, *heal; /* of a drill */
	unsigned repeat;
	const char *into; /* where the report goes; NULL: standard output */
	char **line;  /* the whole command line, from the command on; ends with NULL */
	char **words; /* what follows the options */
	int n_words;
};

/* What a command did, and all that its report is made from: kept until it is printed. */
struct outcome {
	struct halb_report report;
	struct halb_error error;
	struct planning planning;
	struct halb_verification verification;
	struct halb_report_history history;
	struct halb_checks checks;
	struct watching watching;
	struct halb_drill drill;
	enum halb_severity severity; /* of a watch */
	struct checking checking;
	struct halb_lint lint;
	char *document;              /* owned */
	struct rendering *rendering; /* owned */
	struct halb_buf words;       /* of another program that refused */
	/* An exit status of the command's own, where it is not that of the error's category. */
	bool has_exit;
	int exit;
};

/* What main() prepares for a command. */
enum need {
	NEED_SITE = 1,
};

struct command {
	const char *name;
	enum halb_status (*run)(const struct options *opt, struct halb_site *site,
				struct outcome *out);
	unsigned needs;
	const char *options; /* the letters of options.c's groups that it takes */
	/* The one word that it may be given, for its help; NULL: none. After "-- " all that follow: a
	 * command that it runs, with options of its own. */
	const char *word;
	const char *summary;
	const char *help; /* the rest of `help NAME`, after the summary */
	bool checks;      /* ends with 0 to 3 like a monitoring plugin: could not look is 3 */
};

extern const struct command commands[];
const struct command *command_find(const char *name);
bool command_runs(const struct command *command);

/*
 * options.c: HALB_E_USAGE, and the format to say so in is in `out` all the same. The texts belong to
 * argv. With `help` set nothing else was looked at.
 */
enum halb_status options_parse(const struct command *command, int argc, char **argv,
			       struct options *out, struct halb_error *err) HALB_CHECKED;
void options_print(const struct command *command, FILE *out);
bool options_color(const struct options *opt, int fd); /* whether what goes to `fd` has colours */

/* help.c */
void help_print(FILE *out);
void help_print_command(const struct command *command, FILE *out);

/* exit.c; the second for a command that ends like a monitoring plugin, the third for reports. */
int exit_status(enum halb_status st);
int exit_of_severity(enum halb_severity severity);
const char *status_word(const struct command *command, const struct outcome *out,
			enum halb_status st);

/* verifying.c: the resolver loop, into `out` and its report. */
enum halb_status verifying(const struct options *opt, const struct halb_site *site,
			   struct outcome *out) HALB_CHECKED;

/* cmd_history.c */
void history_clear(struct halb_report_history *history);

/* cmd_drill.c */
void drill_clear(struct halb_drill *drill);

/* cmd_render.c; NULL is let pass. */
void rendering_free(struct rendering *all);

/* One for each command. */
enum halb_status cmd_init(const struct options *opt, struct halb_site *site, struct outcome *out);
enum halb_status cmd_doctor(const struct options *opt, struct halb_site *site,
			    struct outcome *out);
enum halb_status cmd_plan(const struct options *opt, struct halb_site *site, struct outcome *out);
enum halb_status cmd_register(const struct options *opt, struct halb_site *site,
			      struct outcome *out);
enum halb_status cmd_unregister(const struct options *opt, struct halb_site *site,
				struct outcome *out);
enum halb_status cmd_verify(const struct options *opt, struct halb_site *site,
			    struct outcome *out);
enum halb_status cmd_check(const struct options *opt, struct halb_site *site, struct outcome *out);
enum halb_status cmd_watch(const struct options *opt, struct halb_site *site, struct outcome *out);
enum halb_status cmd_drill(const struct options *opt, struct halb_site *site, struct outcome *out);
enum halb_status cmd_undo(const struct options *opt, struct halb_site *site, struct outcome *out);
enum halb_status cmd_history(const struct options *opt, struct halb_site *site,
			     struct outcome *out);
enum halb_status cmd_lint(const struct options *opt, struct halb_site *site, struct outcome *out);
enum halb_status cmd_render(const struct options *opt, struct halb_site *site,
			    struct outcome *out);
enum halb_status cmd_schema(const struct options *opt, struct halb_site *site,
			    struct outcome *out);

#endif
