/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a plan may be written as a whole, asked before its first write. */
#ifndef HALB_APPLY_PERMIT_H
#define HALB_APPLY_PERMIT_H

#include "halb/apply/step.h"
#include "halb/directory/rights.h"

/* The rights that writing the steps needs. `out` is the caller's to clear. */
enum halb_status halb_steps_needs(const struct halb_steps *steps, struct halb_needs *out,
				  struct halb_error *err) HALB_CHECKED;

/*
 * HALB_E_DENIED where the DC says that one of them is missing, and the text names the first.
 * What it says is advice: HALB_OK promises nothing, of a removal it says nothing at all, and a DC
 * that is lost meanwhile forbids nothing.
 * `login` is whom the DC takes us for, or NULL.
 */
enum halb_status halb_steps_permitted(const struct halb_directory *dir,
				      const struct halb_steps *steps, const char *login,
				      struct halb_error *err) HALB_CHECKED;

#endif
