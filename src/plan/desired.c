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

void halb_desired_record(const struct halb_site *site, const char *mark, size_t balancer, size_t k,
			 struct wanted *out)
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
		out->name = halb_name_reverse(&b->vip);
		out->type = HALB_RR_PTR;
		out->data.name = b->apex;
	}
	out->data.type = out->type;
	out->data.rank = HALB_RANK_ZONE;
	out->data.ttl = b->ttl;
}

bool halb_plan_wants_ptr(const struct halb_balancer *balancer, const struct halb_zones *zones)
{
	struct halb_name name = halb_name_reverse(&balancer->vip);

	if (balancer->ptr == HALB_PTR_AUTO)
		return halb_zones_find(zones, &name, NULL) != NULL;
	return balancer->ptr == HALB_PTR_YES;
}

enum halb_status halb_plan_names(const struct halb_site *site, const struct halb_zones *zones,
				 struct halb_names *out, struct halb_error *err)
{
	struct halb_names names = { 0 };
	size_t room = 0;

	for (size_t i = 0; i < site->n_balancers; i++)
		room += halb_desired_count(&site->balancers[i]);
	names.items = calloc(room + 1, sizeof *names.items);
	if (!names.items)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < site->n_balancers; i++) {
		for (size_t k = 0; k < halb_desired_count(&site->balancers[i]); k++) {
			struct wanted wanted;

			halb_desired_record(site, NULL, i, k, &wanted);
			if (wanted.type != HALB_RR_PTR ||
			    halb_plan_wants_ptr(wanted.balancer, zones))
				names.items[names.n++] = wanted.name;
		}
	}
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
