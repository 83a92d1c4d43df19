/* SPDX-License-Identifier: Apache-2.0 */
/* What applying a plan, settling and undoing it share. */
#ifndef HALB_APPLY_APPLY_PRIV_H
#define HALB_APPLY_APPLY_PRIV_H

#include "halb/apply/apply.h"

struct scribe;

struct run {
	const struct halb_directory *dir;
	struct halb_steps *steps; /* the caller's */
	struct scribe *scribe;    /* its journal */
	bool backward;
	bool failed; /* going forward; `why` is the first failure */
	struct halb_error why;
};

/* Adds what a node without records holds; the servers purge it later. */
enum halb_status halb_image_entomb(struct halb_image *image, uint32_t serial, time_t now,
				   struct halb_error *err) HALB_CHECKED;

/*
 * steps.c: a removal takes all of the object, also what the plan has no use for: adds to the image
 * of what will be removed all that stands there.
 */
enum halb_status halb_steps_complete(const struct halb_directory *dir, struct halb_steps *steps,
				     struct halb_error *err) HALB_CHECKED;

/*
 * batch.c: writes every open step, or backward every step that is or may be in the directory: either
 * those that remove an object or those that do not. Sets the steps' states. Forward the first
 * failure ends it; backward each is tried.
 */
enum halb_status halb_batch_run(struct run *run, bool removals, struct halb_error *err)
	HALB_CHECKED;

/* standing.c: how an object stands to a step, by the values that the step takes and brings. */
enum standing { STANDS_BEFORE, STANDS_AFTER, STANDS_OTHERWISE };

enum standing halb_step_standing(const struct halb_step *step, const struct halb_image *now);

/*
 * The steps' objects as they stand now, with all values of the attributes that the step speaks of.
 * An array of as many images as there are steps, for halb_images_free().
 */
enum halb_status halb_steps_look(const struct halb_directory *dir, const struct halb_steps *steps,
				 struct halb_image **out, struct halb_error *err) HALB_CHECKED;
void halb_images_free(struct halb_image *images, size_t n);

/*
 * back.c: to DNS a tombstone and no node are one, and the servers make the one into the other. So
 * for an undo an object stands as before, or as after, also where only that is the difference.
 */
bool halb_image_is_node(const struct halb_image *image);
bool halb_image_is_dead(const struct halb_image *image); /* a tombstone, or nothing */
enum standing halb_back_standing(const struct halb_step *step, const struct halb_image *now);

/* What shall stand there once the step is undone; `at` dates a tombstone. */
enum halb_status halb_back_image(const struct halb_step *done, const struct halb_image *now,
				 time_t at, struct halb_image *out, struct halb_error *err)
	HALB_CHECKED;

/* A step that makes an object: the one kind that two DCs must not both be given. */
bool halb_step_makes(const struct halb_step *step);

/*
 * failover.c: takes a run whose DC is lost to another one, and settles there what was sent: steps
 * become done or open. HALB_E_UNREACHABLE where no other DC answers: nothing has changed then.
 * HALB_E_RETRY where an object may be at the lost one alone; its step's state is unknown.
 */
enum halb_status halb_run_fail_over(struct run *run, const struct halb_failover *over,
				    struct halb_error *err) HALB_CHECKED;

/* apply.c: "; WORDS A k8s1.lime.lan, …" of the steps in that state, or nothing. */
void halb_steps_list(const struct halb_steps *steps, enum halb_step_state state, const char *words,
		     struct halb_buf *out);

/* twin.c: the open steps whose objects are as they shall be become STEP_TWIN; how many. */
enum halb_status halb_twins_find(struct run *run, size_t *found, struct halb_error *err)
	HALB_CHECKED;

#endif
