/* SPDX-License-Identifier: Apache-2.0 */
/* register: plan, apply, verify. */
#include <string.h>
#include <strings.h>

#include "cli.h"

/* The plan that somebody has looked at, and no other. */
static enum halb_status check_expected(const struct options *opt, const struct halb_plan *plan,
				       struct halb_error *err)
{
	if (!opt->expect || strcasecmp(opt->expect, plan->checksum) == 0)
		return HALB_OK;
	halb_fail(err, HALB_E_RETRY, "the plan is another one now: its checksum is %s; nothing "
				     "was written", plan->checksum);
	return halb_hint(err, "look at it with halb-dns plan, then expect that checksum");
}

enum halb_status cmd_register(const struct options *opt, struct halb_site *site,
			      struct outcome *out)
{
	enum halb_status st = planning_start(opt, site, PLAN_REGISTER, out);

	out->report.dry_run = opt->dry_run;
	if (st == HALB_OK)
		st = check_expected(opt, &out->planning.plan, &out->error);
	if (st != HALB_OK || opt->dry_run)
		return st;
	st = planning_apply(opt, site, PLAN_REGISTER, out);
	if (st != HALB_OK || opt->no_verify)
		return st;
	st = verifying(opt, site, out);
	if (st != HALB_OK || out->verification.findings.worst <= HALB_SEV_WARNING)
		return st;
	halb_fail(&out->error, HALB_E_UNVERIFIED,
		  "the directory holds all of it, but not all of it answers yet");
	return halb_hint(&out->error, "halb-dns verify looks again; nothing needs to be written");
}
