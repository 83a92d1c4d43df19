/* SPDX-License-Identifier: Apache-2.0 */
/* unregister: away with what is ours. */
#include "cli.h"

enum halb_status cmd_unregister(const struct options *opt, struct halb_site *site,
				struct outcome *out)
{
	enum halb_status st = planning_start(opt, site, PLAN_UNREGISTER, !opt->dry_run, out);

	out->report.dry_run = opt->dry_run;
	if (st != HALB_OK || opt->dry_run)
		return st;
	return planning_apply(opt, site, PLAN_UNREGISTER, out);
}
