/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outages from pulses: when each began, how long it lasted at least and at most, and the ways in
 * which it failed, in order (RFC 6413 measures a convergence the same way, by what was lost).
 *
 * A probe tells of the moment at which its packet went through, which lies between `sent` and
 * `done`. So an outage lasted at least from the first failed probe to the last, and at most from
 * the sending of the last good probe before to the answer of the first good one after.
 */
#ifndef HALB_WATCH_OUTAGE_H
#define HALB_WATCH_OUTAGE_H

#include "halb/base/error.h"
#include "halb/base/pulse.h"

#define HALB_OUTAGE_PHASES 12

/* A stretch of probes that ended the same way; OK between two failures is a flap's. */
struct halb_outage_phase {
	enum halb_pulse_class class;
	int64_t took;    /* ns: from its first probe to the next phase's first */
	uint64_t probes;
};

/* Times are CLOCK_MONOTONIC, ns. */
struct halb_outage {
	int64_t start; /* when the first probe that failed was sent */
	int64_t min, max; /* ns; max -1: not bounded, since nothing good was seen before or after */
	bool seen_before, seen_after; /* a good probe: what max rests on */
	unsigned flaps; /* good stretches in between that were too short to end it */
	uint64_t failed, unknown; /* probes */
	struct halb_outage_phase phases[HALB_OUTAGE_PHASES];
	size_t n_phases; /* the last one takes in what there is no room for */
};

struct halb_outages {
	struct halb_outage *items; /* owned; in order of time; while it is down, one more: that one */
	size_t n;
	uint64_t total; /* the ones that were dropped, too */
	int64_t dropped_max; /* ns; the longest of those by its upper bound; -1: one had none */
	uint64_t sent, ok, failed, unknown; /* probes, missed ones being unknown */

	int64_t blind; /* ns; the longest time between two probes that went out */

	/* The state between two pulses. */
	int64_t last_sent;
	int64_t steady;        /* ns of nothing but good probes that end an outage */
	bool down;
	int64_t last_ok_sent;   /* 0: none yet */
	int64_t good_since, last_good; /* since the last failed one; 0: none */
	/* The first failed packet was lost by the time when an answer to it should have been here. */
	int64_t first_lost_by, last_fail_sent;
	int64_t ok_since, ok_done; /* the good stretch that may end it; 0 none */
	uint64_t ok_probes;
	int64_t phase_since;
	int64_t trip;           /* ns; the longest way there and back of late, among the good */
};

/*
 * An outage is over when probes were good for `steady` ns and at least three in a row; what fails
 * sooner belongs to the same outage and is a flap of it.
 */
void halb_outages_init(struct halb_outages *outages, int64_t steady);
void halb_outages_clear(struct halb_outages *outages);

/* In the order of the schedule. True where an outage began or ended with it. HALB_E_NOMEM. */
enum halb_status halb_outages_add(struct halb_outages *outages, const struct halb_pulse *pulse,
				  bool *changed, struct halb_error *err) HALB_CHECKED;

/* No more pulses: an outage under way is closed without an end. */
void halb_outages_end(struct halb_outages *outages);

/* The one that began or ended with the last pulse that changed something. */
const struct halb_outage *halb_outages_latest(const struct halb_outages *outages);

/* The outage that lasts, as if it were closed now without an end; false where there is none. */
bool halb_outages_lasting(const struct halb_outages *outages, struct halb_outage *out);

#define HALB_BOUNDS_TEXT 64

/* "590.0 to 612.0 ms", "at least 590.0 ms"; returns `text`. */
const char *halb_outage_format_bounds(const struct halb_outage *outage,
				      char text[HALB_BOUNDS_TEXT]);

/*
 * Whether probes have been good, and nothing but good, for `steady` ns until `now`, of a series that
 * is probed every `period`: what is under way does not count against it, a silence of ours does.
 */
bool halb_outages_steady(const struct halb_outages *outages, int64_t period, int64_t steady,
			 int64_t now);

/* Which of the kept ones is the shortest, by its lower bound; there is one at least. */
size_t halb_outages_shortest(const struct halb_outages *outages);

/* Keeps one of them no longer; it stays in `total`. */
void halb_outages_drop(struct halb_outages *outages, size_t which);

#endif
