/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/watch/outage.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define MS INT64_C(1000000)

static struct halb_outages outages;
static struct halb_error err;

static void setup(void)
{
	halb_outages_init(&outages, 5 * MS);
}

static void teardown(void)
{
	halb_outages_clear(&outages);
}

TestSuite(outage, .init = setup, .fini = teardown);

/* Sent at `at` ms, gone 0.01 ms later; a good one is answered after 0.1 ms, silence takes 250. */
static bool add(int64_t at, enum halb_pulse_class class)
{
	const int64_t took = class == HALB_PULSE_SILENCE ? 250 * MS : MS / 10;
	const struct halb_pulse pulse = { .class = class, .due = at * MS, .sent = at * MS,
					  .left = at * MS + MS / 100, .done = at * MS + took };
	bool changed;

	cr_assert_eq(halb_outages_add(&outages, &pulse, &changed, &err), HALB_OK);
	return changed;
}

/* A letter a millisecond: . good, s silence, r refused, t reset, w wrong, ? missed. */
static void feed(int64_t from, const char *letters)
{
	static const char known[] = ".srtw?";
	static const enum halb_pulse_class classes[] = {
		HALB_PULSE_OK,    HALB_PULSE_SILENCE, HALB_PULSE_REFUSED,
		HALB_PULSE_RESET, HALB_PULSE_WRONG,   HALB_PULSE_MISSED,
	};

	for (; *letters; letters++)
		add(from++, classes[strchr(known, *letters) - known]);
}

Test(outage, none_where_all_is_good)
{
	feed(1, "..........");
	halb_outages_end(&outages);
	cr_assert_eq(outages.n, 0);
	cr_assert_eq(outages.sent, 10);
	cr_assert_eq(outages.ok, 10);
}

Test(outage, has_bounds_from_the_good_probes_around_and_the_failed_ones_within)
{
	feed(1, "...ssss.......");
	cr_assert_eq(outages.n, 1);
	cr_assert_eq(outages.items[0].start, 4 * MS);
	/* sent at 4 and 7; the first was gone at 4.01 and lost by 4.11 */
	cr_assert_eq(outages.items[0].min, 3 * MS - MS / 100 - MS / 10);
	/* sent at 3, answered at 8.1 */
	cr_assert_eq(outages.items[0].max, 5 * MS + MS / 10);
	cr_assert_eq(outages.items[0].failed, 4);
	cr_assert_eq(outages.items[0].flaps, 0);
}

Test(outage, of_one_probe_may_have_been_of_no_length)
{
	feed(1, "...s.......");
	cr_assert_eq(outages.n, 1);
	cr_assert_eq(outages.items[0].min, 0);
	cr_assert_eq(outages.items[0].max, 2 * MS + MS / 10);
}

Test(outage, names_the_ways_in_which_it_failed_in_order)
{
	static const struct halb_outage_phase wanted[] = {
		{ HALB_PULSE_REFUSED, 3 * MS, 3 }, { HALB_PULSE_SILENCE, 2 * MS, 2 },
		{ HALB_PULSE_RESET, 1 * MS, 1 },
	};

	feed(1, "..rrrsst.......");
	cr_assert_eq(outages.n, 1);
	cr_assert_eq(outages.items[0].n_phases, 3);
	for (size_t i = 0; i < 3; i++) {
		cr_assert_eq(outages.items[0].phases[i].class, wanted[i].class);
		cr_assert_eq(outages.items[0].phases[i].took, wanted[i].took);
		cr_assert_eq(outages.items[0].phases[i].probes, wanted[i].probes);
	}
}

Test(outage, goes_on_where_it_was_good_for_too_short_a_time)
{
	feed(1, "..ss...ss.......");
	cr_assert_eq(outages.n, 1);
	cr_assert_eq(outages.items[0].flaps, 1);
	cr_assert_eq(outages.items[0].n_phases, 3);
	cr_assert_eq(outages.items[0].phases[1].class, HALB_PULSE_OK);
	cr_assert_eq(outages.items[0].phases[1].took, 3 * MS);
	cr_assert_eq(outages.items[0].phases[1].probes, 3);
	cr_assert_eq(outages.items[0].max, 8 * MS + MS / 10);
	cr_assert_eq(outages.items[0].failed, 4);
}

Test(outage, is_another_one_after_a_steady_time)
{
	feed(1, "..ss.......ss.......");
	cr_assert_eq(outages.n, 2);
	cr_assert_eq(outages.items[0].flaps + outages.items[1].flaps, 0);
	cr_assert_eq(outages.items[1].start, 12 * MS);
}

Test(outage, needs_three_good_probes_at_a_slow_rate)
{
	add(0, HALB_PULSE_OK);
	add(100, HALB_PULSE_SILENCE);
	add(200, HALB_PULSE_OK);
	add(300, HALB_PULSE_OK);
	cr_assert_eq(outages.n, 0, "not over yet");
	cr_assert(add(400, HALB_PULSE_OK));
	cr_assert_eq(outages.n, 1);
}

