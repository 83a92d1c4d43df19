/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of slots, from the oldest that is not told yet to the one that is due next. */
#include "beat_priv.h"

#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"

struct beat {
	struct halb_watch *watch;
	size_t *numbers; /* owned */
	size_t n;
	int64_t start, period;
	beat_fn *fn;
	void *arg;
	struct beat_slot *ring; /* owned; a slot stays where it is until it is told */
	uint64_t room, oldest, next;
	struct halb_timer *timer;
};

static struct beat_slot *slot_of(const struct beat *beat, uint64_t number)
{
	return &beat->ring[number % beat->room];
}

/* The schedule is a multiplication, so that no rounding adds up over a day. */
static int64_t due_at(const struct beat *beat, uint64_t number)
{
	int64_t rounds = (int64_t)(number / beat->n), rest = (int64_t)(number % beat->n);

	return beat->start + rounds * beat->period + rest * beat->period / (int64_t)beat->n;
}

static void tell(struct beat *beat)
{
	while (beat->oldest < beat->next && slot_of(beat, beat->oldest)->ended) {
		const struct halb_pulse pulse = slot_of(beat, beat->oldest++)->pulse;

		watch_take(beat->watch, beat->numbers[pulse.target], &pulse);
	}
}

void *beat_arg(const struct beat_slot *slot)
{
	return slot->beat->arg;
}

void beat_end(struct beat_slot *slot, enum halb_pulse_class class)
{
	slot->pulse.class = class;
	slot->pulse.done = halb_now();
	if (!slot->pulse.left)
		slot->pulse.left = slot->pulse.done;
	slot->ended = true;
	tell(slot->beat);
}

/* Too late is what the series' next slot has overtaken. */
static void begin(struct beat *beat)
{
	int64_t now = halb_now();
	uint64_t number = beat->next++;
	struct beat_slot *slot = slot_of(beat, number);

	*slot = (struct beat_slot){ .beat = beat,
				    .pulse = { .target = number % beat->n,
					       .due = due_at(beat, number),
					       .sent = now } };
	if (now >= slot->pulse.due + beat->period) {
		beat_end(slot, HALB_PULSE_MISSED);
		return;
	}
	beat->fn(beat->arg, slot);
	if (!slot->ended)
		slot->pulse.left = halb_now();
}

static bool has_room(const struct beat *beat)
{
	return beat->next - beat->oldest < beat->room;
}

static enum halb_status arm(struct beat *beat, struct halb_error *err);

static void on_timer(void *arg)
{
	struct beat *beat = arg;
	int64_t now = halb_now();
	struct halb_error err;

	beat->timer = NULL;
	while (has_room(beat) && due_at(beat, beat->next) <= now)
		begin(beat);
	if (arm(beat, &err) != HALB_OK)
		watch_fail(beat->watch, &err);
}

static enum halb_status arm(struct beat *beat, struct halb_error *err)
{
	int64_t at = has_room(beat) ? due_at(beat, beat->next) : halb_now() + beat->period;

	return halb_loop_at(beat->watch->parts->loop, at, on_timer, beat, &beat->timer, err);
}

enum halb_status beat_new(struct halb_watch *watch, const size_t *numbers, size_t n, beat_fn *fn,
			  void *arg, struct beat **out, struct halb_error *err)
{
	int64_t period = watch->options.slow_period;
	/* Some more rounds than the timeout spans: a probe ends a little after it at times. */
	uint64_t room = ((uint64_t)(watch->options.timeout / period) + 3) * n;
	struct beat *beat = calloc(1, sizeof *beat);
	enum halb_status st;

	if (!beat)
		return halb_fail_nomem(err);
	*beat = (struct beat){ .watch = watch, .n = n, .start = halb_now(), .period = period,
			       .fn = fn, .arg = arg, .room = room,
			       .numbers = calloc(n, sizeof *numbers),
			       .ring = calloc(room, sizeof *beat->ring) };
	if (!beat->numbers || !beat->ring)
		st = halb_fail_nomem(err);
	else
		st = arm(beat, err);
	if (st != HALB_OK) {
		beat_free(beat);
		return st;
	}
	memcpy(beat->numbers, numbers, n * sizeof *numbers);
	*out = beat;
	return HALB_OK;
}

void beat_free(struct beat *beat)
{
	if (!beat)
		return;
	halb_loop_cancel(beat->watch->parts->loop, beat->timer);
	free(beat->numbers);
	free(beat->ring);
	free(beat);
}
