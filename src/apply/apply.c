/* SPDX-License-Identifier: Apache-2.0 */
/* Applies a plan as one: what was written before a failure is put back. */
#include "apply_priv.h"

#include <stdlib.h>
#include <string.h>

struct run {
	const struct halb_directory *dir;
	struct step *steps;
	size_t n;
	struct halb_image_write *writes; /* of the batch under way */
	size_t *step_of;                 /* each write's step */
	bool backward;
	struct halb_error why; /* the first failure */
	bool failed;
};

static void clear_run(struct run *run)
{
	for (size_t i = 0; run->steps && i < run->n; i++) {
		halb_image_clear(&run->steps[i].before);
		halb_image_clear(&run->steps[i].after);
	}
	free(run->steps);
	free(run->writes);
	free(run->step_of);
}

static enum halb_status prepare(struct run *run, const struct halb_plan *plan,
				const struct halb_dhcp_ops *backend, time_t now,
				struct halb_error *err)
{
	run->steps = calloc(plan->n + 1, sizeof *run->steps);
	run->writes = calloc(plan->n + 1, sizeof *run->writes);
	run->step_of = calloc(plan->n + 1, sizeof *run->step_of);
	if (!run->steps || !run->writes || !run->step_of)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < plan->n; i++) {
		struct step *step = &run->steps[run->n];
		enum halb_status st;

		if (plan->changes[i].action == HALB_ACTION_KEEP)
			continue;
		step->change = &plan->changes[i];
		run->n++;
		st = halb_change_images(step->change, backend, now, &step->before, &step->after,
					err);
		if (st != HALB_OK)
			return st;
	}
	return HALB_OK;
}

static enum halb_status take_outcome(void *arg, size_t which, enum halb_status status,
				     const struct halb_error *why)
{
	struct run *run = arg;
	struct step *step = &run->steps[run->step_of[which]];

	if (status == HALB_OK) {
		step->done = !run->backward;
		return HALB_OK;
	}
	if (!run->failed)
		run->why = *why;
	run->failed = true;
	/* Going back, the others are still worth trying. */
	return run->backward ? HALB_OK : status;
}

/* One batch: all steps forward, or those that are done backward. */
static enum halb_status send_batch(struct run *run, struct halb_error *err)
{
	struct halb_write *writes = calloc(run->n + 1, sizeof *writes);
	enum halb_status st = writes ? HALB_OK : halb_fail_nomem(err);
	size_t n = 0;

	for (size_t i = 0; st == HALB_OK && i < run->n; i++) {
		struct step *step = &run->steps[i];

		if (run->backward && !step->done)
			continue;
		st = run->backward ? halb_image_diff(step->change->dn, &step->after,
						     &step->before, &run->writes[n], err)
				   : halb_image_diff(step->change->dn, &step->before,
						     &step->after, &run->writes[n], err);
		if (st != HALB_OK)
			break;
		writes[n] = run->writes[n].write;
		run->step_of[n] = i;
		n += run->writes[n].needed;
	}
	if (st == HALB_OK)
		st = halb_directory_write(run->dir, writes, n, take_outcome, run, err);
	for (size_t i = 0; i < run->n; i++)
		halb_image_write_clear(&run->writes[i]);
	free(writes);
	return st;
}

static size_t count_done(const struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->n; i++)
		n += run->steps[i].done;
	return n;
}

static void list_done(const struct run *run, struct halb_buf *out)
{
	for (size_t i = 0; i < run->n; i++)
		if (run->steps[i].done)
			halb_buf_printf(out, "%s%s %s", out->len ? ", " : "",
					run->steps[i].change->type, run->steps[i].change->name);
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
	default:
		return err->status;
	}
}

/* Puts back what is done, and says in `err` what failed and what became of the rest. */
static enum halb_status go_back(struct run *run, struct halb_error *err)
{
	size_t done = count_done(run);
	struct halb_buf names = { 0 };
	struct halb_error later;

	*err = run->why;
	run->backward = true;
	if (done && send_batch(run, &later) != HALB_OK)
		run->failed = true;
	list_done(run, &names);
	if (names.len)
		halb_fail(err, run->why.status, "%s; and these could not be put back: %.200s",
			  run->why.text, halb_buf_string(&names));
	else
		halb_fail(err, run->why.status, "%s; nothing was changed%s", run->why.text,
			  done ? " (what had been written is put back)" : "");
	halb_buf_clear(&names);
	return explain(run, err);
}

enum halb_status halb_apply(const struct halb_directory *dir,
			    const struct halb_dhcp_ops *backend, const struct halb_plan *plan,
			    time_t now, size_t *applied, struct halb_error *err)
{
	struct run run = { .dir = dir };
	enum halb_status st = prepare(&run, plan, backend, now, err);

	if (st == HALB_OK) {
		st = send_batch(&run, err);
		if (st != HALB_OK && !run.failed)
			run.why = *err;
		if (st != HALB_OK || run.failed)
			st = go_back(&run, err);
	}
	*applied = run.steps ? count_done(&run) : 0;
	clear_run(&run);
	return st;
}
