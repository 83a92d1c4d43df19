/* SPDX-License-Identifier: Apache-2.0 */
/* One wanted record against the node that stands there. */
#include "plan_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/base64.h"
#include "halb/base/buf.h"

/* What a node's values are to a wanted record. */
enum relation {
	REL_SAME,    /* its type and data */
	REL_SIBLING, /* its type, other data */
	REL_RIVAL,   /* cannot stand beside it: RFC 1034 3.6.2, CNAME and other data */
	REL_GRAVE,   /* what some tools leave of a tombstone when they bring a node back */
	REL_OTHER,
};

static enum relation relate(const struct wanted *wanted, const struct halb_record *rec)
{
	if (rec->type == HALB_RR_TOMBSTONE)
		return REL_GRAVE;
	if (rec->type == wanted->type)
		return halb_record_same_data(rec, &wanted->data) ? REL_SAME : REL_SIBLING;
	if (rec->type == HALB_RR_CNAME || wanted->type == HALB_RR_CNAME)
		return REL_RIVAL;
	return REL_OTHER;
}

/* The types that a mark on a node speaks of; anything else there is somebody else's. */
static bool is_managed(uint16_t type)
{
	return type == HALB_RR_A || type == HALB_RR_AAAA || type == HALB_RR_CNAME ||
	       type == HALB_RR_PTR;
}

struct tally {
	size_t n[REL_OTHER + 1];
	size_t managed;  /* of a type that a mark speaks of */
	size_t stubborn; /* rivals that we never remove */
	bool malformed;
	bool exact; /* the one same value is static and has the wanted TTL */
};

static struct tally count(const struct wanted *wanted, const struct halb_node *node)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < node->n_values; i++) {
		const struct halb_record *rec = &node->values[i].rec;
		enum relation rel;

		if (node->values[i].malformed) {
			t.malformed = true;
			continue;
		}
		rel = relate(wanted, rec);
		t.n[rel]++;
		t.managed += is_managed(rec->type);
		t.stubborn += rel == REL_RIVAL && !is_managed(rec->type);
		if (rel == REL_SAME)
			t.exact = rec->ttl == wanted->data.ttl && rec->timestamp == 0;
	}
	t.exact = t.exact && t.n[REL_SAME] == 1;
	return t;
}

/* ---- texts ---- */

static void describe_values(const struct halb_node *node, const bool *only, struct halb_buf *out)
{
	char type[16];

	for (size_t i = 0; i < node->n_values; i++) {
		const struct halb_record *rec = &node->values[i].rec;

		if (only && !only[i])
			continue;
		halb_buf_text(out, out->len ? ", " : "");
		if (node->values[i].malformed) {
			halb_buf_printf(out, "%zu bytes that are no record", node->values[i].len);
			continue;
		}
		halb_buf_printf(out, "%s ", halb_rrtype_format(rec->type, type));
		halb_record_format_data(rec, out);
	}
}

/* "192.168.11.11", or with the type in front where the types differ: what goes away. */
static char *text_before(const struct halb_change *change, uint16_t type)
{
	struct halb_buf out = { 0 };
	bool mixed = false;

	if (halb_node_is_dead(change->node))
		return strdup("tombstone");
	for (size_t i = 0; i < change->node->n_values; i++)
		mixed |= change->drop[i] && change->node->values[i].rec.type != type;
	if (mixed) {
		describe_values(change->node, change->drop, &out);
		return halb_buf_take_string(&out);
	}
	for (size_t i = 0; i < change->node->n_values; i++) {
		if (!change->drop[i])
			continue;
		if (out.len)
			halb_buf_text(&out, ", ");
		halb_record_format_data(&change->node->values[i].rec, &out);
		if (change->node->values[i].rec.timestamp)
			halb_buf_text(&out, " (dynamic)");
	}
	return halb_buf_take_string(&out);
}

static char *text_after(const struct halb_record *rec)
{
	struct halb_buf out = { 0 };

	halb_record_format_data(rec, &out);
	return halb_buf_take_string(&out);
}

/* ---- blocking ---- */

