/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which DCs are tried: the same for all runs on all machines of a site. */
#include "locate_priv.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void halb_dc_list_clear(struct halb_dc_list *list)
{
	free(list->items);
	*list = (struct halb_dc_list){ 0 };
}

struct halb_dc *halb_dc_list_find(const struct halb_dc_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcasecmp(list->items[i].name, name) == 0)
			return &list->items[i];
	return NULL;
}

enum halb_status halb_dc_list_prefer(struct halb_dc_list *list, const struct halb_dc_list *first,
				     struct halb_error *err)
{
	struct halb_dc_list all = { calloc(list->n + first->n + 1, sizeof *all.items), first->n };

	if (!all.items)
		return halb_fail_nomem(err);
	if (first->n)
		memcpy(all.items, first->items, first->n * sizeof *all.items);
	for (size_t i = 0; i < list->n; i++)
		if (!halb_dc_list_find(first, list->items[i].name))
			all.items[all.n++] = list->items[i];
	halb_dc_list_clear(list);
	*list = all;
	return HALB_OK;
}

/* FNV-1a, without case. */
static uint64_t hash(uint64_t sum, const char *text)
{
	for (; *text; text++)
		sum = (sum ^ (uint64_t)tolower((unsigned char)*text)) * 0x100000001b3;
	return (sum ^ 0xff) * 0x100000001b3;
}

/*
 * Where among its equals a DC stands: a number of an exponential distribution whose rate is the
 * weight; the least is first, and so it is with the chance that RFC 2782 "Weight" gives it. The
 * dice are the names (rendezvous hashing): all runs on all machines draw the same.
 */
static double draw(const char *key, const struct halb_dc *dc)
{
	uint64_t h = hash(hash(0xcbf29ce484222325, key), dc->name);
	double weight = dc->weight ? dc->weight : 1.0 / UINT16_MAX; /* 0: hardly ever first */

	h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9; /* SplitMix64: spreads what FNV leaves close */
	h = (h ^ (h >> 27)) * 0x94d049bb133111eb;
	h ^= h >> 31;
	return -log(((double)(h >> 11) + 0.5) / (double)(1ULL << 53)) / weight;
}

static int compare_dcs(const void *a, const void *b, void *key)
{
	const struct halb_dc *x = a, *y = b;
	double at_x, at_y;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	at_x = draw(key, x);
	at_y = draw(key, y);
	return (at_x > at_y) - (at_x < at_y);
}

void halb_dc_list_order(struct halb_dc_list *list, const char *key)
{
	if (list->n)
		qsort_r(list->items, list->n, sizeof *list->items, compare_dcs,
			(char *)(uintptr_t)key);
}
