/* SPDX-License-Identifier: Apache-2.0 */
/* What drills amount to: faults that a command caused while a watch was on. */
#ifndef HALB_WATCH_DRILL_H
#define HALB_WATCH_DRILL_H

#include "halb/watch/verdict.h"

enum halb_drill_end {
	HALB_DRILL_DONE,        /* the command ended with 0, and all was steady again */
	HALB_DRILL_OPEN,        /* all was not steady again in time: what was lost stays lost */
	HALB_DRILL_UNSTEADY,    /* nothing was done: not all was well before */
	HALB_DRILL_NOT_RUN,     /* the command could not be started */
	HALB_DRILL_FAILED,      /* it did not end with 0 */
	HALB_DRILL_HUNG,        /* it did not end, and was killed */
	HALB_DRILL_NOT_HEALED,  /* the drill was done, the command that heals failed */
	HALB_DRILL_INTERRUPTED, /* a signal ended it */
	HALB_DRILL_ENDS
};

const char *halb_drill_end_name(enum halb_drill_end end); /* "done", "still down", … */

/* Times are CLOCK_MONOTONIC, ns, as in the watch. */
struct halb_drill_run {
	enum halb_drill_end end;
	int64_t start; /* of the command; 0: it was not started */
	int64_t took;  /* by the command; -1: it did not end */
	int64_t until; /* when the run was over; what comes later is not its doing */
	int exit;      /* the command's exit status; -1: none */
	int signal;    /* what ended it instead; 0: nothing */

	/* The longest outage that new connections met (tcp, tls, http), else the longest of another
	 * layer; without one, what none was seen longer than. */
	const struct halb_watch_series *series; /* NULL: there was no outage */
	int64_t min, max;                       /* ns; max -1: not bounded */
	size_t outages;
	const struct halb_balancer *balancer; /* the one whose holders these are */
	const char *before, *after;           /* hosts of the stack, NULL where not known */
};

struct halb_drill {
	const char *const *command; /* the words, NULL at the end; belong to the caller */
	const char *heal;     /* or NULL */
	const char *fault;    /* the name of the prediction that was asked for, or NULL */
	bool predicted;
	int64_t predicted_min, predicted_max; /* ns; INT64_MAX: nothing ends it */
	struct halb_drill_run *runs;          /* belong to the caller */
	size_t n_runs;
};

/* One measurement over several runs: certainly at least, certainly at most; ns, max -1 no bound. */
struct halb_drill_spread {
	int64_t min, max;
};

/* Fills what the watch saw of a run whose `start` and `until` are set. */
void halb_drill_measure(const struct halb_watch *watch, struct halb_drill_run *run);

/*
 * The measurement that `share` (0 to 1) of all runs do not exceed, by nearest rank. The bounds are
 * ranked apart: the true durations' one lies between them. False where nothing was measured.
 */
bool halb_drill_spread(const struct halb_drill *drill, double share, struct halb_drill_spread *out);

/* Whether a run's bounds and the predicted ones have nothing in common. */
bool halb_drill_contradicts(const struct halb_drill *drill, const struct halb_drill_run *run);

/*
 * As halb_watch_judge(), of the runs' outages alone. A run that was not done is unknown, whatever
 * was seen; one in which all was not well again is critical; one that contradicts the prediction
 * is a warning.
 */
void halb_drill_judge(const struct halb_watch *watch, const struct halb_drill *drill,
		      int64_t max_outage, struct halb_watch_verdict *out);

#endif