Test(outage, is_told_when_it_begins_and_when_it_is_over)
{
	cr_assert_not(add(1, HALB_PULSE_OK));
	cr_assert(add(2, HALB_PULSE_REFUSED));
	cr_assert_not(add(3, HALB_PULSE_REFUSED));
	for (int64_t at = 4; at < 9; at++)
		cr_assert_not(add(at, HALB_PULSE_OK));
	cr_assert(add(9, HALB_PULSE_OK));
}

Test(outage, is_not_bounded_without_a_good_probe_before_or_after)
{
	feed(1, "sss.......");
	cr_assert_eq(outages.items[0].max, -1);
	cr_assert_not(outages.items[0].seen_before);
	cr_assert(outages.items[0].seen_after);
	feed(20, "sss");
	halb_outages_end(&outages);
	cr_assert_eq(outages.n, 2);
	cr_assert_eq(outages.items[1].max, -1);
	cr_assert(outages.items[1].seen_before);
}

Test(outage, what_was_missed_is_neither_good_nor_bad)
{
	feed(1, "..?????ss??.??.......");
	cr_assert_eq(outages.n, 1);
	/* good at 2 and at 12: what was missed between lies within the bounds */
	cr_assert_eq(outages.items[0].max, 10 * MS + MS / 10);
	cr_assert_eq(outages.items[0].unknown, 4);
	cr_assert_eq(outages.unknown, 9);
	cr_assert_eq(outages.failed, 2);
}

Test(outage, tells_for_how_long_no_probe_went_out)
{
	feed(1, "...???s?.......");
	cr_assert_eq(outages.blind, 4 * MS);
}

Test(outage, that_lasts_can_be_looked_at)
{
	struct halb_outage lasting;

	feed(1, "...");
	cr_assert_not(halb_outages_lasting(&outages, &lasting));
	feed(4, "rrsss");
	cr_assert(halb_outages_lasting(&outages, &lasting));
	cr_assert_eq(lasting.max, -1);
	cr_assert_eq(lasting.failed, 5);
	cr_assert_eq(lasting.n_phases, 2);
	cr_assert_eq(lasting.phases[1].took, 2 * MS);
	cr_assert_eq(outages.n, 0, "nothing is closed by looking");
}

Test(outage, a_slow_answer_widens_the_lower_bound)
{
	const struct halb_pulse slow = { .class = HALB_PULSE_OK, .due = MS, .sent = MS,
					 .left = MS, .done = 3 * MS };
	bool changed;

	cr_assert_eq(halb_outages_add(&outages, &slow, &changed, &err), HALB_OK);
	feed(4, "ssssss.......");
	cr_assert_eq(outages.items[0].min, 5 * MS - MS / 100 - 2 * MS);
}

Test(outage, more_phases_than_there_is_room_for_end_in_the_last)
{
	for (int64_t at = 1; at < 40; at += 2)
		feed(at, "rs");
	feed(41, ".......");
	cr_assert_eq(outages.items[0].n_phases, HALB_OUTAGE_PHASES);
	cr_assert_eq(outages.items[0].failed, 40);
	cr_assert_eq(outages.items[0].phases[HALB_OUTAGE_PHASES - 1].took,
		     (40 - HALB_OUTAGE_PHASES + 1) * MS);
}

Test(outage, that_is_dropped_stays_counted_and_its_upper_bound_known)
{
	feed(1, "..sss.......ss.......ssss.......");
	cr_assert_eq(outages.n, 3);
	cr_assert_eq(halb_outages_shortest(&outages), 1);
	halb_outages_drop(&outages, 1);
	cr_assert_eq(outages.n, 2);
	cr_assert_eq(outages.total, 3);
	cr_assert_eq(outages.items[0].start, 3 * MS);
	cr_assert_eq(outages.items[1].start, 22 * MS);
	cr_assert_eq(outages.dropped_max, 3 * MS + MS / 10);
	halb_outages_drop(&outages, 0);
	cr_assert_eq(outages.dropped_max, 4 * MS + MS / 10);
	halb_outages_drop(&outages, 0);
	cr_assert_eq(outages.n, 0);
	cr_assert_eq(outages.dropped_max, 5 * MS + MS / 10);
	feed(40, "..sss.......");
	cr_assert_eq(outages.n, 1);
	cr_assert_eq(outages.total, 4);
}

Test(outage, under_way_is_not_hurt_where_an_older_one_is_dropped)
{
	struct halb_outage lasting;

	feed(1, "..sss.......rr");
	halb_outages_drop(&outages, 0);
	cr_assert(halb_outages_lasting(&outages, &lasting));
	cr_assert_eq(lasting.start, 13 * MS);
	feed(15, "r.......");
	cr_assert_eq(outages.n, 1);
	cr_assert_eq(outages.items[0].failed, 3);
	cr_assert_eq(halb_outages_latest(&outages), &outages.items[0]);
}

Test(outage, that_is_dropped_without_an_upper_bound_leaves_none)
{
	feed(1, "sss.......ss.......");
	halb_outages_drop(&outages, 0);
	cr_assert_eq(outages.dropped_max, -1);
	halb_outages_drop(&outages, 0);
	cr_assert_eq(outages.dropped_max, -1);
}