static enum halb_status block(struct maker *maker, enum halb_status verdict, enum halb_code code,
			      const struct wanted *wanted, const struct halb_node *node,
			      const char *hint, struct halb_error *err)
{
	char name[HALB_NAME_TEXT], type[16], text[HALB_PLAN_HINT];
	struct halb_buf expected = { 0 }, actual = { 0 };
	enum halb_status st;

	halb_buf_printf(&expected, "%s ", halb_rrtype_format(wanted->type, type));
	halb_record_format_data(&wanted->data, &expected);
	if (node)
		describe_values(node, NULL, &actual);
	if (node && node->mark)
		halb_buf_printf(&actual, " (marked '%.80s')", node->mark);
	halb_name_format(&wanted->name, name);
	if (expected.bad || actual.bad)
		st = halb_fail_nomem(err);
	else
		st = halb_plan_block(maker, verdict,
				     &(struct halb_finding){ .code = code,
							     .severity = HALB_SEV_CRITICAL,
							     .balancer = wanted->balancer->name,
							     .object = name,
							     .expected = (char *)expected.data,
							     .actual = (char *)actual.data,
							     .hint = halb_plan_hint(
								     wanted, hint, text) },
				     err);
	halb_buf_clear(&expected);
	halb_buf_clear(&actual);
	return st;
}

#define NAMED 300 /* bytes: a command that is longer is none that anybody copies */

/* No DNS tool shows such a value: it has to be named by its bytes. */
static enum halb_status block_malformed(struct maker *maker, const struct wanted *wanted,
					const struct halb_node *node, struct halb_error *err)
{
	struct halb_buf hint = { 0 };
	enum halb_status st;
	size_t i = 0;

	while (!node->values[i].malformed)
		i++;
	halb_buf_text(&hint, "remove that value of its dnsRecord, then try again");
	if (node->values[i].len <= NAMED) {
		halb_buf_printf(&hint, ": printf '%%s\\n' 'dn: %s' 'changetype: modify' 'delete: "
				       "dnsRecord' 'dnsRecord:: ", node->dn);
		halb_base64_encode(node->values[i].bytes, node->values[i].len, &hint);
		halb_buf_printf(&hint, "' | ldapmodify -H ldap://%s", maker->present->server);
	}
	st = hint.bad ? halb_fail_nomem(err)
		      : block(maker, HALB_E_MALFORMED, HALB_CODE_RECORD_MALFORMED, wanted, node,
			      halb_buf_string(&hint), err);
	halb_buf_clear(&hint);
	return st;
}

static enum halb_status block_zone(struct maker *maker, const struct wanted *wanted,
				   const struct halb_zone *twin, struct halb_error *err)
{
	char name[HALB_NAME_TEXT], hint[2 * HALB_NAME_TEXT + 400];
	const char *server = maker->present->server;
	bool in_ip6 = wanted->type == HALB_RR_PTR && wanted->balancer->vip.len == 16;
	struct halb_name parent = halb_name_parent(&wanted->name, in_ip6 ? 16 : 1); /* a /64 */

	if (twin) {
		snprintf(hint, sizeof hint,
			 "the zone %s exists in two partitions; the DCs load only one: remove "
			 "the other (it is at %.400s)",
			 halb_name_format(&twin->name, name), twin->dn);
		return block(maker, HALB_E_CONFLICT, HALB_CODE_ZONE_AMBIGUOUS, wanted, NULL, hint,
			     err);
	}
	halb_name_format(&parent, name);
	if (wanted->type == HALB_RR_PTR)
		snprintf(hint, sizeof hint, "samba-tool dns zonecreate %.255s %s, or ptr: auto makes "
					    "it where its zone is", server, name);
	else
		snprintf(hint, sizeof hint,
			 "no zone of this directory holds the name: check the domain, or "
			 "samba-tool dns zonecreate %.255s %s", server, name);
	return block(maker, HALB_E_SITE, HALB_CODE_ZONE_MISSING, wanted, NULL, hint, err);
}

/* ---- the decision ---- */

enum decision { DECIDE_BLOCKED, DECIDE_CHANGE, DECIDE_ADOPT, DECIDE_KEEP };

/* On DECIDE_BLOCKED: the code and the hint say why. */
struct decided {
	enum decision what;
	enum halb_code code;
	const char *hint;
};

static struct decided blocked(enum halb_code code, const char *hint)
{
	return (struct decided){ DECIDE_BLOCKED, code, hint };
}

static const char adopt_hint[] = "somebody else's record, and right: --adopt makes it ours";
static const char beside_hint[] = "somebody else's records: --adopt puts ours beside them";
static const char marked_hint[] = "it is marked as somebody else's: ask them first; --replace "
				  "takes it over";
static const char classless_hint[] = "the address's name is an alias (RFC 2317): its PTR record "
				     "goes where that leads, by hand";
static const char replace_hint[] = "somebody else's record: if it may go, --replace changes it and "
				   "makes it ours";

/*
 * For a node that lives. Of one that is ours the mark speaks of one value; where several stand that
 * cannot all be right, nobody can tell which, and all stay.
 */
