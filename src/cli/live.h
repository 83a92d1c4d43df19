/* SPDX-License-Identifier: Apache-2.0 */
/* The view of a watch that goes on, kept up to date on a terminal. */
#ifndef HALB_CLI_LIVE_H
#define HALB_CLI_LIVE_H

#include "halb/net/loop.h"
#include "halb/report/live.h"

struct live {
	struct halb_loop *loop; /* NULL: there is no terminal, and nothing is shown */
	struct halb_timer *timer;
	struct halb_live seen;
	bool away; /* another program has the terminal */
	int64_t rated_at;   /* since when the rate is counted, */
	uint64_t rated_sent; /* and from how many probes on */
	size_t merged; /* series whose latency is in `sums`; with all of them it is shown */
	struct halb_histogram sums[HALB_WATCH_LAYERS];
};

/* Begins to show it, where standard error is a terminal. */
enum halb_status live_begin(struct live *live, struct halb_loop *loop,
			    const struct halb_watch *watch, bool color, struct halb_error *err)
	HALB_CHECKED;

/* An outage is over. */
void live_note(struct live *live, const struct halb_watch_event *event);

/* Whether events can be seen there: else each has to be told. */
bool live_is_shown(const struct live *live);

/* Gives the terminal to another program, and takes it back. */
void live_leave(struct live *live, bool away);

/* May be called twice, and without a beginning. */
void live_end(struct live *live);

#endif
