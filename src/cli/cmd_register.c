/* SPDX-License-Identifier: Apache-2.0 */
/* register: plan, apply, verify. */
#include "cli.h"

/*
 * What was written must answer; whether it was is known now. Where a classless zone has the record
 * (RFC 2317), the DCs may know nothing of the name that leads there.
 */
static void settle_ptrs(struct halb_site *site, const struct halb_zones *zones)
{
	for (size_t i = 0; i < site->n_balancers; i++) {
		struct halb_balancer *b = &site->balancers[i];
		struct halb_name plain = halb_name_reverse(&b->vip);

		if (!halb_plan_wants_ptr(b, zones))
			b->ptr = HALB_PTR_NO;
		else if (halb_zones_find(zones, &plain, NULL))
			b->ptr = HALB_PTR_YES;
	}
}

enum halb_status cmd_register(const struct options *opt, struct halb_site *site,
			      struct outcome *out)
{
	enum halb_status st = planning_start(opt, site, PLAN_REGISTER, !opt->dry_run, out);

	out->report.dry_run = opt->dry_run;
	if (st != HALB_OK || opt->dry_run)
		return st;
	st = planning_apply(opt, site, PLAN_REGISTER, out);
	if (st != HALB_OK || opt->no_verify)
		return st;
	settle_ptrs(site, &out->planning.present.zones);
	st = verifying(opt, site, out);
	if (st != HALB_OK) {
		out->error.status = HALB_E_UNVERIFIED;
		return halb_fail_in(&out->error, "written, but not verified");
	}
	if (out->verification.findings.worst <= HALB_SEV_WARNING)
		return HALB_OK;
	halb_fail(&out->error, HALB_E_UNVERIFIED,
		  "the directory holds all of it, but not all of it answers yet");
	return halb_hint(&out->error, "halb-dns verify looks again; nothing needs to be written");
}
