/* SPDX-License-Identifier: Apache-2.0 */
/* Runs that were read. */
#ifndef HALB_APPLY_RUN_PRIV_H
#define HALB_APPLY_RUN_PRIV_H

#include "halb/apply/journal.h"

/* Whether the change is, or was, in the directory by this run. */
bool halb_step_is_ours(const struct halb_step *step);

void halb_run_clear(struct halb_run *run);

#endif