static struct decided decide(const struct maker *maker, const struct wanted *wanted,
			     const struct halb_node *node, const struct tally *t)
{
	bool owned = halb_plan_owner(maker, node->mark) < maker->marks.n;
	bool replace = maker->options->replace;
	bool adopt = (maker->options->adopt && !node->mark) || replace;
	size_t same = t->n[REL_SAME], siblings = t->n[REL_SIBLING], rivals = t->n[REL_RIVAL];

	if (t->stubborn)
		return blocked(HALB_CODE_CNAME_CONFLICT, "a CNAME cannot stand beside other "
							 "records: take another name, or remove "
							 "them yourself");
	if ((rivals || siblings) && !owned && !replace)
		return blocked(rivals ? HALB_CODE_CNAME_CONFLICT : HALB_CODE_RECORD_FOREIGN,
			       rivals && wanted->type == HALB_RR_PTR ? classless_hint
								     : replace_hint);
	if ((rivals || siblings) && same + siblings + rivals > 1 && !replace)
		return blocked(rivals ? HALB_CODE_CNAME_CONFLICT : HALB_CODE_RECORD_EXTRA,
			       "clients would get any of them: remove the others, or --replace "
			       "does");
	if (!owned && (node->n_values || node->mark) && !adopt)
		return blocked(HALB_CODE_RECORD_FOREIGN,
			       node->mark ? marked_hint : same ? adopt_hint : beside_hint);
	if (!t->exact || siblings || rivals || t->n[REL_GRAVE])
		return (struct decided){ .what = DECIDE_CHANGE };
	return (struct decided){ .what = node->mark && strcmp(node->mark, wanted->mark) == 0
						 ? DECIDE_KEEP : DECIDE_ADOPT };
}

/* ---- the change ---- */

static enum halb_status init_change(struct maker *maker, const struct halb_node *node,
				    const struct halb_balancer *balancer, uint16_t type,
				    struct halb_change **out, struct halb_error *err)
{
	struct halb_change *change = halb_plan_append(&maker->plan);
	char text[HALB_NAME_TEXT];

	if (!change)
		return halb_fail_nomem(err);
	change->subject = HALB_SUBJECT_RECORD;
	change->balancer = balancer;
	change->node = node;
	halb_rrtype_format(type, change->type);
	change->name = strdup(halb_name_format(&node->name, text));
	change->zone = strdup(halb_name_format(&node->zone->name, text));
	change->dn = strdup(node->dn);
	change->drop = calloc(node->n_values + 1, sizeof *change->drop);
	if (!change->name || !change->zone || !change->dn || !change->drop)
		return halb_fail_nomem(err);
	*out = change;
	return HALB_OK;
}

static enum halb_action action_for(const struct halb_node *node, enum decision what, bool drops)
{
	if (what == DECIDE_KEEP)
		return HALB_ACTION_KEEP;
	if (what == DECIDE_ADOPT)
		return HALB_ACTION_ADOPT;
	if (halb_node_is_dead(node))
		return HALB_ACTION_RESURRECT;
	return drops ? HALB_ACTION_REPLACE : HALB_ACTION_ADD;
}

/*
 * Which values go: all of a tombstone, else what the wanted record takes the place of. That is also
 * the one value of another type that a mark of ours speaks of: the A of a vIP that became IPv6.
 */
static bool mark_drops(const struct maker *maker, struct halb_change *change,
		       const struct wanted *wanted)
{
	const struct halb_node *node = change->node;
	bool owned = halb_plan_owner(maker, node->mark) < maker->marks.n;
	struct tally t = count(wanted, node);
	bool any = false, moved = owned && t.managed == 1 && !t.n[REL_SAME];

	for (size_t i = 0; i < node->n_values; i++) {
		const struct halb_record *rec = &node->values[i].rec;

		change->drop[i] = halb_node_is_dead(node) || relate(wanted, rec) != REL_OTHER ||
				  (moved && is_managed(rec->type));
		any |= change->drop[i];
		if (change->drop[i] && is_managed(rec->type) && !halb_node_is_dead(node))
			change->ttl_before = rec->ttl;
	}
	return any;
}

static enum halb_status make_change(struct maker *maker, const struct wanted *wanted,
				    const struct halb_node *node, enum decision what,
				    struct halb_error *err)
{
	struct halb_change *change;
	enum halb_status st =
		init_change(maker, node, wanted->balancer, wanted->type, &change, err);
	bool drops;

	if (st != HALB_OK)
		return st;
	drops = mark_drops(maker, change, wanted);
	change->action = action_for(node, what, drops);
	change->record = wanted->data;
	change->record.serial = node->zone->serial + 1;
	change->has_record = what == DECIDE_CHANGE;
	change->ttl = wanted->data.ttl;
	change->mark = strdup(wanted->mark);
	change->after = text_after(&wanted->data);
	if (drops)
		change->before = text_before(change, wanted->type);
	if (!change->mark || !change->after || (drops && !change->before))
		return halb_fail_nomem(err);
	return HALB_OK;
}

