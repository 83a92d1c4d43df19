/* SPDX-License-Identifier: Apache-2.0 */
/* Images of objects, and the write that leads from one to another. */
#include "halb/directory/image.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void halb_image_clear(struct halb_image *image)
{
	for (size_t i = 0; i < image->n; i++) {
		for (size_t v = 0; v < image->attrs[i].n; v++)
			free(image->attrs[i].values[v].bytes);
		free(image->attrs[i].values);
		free(image->attrs[i].name);
	}
	free(image->attrs);
	free(image->object_class);
	*image = (struct halb_image){ 0 };
}

struct halb_image_attr *halb_image_attr(const struct halb_image *image, const char *name)
{
	for (size_t i = 0; i < image->n; i++)
		if (strcasecmp(image->attrs[i].name, name) == 0)
			return &image->attrs[i];
	return NULL;
}

static struct halb_image_attr *make_attr(struct halb_image *image, const char *name)
{
	struct halb_image_attr *attrs = realloc(image->attrs, (image->n + 1) * sizeof *attrs);
	char *copy = strdup(name);

	if (attrs)
		image->attrs = attrs;
	if (!attrs || !copy) {
		free(copy);
		return NULL;
	}
	attrs[image->n] = (struct halb_image_attr){ .name = copy };
	return &attrs[image->n++];
}

enum halb_status halb_image_add(struct halb_image *image, const char *attr, const void *bytes,
				size_t len, struct halb_error *err)
{
	struct halb_image_attr *to = halb_image_attr(image, attr);
	struct halb_image_value *values;
	uint8_t *copy = malloc(len + 1);

	if (!to)
		to = make_attr(image, attr);
	values = to ? realloc(to->values, (to->n + 1) * sizeof *values) : NULL;
	if (values)
		to->values = values;
	if (!copy || !values) {
		free(copy);
		return halb_fail_nomem(err);
	}
	memcpy(copy, bytes, len);
	values[to->n++] = (struct halb_image_value){ copy, len };
	return HALB_OK;
}

enum halb_status halb_image_add_text(struct halb_image *image, const char *attr, const char *text,
				     struct halb_error *err)
{
	return halb_image_add(image, attr, text, strlen(text), err);
}

bool halb_image_has(const struct halb_image *image, const char *attr, const void *bytes, size_t len)
{
	const struct halb_image_attr *in = halb_image_attr(image, attr);

	for (size_t i = 0; in && i < in->n; i++)
		if (in->values[i].len == len && memcmp(in->values[i].bytes, bytes, len) == 0)
			return true;
	return false;
}

static bool entry_has(const struct halb_attr *attr, const struct halb_image_value *value)
{
	for (size_t i = 0; i < attr->n; i++)
		if (attr->values[i].len == value->len &&
		    memcmp(attr->values[i].bytes, value->bytes, value->len) == 0)
			return true;
	return false;
}

bool halb_image_holds(const struct halb_image *image, const struct halb_entry *entry,
		      bool exactly)
{
	for (size_t i = 0; i < image->n; i++) {
		const struct halb_image_attr *want = &image->attrs[i];
		const struct halb_attr *have = halb_entry_attr(entry, want->name);

		if (!have || (exactly && have->n != want->n))
			return false;
		for (size_t v = 0; v < want->n; v++)
			if (!entry_has(have, &want->values[v]))
				return false;
	}
	return true;
}

static size_t count_values(const struct halb_image *image)
{
	size_t n = 0;

	for (size_t i = 0; i < image->n; i++)
		n += image->attrs[i].n;
	return n;
}

/* Where the next modification and its values go. */
struct filling {
	struct halb_image_write *out;
	size_t n_values;
};

/* The values of `from` that `other` has not, as one modification. */
static void add_mods(struct filling *fill, enum halb_mod_op op, const struct halb_image *from,
		     const struct halb_image *other)
{
	struct halb_write *write = &fill->out->write;

	for (size_t i = 0; i < from->n; i++) {
		struct halb_mod mod = { op, from->attrs[i].name, fill->out->values + fill->n_values,
					0 };

		for (size_t v = 0; v < from->attrs[i].n; v++) {
			const struct halb_image_value *value = &from->attrs[i].values[v];

			if (other && halb_image_has(other, mod.attr, value->bytes, value->len))
				continue;
			fill->out->values[fill->n_values++] =
				(struct halb_value){ value->bytes, value->len };
			mod.n++;
		}
		if (mod.n)
			fill->out->mods[write->n_mods++] = mod;
	}
}

static void add_class(struct filling *fill, const struct halb_image *image)
{
	struct halb_value *value = &fill->out->values[fill->n_values++];

	*value = (struct halb_value){ (const uint8_t *)image->object_class,
				      strlen(image->object_class) };
	fill->out->mods[fill->out->write.n_mods++] =
		(struct halb_mod){ HALB_MOD_ADD, "objectClass", value, 1 };
}

enum halb_status halb_image_diff(const char *dn, const struct halb_image *before,
				 const struct halb_image *after, struct halb_image_write *out,
				 struct halb_error *err)
{
	struct halb_image_write made = { 0 };
	struct filling fill = { .out = &made };

	made.mods = calloc(before->n + after->n + 1, sizeof *made.mods);
	made.values = calloc(count_values(before) + count_values(after) + 1, sizeof *made.values);
	if (!made.mods || !made.values) {
		halb_image_write_clear(&made);
		return halb_fail_nomem(err);
	}
	made.write.dn = dn;
	made.write.mods = made.mods;
	if (!after->exists) {
		made.write.kind = HALB_WRITE_REMOVE;
		made.needed = before->exists;
	} else if (!before->exists) {
		made.write.kind = HALB_WRITE_ADD;
		made.needed = true;
		add_class(&fill, after);
		add_mods(&fill, HALB_MOD_ADD, after, NULL);
	} else {
		made.write.kind = HALB_WRITE_MODIFY;
		add_mods(&fill, HALB_MOD_DELETE, before, after);
		add_mods(&fill, HALB_MOD_ADD, after, before);
		made.needed = made.write.n_mods > 0;
	}
	*out = made;
	return HALB_OK;
}

void halb_image_write_clear(struct halb_image_write *write)
{
	free(write->mods);
	free(write->values);
	*write = (struct halb_image_write){ 0 };
}
