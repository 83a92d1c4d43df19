/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/schedule.h"

#include <criterion/criterion.h>

#define MS INT64_C(1000000)

static const struct halb_schedule three = { .start = 5, .period = 10 * MS, .n = 3 };

Test(schedule, spreads_the_targets_over_the_period_in_turn)
{
	for (uint64_t slot = 0; slot < 30; slot++) {
		const struct halb_pulse pulse = halb_schedule_pulse(&three, slot);

		cr_assert_eq(pulse.target, slot % 3);
		cr_assert_eq(pulse.due, 5 + (int64_t)(slot / 3) * 10 * MS +
						(int64_t)(slot % 3) * 10 * MS / 3);
	}
}

Test(schedule, gives_many_targets_few_moments_in_order_and_as_many_each)
{
	const struct halb_schedule many = { .start = 5, .period = 1000 * MS, .n = 1000 };
	int64_t last = halb_schedule_due(&many, 0);
	size_t moments = 1, at_once = 0;

	for (uint64_t slot = 0; slot < 2000; slot++) {
		const int64_t due = halb_schedule_due(&many, slot);

		cr_assert_eq(due - halb_schedule_due(&many, slot % 1000),
			     (int64_t)(slot / 1000) * 1000 * MS, "each once a period");
		if (due != last) {
			cr_assert_eq(due, last + 5 * MS);
			cr_assert_eq(at_once, 5);
			at_once = 0;
			moments++;
		}
		at_once++;
		last = due;
	}
	cr_assert_eq(moments, 2 * HALB_SCHEDULE_MOMENTS);
}

Test(schedule, does_not_drift_over_a_year)
{
	const uint64_t rounds = UINT64_C(365) * 86400 * 100;

	cr_assert_eq(halb_schedule_due(&three, rounds * 3), 5 + (int64_t)rounds * 10 * MS);
}

Test(schedule, a_slot_is_overtaken_when_the_targets_next_is_due)
{
	const struct halb_pulse pulse = halb_schedule_pulse(&three, 7);
	const int64_t next = halb_schedule_due(&three, 10);

	cr_assert_not(halb_schedule_overtaken(&three, &pulse, next - 1));
	cr_assert(halb_schedule_overtaken(&three, &pulse, next));
}

Test(schedule, knows_how_many_can_be_under_way)
{
	/* Sent just before they are overtaken, answered at the timeout: 25 ms and one period. */
	cr_assert_eq(halb_schedule_most(&three, 25 * MS), 4 * 3);
	cr_assert_eq(halb_schedule_most(&three, MS), 2 * 3);
}
