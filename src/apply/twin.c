/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two runs for one site write the same bytes. The one that comes second has not lost anything, and
 * must not put back what the first one's success rests on.
 */
#include <stdlib.h>

#include "apply_priv.h"
#include "scribe_priv.h"

struct search {
	const struct run *run;
	struct halb_step **steps;
	size_t found;
};

static enum halb_status take_entry(void *arg, size_t which, const struct halb_entry *entry,
				   struct halb_error *err)
{
	struct search *search = arg;
	struct halb_step *step = search->steps[which];

	(void)err;
	if (halb_image_holds(&step->after, entry, true)) {
		step->state = HALB_STEP_TWIN;
		halb_scribe_outcome(search->run->scribe,
				    (size_t)(step - search->run->steps->items), false, NULL);
		search->found++;
	}
	return HALB_OK;
}

enum halb_status halb_twins_find(struct run *run, size_t *found, struct halb_error *err)
{
	static const char *const all[] = { "*", NULL }; /* RFC 4511 4.5.1.8 */
	struct halb_search *searches = calloc(run->steps->n + 1, sizeof *searches);
	struct search search = { .run = run,
				 .steps = calloc(run->steps->n + 1, sizeof *search.steps) };
	enum halb_status st = searches && search.steps ? HALB_OK : halb_fail_nomem(err);
	size_t n = 0;

	for (size_t i = 0; st == HALB_OK && i < run->steps->n; i++) {
		struct halb_step *step = &run->steps->items[i];

		if (step->state != HALB_STEP_OPEN || !step->after.exists)
			continue;
		searches[n] = (struct halb_search){ step->change->dn, HALB_SCOPE_BASE,
						    "(objectClass=*)", all, true };
		search.steps[n++] = step;
	}
	if (st == HALB_OK)
		st = halb_directory_search(run->dir, searches, n, take_entry, &search, err);
	if (st == HALB_OK)
		*found = search.found;
	free(searches);
	free(search.steps);
	return st;
}
