/* SPDX-License-Identifier: Apache-2.0 */
/* The accounting of one series of probes. Reads no clock. */
#include "halb/watch/outage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEADY_PROBES 3 /* good ones in a row, at the least */

void halb_outages_init(struct halb_outages *outages, int64_t steady)
{
	*outages = (struct halb_outages){ .steady = steady };
}

void halb_outages_clear(struct halb_outages *outages)
{
	free(outages->items);
	*outages = (struct halb_outages){ 0 };
}

/* ---- phases ---- */

static struct halb_outage_phase *last_phase(struct halb_outage *o)
{
	return &o->phases[o->n_phases - 1];
}

/* While it is down. */
static struct halb_outage *under_way(const struct halb_outages *outages)
{
	return &outages->items[outages->n];
}

static void close_phase(struct halb_outages *outages, int64_t at)
{
	struct halb_outage *o = under_way(outages);

	if (o->n_phases)
		last_phase(o)->took += at - outages->phase_since;
	outages->phase_since = at;
}

/* `at`: when its first probe was sent. */
static void open_phase(struct halb_outages *outages, enum halb_pulse_class class, int64_t at)
{
	struct halb_outage *o = under_way(outages);

	close_phase(outages, at);
	if (o->n_phases < HALB_OUTAGE_PHASES)
		o->phases[o->n_phases++] = (struct halb_outage_phase){ .class = class };
}

/* ---- an outage's end ---- */

/* They are few, and many series have none: there is room for those that there are, and no more. */
static bool fit(struct halb_outages *outages)
{
	const size_t room = outages->n + outages->down;
	struct halb_outage *items = NULL;

	if (room)
		items = reallocarray(outages->items, room, sizeof *items);
	else
		free(outages->items);
	if (items || !room)
		outages->items = items;
	return items || !room;
}

size_t halb_outages_shortest(const struct halb_outages *outages)
{
	size_t which = 0;

	for (size_t i = 1; i < outages->n; i++)
		if (outages->items[i].min < outages->items[which].min)
			which = i;
	return which;
}

void halb_outages_drop(struct halb_outages *outages, size_t which)
{
	struct halb_outage *items = outages->items;
	const int64_t max = items[which].max;

	if (max < 0 || (outages->dropped_max >= 0 && max > outages->dropped_max))
		outages->dropped_max = max;
	outages->n--;
	memmove(items + which, items + which + 1,
		(outages->n + outages->down - which) * sizeof *items);
	(void)fit(outages); /* what is too large will do */
}

static int64_t shortest_span(const struct halb_outages *outages)
{
	int64_t span = outages->last_fail_sent - outages->first_lost_by;

	return span > 0 ? span : 0;
}

static void end_outage(struct halb_outages *outages)
{
	struct halb_outage *o = under_way(outages);

	o->min = shortest_span(outages);
	o->seen_before = outages->last_ok_sent != 0;
	o->seen_after = outages->ok_since != 0;
	o->max = o->seen_before && o->seen_after ? outages->ok_done - outages->last_ok_sent : -1;
	outages->down = false;
	outages->n++;
	outages->total++;
}

const struct halb_outage *halb_outages_latest(const struct halb_outages *outages)
{
	return outages->down ? under_way(outages) : &outages->items[outages->n - 1];
}

/* ---- pulses ---- */

static enum halb_status begin_outage(struct halb_outages *outages,
				     const struct halb_pulse *pulse, struct halb_error *err)
{
	outages->down = true;
	if (!fit(outages)) {
		outages->down = false;
		return halb_fail_nomem(err);
	}
	*under_way(outages) = (struct halb_outage){ .start = pulse->sent };
	outages->first_lost_by = pulse->left + outages->trip;
	outages->ok_since = 0;
	return HALB_OK;
}

