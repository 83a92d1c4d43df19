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
				     struct halb_zones *zones, struct halb_reading *out,
				     struct halb_error *err)
{
	const struct halb_dhcp_ops *ops = halb_reading_dhcp(site);
	struct halb_searches searches = { 0 };
	struct halb_names names = { 0 };
	struct halb_marks marks = { 0 };
	enum halb_status st = halb_plan_names(site, zones, &names, err);

	if (st == HALB_OK)
		st = halb_plan_marks(site, &marks, err);
	if (st == HALB_OK && ops)
		ops->ask(dir, site->dhcp_service, &out->dhcp, &searches);
	if (st == HALB_OK)
		st = halb_nodes_read(dir, zones, names.items, names.n,
				     (const char *const *)marks.items, marks.n, &searches,
				     &out->nodes, err);
	halb_searches_clear(&searches);
	halb_marks_clear(&marks);
	free(names.items);
	out->view = (struct halb_present){ zones, &out->nodes, ops ? &out->dhcp : NULL,
					   ops ? ops->locate : NULL, dir->server };
	return st;
}

enum halb_status halb_reading_take(const struct halb_directory *dir, const struct halb_site *site,
				   struct halb_reading *out, struct halb_error *err)
{
	enum halb_status st;

	*out = (struct halb_reading){ 0 };
	st = halb_zones_read(dir, &out->zones, err);
	if (st == HALB_OK)
		st = read_objects(dir, site, &out->zones, out, err);
	if (st != HALB_OK)
		halb_reading_clear(out);
	return st;
}

enum halb_status halb_reading_repeat(const struct halb_directory *dir, const struct halb_site *site,
				     struct halb_reading *before, struct halb_reading *out,
				     struct halb_error *err)
{
	enum halb_status st;

	*out = (struct halb_reading){ 0 };
	st = read_objects(dir, site, &before->zones, out, err);
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
