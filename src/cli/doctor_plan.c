/* SPDX-License-Identifier: Apache-2.0 */
/* What register would find: the zones, the DHCP service, and what stands there already. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "doctor.h"
#include "halb/directory/preflight.h"
#include "halb/survey/words.h"

static const char *const partitions[] = { [HALB_PART_DOMAIN] = "DomainDnsZones",
					  [HALB_PART_FOREST] = "ForestDnsZones",
					  [HALB_PART_SYSTEM] = "CN=System" };

static void look_at_zone(struct doctor *doc, const struct halb_directory *dir,
			 const struct halb_zone *zone)
{
	char what[DOCTOR_TEXT + HALB_NAME_TEXT], name[HALB_NAME_TEXT];
	struct halb_zone_aging aging;
	struct halb_error why;

	snprintf(what, sizeof what, "zone %s", halb_name_format(&zone->name, name));
	if (halb_zone_aging_read(dir, zone->dn, &aging, &why) != HALB_OK)
		doctor_error(doc, what, HALB_CODE_RECORD_AGING, HALB_SEV_UNKNOWN, zone->dn,
			     dir->server, &why);
	else if (!aging.enabled)
		doctor_pass(doc, what, "in %s, aging off", partitions[zone->partition]);
	else
		doctor_pass(doc, what,
			    "in %s, aging on (no-refresh %u h, refresh %u h): static records, as "
			    "these are, are never scavenged",
			    partitions[zone->partition], aging.no_refresh, aging.refresh);
}

/* Each zone once, whichever of the names it holds; where there is none, the plan says so. */
static void look_at_zones(struct doctor *doc, const struct halb_directory *dir,
			  const struct halb_zones *zones)
{
	struct halb_names names = { 0 };

	if (doc->status == HALB_OK)
		doc->status = halb_plan_names(doc->site, zones, &names, doc->err);
	for (size_t i = 0; doc->status == HALB_OK && i < zones->n; i++) {
		bool used = false;

		for (size_t k = 0; k < names.n && !used; k++)
			used = halb_zones_find(zones, &names.items[k], NULL) == &zones->items[i];
		if (used)
			look_at_zone(doc, dir, &zones->items[i]);
	}
	free(names.items);
}

/* With ptr: yes a missing zone is the plan's finding; with auto it is none at all. */
static void look_at_reverse(struct doctor *doc, const struct halb_zones *zones,
			    const struct halb_balancer *b)
{
	char what[DOCTOR_TEXT], vip[HALB_ADDR_TEXT];

	if (b->ptr != HALB_PTR_AUTO || halb_plan_wants_ptr(b, zones))
		return;
	snprintf(what, sizeof what, "PTR of %s", halb_addr_format(&b->vip, vip));
	doctor_pass(doc, what, "none will be made: no reverse zone holds it (ptr: auto)");
}

static void look_at_dhcp(struct doctor *doc, const struct halb_dhcp_config *dhcp)
{
	if (dhcp && dhcp->has_schema && dhcp->has_service)
		doctor_pass(doc, "DHCP service", "%s: subnets %zu, ranges %zu, reservations %zu",
			    doc->site->dhcp_service, dhcp->n_subnets, dhcp->n_ranges,
			    dhcp->n_reservations);
}

static void look_at_balancer(struct doctor *doc, const struct halb_plan *plan,
			     const struct halb_balancer *b, bool dhcp)
{
	char what[DOCTOR_TEXT];
	bool free_of_findings = true;

	for (size_t i = 0; i < plan->findings.n && free_of_findings; i++) {
		const char *whose = plan->findings.items[i].balancer;

		free_of_findings = !whose || strcasecmp(whose, b->name) != 0;
	}
	if (!free_of_findings)
		return;
	snprintf(what, sizeof what, "balancer %s", b->name);
	doctor_pass(doc, what, "its names%s are free, or its own already",
		    dhcp ? ", address and MAC" : "");
}

static void add_findings(struct doctor *doc, const char *server, const struct halb_plan *plan)
{
	for (size_t i = 0; i < plan->findings.n; i++) {
		struct halb_finding finding = plan->findings.items[i];
		char what[DOCTOR_TEXT];

		finding.server = (char *)(uintptr_t)server;
		snprintf(what, sizeof what, "%s%s", finding.balancer ? "balancer " : "plan",
			 finding.balancer ? finding.balancer : "");
		doctor_fail(doc, what, &finding);
	}
}

static void look_at_plan(struct doctor *doc, const struct halb_directory *dir,
			 const struct halb_reading *present)
{
	const struct halb_dhcp_config *dhcp = present->view.dhcp;
	struct halb_plan plan = { 0 };

	look_at_zones(doc, dir, &present->zones);
	for (size_t i = 0; i < doc->site->n_balancers; i++)
		look_at_reverse(doc, &present->zones, &doc->site->balancers[i]);
	look_at_dhcp(doc, dhcp);
	if (doc->status == HALB_OK)
		doc->status = planning_make(doc->opt, doc->site, PLAN_REGISTER, present, &plan,
					    doc->err);
	if (doc->status != HALB_OK)
		return;
	for (size_t i = 0; i < doc->site->n_balancers; i++)
		look_at_balancer(doc, &plan, &doc->site->balancers[i], dhcp != NULL);
	add_findings(doc, dir->server, &plan);
	doctor_rights(doc, dir, &plan);
	halb_plan_clear(&plan);
}

void doctor_directory(struct doctor *doc, const struct halb_directory *dir)
{
	struct halb_reading present;
	char what[DOCTOR_TEXT];
	struct halb_error why;

	if (halb_reading_take(dir, doc->site, &present, &why) == HALB_OK) {
		look_at_plan(doc, dir, &present);
		halb_reading_clear(&present);
		return;
	}
	snprintf(what, sizeof what, "directory at %s", dir->server);
	doctor_error(doc, what, halb_read_code(&why),
		     why.status == HALB_E_UNREACHABLE ? HALB_SEV_UNKNOWN : HALB_SEV_CRITICAL, NULL,
		     dir->server, &why);
}
