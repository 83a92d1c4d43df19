/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durations counted in buckets whose width grows with their value (as HdrHistogram does): any
 * number of them in a few kilobytes, each percentile right to one percent.
 */
#ifndef HALB_WATCH_HISTOGRAM_H
#define HALB_WATCH_HISTOGRAM_H

#include <stdint.h>

#define HALB_HISTOGRAM_HALF    64 /* buckets for each doubling: 1/64 apart, the middle is told */
#define HALB_HISTOGRAM_DOUBLES 36 /* beyond the first 128 ns: up to two and a half hours */
#define HALB_HISTOGRAM_BUCKETS (HALB_HISTOGRAM_HALF * (HALB_HISTOGRAM_DOUBLES + 2))

struct halb_histogram {
	uint32_t counts[HALB_HISTOGRAM_BUCKETS];
	uint64_t n;
	int64_t max; /* exact; ns, like the rest */
};

void halb_histogram_add(struct halb_histogram *histogram, int64_t ns);

/* Adds what another one has counted. */
void halb_histogram_merge(struct halb_histogram *histogram, const struct halb_histogram *other);

/* The value that `share` (0 to 1) of all do not exceed; 0 where there are none. */
int64_t halb_histogram_at(const struct halb_histogram *histogram, double share);

#endif
