/* SPDX-License-Identifier: Apache-2.0 */
/* Plans the way back from a run, from what it wrote and from what stands there now. */
#include "halb/apply/undo.h"

#include <stdlib.h>
#include <string.h>

#include "apply_priv.h"
#include "halb/dns/adrec.h"

/* ---- which run ---- */

static enum halb_status find_newest(const struct halb_runs *runs, const char *domain,
				    const struct halb_run **out)
{
	*out = NULL;
	for (size_t i = 0; i < runs->n && !*out; i++) {
		const struct halb_run *run = &runs->items[i];

		if (!run->unreadable && run->end != HALB_RUN_OPEN && !run->undone_by &&
		    run->head.domain && strcmp(run->head.domain, domain) == 0 &&
		    halb_run_changes(run))
			*out = run;
	}
	return HALB_OK;
}

static enum halb_status refuse(struct halb_error *err, const char *id, const char *why)
{
	halb_fail(err, HALB_E_USAGE, "undo %.40s: %s", id, why);
	return halb_hint(err, "halb-dns history lists the runs");
}

enum halb_status halb_undo_find(const struct halb_runs *runs, const char *id, const char *domain,
				const struct halb_run **out, struct halb_error *err)
{
	const struct halb_run *found = NULL;

	if (!id)
		return find_newest(runs, domain, out);
	for (size_t i = 0; i < runs->n; i++) {
		if (!*id || strncmp(runs->items[i].id, id, strlen(id)) != 0)
			continue;
		if (found)
			return refuse(err, id, "several runs begin so");
		found = &runs->items[i];
	}
	if (!found)
		return refuse(err, id, "there is no such run");
	if (found->unreadable) {
		halb_fail(err, HALB_E_MALFORMED, "journal %s: %s", found->id, found->unreadable);
		return halb_hint(err, "what it changed must be put back by hand");
	}
	if (!found->head.domain || strcmp(found->head.domain, domain) != 0)
		return refuse(err, id, "that run was in another domain");
	if (found->end == HALB_RUN_OPEN)
		return refuse(err, id, "that run is still under way");
	*out = found;
	return HALB_OK;
}

/* ---- what stands there ---- */

static bool is_node(const struct halb_image *image)
{
	return strcmp(image->object_class, "dnsNode") == 0;
}

static const struct halb_image_attr *find_attr(const struct halb_image *image, const char *name)
{
	for (size_t i = 0; i < image->n; i++)
		if (strcasecmp(image->attrs[i].name, name) == 0)
			return &image->attrs[i];
	return NULL;
}

/* [MS-DNSP] 2.3.2.2: the type stands behind the length. */
static bool is_tombstone(const struct halb_image_value *value)
{
	return value->len >= 4 && value->bytes[2] == 0 && value->bytes[3] == 0;
}

static size_t count_live(const struct halb_image *image)
{
	const struct halb_image_attr *records = find_attr(image, "dnsRecord");
	size_t n = 0;

	for (size_t v = 0; records && v < records->n; v++)
		n += !is_tombstone(&records->values[v]);
	return n;
}

/* To DNS a tombstone and no node are one: the servers make the one into the other. */
static bool is_dead(const struct halb_image *image)
{
	return !image->exists || (is_node(image) && !count_live(image));
}

static bool has_more(const struct halb_image *now, const struct halb_image *than)
{
	for (size_t i = 0; i < now->n; i++)
		for (size_t v = 0; v < now->attrs[i].n; v++) {
			const struct halb_image_value *value = &now->attrs[i].values[v];

			if (!halb_image_has(than, now->attrs[i].name, value->bytes, value->len))
				return true;
		}
	return false;
}

/* As halb_step_standing(), where a tombstone may have been purged, or come instead of nothing. */
static enum standing standing_to_undo(const struct halb_step *step, const struct halb_image *now)
{
	enum standing standing = halb_step_standing(step, now);

