/* SPDX-License-Identifier: Apache-2.0 */
/* The schedule is a multiplication, so that no rounding adds up over a day. */
#include "halb/base/schedule.h"

int64_t halb_schedule_due(const struct halb_schedule *s, uint64_t slot)
{
	const size_t moments = s->n < HALB_SCHEDULE_MOMENTS ? s->n : HALB_SCHEDULE_MOMENTS;
	const size_t moment = slot % s->n * moments / s->n;

	return s->start + (int64_t)(slot / s->n) * s->period +
	       (int64_t)moment * s->period / (int64_t)moments;
}

struct halb_pulse halb_schedule_pulse(const struct halb_schedule *s, uint64_t slot)
{
	return (struct halb_pulse){ .target = slot % s->n, .due = halb_schedule_due(s, slot) };
}

bool halb_schedule_overtaken(const struct halb_schedule *s, const struct halb_pulse *pulse,
			     int64_t now)
{
	return now >= pulse->due + s->period;
}

uint64_t halb_schedule_most(const struct halb_schedule *s, int64_t timeout)
{
	/* One more round for what is sent late, and one for what is due next. */
	return ((uint64_t)(timeout / s->period) + 2) * s->n;
}
