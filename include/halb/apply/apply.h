/* SPDX-License-Identifier: Apache-2.0 */
/* Carries a plan out: all of it, or none of it. */
#ifndef HALB_APPLY_APPLY_H
#define HALB_APPLY_APPLY_H

#include <time.h>

#include "halb/dhcp/backend.h"
#include "halb/directory/directory.h"
#include "halb/directory/image.h"
#include "halb/plan/plan.h"

/*
 * The object that a change is about, as it stands and as it shall be: what halb_apply() writes is
 * their difference. Both images are the caller's to clear, also on failure.
 */
enum halb_status halb_change_images(const struct halb_change *change,
				    const struct halb_dhcp_ops *backend, time_t now,
				    struct halb_image *before, struct halb_image *after,
				    struct halb_error *err) HALB_CHECKED;

/*
 * Writes every change of the plan; `now` dates the tombstones of what is removed. Where one fails,
 * those already written are put back; the text says so, or what remains. `applied` is set in any
 * case: how many changes are in the directory when this returns.
 * HALB_E_RETRY: something changed since the plan was made. HALB_E_DENIED: no right to write.
 * HALB_E_UNREACHABLE: the DC went away.
 */
enum halb_status halb_apply(const struct halb_directory *dir,
			    const struct halb_dhcp_ops *backend, const struct halb_plan *plan,
			    time_t now, size_t *applied, struct halb_error *err) HALB_CHECKED;

#endif
