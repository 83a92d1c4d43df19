/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An object's image: its DN, whether it exists, and the raw values of the attributes that this
 * program touches. Two images make a write, from one to the other: forward to apply a change,
 * backward to undo it.
 */
#ifndef HALB_DIRECTORY_IMAGE_H
#define HALB_DIRECTORY_IMAGE_H

#include "halb/directory/directory.h"

struct halb_image_value {
	uint8_t *bytes; /* owned */
	size_t len;
};

struct halb_image_attr {
	char *name; /* owned */
	struct halb_image_value *values;
	size_t n;
};

struct halb_image {
	bool exists;
	char *object_class; /* "dnsNode"; owned */
	struct halb_image_attr *attrs;
	size_t n;
};

void halb_image_clear(struct halb_image *image);

/* Adds a value to an attribute; the bytes are copied. HALB_E_NOMEM. */
enum halb_status halb_image_add(struct halb_image *image, const char *attr, const void *bytes,
				size_t len, struct halb_error *err) HALB_CHECKED;
enum halb_status halb_image_add_text(struct halb_image *image, const char *attr, const char *text,
				     struct halb_error *err) HALB_CHECKED;

/* The attribute of that name (without case), NULL where the image has none. */
struct halb_image_attr *halb_image_attr(const struct halb_image *image, const char *name);

bool halb_image_has(const struct halb_image *image, const char *attr, const void *bytes, size_t len);

/*
 * Whether an entry holds every value of the image; with `exactly`, no others of these attributes
 * either. What the image does not speak of is not looked at.
 */
bool halb_image_holds(const struct halb_image *image, const struct halb_entry *entry,
		      bool exactly);

/* A write with the arrays that it points at. The images it was made from must outlive it. */
struct halb_image_write {
	bool needed; /* false: the images are the same, there is nothing to write */
	struct halb_write write;
	struct halb_mod *mods;     /* owned */
	struct halb_value *values; /* owned */
};

/*
 * From `before` to `after`, at `dn`. A modify deletes exactly the old values that go and adds the
 * new ones, all in one: where somebody else changed one of them first, it fails as a whole.
 */
enum halb_status halb_image_diff(const char *dn, const struct halb_image *before,
				 const struct halb_image *after, struct halb_image_write *out,
				 struct halb_error *err) HALB_CHECKED;
void halb_image_write_clear(struct halb_image_write *write);

#endif
