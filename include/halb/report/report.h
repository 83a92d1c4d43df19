/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that goes to standard output. A command fills one struct halb_report; a format prints
 * it. Fields that a command has nothing for stay NULL.
 */
#ifndef HALB_REPORT_REPORT_H
#define HALB_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "halb/base/buf.h"
#include "halb/base/check.h"
#include "halb/lint/lint.h"
#include "halb/plan/plan.h"
#include "halb/verify/verify.h"
#include "halb/watch/drill.h"
#include "halb/watch/watch.h"

/* A run of the journal. */
struct halb_report_run {
	const char *id, *command, *user, *login, *server, *domain, *checksum, *undoes, *undone_by;
	const char *outcome; /* "applied", "put back", "partial", "undone", "unknown", … */
	const char *problem; /* why nothing more is known of it, or NULL */
	time_t time;
	unsigned long uid;
	const struct halb_plan *plan; /* what it meant to change */
	const char **outcomes;        /* what became of each change */
	size_t applied;               /* changes that were made */
};

struct halb_report_history {
	const char *path; /* of the journal */
	struct halb_report_run *runs;
	size_t n;
};

/* A file that render made. */
struct halb_report_file {
	const char *path; /* below the directory: "lb1/haproxy.cfg" */
	size_t bytes;
	bool changed; /* it is not what stood there */
	bool written;
	char *diff; /* what changes, as diff -u says it; NULL where nothing does, or nobody asked */
};

struct halb_report_files {
	struct halb_report_file *items;
	size_t n;
};

struct halb_report {
	const char *command; /* "register" */
	const char *status;  /* "ok", "warning", "critical", "unknown", "error" */
	int exit;            /* the exit status that the program is about to end with */
	time_t time;
	const char *domain; /* NULL where no site was read */
	const struct halb_site *site; /* that was read, or NULL */
	const char *site_path;        /* of its file, whether it could be read or not */
	const char *only;             /* the one balancer of the file that was asked for, or NULL */
	time_t last_success;          /* of the last run that ended with 0; 0: none is known */

	const struct halb_plan *plan;
	bool dry_run;        /* of a plan that could have been applied */
	size_t applied;      /* changes that are in the directory now */
	const char *server;  /* the DC that the plan was made from and applied to */
	const char *journal; /* id, or NULL */
	const char *undoes;  /* the id of the run that the plan undoes, or NULL */

	const struct halb_report_history *history;
	const struct halb_report_files *files;

	const struct halb_verification *verification;
	const struct halb_checks *checks;
	const struct halb_watch *watch;
	int64_t now;                    /* of a watch that goes on: CLOCK_MONOTONIC, ns */
	const char *why;                /* what is not well with the watch, or NULL */
	/* Around which it was, or NULL. A run that is under way has `until` INT64_MAX. */
	const struct halb_drill *drill;
	const struct halb_lint *lint;
	const struct halb_error *error;
	const char *document; /* plain text that is the command's whole output: schema, init -o - */

	bool verbose; /* also what is as it should be */
	bool quiet;   /* text: nothing where all is well */
	bool color;
};

/* Appends the whole report; running out of memory shows in `out` alone, which then is bad. */
typedef void halb_report_fn(const struct halb_report *report, struct halb_buf *out);

/* "text", "json", "nagios", "prometheus"; NULL for a format that there is none of. */
halb_report_fn *halb_report_format(const char *name);

/*
 * Whether a monitoring system reads the format: it wants a report whatever happened, a wrong command
 * line too, and knows no exit statuses but 0 to 3.
 */
bool halb_report_is_monitoring(const char *name);

/*
 * What --on-change compares: the exit status, the error's category, and which findings there are,
 * in an order of its own; no times, no texts that change while nothing happens. Empty where all is
 * well.
 */
halb_report_fn halb_report_state;

/* The time of the last success as a report in the format prometheus says it; 0: it does not. */
time_t halb_report_last_success(const char *prometheus);

/*
 * Prints and flushes, all or nothing as far as memory goes: HALB_E_NOMEM. HALB_E_CANTCREATE where
 * `out` could not take it (a full disk; a closed pipe, where SIGPIPE is ignored).
 */
enum halb_status halb_report_print(const struct halb_report *report, halb_report_fn *format,
				   FILE *out, struct halb_error *err) HALB_CHECKED;

/* A page with a timeline of the watch, that needs nothing but itself. */
halb_report_fn halb_report_html;

/* One event of a watch as JSON on a line of its own. */
void halb_report_event(const struct halb_watch *watch, const struct halb_watch_event *event,
		       struct halb_buf *out);

/* A watch that goes on, as metrics (Prometheus text-based format 0.0.4). */
void halb_report_metrics(const struct halb_watch *watch, struct halb_buf *out);

/* The same into a regular file that is replaced as a whole, for all to read. HALB_E_CANTCREATE. */
enum halb_status halb_report_write(const struct halb_report *report, halb_report_fn *format,
				   const char *path, struct halb_error *err) HALB_CHECKED;

#endif
