/* SPDX-License-Identifier: Apache-2.0 */
/* Carries a plan out: all of it, or none of it. */
#ifndef HALB_APPLY_APPLY_H
#define HALB_APPLY_APPLY_H

#include <time.h>

#include "halb/dhcp/backend.h"
#include "halb/directory/directory.h"
#include "halb/plan/plan.h"

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
