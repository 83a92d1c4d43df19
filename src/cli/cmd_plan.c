/* SPDX-License-Identifier: Apache-2.0 */
/* plan: what register would change. */
#include "cli.h"

enum halb_status cmd_plan(const struct options *opt, struct halb_site *site, struct outcome *out)
{
	enum halb_status st = planning_start(opt, site, PLAN_REGISTER, false, out);

	if (st == HALB_OK && opt->detailed_exitcode) {
		out->has_exit = true;
		out->exit = halb_plan_writes(&out->planning.plan) ? 2 : 0;
	}
	return st;
}
