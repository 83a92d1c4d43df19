/* SPDX-License-Identifier: Apache-2.0 */
/* Log-linear buckets: the highest seven bits of a value say where it belongs. */
#include "halb/watch/histogram.h"

#include <stddef.h>

#define HALF ((uint64_t)HALB_HISTOGRAM_HALF)

/* How often `v` must be halved to fit the first two rows, which are exact. */
static unsigned doublings(uint64_t v)
{
	unsigned bits = 64 - (unsigned)__builtin_clzll(v | 1);

	return bits > 7 ? bits - 7 : 0;
}

static size_t bucket_of(uint64_t v)
{
	unsigned shift = doublings(v);
	size_t at = (size_t)(shift * HALF + (v >> shift));

	return at < HALB_HISTOGRAM_BUCKETS ? at : HALB_HISTOGRAM_BUCKETS - 1;
}

/* The middle of a bucket. */
static int64_t value_of(size_t bucket)
{
	unsigned shift = bucket < 2 * HALF ? 0 : (unsigned)(bucket / HALF) - 1;
	uint64_t low = (bucket - shift * HALF) << shift;

	return (int64_t)(low + (shift ? (UINT64_C(1) << shift) / 2 : 0));
}

void halb_histogram_add(struct halb_histogram *histogram, int64_t ns)
{
	uint32_t *count = &histogram->counts[bucket_of(ns > 0 ? (uint64_t)ns : 0)];

	if (*count < UINT32_MAX)
		++*count;
	histogram->n++;
	if (ns > histogram->max)
		histogram->max = ns;
}

void halb_histogram_merge(struct halb_histogram *histogram, const struct halb_histogram *other)
{
	for (size_t i = 0; i < HALB_HISTOGRAM_BUCKETS; i++) {
		uint32_t room = UINT32_MAX - histogram->counts[i];

		histogram->counts[i] += other->counts[i] < room ? other->counts[i] : room;
	}
	histogram->n += other->n;
	if (other->max > histogram->max)
		histogram->max = other->max;
}

int64_t halb_histogram_at(const struct halb_histogram *histogram, double share)
{
	uint64_t wanted = (uint64_t)(share * (double)histogram->n + 0.5), seen = 0;

	if (!histogram->n)
		return 0;
	wanted = wanted ? wanted : 1;
	for (size_t i = 0; i < HALB_HISTOGRAM_BUCKETS; i++) {
		seen += histogram->counts[i];
		if (seen >= wanted)
			return value_of(i) < histogram->max ? value_of(i) : histogram->max;
	}
	return histogram->max;
}
