/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second gate before anything is taken away: looks at the finished plan only, and knows
 * nothing of how it was made.
 */
#include "plan_priv.h"

#include <stdio.h>

static size_t count_owned(const struct maker *maker)
{
	const struct halb_present *present = maker->present;
	size_t n = 0;

	for (size_t i = 0; i < present->nodes->n; i++)
		n += !present->nodes->items[i].tombstoned &&
		     halb_plan_owner(maker, present->nodes->items[i].mark) < maker->marks.n;
	for (size_t i = 0; present->dhcp && i < present->dhcp->n_reservations; i++)
		n += halb_plan_owner(maker, present->dhcp->reservations[i].mark) < maker->marks.n;
	return n;
}

static const char *mark_of(const struct halb_change *change)
{
	return change->node ? change->node->mark
			    : change->reservation ? change->reservation->mark : NULL;
}

/* Whether the change takes something away that is not ours, without having been told to. */
static bool takes_foreign(const struct maker *maker, const struct halb_change *change)
{
	bool ours = halb_plan_owner(maker, mark_of(change)) < maker->marks.n;

	switch (change->action) {
	case HALB_ACTION_DELETE:
	case HALB_ACTION_RELEASE:
		return !ours;
	case HALB_ACTION_REPLACE:
	case HALB_ACTION_ADOPT:
		return !ours && !maker->options->replace && !maker->options->adopt;
	case HALB_ACTION_ADD:
	case HALB_ACTION_RESURRECT:
	case HALB_ACTION_KEEP:
		return false;
	}
	return true;
}

static enum halb_status refuse_many(struct maker *maker, size_t gone, size_t owned,
				    struct halb_error *err)
{
	char actual[80];

	snprintf(actual, sizeof actual, "%zu of %zu objects would go", gone, owned);
	return halb_plan_block(maker, HALB_E_CONFLICT,
			       &(struct halb_finding){
				       .code = HALB_CODE_RECORD_EXTRA,
				       .severity = HALB_SEV_CRITICAL,
				       .expected = "at most half of what this site owns goes at once",
				       .actual = actual,
				       .hint = "if that is meant, --force" },
			       err);
}

enum halb_status halb_guard(struct maker *maker, bool removing_all, struct halb_error *err)
{
	size_t gone = 0, owned = count_owned(maker);

	for (size_t i = 0; i < maker->plan.n; i++) {
		const struct halb_change *change = &maker->plan.changes[i];

		if (takes_foreign(maker, change))
			return halb_fail(err, HALB_E_INTERNAL, "the plan would touch %s, which is "
							       "not ours", change->dn);
		gone += change->action == HALB_ACTION_DELETE;
	}
	if (!removing_all && !maker->options->force && gone * 2 > owned)
		return refuse_many(maker, gone, owned, err);
	return HALB_OK;
}
