/* SPDX-License-Identifier: Apache-2.0 */
/* Who has the vIPs now that a plan registers. */
#ifndef HALB_CLI_HOLDERS_H
#define HALB_CLI_HOLDERS_H

#include "halb/plan/plan.h"

/* Looks at those, for a twentieth of a second at most, and puts what is to be said in the plan. */
enum halb_status holders_check(const struct halb_site *site,
			       const struct halb_plan_options *options, struct halb_plan *plan,
			       struct halb_error *err) HALB_CHECKED;

#endif
