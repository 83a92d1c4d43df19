/* SPDX-License-Identifier: Apache-2.0 */
/* What a change means: which finding it is, how bad that is, and what mends it. */
#include "halb/plan/drift.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "halb/base/buf.h"

#define HOURS_TO_1970	INT64_C(3234576)     /* from 1601, [MS-DNSP] 2.2.2.2.4 */
#define TICKS_AN_HOUR	UINT64_C(36000000000) /* FILETIME's, 100 ns */
#define TOMBSTONE_HOURS (14 * 24)	     /* DsTombstoneInterval, [MS-DNSP] 3.1.1.1.1 */

#define REGISTER "halb-dns register"
#define DATE	 sizeof "2026-12-31 23:00Z"

/* What stands at a node beside what is wanted there. */
struct tally {
	size_t same, siblings, rivals, graves;
	const struct halb_record *first; /* of the same */
};

static struct tally count(const struct halb_change *change)
{
	const struct halb_node *node = change->node;
	struct tally t = { 0 };

	for (size_t i = 0; i < node->n_values; i++) {
		const struct halb_record *rec = &node->values[i].rec;

		if (node->values[i].malformed)
			continue;
		if (rec->type == HALB_RR_TOMBSTONE) {
			t.graves++;
		} else if (halb_record_same_data(rec, &change->record)) {
			t.first = t.same++ ? t.first : rec;
		} else if (rec->type == change->record.type) {
			t.siblings++;
		} else if (change->drop[i]) {
			t.rivals++;
		}
	}
	return t;
}

bool halb_change_is_dynamic(const struct halb_change *change)
{
	struct tally t;

	if (change->subject != HALB_SUBJECT_RECORD || change->action != HALB_ACTION_REPLACE)
		return false;
	t = count(change);
	return t.first && t.first->timestamp;
}

/* ---- findings ---- */

struct drift {
	const struct halb_plan *plan;
	const struct halb_zones *zones;
	const struct halb_zone_aging *aging;
	struct halb_findings *out;
	struct halb_error *err;
	enum halb_status status;
};

/* What is said of a change. */
struct remark {
	enum halb_code code;
	enum halb_severity severity;
	const char *expected, *actual, *hint;
};

static void say(struct drift *d, const struct halb_change *change, const struct remark *remark)
{
	if (d->status == HALB_OK)
		d->status = halb_findings_add(
			d->out,
			&(struct halb_finding){ .code = remark->code,
						.severity = remark->severity,
						.balancer = change->balancer->name,
						.object = change->name,
						.expected = (char *)(uintptr_t)remark->expected,
						.actual = (char *)(uintptr_t)remark->actual,
						.hint = (char *)(uintptr_t)remark->hint },
			d->err);
}

/* "A 192.168.11.11"; a reservation's MAC and address say themselves what they are. */
static char *value_text(const struct halb_change *change, const char *value)
{
	struct halb_buf out = { 0 };

	if (change->subject == HALB_SUBJECT_RECORD)
		halb_buf_printf(&out, "%s ", change->type);
	halb_buf_text(&out, value);
	return halb_buf_take_string(&out);
}

/* Says it with what shall stand there; `actual` NULL: with the values that do. */
static void say_value(struct drift *d, const struct halb_change *change, enum halb_code code,
		      enum halb_severity severity, const char *actual, const char *hint)
{
	char *expected = change->after ? value_text(change, change->after) : NULL;
	char *found = actual ? strdup(actual) : value_text(change, change->before);

	if ((change->after && !expected) || !found)
		d->status = halb_fail_nomem(d->err);
	say(d, change, &(struct remark){ code, severity, expected, found, hint });
	free(expected);
	free(found);
}

static void format_hours(int64_t hours, char text[DATE])
{
	time_t at = (time_t)((hours - HOURS_TO_1970) * 3600);
	struct tm tm;

	if (!gmtime_r(&at, &tm) || !strftime(text, DATE, "%Y-%m-%d %H:%MZ", &tm))
		snprintf(text, DATE, "any time");
}

/* A name works without its PTR record: only `yes` demands one. */
static enum halb_severity severity_of(const struct halb_change *change)
{
	bool optional = change->record.type == HALB_RR_PTR &&
			change->balancer->ptr == HALB_PTR_AUTO;

	return optional ? HALB_SEV_WARNING : HALB_SEV_CRITICAL;
}

static bool is_ours(const struct halb_change *change)
{
	const char *mark = change->node ? change->node->mark : change->reservation->mark;

	return mark && change->mark && strcmp(mark, change->mark) == 0;
}

