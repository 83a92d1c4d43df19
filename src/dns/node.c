/* SPDX-License-Identifier: Apache-2.0 */
/* Zones and nodes: freeing and finding. */
#include "halb/dns/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void halb_zones_clear(struct halb_zones *zones)
{
	for (size_t i = 0; i < zones->n; i++)
		free(zones->items[i].dn);
	free(zones->items);
	*zones = (struct halb_zones){ 0 };
}

void halb_node_clear(struct halb_node *node)
{
	for (size_t i = 0; i < node->n_values; i++) {
		halb_record_clear(&node->values[i].rec);
		free(node->values[i].bytes);
	}
	free(node->values);
	free(node->mark);
	free(node->dn);
	*node = (struct halb_node){ 0 };
}

void halb_nodes_clear(struct halb_nodes *nodes)
{
	for (size_t i = 0; i < nodes->n; i++)
		halb_node_clear(&nodes->items[i]);
	for (size_t i = 0; i < nodes->n_strays; i++)
		free(nodes->strays[i].dn);
	free(nodes->items);
	free(nodes->strays);
	*nodes = (struct halb_nodes){ 0 };
}

bool halb_node_is_dead(const struct halb_node *node)
{
	bool dead = node->n_values > 0;

	for (size_t i = 0; i < node->n_values; i++)
		dead &= !node->values[i].malformed &&
			node->values[i].rec.type == HALB_RR_TOMBSTONE;
	return dead || node->tombstoned;
}

const struct halb_zone *halb_zones_find(const struct halb_zones *zones,
					const struct halb_name *name,
					const struct halb_zone **ambiguous)
{
	const struct halb_zone *best = NULL, *same = NULL;

	for (size_t i = 0; i < zones->n; i++) {
		const struct halb_zone *zone = &zones->items[i];

		if (!halb_name_within(name, &zone->name))
			continue;
		if (best && best->name.len == zone->name.len) {
			same = zone;
		} else if (!best || zone->name.len > best->name.len) {
			best = zone;
			same = NULL;
		}
	}
	if (ambiguous)
		*ambiguous = same;
	return best;
}

/*
 * How many addresses the zone's first label speaks of, where `host` is one of them; else 0. RFC 2317
 * 4 has the first one and a prefix length, "0/25"; others write "0-25", or the first and the last,
 * "0-127".
 */
static unsigned block_size(const struct halb_name *zone, unsigned host)
{
	char label[HALB_LABEL_MAX + 1] = "", one[4], sign[2], two[4];
	unsigned first, second, size;
	int len = 0;

	memcpy(label, zone->wire + 1, zone->wire[0]);
	if (sscanf(label, "%3[0-9]%1[-/]%3[0-9]%n", one, sign, two, &len) != 3 ||
	    len != zone->wire[0])
		return 0;
	first = (unsigned)atoi(one);
	second = (unsigned)atoi(two);
	size = second - first + 1;
	if (sign[0] == '/' || second < first || (size & (size - 1)))
		size = second >= 24 && second <= 32 ? 1U << (32 - second) : 0;
	return size && first % size == 0 && host - first < size && first + size <= 256 ? size : 0;
}

struct halb_name halb_zones_classless(const struct halb_zones *zones, const struct halb_addr *addr)
{
	struct halb_name plain = halb_name_reverse(addr), net = halb_name_parent(&plain, 1);
	struct halb_name found = { 0 };
	unsigned least = 257;

	for (size_t i = 0; addr->len == 4 && i < zones->n; i++) {
		const struct halb_name *zone = &zones->items[i].name;
		struct halb_name parent = halb_name_parent(zone, 1);
		unsigned size = halb_name_equal(&parent, &net)
					? block_size(zone, addr->bytes[3]) : 0;
		size_t label = 1U + plain.wire[0];

		if (!size || size >= least || label + zone->len > HALB_NAME_MAX)
			continue;
		least = size;
		found.len = (uint8_t)(label + zone->len);
		memcpy(found.wire, plain.wire, label);
		memcpy(found.wire + label, zone->wire, zone->len);
	}
	return found;
}

static int compare_name(const void *key, const void *item)
{
	const struct halb_node *node = item;

	return halb_name_cmp(key, &node->name);
}

const struct halb_node *halb_nodes_find(const struct halb_nodes *nodes,
					const struct halb_name *name)
{
	if (!nodes->n)
		return NULL;
	return bsearch(name, nodes->items, nodes->n, sizeof *nodes->items, compare_name);
}
