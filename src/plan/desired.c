/* SPDX-License-Identifier: Apache-2.0 */
/* What a site wants: one A or AAAA record, a CNAME for each alias, a PTR record. */
#include "plan_priv.h"

#include <stdlib.h>
#include <string.h>

#include "halb/base/buf.h"

/* The apex, the aliases, and a PTR that may turn out not to be wanted. */
size_t halb_desired_count(const struct halb_balancer *balancer)
{
	return 1 + balancer->n_aliases + (balancer->ptr != HALB_PTR_NO);
}

/* Whether the directory holds a zone for it, and answers. */
static bool is_held(const struct halb_zones *zones, const struct halb_name *name)
{
	const struct halb_zone *zone = halb_zones_find(zones, name, NULL);

	return zone && !zone->elsewhere;
}

static bool is_alias_of(const struct halb_nodes *nodes, const struct halb_name *name,
			const struct halb_name *target)
{
	const struct halb_node *node = halb_nodes_find(nodes, name);
	bool found = false;

	for (size_t i = 0; node && !halb_node_is_dead(node) && i < node->n_values; i++)
		found |= !node->values[i].malformed && node->values[i].rec.type == HALB_RR_CNAME &&
			 halb_name_equal(&node->values[i].rec.name, target);
	return found;
}

/*
 * RFC 2317: in a classless zone where the address's own name is an alias into it, or is held by
 * somebody else, who then has made it one.
 */
static struct halb_name ptr_name(const struct halb_present *present, const struct halb_addr *vip)
{
	struct halb_name plain = halb_name_reverse(vip);
	struct halb_name classless = halb_zones_classless(present->zones, vip);

	if (!classless.len || (is_held(present->zones, &plain) &&
			       !is_alias_of(present->nodes, &plain, &classless)))
		return plain;
	return classless;
}

void halb_desired_record(const struct halb_site *site, const struct halb_present *present,
			 const char *mark, size_t balancer, size_t k, struct wanted *out)
{
	const struct halb_balancer *b = &site->balancers[balancer];

	*out = (struct wanted){ .balancer = b, .mark = mark };
	if (k == 0) {
		out->name = b->apex;
		out->type = b->vip.len == 4 ? HALB_RR_A : HALB_RR_AAAA;
		out->data.addr = b->vip;
	} else if (k <= b->n_aliases) {
		out->name = b->aliases[k - 1];
		out->type = HALB_RR_CNAME;
		out->data.name = b->apex;
	} else {
		out->name = ptr_name(present, &b->vip);
		out->type = HALB_RR_PTR;
		out->data.name = b->apex;
	}
	out->data.type = out->type;
	out->data.rank = HALB_RANK_ZONE;
	out->data.ttl = b->ttl;
}

bool halb_plan_wants_ptr(const struct halb_balancer *balancer, const struct halb_zones *zones)
{
	struct halb_name plain = halb_name_reverse(&balancer->vip);
	struct halb_name classless = halb_zones_classless(zones, &balancer->vip);

	if (balancer->ptr == HALB_PTR_AUTO)
		return is_held(zones, &plain) || (classless.len && is_held(zones, &classless));
	return balancer->ptr == HALB_PTR_YES;
}

/* Appends a name; false: out of memory. */
static bool add_name(struct halb_names *names, const struct halb_name *name)
{
	/* Grown whenever the number reaches a power of two. */
	if ((names->n & (names->n - 1)) == 0) {
		struct halb_name *items = realloc(names->items,
						  (names->n ? names->n * 2 : 1) * sizeof *items);

		if (!items)
			return false;
		names->items = items;
	}
	names->items[names->n++] = *name;
	return true;
}

struct halb_name halb_desired_wildcard(const struct halb_name *parent)
{
	struct halb_name name = { .len = (uint8_t)(parent->len + 2), .wire = { 1, '*' } };

	if (parent->len + 2 > HALB_NAME_MAX)
		return (struct halb_name){ 0 };
	memcpy(name.wire + 2, parent->wire, parent->len);
	return name;
}

/*
 * The name, and what could answer in its place: from there up to the zone the names above it, where
 * a delegation may stand, and the wildcards below those (RFC 4592 2.1.1).
 */
static bool add_names_around(struct halb_names *names, const struct halb_name *name,
			     const struct halb_zones *zones)
{
	const struct halb_zone *zone = halb_zones_find(zones, name, NULL);
	struct halb_name at = *name;

	if (!add_name(names, name))
		return false;
	while (zone && at.len > zone->name.len) {
		struct halb_name wildcard;

		at = halb_name_parent(&at, 1);
		wildcard = halb_desired_wildcard(&at);
		if (wildcard.len && !add_name(names, &wildcard))
			return false;
		if (at.len > zone->name.len && !add_name(names, &at))
			return false;
	}
	return true;
}

static int compare_names(const void *a, const void *b)
{
	return halb_name_cmp(a, b);
}

/* Many names share what is around them. */
static void sort_names(struct halb_names *names)
{
	size_t kept = 0;

	if (names->n)
		qsort(names->items, names->n, sizeof *names->items, compare_names);
	for (size_t i = 0; i < names->n; i++)
		if (!kept || !halb_name_equal(&names->items[kept - 1], &names->items[i]))
			names->items[kept++] = names->items[i];
	names->n = kept;
}

/* Both names that the PTR record may get: which of them it is the nodes tell. */
static bool add_ptr_names(struct halb_names *names, const struct halb_balancer *b,
			  const struct halb_zones *zones)
{
	struct halb_name plain = halb_name_reverse(&b->vip);
	struct halb_name classless = halb_zones_classless(zones, &b->vip);

	return !halb_plan_wants_ptr(b, zones) ||
	       (add_names_around(names, &plain, zones) &&
		(!classless.len || add_names_around(names, &classless, zones)));
}

enum halb_status halb_plan_names(const struct halb_site *site, const struct halb_zones *zones,
				 struct halb_names *out, struct halb_error *err)
{
	struct halb_names names = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < site->n_balancers; i++) {
		const struct halb_balancer *b = &site->balancers[i];

		ok = add_names_around(&names, &b->apex, zones) && add_ptr_names(&names, b, zones);
		for (size_t k = 0; ok && k < b->n_aliases; k++)
			ok = add_names_around(&names, &b->aliases[k], zones);
	}
	if (!ok) {
		free(names.items);
		return halb_fail_nomem(err);
	}
	sort_names(&names);
	*out = names;
	return HALB_OK;
}

static char *make_mark(const struct halb_site *site, const struct halb_balancer *balancer)
{
	char domain[HALB_NAME_TEXT];
	struct halb_buf mark = { 0 };

	halb_buf_printf(&mark, "halb-dns %s/%s", halb_name_format(&site->domain, domain),
			balancer->name);
	return halb_buf_take_string(&mark);
}

enum halb_status halb_plan_marks(const struct halb_site *site, struct halb_marks *out,
				 struct halb_error *err)
{
	struct halb_marks marks = { calloc(site->n_balancers + 1, sizeof *marks.items), 0 };

	if (!marks.items)
		return halb_fail_nomem(err);
	for (; marks.n < site->n_balancers; marks.n++) {
		marks.items[marks.n] = make_mark(site, &site->balancers[marks.n]);
		if (!marks.items[marks.n]) {
			halb_marks_clear(&marks);
			return halb_fail_nomem(err);
		}
	}
	*out = marks;
	return HALB_OK;
}

void halb_marks_clear(struct halb_marks *marks)
{
	for (size_t i = 0; i < marks->n; i++)
		free(marks->items[i]);
	free(marks->items);
	*marks = (struct halb_marks){ 0 };
}
