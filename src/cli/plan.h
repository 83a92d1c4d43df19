/* SPDX-License-Identifier: Apache-2.0 */
/* What plan, register, unregister and undo have in common. */
#ifndef HALB_CLI_PLAN_H
#define HALB_CLI_PLAN_H

#include "holders.h"
#include "halb/apply/apply.h"
#include "halb/survey/reading.h"
#include "journaling.h"

struct options;
struct outcome;

/* All that the plan's texts point at lives here, until main() has printed the report. */
struct planning {
	struct connection conn;
	struct halb_reading present;
	struct halb_plan plan;
	struct holders holders;
	struct journaling journaling;
	struct halb_runs runs;   /* of an undo */
	struct halb_steps steps; /* the plan's, once they are needed */
	struct halb_applied applied;
};

enum plan_kind { PLAN_REGISTER, PLAN_UNREGISTER };

/* What `register` or `unregister` with these options would change. */
enum halb_status planning_make(const struct options *opt, const struct halb_site *site,
			       enum plan_kind kind, const struct halb_reading *present,
			       struct halb_plan *out, struct halb_error *err) HALB_CHECKED;

/*
 * Connects, reads, plans; where the plan is meant to be written, what became of runs that died is
 * settled first. A plan that is blocked is a failure, with the plan in the report.
 */
enum halb_status planning_start(const struct options *opt, const struct halb_site *site,
				enum plan_kind kind, bool writes, struct outcome *out) HALB_CHECKED;

/* Writes the plan and reads again, to see that all is as planned. */
enum halb_status planning_apply(const struct options *opt, const struct halb_site *site,
				enum plan_kind kind, struct outcome *out) HALB_CHECKED;
/* Plans the way back from the run of that id, or from the newest that stands, and goes it. */
enum halb_status planning_undo(const struct options *opt, const struct halb_site *site,
			       const char *id, struct outcome *out) HALB_CHECKED;
void planning_clear(struct planning *planning);

#endif