static void take_failure(struct halb_outages *outages, const struct halb_pulse *pulse)
{
	struct halb_outage *o = under_way(outages);

	if (outages->ok_since) { /* it was good for too short a time */
		open_phase(outages, HALB_PULSE_OK, outages->ok_since);
		last_phase(o)->probes += outages->ok_probes;
		outages->ok_since = 0;
		o->flaps++;
	}
	if (!o->n_phases || last_phase(o)->class != pulse->class)
		open_phase(outages, pulse->class, pulse->sent);
	last_phase(o)->probes++;
	o->failed++;
	outages->last_fail_sent = pulse->sent;
}

/* True where it ends the outage. */
static bool take_success(struct halb_outages *outages, const struct halb_pulse *pulse)
{
	int64_t took = pulse->done - pulse->sent;

	outages->trip -= outages->trip / 64;
	if (took > outages->trip)
		outages->trip = took;
	if (!outages->good_since)
		outages->good_since = pulse->sent;
	outages->last_good = pulse->sent;
	if (!outages->down) {
		outages->last_ok_sent = pulse->sent;
		return false;
	}
	if (!outages->ok_since) {
		outages->ok_since = pulse->sent;
		outages->ok_done = pulse->done;
		outages->ok_probes = 0;
	}
	outages->ok_probes++;
	return outages->ok_probes >= STEADY_PROBES &&
	       pulse->sent - outages->ok_since >= outages->steady;
}

static enum halb_status count_failure(struct halb_outages *outages, const struct halb_pulse *pulse,
				      bool *changed, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	outages->failed++;
	outages->good_since = 0;
	*changed = !outages->down;
	if (*changed)
		st = begin_outage(outages, pulse, err);
	if (st == HALB_OK)
		take_failure(outages, pulse);
	return st;
}

enum halb_status halb_outages_add(struct halb_outages *outages, const struct halb_pulse *pulse,
				  bool *changed, struct halb_error *err)
{
	*changed = false;
	if (pulse->class == HALB_PULSE_MISSED) {
		outages->unknown++;
		if (outages->down)
			under_way(outages)->unknown++;
		return HALB_OK;
	}
	if (outages->sent++ && pulse->sent - outages->last_sent > outages->blind)
		outages->blind = pulse->sent - outages->last_sent;
	outages->last_sent = pulse->sent;
	if (halb_pulse_failed(pulse))
		return count_failure(outages, pulse, changed, err);
	outages->ok++;
	if (take_success(outages, pulse)) {
		close_phase(outages, outages->ok_since);
		end_outage(outages);
		outages->last_ok_sent = pulse->sent;
		*changed = true;
	}
	return HALB_OK;
}

void halb_outages_end(struct halb_outages *outages)
{
	if (!outages->down)
		return;
	close_phase(outages, outages->ok_since ? outages->ok_since : outages->last_fail_sent);
	end_outage(outages);
}

bool halb_outages_steady(const struct halb_outages *outages, int64_t period, int64_t steady,
			 int64_t now)
{
	/* A probe may be under way for some periods; a second without a good one is not steady. */
	const int64_t fresh = 4 * period > 1000000000 ? 4 * period : 1000000000;

	return outages->good_since && !outages->down && now - outages->good_since >= steady &&
	       now - outages->last_good <= fresh;
}

const char *halb_outage_format_bounds(const struct halb_outage *outage,
				      char text[HALB_BOUNDS_TEXT])
{
	double min = (double)outage->min / 1e6, max = (double)outage->max / 1e6;

	if (outage->max < 0)
		snprintf(text, HALB_BOUNDS_TEXT, "at least %.1f ms", min);
	else
		snprintf(text, HALB_BOUNDS_TEXT, "%.1f to %.1f ms", min, max);
	return text;
}

bool halb_outages_lasting(const struct halb_outages *outages, struct halb_outage *out)
{
	if (!outages->down)
		return false;
	*out = *under_way(outages);
	if (out->n_phases)
		last_phase(out)->took += outages->last_fail_sent - outages->phase_since;
	out->min = shortest_span(outages);
	out->max = -1;
	out->seen_before = outages->last_ok_sent != 0;
	return true;
}