	if (standing == STANDS_AFTER && !step->before.exists && !is_node(now) &&
	    has_more(now, &step->after))
		return STANDS_OTHERWISE; /* removing it would take somebody else's values, too */
	if (standing != STANDS_OTHERWISE || !is_node(now))
		return standing;
	if (is_dead(&step->before) && is_dead(now))
		return STANDS_BEFORE;
	return is_dead(&step->after) && !now->exists ? STANDS_AFTER : STANDS_OTHERWISE;
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

/* Adds the values of `from`, but for those of `except`, which may be NULL. */
static enum halb_status add_values(struct halb_image *out, const struct halb_image *from,
				   const struct halb_image *except, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < from->n; i++) {
		const struct halb_image_attr *attr = &from->attrs[i];

		for (size_t v = 0; st == HALB_OK && v < attr->n; v++) {
			const struct halb_image_value *value = &attr->values[v];

			if ((except &&
			     halb_image_has(except, attr->name, value->bytes, value->len)) ||
			    halb_image_has(out, attr->name, value->bytes, value->len) ||
			    is_grave(attr->name, value))
				continue;
			st = halb_image_add(out, attr->name, value->bytes, value->len, err);
		}
	}
	return st;
}

/* What stands there, without what the step brought, with what it had found. */
static enum halb_status take_back(const struct halb_step *done, const struct halb_image *now,
				  struct halb_image *out, struct halb_error *err)
{
	enum halb_status st = add_values(out, now, &done->after, err);

	return st == HALB_OK ? add_values(out, &done->before, NULL, err) : st;
}

