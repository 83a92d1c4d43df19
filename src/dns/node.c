/* SPDX-License-Identifier: Apache-2.0 */
/* Zones and nodes: freeing and finding. */
#include "halb/dns/node.h"

#include <stdlib.h>

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
