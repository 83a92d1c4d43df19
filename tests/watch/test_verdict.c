/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/watch/verdict.h"

#include <criterion/criterion.h>
#include <string.h>

#define MS INT64_C(1000000)

static struct halb_outage outage;
static struct halb_watch_series series;
static struct halb_watch watch;
static struct halb_watch_verdict verdict;

static void setup(void)
{
	series = (struct halb_watch_series){ .layer = HALB_WATCH_TCP,
					     .what = "192.0.2.1:6443",
					     .outages = { .sent = 1000, .ok = 1000 } };
	watch = (struct halb_watch){ .series = &series, .n_series = 1 };
}

TestSuite(verdict, .init = setup);

static enum halb_severity judge(int64_t max_outage)
{
	halb_watch_judge(&watch, max_outage, &verdict);
	return verdict.severity;
}

static void has_outage(int64_t min, int64_t max)
{
	outage = (struct halb_outage){ .min = min, .max = max };
	series.outages.items = &outage;
	series.outages.n = series.outages.total = 1;
}

Test(verdict, is_ok_without_an_outage)
{
	cr_assert_eq(judge(-1), HALB_SEV_OK);
	cr_assert_str_eq(verdict.why, "");
}

Test(verdict, any_outage_is_critical_without_a_limit)
{
	has_outage(0, 2 * MS);
	cr_assert_eq(judge(-1), HALB_SEV_CRITICAL);
	cr_assert(strstr(verdict.why, "192.0.2.1:6443"));
}

Test(verdict, an_outage_within_the_limit_is_ok)
{
	has_outage(16 * MS, 18 * MS);
	cr_assert_eq(judge(18 * MS), HALB_SEV_OK);
}

Test(verdict, is_unknown_where_an_outage_that_was_dropped_may_have_been_too_long)
{
	has_outage(5 * MS, 6 * MS);
	series.outages.dropped_max = 19 * MS;
	cr_assert_eq(judge(19 * MS), HALB_SEV_OK);
	cr_assert_eq(judge(18 * MS), HALB_SEV_UNKNOWN);
	series.outages.dropped_max = -1;
	cr_assert_eq(judge(19 * MS), HALB_SEV_UNKNOWN);
}

Test(verdict, what_certainly_lasted_too_long_is_critical)
{
	has_outage(16 * MS, 18 * MS);
	cr_assert_eq(judge(15 * MS), HALB_SEV_CRITICAL);
}

Test(verdict, what_may_have_lasted_too_long_is_unknown)
{
	has_outage(16 * MS, 18 * MS);
	cr_assert_eq(judge(17 * MS), HALB_SEV_UNKNOWN);
	has_outage(16 * MS, -1);
	cr_assert_eq(judge(100 * MS), HALB_SEV_UNKNOWN);
}

Test(verdict, nothing_seen_is_unknown)
{
	series.outages = (struct halb_outages){ .unknown = 5 };
	cr_assert_eq(judge(-1), HALB_SEV_UNKNOWN);
	watch.n_series = 0;
	cr_assert_eq(judge(-1), HALB_SEV_UNKNOWN);
}

Test(verdict, too_long_a_time_without_a_probe_is_unknown)
{
	series.period = 10 * MS;
	series.outages.blind = 300 * MS;
	cr_assert_eq(judge(-1), HALB_SEV_OK);
	cr_assert_eq(judge(300 * MS), HALB_SEV_OK);
	cr_assert_eq(judge(200 * MS), HALB_SEV_UNKNOWN);
	series.outages.blind = 2000 * MS;
	cr_assert_eq(judge(-1), HALB_SEV_UNKNOWN);
}

Test(verdict, a_split_brain_is_critical)
{
	watch.n_splits = 1;
	cr_assert_eq(judge(10 * MS), HALB_SEV_CRITICAL);
}
