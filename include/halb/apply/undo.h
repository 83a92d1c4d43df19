/* SPDX-License-Identifier: Apache-2.0 */
/* The way back from a run: what it changed, and nothing that others changed since. */
#ifndef HALB_APPLY_UNDO_H
#define HALB_APPLY_UNDO_H

#include "halb/apply/journal.h"

/*
 * The run whose id begins so; with NULL the domain's newest one that changed something and stands.
 * `out` is NULL where there is none. HALB_E_USAGE: no run, or several, or another domain's.
 */
enum halb_status halb_undo_find(const struct halb_runs *runs, const char *id, const char *domain,
				const struct halb_run **out, struct halb_error *err) HALB_CHECKED;

/*
 * Reads the run's objects and plans the way back: values that it added go, values that it took away
 * come back, all else stays. A name that is left without records becomes a tombstone, dated `now`,
 * as the DNS servers do it. What is as it was before the run needs nothing; what is neither as
 * before nor as after it blocks the plan (HALB_E_CONFLICT is its verdict). `plan` and `steps` are
 * the caller's to clear, the steps first.
 */
enum halb_status halb_undo_plan(const struct halb_directory *dir, const struct halb_run *run,
				time_t now, struct halb_plan *plan, struct halb_steps *steps,
				struct halb_error *err) HALB_CHECKED;

#endif
