/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drift: what a plan's changes mean to somebody who registered all of it once. Pure, as the plan.
 */
#ifndef HALB_PLAN_DRIFT_H
#define HALB_PLAN_DRIFT_H

#include "halb/dns/aging.h"
#include "halb/plan/plan.h"

/* The plan that drift is read from: it stops at nothing that somebody else may have put there. */
#define HALB_DRIFT_OPTIONS \
	((struct halb_plan_options){ .adopt = true, .replace = true, .force = true })

/* Whether a record of the plan is dynamic, so that its zone's aging matters. */
bool halb_change_is_dynamic(const struct halb_change *change);

/*
 * Adds what is to be said of a plan made with HALB_DRIFT_OPTIONS: a finding for each thing that is
 * not as the site wants it, and the plan's own. `aging` has one for each of `zones`. Findings name
 * no server. HALB_E_NOMEM.
 */
enum halb_status halb_drift_find(const struct halb_plan *plan, const struct halb_zones *zones,
				 const struct halb_zone_aging *aging, struct halb_findings *out,
				 struct halb_error *err) HALB_CHECKED;

#endif
