/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When probes are due: each of some targets once in a period, in slots that are numbered through.
 * It waits for nobody. Targets are spread over the period; several share a moment where they are
 * more than HALB_SCHEDULE_MOMENTS, since to wake up costs as much as a probe.
 */
#ifndef HALB_BASE_SCHEDULE_H
#define HALB_BASE_SCHEDULE_H

#include "halb/base/pulse.h"

#define HALB_SCHEDULE_MOMENTS 200 /* of a period, at most */

struct halb_schedule {
	int64_t start, period; /* CLOCK_MONOTONIC, ns */
	size_t n;              /* targets, one at least */
};

int64_t halb_schedule_due(const struct halb_schedule *schedule, uint64_t slot);

/* A pulse of this slot that is not sent yet. */
struct halb_pulse halb_schedule_pulse(const struct halb_schedule *schedule, uint64_t slot);

/* Too late is what the target's next slot has overtaken. */
bool halb_schedule_overtaken(const struct halb_schedule *schedule, const struct halb_pulse *pulse,
			     int64_t now);

/* How many slots may be under way where each is sent in time and ends `timeout` ns later. */
uint64_t halb_schedule_most(const struct halb_schedule *schedule, int64_t timeout);

#endif
