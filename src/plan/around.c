/* SPDX-License-Identifier: Apache-2.0 */
/* What stands around a wanted record's node and would answer, or be answered with, in its place. */
#include "plan_priv.h"

#include <stdio.h>
#include <string.h>

#define RR_DNAME 39 /* RFC 6672 */

/* How a finding ends the plan, or not. */
struct remark {
	enum halb_code code;
	enum halb_status verdict; /* HALB_OK: a warning only */
	const char *expected;
	const char *actual;
	const char *hint;
};

static enum halb_status say(struct maker *maker, const struct wanted *wanted,
			    const struct remark *remark, struct halb_error *err)
{
	char name[HALB_NAME_TEXT], hint[HALB_PLAN_HINT];
	const struct halb_finding finding = {
		.code = remark->code,
		.severity = remark->verdict == HALB_OK ? HALB_SEV_WARNING : HALB_SEV_CRITICAL,
		.balancer = wanted->balancer->name,
		.object = (char *)(uintptr_t)halb_name_format(&wanted->name, name),
		.expected = (char *)(uintptr_t)remark->expected,
		.actual = (char *)(uintptr_t)remark->actual,
		.hint = remark->verdict == HALB_OK ? (char *)(uintptr_t)remark->hint
						   : halb_plan_hint(wanted, remark->hint, hint),
	};

	if (remark->verdict == HALB_OK)
		return halb_findings_add(&maker->plan.findings, &finding, err);
	return halb_plan_block(maker, remark->verdict, &finding, err);
}

static const struct halb_node *living(const struct maker *maker, const struct halb_name *name)
{
	const struct halb_node *node = halb_nodes_find(maker->present->nodes, name);

	return node && node->exists && !halb_node_is_dead(node) ? node : NULL;
}

static const struct halb_record *first_of(const struct halb_node *node, uint16_t type)
{
	for (size_t i = 0; i < node->n_values; i++)
		if (!node->values[i].malformed && node->values[i].rec.type == type)
			return &node->values[i].rec;
	return NULL;
}

/* ---- cuts: what lies below is not this zone's to answer (RFC 1034 4.2.1, RFC 6672 2.3) ---- */

/* The node, at the name or above it within its zone, that hands the name to somebody else. */
static const struct halb_node *find_cut(const struct maker *maker, const struct halb_node *node,
					const struct halb_record **rec)
{
	const struct halb_name *zone = &node->zone->name;

	for (struct halb_name at = node->name; at.len > zone->len; at = halb_name_parent(&at, 1)) {
		const struct halb_node *above = living(maker, &at);

		*rec = above ? first_of(above, HALB_RR_NS) : NULL;
		/* A DNAME leaves its own name alone. */
		if (above && !*rec && at.len < node->name.len)
			*rec = first_of(above, RR_DNAME);
		if (*rec)
			return above;
	}
	return NULL;
}

static enum halb_status say_elsewhere(struct maker *maker, const struct wanted *wanted,
				      const char *actual, const char *hint, struct halb_error *err)
{
	return say(maker, wanted,
		   &(struct remark){ .code = HALB_CODE_DNS_NOT_AUTHORITATIVE,
				     .verdict = HALB_E_CONFLICT,
				     .actual = actual,
				     .hint = hint },
		   err);
}

static enum halb_status check_zone(struct maker *maker, const struct wanted *wanted,
				   const struct halb_zone *zone, bool *blocked,
				   struct halb_error *err)
{
	char name[HALB_NAME_TEXT], actual[HALB_NAME_TEXT + 80], hint[HALB_NAME_TEXT + 100];

	if (!zone->elsewhere)
		return HALB_OK;
	*blocked = true;
	halb_name_format(&zone->name, name);
	snprintf(actual, sizeof actual, "%.400s is a stub zone or a conditional forwarder", name);
	snprintf(hint, sizeof hint, "its own servers answer for it, not this directory: register "
				    "it there, or take a name outside %.400s", name);
	return say_elsewhere(maker, wanted, actual, hint, err);
}

static enum halb_status check_cut(struct maker *maker, const struct wanted *wanted,
				  const struct halb_node *node, bool *blocked,
				  struct halb_error *err)
{
	char name[HALB_NAME_TEXT], server[HALB_NAME_TEXT], actual[HALB_NAME_TEXT + 80];
	char hint[2 * HALB_NAME_TEXT + 100];
	const struct halb_record *rec;
	const struct halb_node *cut = find_cut(maker, node, &rec);

	if (!cut)
		return HALB_OK;
	*blocked = true;
	halb_name_format(&cut->name, name);
	if (rec->type == RR_DNAME) {
		snprintf(actual, sizeof actual, "a DNAME at %.400s", name);
		snprintf(hint, sizeof hint, "what lies below %.400s is looked up elsewhere: take "
					    "a name outside, or register it there", name);
	} else {
		halb_name_format(&rec->name, server);
		snprintf(actual, sizeof actual, "%.400s is delegated to %.400s", name, server);
		snprintf(hint, sizeof hint, "%.200s answers for it, not this directory: register "
					    "it there, or take a name outside %.200s",
			 server, name);
	}
	return say_elsewhere(maker, wanted, actual, hint, err);
}

