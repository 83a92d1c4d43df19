/* SPDX-License-Identifier: Apache-2.0 */
/* What the steps of applying a plan share. */
#ifndef HALB_APPLY_APPLY_PRIV_H
#define HALB_APPLY_APPLY_PRIV_H

#include "halb/apply/apply.h"
#include "halb/directory/image.h"

enum step_state {
	STEP_OPEN,    /* not in the directory */
	STEP_DONE,    /* in the directory */
	STEP_UNKNOWN, /* sent, and the answer never came */
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

/* images.c: the object that a change is about, as it stands and as it shall be. */
enum halb_status halb_change_images(const struct halb_change *change,
				    const struct halb_dhcp_ops *backend, time_t now,
				    struct halb_image *before, struct halb_image *after,
				    struct halb_error *err) HALB_CHECKED;

/*
 * batch.c: writes every step, or backward every step that is or may be in the directory: either
 * those that remove an object or those that do not. Sets the steps' states. Forward the first
 * failure ends it; backward each is tried.
 */
enum halb_status halb_batch_run(struct run *run, bool removals, struct halb_error *err)
	HALB_CHECKED;

#endif
