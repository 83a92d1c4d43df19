/* SPDX-License-Identifier: Apache-2.0 */
/* How long a fault will last, computed from the configuration alone. */
#ifndef HALB_LINT_PREDICT_H
#define HALB_LINT_PREDICT_H

#include "halb/lint/model.h"

#define HALB_NEVER INT64_MAX /* an outage that nothing ends */

enum halb_fault {
	HALB_FAULT_HOST_LOST,          /* the host that has the vIP is off, or off the network */
	HALB_FAULT_HAPROXY_KILLED,     /* on that host */
	HALB_FAULT_HAPROXY_FROZEN,     /* there, but it does nothing: SIGSTOP */
	HALB_FAULT_KEEPALIVED_STOPPED, /* SIGTERM */
	HALB_FAULT_KEEPALIVED_KILLED,  /* SIGKILL: the address stays */
	HALB_FAULT_BACKEND_LOST,       /* a server's process: its port refuses */
	HALB_FAULT_BACKEND_HOST_LOST,  /* a server's machine: silence */
	HALB_FAULTS,
};

enum halb_part {
	HALB_PART_DETECTION, /* until somebody knows */
	HALB_PART_ELECTION,  /* until another host takes the vIP */
	HALB_PART_ARP,       /* until clients send to it */
	HALB_PART_BACKEND,   /* until a connection has reached a server that works */
	HALB_PARTS,
};

struct halb_range {
	int64_t min, max; /* ns; HALB_NEVER */
};

/*
 * What a client that asks all the time sees, whichever host has the vIP. Of a lost server: where
 * connections are sent to another, the longest that one of them takes more; else the time in which
 * those that were meant for it fail.
 */
struct halb_prediction {
	enum halb_fault fault;
	struct halb_range outage;
	struct halb_range parts[HALB_PARTS]; /* their sums are the outage */
	enum halb_part largest;
	const char *note; /* what is to be said of it, or NULL */
};

/* False where the model has no files that would tell. */
bool halb_predict(const struct halb_model *model, enum halb_fault fault,
		  struct halb_prediction *out);

const char *halb_fault_name(enum halb_fault fault); /* "host-lost" */
/* HALB_FAULTS where there is none of that name. */
enum halb_fault halb_fault_find(const char *name);
const char *halb_part_name(enum halb_part part); /* "detection" */

#endif
