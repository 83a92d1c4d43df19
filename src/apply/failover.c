/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run whose DC is lost goes on at the next one, if that has all that the lost one was given: two
 * DCs that make one object each leave two, of which replication renames one. A change to an object
 * that both have can be made at both: replication keeps one of two equal values.
 */
#include <stdio.h>

#include "apply_priv.h"
#include "scribe_priv.h"

static bool was_sent(const struct halb_step *step)
{
	return step->state == HALB_STEP_DONE || step->state == HALB_STEP_UNKNOWN;
}

/* How many objects the lost DC was told to make that are not here. */
static size_t count_missing(const struct halb_steps *steps, const struct halb_image *now)
{
	size_t n = 0;

	for (size_t i = 0; i < steps->n; i++)
		n += was_sent(&steps->items[i]) && halb_step_makes(&steps->items[i]) &&
		     !now[i].exists;
	return n;
}

/* The objects as they stand at the next DC, once it has all of them, or is waited for no longer. */
static enum halb_status look(const struct run *run, const struct halb_failover *over,
			     struct halb_image **out, size_t *missing, struct halb_error *err)
{
	for (;;) {
		enum halb_status st = halb_steps_look(run->dir, run->steps, out, err);

		if (st != HALB_OK)
			return st;
		*missing = count_missing(run->steps, *out);
		if (!*missing || !over->wait(over->arg))
			return HALB_OK;
		halb_images_free(*out, run->steps->n);
	}
}

static void settle_step(struct run *run, size_t which, const struct halb_image *now)
{
	struct halb_step *step = &run->steps->items[which];
	enum halb_step_state was = step->state;

	if (!was_sent(step))
		return;
	switch (halb_step_standing(step, now)) {
	case STANDS_BEFORE:
		step->state = halb_step_makes(step) ? HALB_STEP_UNKNOWN : HALB_STEP_OPEN;
		break;
	case STANDS_AFTER:
		step->state = HALB_STEP_DONE;
		break;
	case STANDS_OTHERWISE:
		step->state = HALB_STEP_CHANGED;
		break;
	}
	if (step->state != was)
		halb_scribe_outcome(run->scribe, which, false, NULL);
}

static enum halb_status give_up(const struct run *run, const char *lost, size_t missing,
				struct halb_error *err)
{
	struct halb_buf rest = { 0 };
	size_t left = 0;

	for (size_t i = 0; i < run->steps->n; i++)
		left += run->steps->items[i].state == HALB_STEP_OPEN;
	halb_steps_list(run->steps, HALB_STEP_UNKNOWN, ": ", &rest);
	if (left)
		halb_buf_printf(&rest, "; %zu more were not begun", left);
	halb_fail(err, HALB_E_RETRY, "%.100s is gone in the middle of it, and %zu of what it was "
				     "given is not at %.100s%s", lost, missing, run->dir->server,
		  halb_buf_string(&rest));
	halb_buf_clear(&rest);
	return halb_hint(err, "start %s and run it again: it goes on where this one ended. If that "
			      "DC is gone for good, halb-dns register --force makes them anew",
			 lost);
}

enum halb_status halb_run_fail_over(struct run *run, const struct halb_failover *over,
				    struct halb_error *err)
{
	struct halb_image *now;
	size_t missing;
	char lost[256];
	enum halb_status st;

	snprintf(lost, sizeof lost, "%s", run->dir->server); /* whose session ends now */
	do {
		st = over->next(over->arg, &run->dir, err);
		if (st != HALB_OK)
			return st;
		halb_scribe_serve(run->scribe, run->dir->server);
		st = look(run, over, &now, &missing, err);
	} while (st == HALB_E_UNREACHABLE);
	if (st != HALB_OK)
		return st;
	for (size_t i = 0; i < run->steps->n; i++)
		settle_step(run, i, &now[i]);
	halb_images_free(now, run->steps->n);
	if (missing)
		return give_up(run, lost, missing, err);
	halb_scribe_moved(run->scribe);
	return HALB_OK;
}
