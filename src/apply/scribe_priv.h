/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the file of one run. */
#ifndef HALB_APPLY_SCRIBE_PRIV_H
#define HALB_APPLY_SCRIBE_PRIV_H

#include "halb/apply/journal.h"

struct scribe;

/*
 * Makes the run's file with its head and all that it intends; when this returns, they are durable.
 * The file comes under its name as a whole or not at all, and is locked until the scribe is gone.
 * The arguments must live until then. HALB_E_CANTCREATE.
 */
enum halb_status halb_scribe_new(const struct halb_journal *journal,
				 const struct halb_run_head *head, const struct halb_steps *steps,
				 struct scribe **out, struct halb_error *err) HALB_CHECKED;

/*
 * Takes over the file, in the journal's directory `dir`, of a run that ended without saying how, to
 * say it. HALB_E_NOTFOUND where
 * there is nothing to say: it is alive, it has ended, or it is gone. The texts of `run`, which is
 * read afresh, belong to the caller.
 */
enum halb_status halb_scribe_take_over(const struct halb_journal *journal, int dir, const char *id,
				       struct halb_run *run, struct scribe **out,
				       struct halb_error *err) HALB_CHECKED;

const char *halb_scribe_id(const struct scribe *scribe);

/*
 * What became of a step, which its state says already, for the file and for the audit. `why` is the
 * reason where a write was refused or lost, else NULL. From here on nothing fails: what could not
 * be written is settled by a later run from what the directory says.
 */
void halb_scribe_outcome(struct scribe *scribe, size_t which, bool backward, const char *why);
void halb_scribe_flush(struct scribe *scribe);

/* The run is at another DC now, for the audit; the text must live as long as the run is there. */
void halb_scribe_serve(struct scribe *scribe, const char *server);
/* And all that it has written so far stands there: whoever settles it may go by that DC. */
void halb_scribe_moved(struct scribe *scribe);

/* Says how it ended, unless of some step nobody knows; unlocks and frees. NULL is nothing. */
void halb_scribe_end(struct scribe *take_scribe);

/* Says nothing more; unlocks and frees. */
void halb_scribe_free(struct scribe *take_scribe);

#endif
