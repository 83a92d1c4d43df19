/* SPDX-License-Identifier: Apache-2.0 */
/* What the steps of applying a plan share. */
#ifndef HALB_APPLY_APPLY_PRIV_H
#define HALB_APPLY_APPLY_PRIV_H

#include "halb/apply/apply.h"

enum step_state {
	STEP_OPEN,    /* not in the directory */
	STEP_DONE,    /* in the directory */
	STEP_UNKNOWN, /* sent, and the answer never came */
	STEP_TWIN,    /* in the directory, written by another run: nothing to do, or to put back */
};

/* One change on its way. */
struct step {
	const struct halb_change *change;
	struct halb_image before, after;
	enum step_state state;
};

struct run {
	const struct halb_directory *dir;
	struct step *steps; /* owned */
	size_t n;
	bool backward;
	bool failed; /* going forward; `why` is the first failure */
	struct halb_error why;
};

/*
 * batch.c: writes every open step, or backward every step that is or may be in the directory: either
 * those that remove an object or those that do not. Sets the steps' states. Forward the first
 * failure ends it; backward each is tried.
 */
enum halb_status halb_batch_run(struct run *run, bool removals, struct halb_error *err)
	HALB_CHECKED;

/* twin.c: the open steps whose objects are as they shall be become STEP_TWIN; how many. */
enum halb_status halb_twins_find(struct run *run, size_t *found, struct halb_error *err)
	HALB_CHECKED;

#endif
