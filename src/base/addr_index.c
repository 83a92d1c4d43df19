/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers sorted by their addresses. */
#include "halb/base/addr_index.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b, void *arg)
{
	const struct halb_addr *addresses = arg;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = halb_addr_cmp(&addresses[x], &addresses[y]);

	return order ? order : (x > y) - (x < y);
}

enum halb_status halb_addr_index_init(struct halb_addr_index *index,
				      const struct halb_addr *addresses, size_t n,
				      struct halb_error *err)
{
	struct halb_addr_index made = { .addresses = calloc(n + 1, sizeof *addresses),
					.numbers = calloc(n + 1, sizeof *made.numbers),
					.n = n };

	if (!made.addresses || !made.numbers) {
		halb_addr_index_clear(&made);
		return halb_fail_nomem(err);
	}
	for (size_t i = 0; i < n; i++) {
		made.addresses[i] = addresses[i];
		made.numbers[i] = i;
	}
	qsort_r(made.numbers, n, sizeof *made.numbers, compare, made.addresses);
	*index = made;
	return HALB_OK;
}

void halb_addr_index_clear(struct halb_addr_index *index)
{
	free(index->addresses);
	free(index->numbers);
	*index = (struct halb_addr_index){ 0 };
}

static const struct halb_addr *at(const struct halb_addr_index *index, size_t place)
{
	return &index->addresses[index->numbers[place]];
}

const size_t *halb_addr_index_find(const struct halb_addr_index *index,
				   const struct halb_addr *address, size_t *n)
{
	size_t low = 0, high = index->n, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (halb_addr_cmp(at(index, middle), address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < index->n && halb_addr_equal(at(index, end), address); end++)
		;
	*n = end - low;
	return *n ? index->numbers + low : NULL;
}
