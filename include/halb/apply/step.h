/* SPDX-License-Identifier: Apache-2.0 */
/* One object's change on its way: as it stands and as it shall be, with raw values. */
#ifndef HALB_APPLY_STEP_H
#define HALB_APPLY_STEP_H

#include <time.h>

#include "halb/dhcp/backend.h"
#include "halb/directory/image.h"
#include "halb/plan/plan.h"

enum halb_step_state {
	HALB_STEP_OPEN,    /* not in the directory: never sent, refused, or put back */
	HALB_STEP_DONE,    /* in the directory */
	HALB_STEP_UNKNOWN, /* sent, and the answer never came */
	HALB_STEP_TWIN,    /* in the directory, written by another run: not to be put back */
	HALB_STEP_CHANGED, /* the object is neither as it was nor as it should be */
};

struct halb_step {
	const struct halb_change *change; /* belongs to the plan */
	struct halb_image before, after;
	enum halb_step_state state;
};

struct halb_steps {
	struct halb_step *items; /* owned */
	size_t n;
};

/*
 * The object that a change is about, as it stands and as it shall be: what halb_apply() writes is
 * their difference. Both images are the caller's to clear, also on failure.
 */
enum halb_status halb_change_images(const struct halb_change *change,
				    const struct halb_dhcp_ops *backend, time_t now,
				    struct halb_image *before, struct halb_image *after,
				    struct halb_error *err) HALB_CHECKED;

/*
 * The steps of a plan's changes, but for those that keep; `now` dates the tombstones of what is
 * removed. Of what is removed as a whole the directory is asked for all that stands there, so that
 * it can be made again.
 */
enum halb_status halb_steps_of_plan(const struct halb_directory *dir,
				    const struct halb_dhcp_ops *backend,
				    const struct halb_plan *plan, time_t now,
				    struct halb_steps *out, struct halb_error *err) HALB_CHECKED;

/* Reads the objects again. HALB_E_RETRY where one is not as its step leaves it. */
enum halb_status halb_steps_check(const struct halb_directory *dir, const struct halb_steps *steps,
				  struct halb_error *err) HALB_CHECKED;

void halb_steps_clear(struct halb_steps *steps);

#endif
