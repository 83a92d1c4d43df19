/* SPDX-License-Identifier: Apache-2.0 */
/* A watch on a loop that signals end: what `watch` and `drill` have in common. */
#ifndef HALB_CLI_WATCHING_H
#define HALB_CLI_WATCHING_H

#include "halb/net/loop.h"
#include "halb/watch/watch.h"

struct options;

struct watching {
	struct halb_loop *loop;
	struct halb_dc_list servers;
	struct halb_watch *watch;
	int signals;      /* a signalfd, or -1 */
	bool interrupted; /* by a signal that asks to end */
};

/* Finds the name servers where DNS is watched, and begins. Signals are blocked from here on. */
enum halb_status watching_start(const struct options *opt, const struct halb_site *site,
				struct watching *watching, struct halb_error *err) HALB_CHECKED;

/* Until `deadline` (CLOCK_MONOTONIC, ns), a signal, or halb_loop_stop(). */
enum halb_status watching_run(struct watching *watching, int64_t deadline, struct halb_error *err)
	HALB_CHECKED;

void watching_clear(struct watching *watching);

#endif
