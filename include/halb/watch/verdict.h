/* SPDX-License-Identifier: Apache-2.0 */
/* What a watch amounts to: one severity, and why. */
#ifndef HALB_WATCH_VERDICT_H
#define HALB_WATCH_VERDICT_H

#include "halb/base/finding.h"
#include "halb/watch/watch.h"

struct halb_watch_verdict {
	enum halb_severity severity;
	char why[200]; /* "tcp 192.168.11.11:6443: an outage of 590 to 612 ms, at most 300 ms wanted" */
};

/*
 * With `max_outage` (ns) an outage that lasted longer by its lower bound is critical, one that may
 * have, by its upper bound, unknown. Without (-1) every outage is critical. So is a split brain.
 * Unknown is what was not seen: no probe at all, or none for longer than `max_outage` (without it:
 * a second) beyond the period.
 */
void halb_watch_judge(const struct halb_watch *watch, int64_t max_outage,
		      struct halb_watch_verdict *out);

#endif
