/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One probe of many that are sent at a fixed rate: when it was due, when it went, how it ended.
 * What outages are made of, whichever layer asked.
 */
#ifndef HALB_BASE_PULSE_H
#define HALB_BASE_PULSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum halb_pulse_class {
	HALB_PULSE_OK,
	HALB_PULSE_REFUSED,     /* somebody is there and does not listen */
	HALB_PULSE_RESET,       /* it answered, then broke off */
	HALB_PULSE_SILENCE,     /* no answer within the timeout */
	HALB_PULSE_RESENT,      /* answered, but not the first time: that one was lost */
	HALB_PULSE_UNREACHABLE, /* a router or this host says that there is no way */
	HALB_PULSE_WRONG,       /* an answer, and not the one that is wanted */
	HALB_PULSE_MISSED,      /* not sent when it was due, or not understood: nothing is known */
	HALB_PULSE_CLASSES
};

/* All times are CLOCK_MONOTONIC, ns. */
struct halb_pulse {
	size_t target; /* which of the prober's */
	enum halb_pulse_class class;
	int64_t due;  /* by the schedule, which waits for nobody */
	int64_t sent; /* right before the kernel was asked to send */
	int64_t left; /* right after: the packet went between the two */
	int64_t done; /* answered, or given up */
};

/* "refused", "silence": as reports write them. */
const char *halb_pulse_class_name(enum halb_pulse_class class);

/* How a connection or a question ended that the kernel gave this errno for; 0: well. What is our own
 * fault (no descriptor, no port, no memory) says nothing of the service: HALB_PULSE_MISSED. */
enum halb_pulse_class halb_pulse_class_of_errno(int code);

/* Whether it says that the service was down; what was missed says nothing. */
bool halb_pulse_failed(const struct halb_pulse *pulse);

#endif