enum halb_status halb_plan_record(struct maker *maker, const struct wanted *wanted,
				  struct halb_error *err)
{
	const struct halb_zone *twin, *zone = halb_zones_find(maker->present->zones, &wanted->name,
							      &twin);
	const struct halb_node *node = halb_nodes_find(maker->present->nodes, &wanted->name);
	struct decided decided = { .what = DECIDE_CHANGE };
	bool blocked = false;
	enum halb_status st;
	struct tally t;

	if (!zone || twin)
		return block_zone(maker, wanted, twin, err);
	if (!node)
		return halb_fail(err, HALB_E_INTERNAL, "a node that was asked for was not read");
	maker->seen[node - maker->present->nodes->items] = true;
	st = halb_plan_around(maker, wanted, node, &blocked, err);
	if (st != HALB_OK)
		return st;
	if (node->exists && !halb_node_is_dead(node)) {
		t = count(wanted, node);
		if (t.malformed)
			return block_malformed(maker, wanted, node, err);
		decided = decide(maker, wanted, node, &t);
	}
	if (decided.what == DECIDE_BLOCKED)
		return block(maker, HALB_E_CONFLICT, decided.code, wanted, node, decided.hint, err);
	return blocked ? HALB_OK : make_change(maker, wanted, node, decided.what, err);
}

/* ---- the removal ---- */

/* What a balancer's records say, at whatever name: its vIP, or its apex. */
static bool says(const struct halb_balancer *b, const struct halb_record *rec)
{
	if (rec->type == HALB_RR_A || rec->type == HALB_RR_AAAA)
		return halb_addr_equal(&rec->addr, &b->vip);
	return halb_name_equal(&rec->name, &b->apex);
}

static bool can_be_ours(const struct halb_node_value *value)
{
	return !value->malformed && is_managed(value->rec.type);
}

/* Whether the mark speaks of that value: the only one that it can mean, else what says the same. */
static bool is_ours(const struct halb_node *node, size_t i, size_t candidates,
		    const struct halb_balancer *b)
{
	return can_be_ours(&node->values[i]) &&
	       (candidates == 1 || says(b, &node->values[i].rec));
}

/* Several stand there, and none says what ours did. */
static enum halb_status block_removal(struct maker *maker, const struct halb_node *node,
				      const struct halb_balancer *b, struct halb_error *err)
{
	struct wanted found = { .balancer = b, .name = node->name };

	for (size_t i = 0; i < node->n_values; i++) {
		if (!can_be_ours(&node->values[i]))
			continue;
		found.type = node->values[i].rec.type;
		found.data = node->values[i].rec;
	}
	return block(maker, HALB_E_CONFLICT, HALB_CODE_RECORD_EXTRA, &found, node,
		     "several records stand where only one is ours, and none is the site's: remove "
		     "those that are not ours, then try again", err);
}

/* Takes the values away that `is_ours` says; `first` is one of them. */
static enum halb_status remove_ours(struct maker *maker, const struct halb_node *node,
				    const struct halb_balancer *b, size_t candidates, size_t first,
				    struct halb_error *err)
{
	const struct halb_record *rec = &node->values[first].rec;
	struct halb_change *change;
	enum halb_status st = init_change(maker, node, b, rec->type, &change, err);

	if (st != HALB_OK)
		return st;
	change->action = HALB_ACTION_DELETE;
	for (size_t i = 0; i < node->n_values; i++)
		change->drop[i] = is_ours(node, i, candidates, b) ||
				  (!node->values[i].malformed &&
				   node->values[i].rec.type == HALB_RR_TOMBSTONE);
	change->ttl_before = rec->ttl;
	change->before = text_before(change, rec->type);
	return change->before ? HALB_OK : halb_fail_nomem(err);
}

/* Takes away what the mark speaks of, and leaves what somebody put beside it. */
enum halb_status halb_plan_node_removal(struct maker *maker, const struct halb_node *node,
					size_t balancer, struct halb_error *err)
{
	const struct halb_balancer *b = &maker->site->balancers[balancer];
	size_t candidates = 0, first = node->n_values;

	for (size_t i = 0; i < node->n_values; i++)
		candidates += can_be_ours(&node->values[i]);
	if (halb_node_is_dead(node) || candidates == 0)
		return HALB_OK;
	while (first > 0 && !is_ours(node, first - 1, candidates, b))
		first--;
	if (first == 0)
		return block_removal(maker, node, b, err);
	return remove_ours(maker, node, b, candidates, first - 1, err);
}
