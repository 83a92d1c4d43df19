/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/watch/drill.h"

#include <criterion/criterion.h>
#include <string.h>

#define MS INT64_C(1000000)

static struct halb_outage outages[3];
static struct halb_watch_series series;
static struct halb_watch_holder holders[2];
static struct halb_balancer balancer;
static struct halb_watch watch;
static struct halb_drill_run runs[4];
static struct halb_drill drill;
static struct halb_watch_verdict verdict;

static void setup(void)
{
	series = (struct halb_watch_series){ .layer = HALB_WATCH_TCP, .what = "192.0.2.1:6443",
					     .balancer = &balancer,
					     .outages = { .items = outages, .sent = 100, .ok = 100,
							  .blind = 2 * MS, .trip = MS } };
	watch = (struct halb_watch){ .series = &series, .n_series = 1,
				     .options.timeout = 250 * MS, .holders = holders };
	for (size_t i = 0; i < 4; i++)
		runs[i] = (struct halb_drill_run){ .end = HALB_DRILL_DONE, .start = 1000 * MS,
						   .until = 9000 * MS };
	drill = (struct halb_drill){ .fault = "haproxy-killed", .runs = runs, .n_runs = 1 };
}

TestSuite(drill, .init = setup);

static void has_outage(int64_t start, int64_t min, int64_t max)
{
	outages[series.outages.n++] = (struct halb_outage){ .start = start, .min = min, .max = max };
}

static enum halb_severity judge(int64_t max_outage)
{
	halb_drill_judge(&watch, &drill, max_outage, &verdict);
	return verdict.severity;
}

Test(drill, measures_the_longest_outage_of_its_own)
{
	has_outage(500 * MS, 90 * MS, 95 * MS); /* before it */
	has_outage(1010 * MS, 10 * MS, 12 * MS);
	has_outage(2000 * MS, 20 * MS, 25 * MS);
	halb_drill_measure(&watch, &runs[0]);
	cr_assert_eq(runs[0].outages, 2);
	cr_assert_eq(runs[0].min, 20 * MS);
	cr_assert_eq(runs[0].max, 25 * MS);
	cr_assert_eq(runs[0].series, &series);
}

Test(drill, measures_what_new_connections_met_before_other_layers)
{
	struct halb_watch_series both[2];
	struct halb_outage held = { .start = 1010 * MS, .min = 3000 * MS, .max = 3100 * MS };

	has_outage(1010 * MS, 10 * MS, 12 * MS);
	both[0] = both[1] = series;
	both[0].layer = HALB_WATCH_HELD;
	both[0].outages.items = &held;
	watch.series = both;
	watch.n_series = 2;
	halb_drill_measure(&watch, &runs[0]);
	cr_assert_eq(runs[0].series, &both[1]);
	cr_assert_eq(runs[0].outages, 2);
	watch.n_series = 1;
	halb_drill_measure(&watch, &runs[0]);
	cr_assert_eq(runs[0].min, 3000 * MS);
}

Test(drill, without_an_outage_tells_what_could_be_missed)
{
	halb_drill_measure(&watch, &runs[0]);
	cr_assert_null(runs[0].series);
	cr_assert_eq(runs[0].min, 0);
	cr_assert_eq(runs[0].max, 3 * MS);
}

Test(drill, tells_the_holder_before_and_after)
{
	holders[0] = (struct halb_watch_holder){ .at = 1, .balancer = &balancer, .host = "lb1" };
	holders[1] = (struct halb_watch_holder){ .at = 1500 * MS, .balancer = &balancer,
						 .host = "lb2" };
	watch.n_holders = 2;
	halb_drill_measure(&watch, &runs[0]);
	cr_assert_str_eq(runs[0].before, "lb1");
	cr_assert_str_eq(runs[0].after, "lb2");
}

Test(drill, is_judged_by_its_own_outages_alone)
{
	has_outage(100 * MS, 900 * MS, 905 * MS);
	has_outage(1010 * MS, 10 * MS, 12 * MS);
	cr_assert_eq(judge(12 * MS), HALB_SEV_OK);
	cr_assert_eq(judge(11 * MS), HALB_SEV_UNKNOWN);
	cr_assert_eq(judge(9 * MS), HALB_SEV_CRITICAL);
	cr_assert_eq(judge(-1), HALB_SEV_CRITICAL);
}

Test(drill, that_was_not_done_is_unknown_whatever_was_seen)
{
	static const enum halb_drill_end ends[] = { HALB_DRILL_UNSTEADY, HALB_DRILL_NOT_RUN,
						    HALB_DRILL_FAILED, HALB_DRILL_HUNG,
						    HALB_DRILL_NOT_HEALED,
						    HALB_DRILL_INTERRUPTED };

	has_outage(1010 * MS, 5000 * MS, 5002 * MS);
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		runs[0].end = ends[i];
		cr_assert_eq(judge(MS), HALB_SEV_UNKNOWN, "%s", halb_drill_end_name(ends[i]));
		cr_assert(verdict.why[0]);
	}
	drill.n_runs = 0;
	cr_assert_eq(judge(MS), HALB_SEV_UNKNOWN);
}

Test(drill, that_does_not_get_well_again_is_critical)
{
	runs[0].end = HALB_DRILL_OPEN;
	has_outage(1010 * MS, 50 * MS, -1);
	cr_assert_eq(judge(100 * MS), HALB_SEV_CRITICAL);
}

Test(drill, warns_where_measured_and_predicted_have_nothing_in_common)
{
	drill.predicted = true;
	drill.predicted_min = 15 * MS;
	drill.predicted_max = 20 * MS;
	runs[0].min = 19 * MS;
	runs[0].max = 23 * MS;
	cr_assert_eq(judge(1000 * MS), HALB_SEV_OK);
	runs[0].min = 21 * MS;
	cr_assert_eq(judge(1000 * MS), HALB_SEV_WARNING);
	cr_assert(strstr(verdict.why, "haproxy-killed"));
	runs[0].min = 5 * MS;
	runs[0].max = 14 * MS;
	cr_assert_eq(judge(1000 * MS), HALB_SEV_WARNING);
	drill.predicted_min = drill.predicted_max = INT64_MAX;
	runs[0].max = -1;
	cr_assert_not(halb_drill_contradicts(&drill, &runs[0]));
}

Test(drill, ranks_both_bounds_of_several_runs)
{
	static const int64_t bounds[][2] = { { 30, 35 }, { 10, 50 }, { 20, 21 }, { 40, -1 } };
	struct halb_drill_spread s;

	drill.n_runs = 4;
	for (size_t i = 0; i < 4; i++) {
		runs[i].min = bounds[i][0];
		runs[i].max = bounds[i][1];
	}
	cr_assert(halb_drill_spread(&drill, 0, &s));
	cr_assert(s.min == 10 && s.max == 21);
	cr_assert(halb_drill_spread(&drill, 0.5, &s));
	cr_assert(s.min == 20 && s.max == 35);
	cr_assert(halb_drill_spread(&drill, 1, &s));
	cr_assert(s.min == 40 && s.max == -1);
}

Test(drill, leaves_runs_out_that_were_not_done)
{
	struct halb_drill_spread s;

	runs[0].end = HALB_DRILL_FAILED;
	cr_assert_not(halb_drill_spread(&drill, 0.5, &s));
}
