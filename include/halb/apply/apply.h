/* SPDX-License-Identifier: Apache-2.0 */
/* Carries a plan out: all of it, or none of it. */
#ifndef HALB_APPLY_APPLY_H
#define HALB_APPLY_APPLY_H

#include "halb/apply/journal.h"

struct halb_applied {
	size_t n;                  /* changes that are, or may be, in the directory */
	char journal[HALB_RUN_ID]; /* "" where none was begun */
};

/* Where a run goes on when its DC is lost. */
struct halb_failover {
	/* Another DC; the one before it is gone. HALB_E_UNREACHABLE where there is none. */
	enum halb_status (*next)(void *arg, const struct halb_directory **dir,
				 struct halb_error *err);
	/* Waits a moment for replication; false where it has waited long enough. */
	bool (*wait)(void *arg);
	void *arg;
};

/*
 * Writes every step, after the journal holds all of them. Where one fails, those already written
 * are put back; the text says so, or what remains. `out` is set in any case.
 * Where the DC is lost on the way and all that it was given is at the next one, too, the run goes
 * on there; an object that it was told to make, and that is not at the next one, is not made again,
 * since replication would rename one of the two. `over` may be NULL.
 * HALB_E_CANTCREATE: there is no journal, so nothing was written. HALB_E_RETRY: something changed
 * since the plan was made, or the DC is lost and the next one does not
 * have all of it. HALB_E_DENIED: no right to write. HALB_E_UNREACHABLE: the DC went away.
 */
enum halb_status halb_apply(const struct halb_directory *dir, const struct halb_journal *journal,
			    const struct halb_run_head *head, struct halb_steps *steps,
			    const struct halb_failover *over, struct halb_applied *out,
			    struct halb_error *err) HALB_CHECKED;

#endif