/* ---- a wildcard (RFC 4592) ---- */

static const struct halb_node *find_wildcard(const struct maker *maker,
					     const struct halb_node *node)
{
	const struct halb_name *zone = &node->zone->name;

	for (struct halb_name at = node->name; at.len > zone->len;) {
		struct halb_name wildcard;
		const struct halb_node *found;

		at = halb_name_parent(&at, 1);
		wildcard = halb_desired_wildcard(&at);
		found = wildcard.len ? living(maker, &wildcard) : NULL;
		if (found && found->n_values && !halb_name_equal(&wildcard, &node->name))
			return found;
	}
	return NULL;
}

/* Only a new name is worth a word: an old one has hidden the wildcard all the time. */
static enum halb_status check_wildcard(struct maker *maker, const struct wanted *wanted,
				       const struct halb_node *node, struct halb_error *err)
{
	char name[HALB_NAME_TEXT], actual[HALB_NAME_TEXT + 80], hint[300];
	const struct halb_node *wildcard;
	uint32_t ttl = 0;

	if (living(maker, &node->name))
		return HALB_OK;
	wildcard = find_wildcard(maker, node);
	if (!wildcard)
		return HALB_OK;
	for (size_t i = 0; i < wildcard->n_values; i++)
		if (!wildcard->values[i].malformed && wildcard->values[i].rec.ttl > ttl)
			ttl = wildcard->values[i].rec.ttl;
	snprintf(actual, sizeof actual, "%.800s has answered for it so far",
		 halb_name_format(&wildcard->name, name));
	snprintf(hint, sizeof hint, "the new record takes its place; whoever asked before may keep "
				    "the wildcard's answer for %u s", ttl);
	return say(maker, wanted,
		   &(struct remark){ .code = HALB_CODE_RECORD_EXTRA,
				     .actual = actual,
				     .hint = hint },
		   err);
}

/* ---- strays ---- */

static enum halb_status check_stray(struct maker *maker, const struct wanted *wanted,
				    const struct halb_stray *stray, bool *blocked,
				    struct halb_error *err)
{
	char hint[1200];

	if (stray->kind == HALB_STRAY_HIDDEN) {
		snprintf(hint, sizeof hint,
			 "another zone hides it, so DNS never answers with it, and nothing depends "
			 "on it: ldapdelete -H ldap://%.255s '%.800s'", maker->present->server,
			 stray->dn);
		return say(maker, wanted,
			   &(struct remark){ .code = HALB_CODE_RECORD_EXTRA,
					     .actual = stray->dn,
					     .hint = hint },
			   err);
	}
	*blocked = true;
	snprintf(hint, sizeof hint,
		 "two DCs were given the name at once, and replication kept one: ldapdelete -H "
		 "ldap://%.255s '%.800s'", maker->present->server, stray->dn);
	return say(maker, wanted,
		   &(struct remark){ .code = HALB_CODE_RECORD_DUPLICATE,
				     .verdict = HALB_E_CONFLICT,
				     .expected = "one object of this name",
				     .actual = stray->dn,
				     .hint = hint },
		   err);
}

static enum halb_status check_strays(struct maker *maker, const struct wanted *wanted,
				     bool *blocked, struct halb_error *err)
{
	const struct halb_nodes *nodes = maker->present->nodes;
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < nodes->n_strays; i++)
		if (halb_name_equal(&nodes->strays[i].name, &wanted->name))
			st = check_stray(maker, wanted, &nodes->strays[i], blocked, err);
	return st;
}

enum halb_status halb_plan_around(struct maker *maker, const struct wanted *wanted,
				  const struct halb_node *node, bool *blocked,
				  struct halb_error *err)
{
	enum halb_status st = check_zone(maker, wanted, node->zone, blocked, err);

	if (st == HALB_OK)
		st = check_cut(maker, wanted, node, blocked, err);
	if (st == HALB_OK)
		st = check_strays(maker, wanted, blocked, err);
	if (st == HALB_OK && !*blocked)
		st = check_wildcard(maker, wanted, node, err);
	return st;
}

/* ---- an alias whose apex cannot be had ---- */

enum halb_status halb_plan_dangling(struct maker *maker, const struct wanted *wanted,
				    struct halb_error *err)
{
	const struct halb_node *apex = living(maker, &wanted->balancer->apex);
	const struct halb_record *cname = apex ? first_of(apex, HALB_RR_CNAME) : NULL;
	bool loops = cname && halb_name_equal(&cname->name, &wanted->name);
	char name[HALB_NAME_TEXT], expected[HALB_NAME_TEXT + 10];

	/* Where there is no zone, or two, all names say so. */
	if (!halb_nodes_find(maker->present->nodes, &wanted->name))
		return HALB_OK;
	snprintf(expected, sizeof expected, "CNAME %s",
		 halb_name_format(&wanted->balancer->apex, name));
	return say(maker, wanted,
		   &(struct remark){
			   .code = HALB_CODE_TARGET_DANGLING,
			   .verdict = HALB_E_CONFLICT,
			   .expected = expected,
			   .actual = loops ? "the apex is itself an alias of this name: a loop"
					   : "the apex cannot be had",
			   .hint = "settle what stands at the apex first" },
		   err);
}
