/* SPDX-License-Identifier: Apache-2.0 */
/* A watch on a loop that signals end: what `watch` and `drill` have in common. */
#ifndef HALB_CLI_WATCHING_H
#define HALB_CLI_WATCHING_H

#include "halb/net/loop.h"
#include "halb/watch/drill.h"
#include "halb/watch/verdict.h"
#include "outlets.h"

struct options;
struct outcome;

struct watching {
	const struct options *opt;
	const struct halb_site *site;
	struct halb_loop *loop;
	struct halb_dc_list servers;
	struct halb_watch *watch;
	struct outlets outlets;
	int signals;      /* a signalfd, or -1 */
	bool interrupted; /* by a signal that asks to end */
	const char *command;
	const struct halb_drill *drill; /* around which it is, or NULL */
	char *why, *page; /* owned: of the report */
};

/*
 * Checks what can be checked, finds the name servers where DNS is watched, and begins. Signals are
 * blocked from here on: SIGUSR1 prints a report and goes on, others end it. `drill` may be NULL.
 */
enum halb_status watching_start(const struct options *opt, const struct halb_site *site,
				const char *command, const struct halb_drill *drill,
				struct watching *watching, struct halb_error *err) HALB_CHECKED;

/* Nothing has begun: a file that cannot be made, a right that there is not, end with their own exit
 * status, which says more than "could not look". Returns `st`. */
enum halb_status watching_refuse(enum halb_status st, struct outcome *out);

/* Until `deadline` (CLOCK_MONOTONIC, ns), a signal, or halb_loop_stop(). */
enum halb_status watching_run(struct watching *watching, int64_t deadline, struct halb_error *err)
	HALB_CHECKED;

/* Ends the watch; then its verdict can be told. */
enum halb_status watching_stop(struct watching *watching, struct halb_error *err) HALB_CHECKED;

/*
 * The end of a command: the report of `out` gets the watch and the verdict, and --report is written.
 * Where that cannot be, it becomes a part of the report on standard output. HALB_E_NOMEM.
 */
enum halb_status watching_tell(struct watching *watching, const struct halb_watch_verdict *verdict,
			       struct outcome *out) HALB_CHECKED;

void watching_clear(struct watching *watching);

#endif
