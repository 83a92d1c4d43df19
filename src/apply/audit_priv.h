/* SPDX-License-Identifier: Apache-2.0 */
/* The audit's line for one change. */
#ifndef HALB_APPLY_AUDIT_PRIV_H
#define HALB_APPLY_AUDIT_PRIV_H

#include "halb/apply/journal.h"

/* Hands it to the journal's sink. `back`: a change of this run was put back. */
void halb_audit(const struct halb_journal *journal, const char *id,
		const struct halb_run_head *head, const struct halb_step *step, bool back);

#endif