static const char *hint_at_change(const struct halb_change *change)
{
	return is_ours(change) ? REGISTER " puts it right"
			       : "it is not ours any more: if it may go, " REGISTER
				 " --replace puts it right";
}

/* ---- records ---- */

static void say_missing(struct drift *d, const struct halb_change *change)
{
	bool ptr = change->record.type == HALB_RR_PTR;

	say_value(d, change, ptr ? HALB_CODE_PTR_MISSING : HALB_CODE_RECORD_MISSING,
		  severity_of(change), "no such record", REGISTER " makes it again");
}

/* [MS-DNSP] 3.1.4.5: a dead node is kept for a time, so that its death gets around. */
static void say_dead(struct drift *d, const struct halb_change *change)
{
	uint64_t entombed = 0;
	char actual[80] = "a tombstone", date[DATE];

	for (size_t i = 0; i < change->node->n_values; i++)
		if (change->node->values[i].rec.type == HALB_RR_TOMBSTONE)
			entombed = change->node->values[i].rec.entombed;
	if (entombed) {
		format_hours((int64_t)(entombed / TICKS_AN_HOUR) + TOMBSTONE_HOURS, date);
		snprintf(actual, sizeof actual, "a tombstone, which is purged on %s", date);
	}
	say_value(d, change, HALB_CODE_RECORD_TOMBSTONED, severity_of(change), actual,
		  REGISTER " brings it back");
}

/* It is right, and a dynamic record: [MS-DNSP] 3.1.4.5 takes it away when it is not refreshed. */
static void say_aging(struct drift *d, const struct halb_change *change, uint32_t timestamp)
{
	const struct halb_zone_aging *aging = &d->aging[change->node->zone - d->zones->items];
	char actual[160], date[DATE];

	if (aging->enabled) {
		format_hours((int64_t)timestamp + aging->no_refresh + aging->refresh, date);
		snprintf(actual, sizeof actual, "a dynamic one, which scavenging may remove from "
						"%s on", date);
	} else {
		snprintf(actual, sizeof actual, "a dynamic one, which is removed once aging is on "
						"for its zone");
	}
	say_value(d, change, HALB_CODE_RECORD_AGING, HALB_SEV_WARNING, actual,
		  REGISTER " makes it static again");
}

static void say_ttl(struct drift *d, const struct halb_change *change, uint32_t ttl)
{
	char expected[32], actual[32];

	snprintf(expected, sizeof expected, "TTL %u", change->ttl);
	snprintf(actual, sizeof actual, "TTL %u", ttl);
	say(d, change,
	    &(struct remark){ HALB_CODE_TTL_DIFFERS, HALB_SEV_WARNING, expected, actual,
			      hint_at_change(change) });
}

/* All that is wrong with a record whose data is right. */
static void say_details(struct drift *d, const struct halb_change *change, const struct tally *t)
{
	if (t->same > 1)
		say_value(d, change, HALB_CODE_RECORD_EXTRA, HALB_SEV_WARNING,
			  "it more than once", hint_at_change(change));
	else if (t->first->ttl != change->ttl)
		say_ttl(d, change, t->first->ttl);
	if (t->first->timestamp)
		say_aging(d, change, t->first->timestamp);
	if (t->graves)
		say_value(d, change, HALB_CODE_RECORD_TOMBSTONED, HALB_SEV_WARNING,
			  "what is left of a tombstone beside it", hint_at_change(change));
}

static void say_foreign(struct drift *d, const struct halb_change *change)
{
	const char *mark = change->node ? change->node->mark : change->reservation->mark;
	char actual[160];

	if (!mark) {
		say_value(d, change, HALB_CODE_RECORD_FOREIGN, HALB_SEV_WARNING,
			  "it without our mark", "it is right: " REGISTER " --adopt makes it ours again");
		return;
	}
	snprintf(actual, sizeof actual, "it marked '%.120s'", mark);
	say_value(d, change, HALB_CODE_RECORD_FOREIGN, HALB_SEV_WARNING, actual,
		  "somebody else says that it is theirs: ask them; " REGISTER
		  " --replace makes it ours again");
}

static enum halb_code code_of_wrong(const struct halb_change *change, const struct tally *t)
{
	if (t->rivals && (t->rivals + t->siblings + t->same > 1 || !is_ours(change)))
		return HALB_CODE_CNAME_CONFLICT;
	if (t->same + t->siblings > 1)
		return HALB_CODE_RECORD_EXTRA;
	return change->record.type == HALB_RR_PTR ? HALB_CODE_PTR_DIFFERS
						  : HALB_CODE_RECORD_DIFFERS;
}

