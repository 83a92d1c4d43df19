/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durations counted in buckets whose width grows with their value (as HdrHistogram does): any
 * number of them in ten kilobytes at the most, each percentile right to one percent. A row of
 * buckets takes memory from its first duration on: those of one service fill a few.
 */
#ifndef HALB_WATCH_HISTOGRAM_H
#define HALB_WATCH_HISTOGRAM_H

#include <stdint.h>

#include "halb/base/error.h"

#define HALB_HISTOGRAM_ROW  64 /* buckets for each doubling: 1/64 apart, the middle is told */
#define HALB_HISTOGRAM_ROWS 38 /* the first two to 128 ns, the last to two and a half hours */

/* All zero is an empty one. */
struct halb_histogram {
	uint32_t (*rows)[HALB_HISTOGRAM_ROW];  /* owned; in the order of their first durations */
	uint8_t n_rows;
	uint8_t row_of[HALB_HISTOGRAM_ROWS];   /* one more than its number in `rows`; 0: empty */
	uint64_t n;
	int64_t max; /* exact; ns, like the rest */
};

void halb_histogram_clear(struct halb_histogram *histogram);

/* HALB_E_NOMEM, and nothing is counted. */
enum halb_status halb_histogram_add(struct halb_histogram *histogram, int64_t ns,
				    struct halb_error *err) HALB_CHECKED;

/* Adds what another one has counted. HALB_E_NOMEM: a part of it. */
enum halb_status halb_histogram_merge(struct halb_histogram *histogram,
				      const struct halb_histogram *other, struct halb_error *err)
	HALB_CHECKED;

/* The value that `share` (0 to 1) of all do not exceed; 0 where there are none. */
int64_t halb_histogram_at(const struct halb_histogram *histogram, double share);

#endif
