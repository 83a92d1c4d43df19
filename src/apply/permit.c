/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan's steps may do, by what the DC says before anything is written. */
#include "halb/apply/permit.h"

static enum halb_status add_needs(const struct halb_step *step, struct halb_needs *needs,
				  struct halb_error *err)
{
	struct halb_image_write write = { 0 };
	enum halb_status st = halb_image_diff(step->change->dn, &step->before, &step->after, &write,
					      err);

	if (st == HALB_OK && write.needed)
		st = halb_needs_add(needs, &write.write, err);
	halb_image_write_clear(&write);
	return st;
}

enum halb_status halb_steps_needs(const struct halb_steps *steps, struct halb_needs *out,
				  struct halb_error *err)
{
	struct halb_needs needs = { 0 };
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < steps->n; i++)
		st = add_needs(&steps->items[i], &needs, err);
	if (st != HALB_OK) {
		halb_needs_clear(&needs);
		return st;
	}
	*out = needs;
	return HALB_OK;
}

/* An entry that cannot be seen says nothing: the write itself will tell. */
static bool is_refused(const struct halb_need *need)
{
	return need->seen && !halb_need_is_met(need);
}

static enum halb_status refuse(const char *login, const struct halb_need *first, size_t others,
			       struct halb_error *err)
{
	struct halb_buf lacks = { 0 };

	halb_need_describe(first, false, &lacks);
	if (others)
		halb_buf_printf(&lacks, " (and %zu more)", others);
	halb_fail(err, HALB_E_DENIED, "%s: %s may not %s; nothing was written", first->dn,
		  login ? login : "this account", halb_buf_string(&lacks));
	halb_buf_clear(&lacks);
	return HALB_E_DENIED;
}

enum halb_status halb_steps_permitted(const struct halb_directory *dir,
				      const struct halb_steps *steps, const char *login,
				      struct halb_error *err)
{
	const struct halb_need *first = NULL;
	struct halb_needs needs = { 0 };
	size_t n = 0;
	enum halb_status st = halb_steps_needs(steps, &needs, err);

	if (st == HALB_OK)
		st = halb_needs_read(dir, &needs, err);
	if (st == HALB_E_UNREACHABLE) /* the writing finds another DC */
		st = HALB_OK;
	for (size_t i = needs.n; st == HALB_OK && i--;) {
		if (!is_refused(&needs.items[i]))
			continue;
		first = &needs.items[i];
		n++;
	}
	if (first)
		st = refuse(login, first, n - 1, err);
	halb_needs_clear(&needs);
	return st;
}
