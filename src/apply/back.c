/* SPDX-License-Identifier: Apache-2.0 */
/* What an undo would find, and what it would leave. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply_priv.h"
#include "halb/dns/adrec.h"

/* ---- what stands there ---- */

bool halb_image_is_node(const struct halb_image *image)
{
	return strcmp(image->object_class, "dnsNode") == 0;
}

/* [MS-DNSP] 2.3.2.2: the type stands behind the length. */
static bool is_tombstone(const struct halb_image_value *value)
{
	return value->len >= 4 && value->bytes[2] == 0 && value->bytes[3] == 0;
}

static size_t count_live(const struct halb_image *image)
{
	const struct halb_image_attr *records = halb_image_attr(image, "dnsRecord");
	size_t n = 0;

	for (size_t v = 0; records && v < records->n; v++)
		n += !is_tombstone(&records->values[v]);
	return n;
}

bool halb_image_is_dead(const struct halb_image *image)
{
	return !image->exists || (halb_image_is_node(image) && !count_live(image));
}

static bool has(const struct halb_image *image, const struct halb_image_attr *attr, size_t v)
{
	return halb_image_has(image, attr->name, attr->values[v].bytes, attr->values[v].len);
}

static bool has_more(const struct halb_image *now, const struct halb_image *than)
{
	for (size_t i = 0; i < now->n; i++)
		for (size_t v = 0; v < now->attrs[i].n; v++)
			if (!has(than, &now->attrs[i], v))
				return true;
	return false;
}

enum standing halb_back_standing(const struct halb_step *step, const struct halb_image *now)
{
	enum standing standing = halb_step_standing(step, now);

	if (standing == STANDS_AFTER && !step->before.exists && !halb_image_is_node(now) &&
	    has_more(now, &step->after))
		return STANDS_OTHERWISE; /* removing it would take somebody else's values, too */
	if (standing != STANDS_OTHERWISE || !halb_image_is_node(now))
		return standing;
	if (halb_image_is_dead(&step->before) && halb_image_is_dead(now))
		return STANDS_BEFORE;
	return halb_image_is_dead(&step->after) && !now->exists ? STANDS_AFTER : STANDS_OTHERWISE;
}

/* ---- the way back ---- */

/* What a dead node is known by: a live one has nothing of it. */
static bool is_grave(const char *attr, const struct halb_image_value *value)
{
	if (strcasecmp(attr, "dnsRecord") == 0)
		return is_tombstone(value);
	return strcasecmp(attr, "dNSTombstoned") == 0 && value->len == 4 &&
	       memcmp(value->bytes, "TRUE", 4) == 0;
}

/* Adds the values of `from`, but for those that `except` has and `not_for` has not. */
static enum halb_status add_values(struct halb_image *out, const struct halb_image *from,
				   const struct halb_image *except,
				   const struct halb_image *not_for, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < from->n; i++) {
		const struct halb_image_attr *attr = &from->attrs[i];

		for (size_t v = 0; st == HALB_OK && v < attr->n; v++) {
			const struct halb_image_value *value = &attr->values[v];

			if ((has(except, attr, v) && !has(not_for, attr, v)) || has(out, attr, v) ||
			    is_grave(attr->name, value))
				continue;
			st = halb_image_add(out, attr->name, value->bytes, value->len, err);
		}
	}
	return st;
}

/* What stands there, without what the step brought, with what it took away. */
static enum halb_status take_back(const struct halb_step *done, const struct halb_image *now,
				  struct halb_image *out, struct halb_error *err)
{
	static const struct halb_image nothing = { 0 };
	enum halb_status st = add_values(out, now, &done->after, &done->before, err);

	return st == HALB_OK ? add_values(out, &done->before, &done->after, &nothing, err) : st;
}

static uint32_t newest_serial(const struct halb_image *image)
{
	const struct halb_image_attr *records = halb_image_attr(image, "dnsRecord");
	uint32_t newest = 0;

	for (size_t v = 0; records && v < records->n; v++) {
		struct halb_record rec;

		if (halb_adrec_decode(records->values[v].bytes, records->values[v].len, &rec,
				      NULL) != HALB_OK)
			continue;
		if (rec.serial > newest)
			newest = rec.serial;
		halb_record_clear(&rec);
	}
	return newest;
}

enum halb_status halb_back_image(const struct halb_step *done, const struct halb_image *now,
				   time_t at, struct halb_image *out, struct halb_error *err)
{
	enum halb_status st;

	out->object_class = strdup(done->before.object_class);
	if (!out->object_class)
		return halb_fail_nomem(err);
	if (!halb_image_is_node(now) && !done->before.exists)
		return HALB_OK;
	out->exists = true;
	st = take_back(done, now, out, err);
	if (st != HALB_OK || !halb_image_is_node(now) || count_live(out))
		return st;
	halb_image_clear(out);
	out->exists = true;
	out->object_class = strdup(done->before.object_class);
	return out->object_class ? halb_image_entomb(out, newest_serial(now), at, err)
				 : halb_fail_nomem(err);
}
