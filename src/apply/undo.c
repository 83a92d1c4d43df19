/* SPDX-License-Identifier: Apache-2.0 */
/* Plans the way back from a run, from what it wrote and from what stands there now. */
#include "halb/apply/undo.h"

#include <stdlib.h>
#include <string.h>

#include "apply_priv.h"
#include "halb/dns/adrec.h"
#include "run_priv.h"

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

/* ---- texts ---- */

static enum halb_action action_back(const struct halb_change *done, const struct halb_image *now)
{
	switch (done->action) {
	case HALB_ACTION_ADD:
	case HALB_ACTION_RESURRECT:
		return HALB_ACTION_DELETE;
	case HALB_ACTION_DELETE:
		return halb_image_is_node(now) && now->exists && halb_image_is_dead(now) ? HALB_ACTION_RESURRECT
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
	const struct halb_image_attr *records = halb_image_attr(now, "dnsRecord");

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

	if (halb_image_is_dead(now))
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
	st = halb_back_image(done, take_now, at, &step->after, err);
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

		if (!halb_step_is_ours(done))
			continue;
		switch (halb_back_standing(done, &now[i])) {
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
