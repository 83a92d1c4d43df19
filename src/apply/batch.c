/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that are sent together, and what became of each. */
#include "apply_priv.h"

#include <stdlib.h>

#include "scribe_priv.h"

enum sight { SIGHT_GONE, SIGHT_OTHER, SIGHT_SAME };

struct batch {
	struct run *run;
	struct halb_step **steps; /* owned, like the others; the run's steps that are due */
	size_t n;
	enum sight *seen;
	struct halb_image_write *made;
	struct halb_write *writes;
};

static const struct halb_image *from_image(const struct run *run, const struct halb_step *step)
{
	return run->backward ? &step->after : &step->before;
}

static const struct halb_image *to_image(const struct run *run, const struct halb_step *step)
{
	return run->backward ? &step->before : &step->after;
}

static bool is_removal(const struct run *run, const struct halb_step *step)
{
	return from_image(run, step)->exists && !to_image(run, step)->exists;
}

static void clear_batch(struct batch *batch)
{
	for (size_t i = 0; batch->made && i < batch->n; i++)
		halb_image_write_clear(&batch->made[i]);
	free(batch->made);
	free(batch->writes);
	free(batch->steps);
	free(batch->seen);
}

static enum halb_status init_batch(struct batch *batch, struct run *run, bool removals,
				   struct halb_error *err)
{
	*batch = (struct batch){ .run = run,
				 .steps = calloc(run->steps->n + 1, sizeof *batch->steps),
				 .seen = calloc(run->steps->n + 1, sizeof *batch->seen),
				 .made = calloc(run->steps->n + 1, sizeof *batch->made),
				 .writes = calloc(run->steps->n + 1, sizeof *batch->writes) };
	if (!batch->steps || !batch->seen || !batch->made || !batch->writes)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < run->steps->n; i++) {
		struct halb_step *step = &run->steps->items[i];

		bool due = run->backward ? step->state == HALB_STEP_DONE ||
						   step->state == HALB_STEP_UNKNOWN
					 : step->state == HALB_STEP_OPEN;

		if (due && is_removal(run, step) == removals)
			batch->steps[batch->n++] = step;
	}
	return HALB_OK;
}

/* Sets the step's state; what is returned ends the batch, unless it is HALB_OK. */
static enum halb_status judge(struct run *run, struct halb_step *step, enum halb_status status,
			      const struct halb_error *why)
{
	bool unsure = step->state == HALB_STEP_UNKNOWN;

	if (status == HALB_OK) {
		step->state = run->backward ? HALB_STEP_OPEN : HALB_STEP_DONE;
		return HALB_OK;
	}
	if (run->backward) {
		/* What it would take back is not there: it had never been written. */
		if (unsure && (status == HALB_E_RETRY || status == HALB_E_NOTFOUND))
			step->state = HALB_STEP_OPEN;
		return HALB_OK;
	}
	if (status == HALB_E_UNREACHABLE)
		step->state = HALB_STEP_UNKNOWN;
	if (!run->failed)
		run->why = *why;
	run->failed = true;
	return status;
}

static enum halb_status settle(struct run *run, struct halb_step *step, enum halb_status status,
			       const struct halb_error *why)
{
	enum halb_status st = judge(run, step, status, why);

	halb_scribe_outcome(run->scribe, (size_t)(step - run->steps->items), run->backward,
			    status == HALB_OK ? NULL : why->text);
	return st;
}

static enum halb_status take_outcome(void *arg, size_t which, enum halb_status status,
				     const struct halb_error *why)
{
	struct batch *batch = arg;

	return settle(batch->run, batch->steps[which], status, why);
}

/* ---- removals ---- */

/* Going back, an object that we made is ours only while it is exactly as we made it. */
static enum halb_status take_sight(void *arg, size_t which, const struct halb_entry *entry,
				   struct halb_error *err)
{
	struct batch *batch = arg;
	const struct run *run = batch->run;
	bool same = halb_image_holds(from_image(run, batch->steps[which]), entry, run->backward);

	(void)err;
	batch->seen[which] = same ? SIGHT_SAME : SIGHT_OTHER;
	return HALB_OK;
}

static enum halb_status look(struct batch *batch, struct halb_error *err)
{
	static const char *const all[] = { "*", NULL }; /* RFC 4511 4.5.1.8 */
	struct halb_search *searches = calloc(batch->n + 1, sizeof *searches);
	enum halb_status st;

	if (!searches)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < batch->n; i++)
		searches[i] = (struct halb_search){ batch->steps[i]->change->dn, HALB_SCOPE_BASE,
						    "(objectClass=*)", all, true };
	st = halb_directory_search(batch->run->dir, searches, batch->n, take_sight, batch, err);
	free(searches);
	return st;
}

/*
 * LDAP removes whatever stands under a name: no condition can be put on it. So it is looked at
 * right before, and what is no longer as we know it is left out and settled as lost to somebody
 * else.
 */
static enum halb_status leave_out_changed(struct batch *batch, struct halb_error *err)
{
	enum halb_status st = look(batch, err);
	size_t kept = 0;

	for (size_t i = 0; st == HALB_OK && i < batch->n; i++) {
		struct halb_step *step = batch->steps[i];
		struct halb_error why;

		if (batch->seen[i] == SIGHT_SAME) {
			batch->steps[kept++] = step;
		} else if (batch->run->backward && batch->seen[i] == SIGHT_GONE) {
			st = settle(batch->run, step, HALB_OK, NULL);
		} else {
			halb_fail(&why, HALB_E_RETRY, "%s: %s: it is not as it was",
				  batch->run->dir->server, step->change->dn);
			st = settle(batch->run, step, HALB_E_RETRY, &why);
		}
	}
	batch->n = kept;
	return st;
}

static enum halb_status write_all(struct batch *batch, struct halb_error *err)
{
	const struct run *run = batch->run;
	size_t n = 0;

	for (size_t i = 0; i < batch->n; i++) {
		struct halb_step *step = batch->steps[i];
		enum halb_status st = halb_image_diff(step->change->dn, from_image(run, step),
						      to_image(run, step), &batch->made[n], err);

		if (st != HALB_OK)
			return st;
		if (!batch->made[n].needed) {
			halb_image_write_clear(&batch->made[n]);
			continue;
		}
		batch->writes[n] = batch->made[n].write;
		batch->steps[n++] = step;
	}
	batch->n = n;
	return halb_directory_write(run->dir, batch->writes, n, take_outcome, batch, err);
}

enum halb_status halb_batch_run(struct run *run, bool removals, struct halb_error *err)
{
	struct batch batch;
	enum halb_status st = init_batch(&batch, run, removals, err);

	if (st == HALB_OK && removals)
		st = leave_out_changed(&batch, err);
	if (st == HALB_OK)
		st = write_all(&batch, err);
	halb_scribe_flush(run->scribe);
	clear_batch(&batch);
	return st;
}
