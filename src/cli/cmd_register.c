/* SPDX-License-Identifier: Apache-2.0 */
/* register: plan, apply, verify. */
#include "cli.h"

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
	st = verifying(opt, site, out);
	if (st != HALB_OK || out->verification.findings.worst <= HALB_SEV_WARNING)
		return st;
	halb_fail(&out->error, HALB_E_UNVERIFIED,
		  "the directory holds all of it, but not all of it answers yet");
	return halb_hint(&out->error, "halb-dns verify looks again; nothing needs to be written");
}
