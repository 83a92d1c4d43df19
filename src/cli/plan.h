/* SPDX-License-Identifier: Apache-2.0 */
/* What plan, register and unregister have in common. */
#ifndef HALB_CLI_PLAN_H
#define HALB_CLI_PLAN_H

#include "connect.h"

struct options;
struct outcome;

/* All that the plan's texts point at lives here, until main() has printed the report. */
struct planning {
	struct connection conn;
	struct present present;
	struct halb_plan plan;
	bool has_plan;
};

enum plan_kind { PLAN_REGISTER, PLAN_UNREGISTER };

/* What `register` or `unregister` with these options would change. */
enum halb_status planning_make(const struct options *opt, const struct halb_site *site,
			       enum plan_kind kind, const struct present *present,
			       struct halb_plan *out, struct halb_error *err) HALB_CHECKED;

/* Connects, reads, plans. A plan that is blocked is a failure, with the plan in the report. */
enum halb_status planning_start(const struct options *opt, const struct halb_site *site,
				enum plan_kind kind, struct outcome *out) HALB_CHECKED;

/* Writes the plan and reads again, to see that all is as planned. */
enum halb_status planning_apply(const struct options *opt, const struct halb_site *site,
				enum plan_kind kind, struct outcome *out) HALB_CHECKED;
void planning_clear(struct planning *planning);

#endif