static uint32_t newest_serial(const struct halb_image *image)
{
	const struct halb_image_attr *records = find_attr(image, "dnsRecord");
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

static enum halb_status image_back(const struct halb_step *done, const struct halb_image *now,
				   time_t at, struct halb_image *out, struct halb_error *err)
{
	enum halb_status st;

	out->object_class = strdup(done->before.object_class);
	if (!out->object_class)
		return halb_fail_nomem(err);
	if (!is_node(now) && !done->before.exists)
		return HALB_OK;
	out->exists = true;
	st = take_back(done, now, out, err);
	if (st != HALB_OK || !is_node(now) || count_live(out))
		return st;
	halb_image_clear(out);
	out->exists = true;
	out->object_class = strdup(done->before.object_class);
	return out->object_class ? halb_image_entomb(out, newest_serial(now), at, err)
				 : halb_fail_nomem(err);
}

/* ---- texts ---- */

static enum halb_action action_back(const struct halb_change *done, const struct halb_image *now)
{
	switch (done->action) {
	case HALB_ACTION_ADD:
	case HALB_ACTION_RESURRECT:
		return HALB_ACTION_DELETE;
	case HALB_ACTION_DELETE:
		return is_node(now) && now->exists && is_dead(now) ? HALB_ACTION_RESURRECT
								   : HALB_ACTION_ADD;
	case HALB_ACTION_ADOPT:
		return HALB_ACTION_RELEASE;
	case HALB_ACTION_RELEASE:
		return HALB_ACTION_ADOPT;
	case HALB_ACTION_REPLACE:
	case HALB_ACTION_KEEP:
		break;
	}
	return HALB_ACTION_REPLACE;
}

/* Copies where there is something to copy. */
static bool copy_text(const char *text, char **out)
{
	*out = text ? strdup(text) : NULL;
	return !text || *out;
}

static enum halb_status fill_change(struct halb_change *change, const struct halb_change *done,
				    const struct halb_image *now, struct halb_error *err)
{
	const char *before = done->after, *after = done->before;
	bool ok;

	change->action = action_back(done, now);
	change->subject = done->subject;
	memcpy(change->type, done->type, sizeof change->type);
	change->ttl_before = done->ttl;
	change->ttl = done->ttl_before;
	switch (change->action) {
	case HALB_ACTION_DELETE:
		after = NULL;
		change->ttl = 0;
		break;
	case HALB_ACTION_RESURRECT:
		before = "tombstone";
		change->ttl_before = 0;
		break;
	case HALB_ACTION_ADD:
		before = NULL;
		change->ttl_before = 0;
		break;
	case HALB_ACTION_ADOPT:
	case HALB_ACTION_RELEASE:
		before = NULL;
		after = done->after;
		change->ttl = done->ttl;
		break;
	case HALB_ACTION_REPLACE:
	case HALB_ACTION_KEEP:
		break;
	}
	ok = copy_text(before, &change->before) && copy_text(after, &change->after) &&
	     copy_text(done->name, &change->name) && copy_text(done->zone, &change->zone) &&
	     copy_text(done->dn, &change->dn);
	return ok ? HALB_OK : halb_fail_nomem(err);
}

static void describe_records(const struct halb_image *now, struct halb_buf *out)
{
	const struct halb_image_attr *records = find_attr(now, "dnsRecord");

	for (size_t v = 0; records && v < records->n; v++) {
		struct halb_record rec;
		char type[16];

		halb_buf_text(out, out->len ? ", " : "");
		if (halb_adrec_decode(records->values[v].bytes, records->values[v].len, &rec,
				      NULL) != HALB_OK) {
			halb_buf_text(out, "malformed");
			continue;
		}
		halb_buf_printf(out, "%s ", halb_rrtype_format(rec.type, type));
		halb_record_format_data(&rec, out);
		halb_buf_printf(out, " ttl=%u", rec.ttl);
		halb_record_clear(&rec);
	}
}

static void describe_texts(const struct halb_image *now, struct halb_buf *out)
{
	for (size_t i = 0; i < now->n; i++)
		for (size_t v = 0; v < now->attrs[i].n; v++) {
			halb_buf_text(out, out->len ? ", " : "");
			halb_buf_bytes(out, now->attrs[i].values[v].bytes,
				       now->attrs[i].values[v].len);
		}
}

static enum halb_status add_conflict(struct halb_plan *plan, const struct halb_step *done,
				     const struct halb_image *now, struct halb_error *err)
{
	bool record = done->change->subject == HALB_SUBJECT_RECORD;
	struct halb_buf actual = { 0 };
	struct halb_finding finding = {
		.code = record ? HALB_CODE_RECORD_DIFFERS : HALB_CODE_RESERVATION_DIFFERS,
		.severity = HALB_SEV_CRITICAL,
		.object = done->change->name,
		.expected = done->change->after,
		.hint = "somebody has changed it since that run: undo newer runs first (halb-dns "
			"history), or put it right by hand",
	};
	enum halb_status st;

	if (is_dead(now))
		halb_buf_text(&actual, now->exists ? "a tombstone" : "nothing");
	else if (record)
		describe_records(now, &actual);
	else
		describe_texts(now, &actual);
	finding.actual = (char *)(uintptr_t)halb_buf_string(&actual);
	st = actual.bad ? halb_fail_nomem(err) : halb_findings_add(&plan->findings, &finding, err);
	halb_buf_clear(&actual);
	plan->verdict = HALB_E_CONFLICT;
	return st;
}

/* ---- the plan ---- */

static enum halb_status add_step(const struct halb_step *done, struct halb_image *take_now,
				 time_t at, struct halb_plan *plan, struct halb_steps *steps,
				 struct halb_error *err)
{
	struct halb_step *step = &steps->items[steps->n];
	struct halb_change *change = halb_plan_append(plan);
	enum halb_status st = change ? fill_change(change, done->change, take_now, err)
				     : halb_fail_nomem(err);

	if (st != HALB_OK)
		return st;
	steps->n++;
	st = image_back(done, take_now, at, &step->after, err);
	step->before = *take_now;
	*take_now = (struct halb_image){ 0 };
	return st;
}

/* Last changed, first put back. */
static enum halb_status plan_back(const struct halb_run *run, struct halb_image *now, time_t at,
				  struct halb_plan *plan, struct halb_steps *steps,
				  struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = run->steps.n; st == HALB_OK && i-- > 0;) {
		const struct halb_step *done = &run->steps.items[i];

		if (done->state == HALB_STEP_OPEN)
			continue;
		switch (standing_to_undo(done, &now[i])) {
		case STANDS_BEFORE:
			break;
		case STANDS_AFTER:
			st = add_step(done, &now[i], at, plan, steps, err);
			break;
		case STANDS_OTHERWISE:
			st = add_conflict(plan, done, &now[i], err);
			break;
		}
	}
	for (size_t i = 0; i < steps->n; i++)
		steps->items[i].change = &plan->changes[i];
	return st;
}

enum halb_status halb_undo_plan(const struct halb_directory *dir, const struct halb_run *run,
				time_t now, struct halb_plan *plan, struct halb_steps *steps,
				struct halb_error *err)
{
	struct halb_steps made = { .items = calloc(run->steps.n + 1, sizeof *made.items) };
	struct halb_plan way = { 0 };
	struct halb_image *images = NULL;
	enum halb_status st = made.items ? halb_steps_look(dir, &run->steps, &images, err)
					 : halb_fail_nomem(err);

	if (st == HALB_OK)
		st = plan_back(run, images, now, &way, &made, err);
	if (st == HALB_OK)
		st = halb_steps_complete(dir, &made, err);
	halb_images_free(images, run->steps.n);
	if (st != HALB_OK) {
		halb_steps_clear(&made);
		halb_plan_clear(&way);
		return st;
	}
	halb_plan_seal(&way);
	*plan = way;
	*steps = made;
	return HALB_OK;
}
