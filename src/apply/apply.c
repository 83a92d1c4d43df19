/* SPDX-License-Identifier: Apache-2.0 */
/* Applies a plan as one: what was written before a failure is put back. */
#include "apply_priv.h"

#include <stdlib.h>

#define LIST_ROOM 160 /* of an error's text, for the names of what remains */

static void clear_run(struct run *run)
{
	for (size_t i = 0; run->steps && i < run->n; i++) {
		halb_image_clear(&run->steps[i].before);
		halb_image_clear(&run->steps[i].after);
	}
	free(run->steps);
}

static enum halb_status prepare(struct run *run, const struct halb_plan *plan,
				const struct halb_dhcp_ops *backend, time_t now,
				struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	run->steps = calloc(plan->n + 1, sizeof *run->steps);
	if (!run->steps)
		return halb_fail_nomem(err);
	for (size_t i = 0; st == HALB_OK && i < plan->n; i++) {
		struct step *step = &run->steps[run->n];

		if (plan->changes[i].action == HALB_ACTION_KEEP)
			continue;
		step->change = &plan->changes[i];
		run->n++;
		st = halb_change_images(step->change, backend, now, &step->before, &step->after,
					err);
	}
	return st;
}

static size_t count(const struct run *run, enum step_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < run->n; i++)
		n += run->steps[i].state == state;
	return n;
}

/* "; and these could not be put back: A k8s1.lime.lan, …", or nothing. */
static void list(const struct run *run, enum step_state state, const char *words,
		 struct halb_buf *out)
{
	size_t start = out->len, left = count(run, state);

	for (size_t i = 0; left && i < run->n; i++) {
		const struct halb_change *change = run->steps[i].change;

		if (run->steps[i].state != state)
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
		return halb_hint(err, "run it again when the server answers: it looks first at what "
				      "stands there");
	default:
		return err->status;
	}
}

/* Puts back what is done, and says in `err` what failed and what became of the rest. */
static enum halb_status go_back(struct run *run, struct halb_error *err)
{
	bool any = count(run, STEP_OPEN) < run->n;
	struct halb_buf rest = { 0 };
	struct halb_error later;
	enum halb_status st = HALB_OK;

	run->backward = true;
	if (any)
		st = halb_batch_run(run, false, &later);
	if (any && st != HALB_E_UNREACHABLE)
		st = halb_batch_run(run, true, &later);
	list(run, STEP_DONE, "; and these could not be put back: ", &rest);
	list(run, STEP_UNKNOWN, "; whether these were written is not known: ", &rest);
	if (count(run, STEP_OPEN) == run->n)
		halb_buf_printf(&rest, "; nothing was changed%s",
				any ? " (what had been written is put back)" : "");
	halb_fail(err, run->why.status, "%.280s%s", run->why.text, halb_buf_string(&rest));
	halb_buf_clear(&rest);
	return explain(run, err);
}

/*
 * Removals go last, when all else is written: an object that is removed and made again is not quite
 * the one that it was.
 */
static enum halb_status go_forward(struct run *run, struct halb_error *err)
{
	enum halb_status st = halb_batch_run(run, false, err);

	if (st == HALB_OK)
		st = halb_batch_run(run, true, err);
	if (st != HALB_OK && !run->failed) {
		run->why = *err;
		run->failed = true;
	}
	return st;
}

enum halb_status halb_apply(const struct halb_directory *dir,
			    const struct halb_dhcp_ops *backend, const struct halb_plan *plan,
			    time_t now, size_t *applied, struct halb_error *err)
{
	struct run run = { .dir = dir };
	enum halb_status st = prepare(&run, plan, backend, now, err);

	if (st == HALB_OK && go_forward(&run, err) != HALB_OK)
		st = go_back(&run, err);
	*applied = run.n - count(&run, STEP_OPEN);
	clear_run(&run);
	return st;
}
