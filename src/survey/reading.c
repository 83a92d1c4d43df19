/* SPDX-License-Identifier: Apache-2.0 */
/* Reads from one DC all that a plan for a site looks at. */
#include "halb/survey/reading.h"

#include <stdlib.h>

#include "halb/directory/zone.h"

const struct halb_dhcp_ops *halb_reading_dhcp(const struct halb_site *site)
{
	return site->dhcp_backend == HALB_DHCP_AD ? &halb_dhcp_ad : NULL;
}

/* Nodes and reservations, in one go: what takes time is the way to the DC and back. */
static enum halb_status read_objects(const struct halb_directory *dir, const struct halb_site *site,
				     struct halb_zones *zones, const struct halb_names *names,
				     const struct halb_marks *marks,
				     const struct halb_dhcp_ops *ops, struct halb_reading *out,
				     struct halb_error *err)
{
	struct halb_searches searches = { 0 };
	enum halb_status st;

	if (ops)
		ops->ask(dir, site->dhcp_service, &out->dhcp, &searches);
	st = halb_nodes_read(dir, zones, names->items, names->n, (const char *const *)marks->items,
			     marks->n, &searches, &out->nodes, err);
	halb_searches_clear(&searches);
	out->view = (struct halb_present){ zones, &out->nodes, ops ? &out->dhcp : NULL,
					   ops ? ops->locate : NULL, dir->server };
	return st;
}

enum halb_status halb_reading_take(const struct halb_directory *dir, const struct halb_site *site,
				   struct halb_reading *out, struct halb_error *err)
{
	struct halb_names names = { 0 };
	struct halb_marks marks = { 0 };
	enum halb_status st;

	*out = (struct halb_reading){ 0 };
	st = halb_zones_read(dir, &out->zones, err);
	if (st == HALB_OK)
		st = halb_plan_names(site, &out->zones, &names, err);
	if (st == HALB_OK)
		st = halb_plan_marks(site, &marks, err);
	if (st == HALB_OK)
		st = read_objects(dir, site, &out->zones, &names, &marks, halb_reading_dhcp(site),
				  out, err);
	halb_marks_clear(&marks);
	free(names.items);
	if (st != HALB_OK)
		halb_reading_clear(out);
	return st;
}

static int compare_names(const void *a, const void *b)
{
	return halb_name_cmp(a, b);
}

/* What the site has no name for any more. `names` is sorted. */
static enum halb_status add_changed(const struct halb_plan *plan, struct halb_names *names,
				    struct halb_error *err)
{
	size_t n = names->n;
	struct halb_name *items = reallocarray(names->items, n + plan->n + 1, sizeof *items);

	if (!items)
		return halb_fail_nomem(err);
	names->items = items;
	for (size_t i = 0; i < plan->n; i++) {
		const struct halb_node *node = plan->changes[i].node;

		if (node && !bsearch(&node->name, items, n, sizeof *items, compare_names))
			items[names->n++] = node->name;
	}
	return HALB_OK;
}

enum halb_status halb_reading_nodes(const struct halb_directory *dir, const struct halb_site *site,
				    struct halb_reading *before, const struct halb_plan *plan,
				    struct halb_reading *out, struct halb_error *err)
{
	const struct halb_marks none = { 0 };
	struct halb_names names = { 0 };
	enum halb_status st = halb_plan_names(site, &before->zones, &names, err);

	*out = (struct halb_reading){ 0 };
	if (st == HALB_OK)
		st = add_changed(plan, &names, err);
	if (st == HALB_OK)
		st = read_objects(dir, site, &before->zones, &names, &none, NULL, out, err);
	free(names.items);
	if (st != HALB_OK)
		halb_reading_clear(out);
	return st;
}

void halb_reading_clear(struct halb_reading *reading)
{
	halb_nodes_clear(&reading->nodes);
	halb_zones_clear(&reading->zones);
	halb_dhcp_config_clear(&reading->dhcp);
}
