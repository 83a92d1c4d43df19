/* SPDX-License-Identifier: Apache-2.0 */
/* Applies a plan as one: what was written before a failure is put back. */
#include "apply_priv.h"

#include <stdio.h>

#include "scribe_priv.h"

#define LIST_ROOM 160 /* of an error's text, for the names of what remains */

static size_t count(const struct halb_steps *steps, enum halb_step_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < steps->n; i++)
		n += steps->items[i].state == state;
	return n;
}

void halb_steps_list(const struct halb_steps *steps, enum halb_step_state state, const char *words,
		     struct halb_buf *out)
{
	size_t start = out->len, left = count(steps, state);

	for (size_t i = 0; left && i < steps->n; i++) {
		const struct halb_change *change = steps->items[i].change;

		if (steps->items[i].state != state)
			continue;
		if (out->len - start > LIST_ROOM) {
			halb_buf_printf(out, " and %zu more", left);
			return;
		}
		halb_buf_printf(out, "%s%s %.100s", out->len > start ? ", " : words, change->type,
				change->name);
		left--;
	}
}

static enum halb_status explain(const struct run *run, struct halb_error *err)
{
	switch (run->why.status) {
	case HALB_E_RETRY:
		return halb_hint(err, "somebody else changed it at the same time: run it again");
	case HALB_E_DENIED:
		return halb_hint(err, "this account has no right to write there: 'halb-dns help "
				      "register' names the rights, a domain admin grants them");
	case HALB_E_NOTFOUND:
		err->status = HALB_E_RETRY;
		return halb_hint(err, "it was there a moment ago: run it again");
	case HALB_E_UNREACHABLE:
		return halb_hint(err, "run it again when the server answers: it looks first at "
				      "what stands there");
	default:
		return err->status;
	}
}

/* Steps that this run has done, or may have. */
static size_t count_ours(const struct run *run)
{
	return count(run->steps, HALB_STEP_DONE) + count(run->steps, HALB_STEP_UNKNOWN);
}

/* Puts back what is done, and says in `err` what failed and what became of the rest. */
static enum halb_status go_back(struct run *run, struct halb_error *err)
{
	bool any = count_ours(run) > 0;
	struct halb_buf rest = { 0 };
	struct halb_error later;
	enum halb_status st = HALB_OK;

	run->backward = true;
	if (any)
		st = halb_batch_run(run, false, &later);
	if (any && st != HALB_E_UNREACHABLE)
		st = halb_batch_run(run, true, &later);
	halb_steps_list(run->steps, HALB_STEP_DONE, "; and these could not be put back: ", &rest);
	halb_steps_list(run->steps, HALB_STEP_UNKNOWN,
			"; whether these were written is not known: ", &rest);
	if (!count_ours(run))
		halb_buf_printf(&rest, "; nothing was changed%s",
				any ? " (what had been written is put back)" : "");
	halb_fail(err, run->why.status, "%.280s%s", run->why.text, halb_buf_string(&rest));
	halb_buf_clear(&rest);
	return explain(run, err);
}

/* Writes what does not remove; where another run was first with the very same, that is as good. */
static enum halb_status write_all(struct run *run, struct halb_error *err)
{
	enum halb_status st = halb_batch_run(run, false, err);
	struct halb_error later;
	size_t found;

	while (st == HALB_E_RETRY && run->failed) {
		if (halb_twins_find(run, &found, &later) != HALB_OK || !found)
			return st;
		run->failed = false;
		st = halb_batch_run(run, false, err);
	}
	return st;
}

/*
 * Removals go last, when all else is written: an object that is removed and made again is not quite
 * the one that it was.
 */
static enum halb_status go_forward(struct run *run, struct halb_error *err)
{
	enum halb_status st = write_all(run, err);

	if (st == HALB_OK)
		st = halb_batch_run(run, true, err);
	if (st != HALB_OK && !run->failed) {
		run->why = *err;
		run->failed = true;
	}
	return st;
}

/* A DC that goes down refuses what it is given before it is gone: so ask once more. */
static bool is_lost(struct run *run)
{
	struct halb_image *now;
	struct halb_error why;
	enum halb_status st;

	if (run->why.status == HALB_E_UNREACHABLE)
		return true;
	st = halb_steps_look(run->dir, run->steps, &now, &why);
	if (st == HALB_OK)
		halb_images_free(now, run->steps->n);
	if (st == HALB_E_UNREACHABLE)
		run->why = why;
	return st == HALB_E_UNREACHABLE;
}

/*
 * Forward, at another DC where one is lost, and back where it fails; but not back over what may be
 * at a lost DC: that is for the next run, which knows more.
 */
static enum halb_status go(struct run *run, const struct halb_failover *over,
			   struct halb_error *err)
{
	while (go_forward(run, err) != HALB_OK) {
		struct halb_error why;
		enum halb_status st = HALB_E_UNREACHABLE;

		if (over && is_lost(run))
			st = halb_run_fail_over(run, over, &why);
		if (st == HALB_E_UNREACHABLE)
			return go_back(run, err);
		if (st != HALB_OK) {
			*err = why;
			return st;
		}
		run->failed = false;
	}
	return HALB_OK;
}

enum halb_status halb_apply(const struct halb_directory *dir, const struct halb_journal *journal,
			    const struct halb_run_head *head, struct halb_steps *steps,
			    const struct halb_failover *over, struct halb_applied *out,
			    struct halb_error *err)
{
	struct run run = { .dir = dir, .steps = steps };
	enum halb_status st = HALB_OK;

	*out = (struct halb_applied){ 0 };
	if (steps->n)
		st = halb_scribe_new(journal, head, steps, &run.scribe, err);
	if (st != HALB_OK || !steps->n)
		return st;
	snprintf(out->journal, sizeof out->journal, "%s", halb_scribe_id(run.scribe));
	st = go(&run, over, err);
	out->n = count_ours(&run);
	halb_scribe_end(run.scribe);
	return st;
}
