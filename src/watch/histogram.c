/* SPDX-License-Identifier: Apache-2.0 */
/* Log-linear buckets: the highest seven bits of a value say where it belongs. */
#include "halb/watch/histogram.h"

#include <stdlib.h>
#include <string.h>

#define ROW     ((uint64_t)HALB_HISTOGRAM_ROW)
#define BUCKETS (HALB_HISTOGRAM_ROW * HALB_HISTOGRAM_ROWS)

/* How often `v` must be halved to fit the first two rows, which are exact. */
static unsigned doublings(uint64_t v)
{
	unsigned bits = 64 - (unsigned)__builtin_clzll(v | 1);

	return bits > 7 ? bits - 7 : 0;
}

static size_t bucket_of(uint64_t v)
{
	unsigned shift = doublings(v);
	size_t at = (size_t)(shift * ROW + (v >> shift));

	return at < BUCKETS ? at : BUCKETS - 1;
}

/* The middle of a bucket. */
static int64_t value_of(size_t bucket)
{
	unsigned shift = bucket < 2 * ROW ? 0 : (unsigned)(bucket / ROW) - 1;
	uint64_t low = (bucket - shift * ROW) << shift;

	return (int64_t)(low + (shift ? (UINT64_C(1) << shift) / 2 : 0));
}

void halb_histogram_clear(struct halb_histogram *histogram)
{
	free(histogram->rows);
	*histogram = (struct halb_histogram){ 0 };
}

/* Its counts, which are made where there are none yet; NULL without memory. */
static uint32_t *reserve_row(struct halb_histogram *h, size_t row)
{
	uint32_t(*rows)[HALB_HISTOGRAM_ROW];

	if (h->row_of[row])
		return h->rows[h->row_of[row] - 1];
	rows = reallocarray(h->rows, h->n_rows + 1u, sizeof *rows);
	if (!rows)
		return NULL;
	h->rows = rows;
	memset(rows[h->n_rows], 0, sizeof *rows);
	h->row_of[row] = ++h->n_rows;
	return rows[h->n_rows - 1];
}

enum halb_status halb_histogram_add(struct halb_histogram *histogram, int64_t ns,
				    struct halb_error *err)
{
	size_t bucket = bucket_of(ns > 0 ? (uint64_t)ns : 0);
	uint32_t *row = reserve_row(histogram, bucket / ROW);

	if (!row)
		return halb_fail_nomem(err);
	if (row[bucket % ROW] < UINT32_MAX)
		row[bucket % ROW]++;
	histogram->n++;
	if (ns > histogram->max)
		histogram->max = ns;
	return HALB_OK;
}

static enum halb_status merge_row(struct halb_histogram *h, size_t row, const uint32_t *counts,
				  struct halb_error *err)
{
	uint32_t *sums = reserve_row(h, row);

	if (!sums)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < ROW; i++) {
		uint32_t room = UINT32_MAX - sums[i];

		sums[i] += counts[i] < room ? counts[i] : room;
	}
	return HALB_OK;
}

enum halb_status halb_histogram_merge(struct halb_histogram *histogram,
				      const struct halb_histogram *other, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < HALB_HISTOGRAM_ROWS; i++)
		if (other->row_of[i])
			st = merge_row(histogram, i, other->rows[other->row_of[i] - 1], err);
	histogram->n += other->n;
	if (other->max > histogram->max)
		histogram->max = other->max;
	return st;
}

int64_t halb_histogram_at(const struct halb_histogram *histogram, double share)
{
	uint64_t wanted = (uint64_t)(share * (double)histogram->n + 0.5), seen = 0;

	if (!histogram->n)
		return 0;
	wanted = wanted ? wanted : 1;
	for (size_t i = 0; i < BUCKETS; i++) {
		const unsigned row = histogram->row_of[i / ROW];

		seen += row ? histogram->rows[row - 1][i % ROW] : 0;
		if (seen >= wanted)
			return value_of(i) < histogram->max ? value_of(i) : histogram->max;
	}
	return histogram->max;
}
