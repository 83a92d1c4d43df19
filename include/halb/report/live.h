/* SPDX-License-Identifier: Apache-2.0 */
/* How a watch stands while it goes on, for a terminal: a few lines, or one. */
#ifndef HALB_REPORT_LIVE_H
#define HALB_REPORT_LIVE_H

#include "halb/base/buf.h"
#include "halb/watch/watch.h"

/* Of all series of a layer together. Times are CLOCK_MONOTONIC, ns, as in the watch. */
struct halb_live_layer {
	int64_t p50, p99;           /* of the good probes; 0: not known yet */
	int64_t last_at;            /* when the last outage that is over was; 0: none yet */
	int64_t last_min, last_max; /* its bounds; max -1: none */
};

struct halb_live {
	const struct halb_watch *watch;
	int64_t now;
	double rate; /* probes that went out, a second, of late */
	struct halb_live_layer layers[HALB_WATCH_LAYERS];
	char doing[80]; /* what a drill is at; empty: nothing */
	bool color;
};

/*
 * Appends at most `lines` lines, 1 or more, the last one without a newline, whose beginnings say what
 * matters. What is not well comes before what is, and is counted where there is no room to name it.
 */
void halb_report_live(const struct halb_live *live, size_t lines, struct halb_buf *out);

#endif
