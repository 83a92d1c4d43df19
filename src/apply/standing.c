/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at what stands there, and compares it with what a step meant to find and to leave. */
#include "apply_priv.h"

#include <stdlib.h>
#include <string.h>

/* Whether every value of `in`, but for those that `except` has too, is in `image`; or none is. */
static bool holds(const struct halb_image *image, const struct halb_image *in,
		  const struct halb_image *except, bool wanted)
{
	for (size_t i = 0; i < in->n; i++) {
		const struct halb_image_attr *attr = &in->attrs[i];

		for (size_t v = 0; v < attr->n; v++) {
			const struct halb_image_value *value = &attr->values[v];

			if (halb_image_has(except, attr->name, value->bytes, value->len))
				continue;
			if (halb_image_has(image, attr->name, value->bytes, value->len) != wanted)
				return false;
		}
	}
	return true;
}

/*
 * It has all that only `image` has, and nothing of what only the other one has. What both have the
 * step leaves alone, and so may anybody change it: a server the zone's SOA, say.
 */
static bool stands_as(const struct halb_image *now, const struct halb_image *image,
		      const struct halb_image *other)
{
	if (!image->exists || !now->exists)
		return image->exists == now->exists;
	return holds(now, image, other, true) && holds(now, other, image, false);
}

enum standing halb_step_standing(const struct halb_step *step, const struct halb_image *now)
{
	if (stands_as(now, &step->before, &step->after))
		return STANDS_BEFORE;
	return stands_as(now, &step->after, &step->before) ? STANDS_AFTER : STANDS_OTHERWISE;
}

bool halb_step_makes(const struct halb_step *step)
{
	return !step->before.exists && step->after.exists;
}

struct looking {
	const struct halb_steps *steps;
	struct halb_image *images;
};

static enum halb_status copy_attrs(const struct halb_image *names, const struct halb_image *known,
				   const struct halb_entry *entry, struct halb_image *out,
				   struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < names->n; i++) {
		const struct halb_attr *attr = halb_entry_attr(entry, names->attrs[i].name);

		for (size_t v = 0; st == HALB_OK && attr && v < attr->n; v++) {
			const struct halb_value *value = &attr->values[v];

			if (!halb_image_has(known, attr->name, value->bytes, value->len))
				st = halb_image_add(out, attr->name, value->bytes, value->len, err);
		}
	}
	return st;
}

static enum halb_status take_entry(void *arg, size_t which, const struct halb_entry *entry,
				   struct halb_error *err)
{
	struct looking *looking = arg;
	const struct halb_step *step = &looking->steps->items[which];
	struct halb_image *image = &looking->images[which];
	enum halb_status st;

	image->exists = true;
	st = copy_attrs(&step->before, image, entry, image, err);
	return st == HALB_OK ? copy_attrs(&step->after, image, entry, image, err) : st;
}

static enum halb_status set_classes(const struct halb_steps *steps, struct halb_image *images,
				    struct halb_error *err)
{
	for (size_t i = 0; i < steps->n; i++) {
		images[i].object_class = strdup(steps->items[i].before.object_class);
		if (!images[i].object_class)
			return halb_fail_nomem(err);
	}
	return HALB_OK;
}

enum halb_status halb_steps_look(const struct halb_directory *dir, const struct halb_steps *steps,
				 struct halb_image **out, struct halb_error *err)
{
	static const char *const all[] = { "*", NULL }; /* RFC 4511 4.5.1.8 */
	struct halb_search *searches = calloc(steps->n + 1, sizeof *searches);
	struct looking looking = { steps, calloc(steps->n + 1, sizeof *looking.images) };
	enum halb_status st = HALB_OK;

	if (!searches || !looking.images)
		st = halb_fail_nomem(err);
	if (st == HALB_OK)
		st = set_classes(steps, looking.images, err);
	for (size_t i = 0; st == HALB_OK && i < steps->n; i++)
		searches[i] = (struct halb_search){ steps->items[i].change->dn, HALB_SCOPE_BASE,
						    "(objectClass=*)", all, true };
	if (st == HALB_OK)
		st = halb_directory_search(dir, searches, steps->n, take_entry, &looking, err);
	free(searches);
	if (st != HALB_OK) {
		halb_images_free(looking.images, steps->n);
		return st;
	}
	*out = looking.images;
	return HALB_OK;
}

void halb_images_free(struct halb_image *images, size_t n)
{
	for (size_t i = 0; images && i < n; i++)
		halb_image_clear(&images[i]);
	free(images);
}

enum halb_status halb_steps_check(const struct halb_directory *dir, const struct halb_steps *steps,
				  struct halb_error *err)
{
	struct halb_image *now;
	enum halb_status st = halb_steps_look(dir, steps, &now, err);

	if (st != HALB_OK)
		return st;
	for (size_t i = 0; st == HALB_OK && i < steps->n; i++) {
		const struct halb_step *step = &steps->items[i];

		if (stands_as(&now[i], &step->after, &step->before))
			continue;
		st = halb_fail(err, HALB_E_RETRY, "%s: somebody else changed %s at the same time",
			       dir->server, step->change->name);
		halb_hint(err, "look at it with halb-dns history -v and halb-dns plan");
	}
	halb_images_free(now, steps->n);
	return st;
}
