/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/watch/histogram.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct halb_histogram histogram;
static struct halb_error err;

static void clear(void)
{
	halb_histogram_clear(&histogram);
}

TestSuite(histogram, .fini = clear);

static void add(struct halb_histogram *to, int64_t ns)
{
	cr_assert_eq(halb_histogram_add(to, ns, &err), HALB_OK);
}

/* Within a percent, and never off by less than one. */
static bool near(int64_t found, int64_t wanted)
{
	int64_t off = found > wanted ? found - wanted : wanted - found;

	return off <= wanted / 100 + 1;
}

Test(histogram, is_empty_at_first)
{
	cr_assert_eq(halb_histogram_at(&histogram, 0.5), 0);
	cr_assert_eq(histogram.max, 0);
}

Test(histogram, tells_small_values_exactly)
{
	for (int64_t v = 0; v < 128; v++)
		add(&histogram, v);
	for (int64_t v = 0; v < 128; v++)
		cr_assert_eq(halb_histogram_at(&histogram, (double)(v + 1) / 128), v);
}

Test(histogram, tells_one_value_of_any_size_within_a_percent)
{
	for (int64_t v = 1; v < INT64_C(8000000000000); v = v * 9 / 7 + 1) {
		struct halb_histogram one = { .n = 0 };

		add(&one, v);
		cr_assert(near(halb_histogram_at(&one, 0.5), v), "%lld for %lld",
			  (long long)halb_histogram_at(&one, 0.5), (long long)v);
		cr_assert_eq(one.max, v);
		halb_histogram_clear(&one);
	}
}

Test(histogram, finds_percentiles_among_many)
{
	for (int64_t i = 1; i <= 100000; i++)
		add(&histogram, i * 1000);
	cr_assert(near(halb_histogram_at(&histogram, 0.5), 50000000));
	cr_assert(near(halb_histogram_at(&histogram, 0.9), 90000000));
	cr_assert(near(halb_histogram_at(&histogram, 0.99), 99000000));
	cr_assert(near(halb_histogram_at(&histogram, 0.999), 99900000));
	cr_assert_eq(halb_histogram_at(&histogram, 1), 100000000);
	cr_assert_eq(histogram.n, 100000);
}

Test(histogram, never_tells_more_than_the_most)
{
	add(&histogram, 1000001);
	cr_assert_leq(halb_histogram_at(&histogram, 1), 1000001);
}

Test(histogram, takes_what_is_longer_than_its_last_bucket)
{
	add(&histogram, INT64_MAX);
	add(&histogram, -5);
	cr_assert_eq(halb_histogram_at(&histogram, 0.5), 0);
	cr_assert_eq(histogram.max, INT64_MAX);
	cr_assert_gt(halb_histogram_at(&histogram, 1), INT64_C(1000000000000));
}

Test(histogram, takes_memory_for_what_it_has_seen_alone)
{
	for (int64_t i = 0; i < 100000; i++)
		add(&histogram, 100000 + i); /* from 2^16 to below 2^18 */
	cr_assert_eq(histogram.n_rows, 2);
}

Test(histogram, never_takes_more_than_all_of_its_rows)
{
	for (int round = 0; round < 3; round++)
		for (int64_t v = 0; v < INT64_MAX / 65 * 64; v += v / 64 + 1)
			add(&histogram, v);
	cr_assert_eq(histogram.n_rows, HALB_HISTOGRAM_ROWS);
}

Test(histogram, merged_is_as_if_all_were_added_to_one)
{
	struct halb_histogram other = { .n = 0 }, both = { .n = 0 };

	for (int64_t v = 1; v < INT64_C(8000000000000); v = v * 9 / 7 + 1) {
		add(v % 3 ? &histogram : &other, v);
		add(&both, v);
	}
	cr_assert_eq(halb_histogram_merge(&histogram, &other, &err), HALB_OK);
	cr_assert_eq(histogram.n, both.n);
	cr_assert_eq(histogram.max, both.max);
	for (int i = 0; i <= 100; i++)
		cr_assert_eq(halb_histogram_at(&histogram, i / 100.),
			     halb_histogram_at(&both, i / 100.));
	halb_histogram_clear(&other);
	halb_histogram_clear(&both);
}
