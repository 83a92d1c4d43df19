/* SPDX-License-Identifier: Apache-2.0 */
/* Carries a plan out: all of it, or none of it. */
#ifndef HALB_APPLY_APPLY_H
#define HALB_APPLY_APPLY_H

#include "halb/apply/journal.h"

struct halb_applied {
	size_t n;                  /* changes that are, or may be, in the directory */
	char journal[HALB_RUN_ID]; /* "" where none was begun */
};

/*
 * Writes every step, after the journal holds all of them. Where one fails, those already written
 * are put back; the text says so, or what remains. `out` is set in any case.
 * HALB_E_CANTCREATE: there is no journal, so nothing was written. HALB_E_RETRY: something changed
 * since the plan was made. HALB_E_DENIED: no right to write. HALB_E_UNREACHABLE: the DC went away.
 */
enum halb_status halb_apply(const struct halb_directory *dir, const struct halb_journal *journal,
			    const struct halb_run_head *head, struct halb_steps *steps,
			    struct halb_applied *out, struct halb_error *err) HALB_CHECKED;

#endif
