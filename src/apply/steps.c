/* SPDX-License-Identifier: Apache-2.0 */
/* A plan's changes as steps. */
#include "apply_priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a server gives an object by itself ([MS-ADTS] 3.1.1.5.2), its name among it. */
static bool is_servers_own(const char *attr)
{
	static const char *const names[] = {
		"objectClass",	  "cn",		 "name",	"distinguishedName",
		"objectGUID",	  "objectSid",	 "objectCategory", "instanceType",
		"whenCreated",	  "whenChanged", "uSNCreated",	"uSNChanged",
		"dSCorePropagationData", "showInAdvancedViewOnly",
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcasecmp(attr, names[i]) == 0)
			return true;
	return false;
}

static enum halb_status take_all(void *arg, size_t which, const struct halb_entry *entry,
				 struct halb_error *err)
{
	struct halb_step **removals = arg;
	struct halb_image *image = &removals[which]->before;
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < entry->n_attrs; i++) {
		const struct halb_attr *attr = &entry->attrs[i];

		for (size_t v = 0; st == HALB_OK && !is_servers_own(attr->name) && v < attr->n; v++) {
			const struct halb_value *value = &attr->values[v];

			if (!halb_image_has(image, attr->name, value->bytes, value->len))
				st = halb_image_add(image, attr->name, value->bytes, value->len,
						    err);
		}
	}
	return st;
}

enum halb_status halb_steps_complete(const struct halb_directory *dir, struct halb_steps *steps,
				     struct halb_error *err)
{
	static const char *const all[] = { "*", NULL }; /* RFC 4511 4.5.1.8 */
	struct halb_search *searches = calloc(steps->n + 1, sizeof *searches);
	struct halb_step **removals = calloc(steps->n + 1, sizeof *removals);
	enum halb_status st = searches && removals ? HALB_OK : halb_fail_nomem(err);
	size_t n = 0;

	for (size_t i = 0; st == HALB_OK && i < steps->n; i++) {
		struct halb_step *step = &steps->items[i];

		if (!step->before.exists || step->after.exists)
			continue;
		removals[n] = step;
		searches[n++] = (struct halb_search){ step->change->dn, HALB_SCOPE_BASE,
						      "(objectClass=*)", all, true };
	}
	if (st == HALB_OK)
		st = halb_directory_search(dir, searches, n, take_all, removals, err);
	free(searches);
	free(removals);
	return st;
}

enum halb_status halb_steps_of_plan(const struct halb_directory *dir,
				    const struct halb_dhcp_ops *backend,
				    const struct halb_plan *plan, time_t now,
				    struct halb_steps *out, struct halb_error *err)
{
	struct halb_steps steps = { .items = calloc(plan->n + 1, sizeof *steps.items) };
	enum halb_status st = steps.items ? HALB_OK : halb_fail_nomem(err);

	for (size_t i = 0; st == HALB_OK && i < plan->n; i++) {
		struct halb_step *step = &steps.items[steps.n];

		if (plan->changes[i].action == HALB_ACTION_KEEP)
			continue;
		step->change = &plan->changes[i];
		steps.n++;
		st = halb_change_images(step->change, backend, now, &step->before, &step->after,
					err);
	}
	if (st == HALB_OK)
		st = halb_steps_complete(dir, &steps, err);
	if (st != HALB_OK) {
		halb_steps_clear(&steps);
		return st;
	}
	*out = steps;
	return HALB_OK;
}

void halb_steps_clear(struct halb_steps *steps)
{
	for (size_t i = 0; i < steps->n; i++) {
		halb_image_clear(&steps->items[i].before);
		halb_image_clear(&steps->items[i].after);
	}
	free(steps->items);
	*steps = (struct halb_steps){ 0 };
}