/* Of several values of one name nobody can tell which are ours: register wants to be told. */
static void say_wrong(struct drift *d, const struct halb_change *change, const struct tally *t)
{
	enum halb_code code = code_of_wrong(change, t);
	bool several = code == HALB_CODE_CNAME_CONFLICT || code == HALB_CODE_RECORD_EXTRA;

	/* Of several types the change's text says each. */
	say_value(d, change, code, severity_of(change), t->rivals ? change->before : NULL,
		  several ? "if the others may go, " REGISTER " --replace removes them"
			  : hint_at_change(change));
}

static void judge_record(struct drift *d, const struct halb_change *change)
{
	struct tally t;

	switch (change->action) {
	case HALB_ACTION_ADD:
		say_missing(d, change);
		return;
	case HALB_ACTION_RESURRECT:
		say_dead(d, change);
		return;
	case HALB_ACTION_DELETE:
		say_value(d, change, HALB_CODE_RECORD_EXTRA, HALB_SEV_WARNING, NULL,
			  "the site file does not have it any more: " REGISTER " removes it");
		return;
	case HALB_ACTION_ADOPT:
		say_foreign(d, change);
		return;
	case HALB_ACTION_REPLACE:
		break;
	case HALB_ACTION_RELEASE:
	case HALB_ACTION_KEEP:
		return;
	}
	t = count(change);
	if (t.siblings || t.rivals)
		say_wrong(d, change, &t);
	else
		say_details(d, change, &t);
	if (!t.siblings && !t.rivals && !is_ours(change))
		say_foreign(d, change);
}

/* Whether a plan makes the apex of that change's balancer anew: it stands before its aliases. */
static bool makes_apex(const struct halb_plan *plan, size_t alias)
{
	const struct halb_balancer *b = plan->changes[alias].balancer;

	for (size_t i = alias; i-- > 0 && plan->changes[i].balancer == b;) {
		const struct halb_change *apex = &plan->changes[i];

		if (halb_name_equal(&apex->node->name, &b->apex))
			return apex->action == HALB_ACTION_ADD ||
			       apex->action == HALB_ACTION_RESURRECT;
	}
	return false;
}

/* An alias that stands there leads nowhere while its apex has no address. */
static void judge_alias(struct drift *d, size_t i)
{
	const struct halb_change *change = &d->plan->changes[i];
	char expected[HALB_NAME_TEXT + 40], name[HALB_NAME_TEXT];

	if (change->record.type != HALB_RR_CNAME || change->action == HALB_ACTION_ADD ||
	    change->action == HALB_ACTION_RESURRECT || !makes_apex(d->plan, i))
		return;
	snprintf(expected, sizeof expected, "an address at %s",
		 halb_name_format(&change->balancer->apex, name));
	say(d, change,
	    &(struct remark){ HALB_CODE_TARGET_DANGLING, HALB_SEV_CRITICAL, expected,
			      "an alias that leads nowhere", REGISTER " makes its target again" });
}

/* ---- reservations ---- */

static void judge_reservation(struct drift *d, const struct halb_change *change)
{
	switch (change->action) {
	case HALB_ACTION_ADD:
		say_value(d, change, HALB_CODE_RESERVATION_MISSING, HALB_SEV_CRITICAL,
			  "no such reservation", REGISTER " makes it again");
		return;
	case HALB_ACTION_REPLACE:
		say_value(d, change, HALB_CODE_RESERVATION_DIFFERS, HALB_SEV_CRITICAL, NULL,
			  hint_at_change(change));
		return;
	case HALB_ACTION_ADOPT:
		say_foreign(d, change);
		return;
	case HALB_ACTION_RESURRECT:
	case HALB_ACTION_DELETE:
	case HALB_ACTION_RELEASE:
	case HALB_ACTION_KEEP:
		return;
	}
}

enum halb_status halb_drift_find(const struct halb_plan *plan, const struct halb_zones *zones,
				 const struct halb_zone_aging *aging, struct halb_findings *out,
				 struct halb_error *err)
{
	struct drift d = { plan, zones, aging, out, err, HALB_OK };

	for (size_t i = 0; i < plan->findings.n && d.status == HALB_OK; i++)
		d.status = halb_findings_add(out, &plan->findings.items[i], err);
	for (size_t i = 0; i < plan->n && d.status == HALB_OK; i++) {
		const struct halb_change *change = &plan->changes[i];

		if (change->subject == HALB_SUBJECT_RESERVATION) {
			judge_reservation(&d, change);
			continue;
		}
		judge_record(&d, change);
		judge_alias(&d, i);
	}
	return d.status;
}
