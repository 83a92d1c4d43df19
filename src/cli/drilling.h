/* SPDX-License-Identifier: Apache-2.0 */
/* Faults caused by a command while a watch is on, one after the other. */
#ifndef HALB_CLI_DRILLING_H
#define HALB_CLI_DRILLING_H

#include "halb/watch/drill.h"
#include "watching.h"

struct options;

/*
 * Each run: all must be well, the command is run, and all must be well again; then the command that
 * heals, whatever became of the run, where anything was done. Ends at the first run that was not
 * done. `drill` has room for --repeat runs and is filled; only what keeps the loop from running is
 * an error.
 */
enum halb_status drilling_run(const struct options *opt, struct watching *watching,
			      struct halb_drill *drill, struct halb_error *err) HALB_CHECKED;

/* Whether its last run has begun and is not over. */
bool drilling_is_under_way(const struct halb_drill *drill);

/*
 * The runs by now, as a copy: one that is under way is measured as far as it has come, and its `until`
 * is INT64_MAX. The caller frees its `runs`. HALB_E_NOMEM.
 */
enum halb_status drilling_so_far(const struct halb_watch *watch, const struct halb_drill *drill,
				 struct halb_drill *out, struct halb_error *err) HALB_CHECKED;

#endif
