/* SPDX-License-Identifier: Apache-2.0 */
/* What the steps of applying a plan share. */
#ifndef HALB_APPLY_APPLY_PRIV_H
#define HALB_APPLY_APPLY_PRIV_H

#include "halb/apply/apply.h"
#include "halb/directory/image.h"

/* One change on its way. */
struct step {
	const struct halb_change *change;
	struct halb_image before, after;
	bool done;
};

/* images.c: the object that a change is about, as it stands and as it shall be. */
enum halb_status halb_change_images(const struct halb_change *change,
				    const struct halb_dhcp_ops *backend, time_t now,
				    struct halb_image *before, struct halb_image *after,
				    struct halb_error *err) HALB_CHECKED;

#endif
