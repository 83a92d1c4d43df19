/* SPDX-License-Identifier: Apache-2.0 */
/* What one DC's directory holds that matters to a site. Reads only. */
#ifndef HALB_SURVEY_READING_H
#define HALB_SURVEY_READING_H

#include "halb/config/site.h"
#include "halb/dhcp/backend.h"
#include "halb/plan/plan.h"

struct halb_reading {
	struct halb_zones zones;
	struct halb_nodes nodes;
	struct halb_dhcp_config dhcp;
	struct halb_present view; /* of the three, for the plan */
};

/* The DHCP backend of a site, NULL where it has none. */
const struct halb_dhcp_ops *halb_reading_dhcp(const struct halb_site *site);

/* Zones, nodes and reservations that matter to the site, read afresh. `out` must not move. */
enum halb_status halb_reading_take(const struct halb_directory *dir, const struct halb_site *site,
				   struct halb_reading *out, struct halb_error *err) HALB_CHECKED;
/*
 * Once more the nodes alone, of the site and of the plan, in the zones that were read before, which
 * `out` uses; it has no DHCP. They are found by name: no DC has an index for marks, and what had
 * one is in the plan.
 */
enum halb_status halb_reading_nodes(const struct halb_directory *dir, const struct halb_site *site,
				    struct halb_reading *before, const struct halb_plan *plan,
				    struct halb_reading *out, struct halb_error *err) HALB_CHECKED;
void halb_reading_clear(struct halb_reading *reading);

#endif
