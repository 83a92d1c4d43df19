/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of slots, from the oldest that is not told yet to the one that is due next. */
#include "beat_priv.h"

#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "halb/base/schedule.h"

struct beat {
	struct halb_watch *watch;
	size_t *numbers; /* owned */
	struct halb_schedule schedule;
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

static void begin(struct beat *beat)
{
	int64_t now = halb_now();
	uint64_t number = beat->next++;
	struct beat_slot *slot = slot_of(beat, number);

	*slot = (struct beat_slot){ .beat = beat,
				    .pulse = halb_schedule_pulse(&beat->schedule, number) };
	slot->pulse.sent = now;
	if (halb_schedule_overtaken(&beat->schedule, &slot->pulse, now)) {
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

static void on_timer(void *arg)
{
	struct beat *beat = arg;
	int64_t now = halb_now();

	while (has_room(beat) && halb_schedule_due(&beat->schedule, beat->next) <= now)
		begin(beat);
	halb_loop_move(beat->watch->parts->loop, beat->timer,
		       has_room(beat) ? halb_schedule_due(&beat->schedule, beat->next)
				      : now + beat->schedule.period);
}

enum halb_status beat_new(struct halb_watch *watch, const size_t *numbers, size_t n, int64_t start,
			  beat_fn *fn, void *arg, struct beat **out, struct halb_error *err)
{
	const struct halb_schedule schedule = { start, watch->options.slow_period, n };
	/* One more round: a probe ends a little after its timeout at times. */
	uint64_t room = halb_schedule_most(&schedule, watch->options.timeout) + n;
	struct beat *beat = calloc(1, sizeof *beat);
	enum halb_status st;

	if (!beat)
		return halb_fail_nomem(err);
	*beat = (struct beat){ .watch = watch, .schedule = schedule, .fn = fn, .arg = arg,
			       .room = room,
			       .numbers = calloc(n, sizeof *numbers),
			       .ring = calloc(room, sizeof *beat->ring) };
	if (!beat->numbers || !beat->ring)
		st = halb_fail_nomem(err);
	else
		st = halb_loop_at(watch->parts->loop, schedule.start, on_timer, beat,
				  &beat->timer, err);
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
