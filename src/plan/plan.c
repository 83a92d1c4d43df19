/* SPDX-License-Identifier: Apache-2.0 */
/* Makes plans: each wanted thing against what stands there, then what is ours and not wanted. */
#include "plan_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *halb_action_name(enum halb_action action)
{
	static const char *const words[] = {
		[HALB_ACTION_ADD] = "add",	       [HALB_ACTION_REPLACE] = "replace",
		[HALB_ACTION_DELETE] = "delete",       [HALB_ACTION_RESURRECT] = "resurrect",
		[HALB_ACTION_ADOPT] = "adopt",	       [HALB_ACTION_RELEASE] = "release",
		[HALB_ACTION_KEEP] = "keep",
	};

	return words[action];
}

struct halb_change *halb_plan_append(struct halb_plan *plan)
{
	if (plan->n == plan->room) {
		size_t room = plan->room ? plan->room * 2 : 8;
		struct halb_change *changes = realloc(plan->changes, room * sizeof *changes);

		if (!changes)
			return NULL;
		plan->changes = changes;
		plan->room = room;
	}
	plan->changes[plan->n] = (struct halb_change){ 0 };
	return &plan->changes[plan->n++];
}

enum halb_status halb_plan_block(struct maker *maker, enum halb_status verdict,
				 const struct halb_finding *finding, struct halb_error *err)
{
	if (maker->plan.verdict == HALB_OK)
		maker->plan.verdict = verdict;
	return halb_findings_add(&maker->plan.findings, finding, err);
}

char *halb_plan_hint(const struct wanted *wanted, const char *hint, char out[HALB_PLAN_HINT])
{
	snprintf(out, HALB_PLAN_HINT, "%s%s", hint,
		 wanted->type == HALB_RR_PTR ? "; with ptr: no the site does without this record"
					     : "");
	return out;
}

static int compare_marks(const void *a, const void *b, void *arg)
{
	char *const *marks = arg;

	return strcmp(marks[*(const size_t *)a], marks[*(const size_t *)b]);
}

static enum halb_status sort_marks(struct maker *maker, struct halb_error *err)
{
	size_t n = maker->marks.n;

	maker->by_mark = calloc(n + 1, sizeof *maker->by_mark);
	if (!maker->by_mark)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		maker->by_mark[i] = i;
	qsort_r(maker->by_mark, n, sizeof *maker->by_mark, compare_marks, maker->marks.items);
	return HALB_OK;
}

size_t halb_plan_owner(const struct maker *maker, const char *mark)
{
	size_t low = 0, high = maker->marks.n;

	while (mark && low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(mark, maker->marks.items[maker->by_mark[mid]]);

		if (order == 0)
			return maker->by_mark[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return maker->marks.n;
}

static enum halb_status plan_balancer(struct maker *maker, size_t i, struct halb_error *err)
{
	const struct halb_balancer *b = &maker->site->balancers[i];
	size_t before = maker->plan.n;
	enum halb_status st = HALB_OK;
	bool apex_blocked = false;

	for (size_t k = 0; st == HALB_OK && k < halb_desired_count(b); k++) {
		struct wanted wanted;

		halb_desired_record(maker->site, maker->present, maker->marks.items[i], i, k,
				    &wanted);
		if (wanted.type != HALB_RR_PTR || halb_plan_wants_ptr(b, maker->present->zones))
			st = halb_plan_record(maker, &wanted, err);
		if (k == 0)
			apex_blocked = maker->plan.n == before;
		if (st == HALB_OK && apex_blocked && wanted.type == HALB_RR_CNAME)
			st = halb_plan_dangling(maker, &wanted, err);
	}
	if (st == HALB_OK && maker->present->dhcp)
		st = halb_plan_reservation(maker, i, err);
	return st;
}

/* What is ours and no wanted record lives in: an alias that left the site file, say. */
static enum halb_status plan_removals(struct maker *maker, struct halb_error *err)
{
	const struct halb_nodes *nodes = maker->present->nodes;
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < nodes->n; i++) {
		size_t owner = halb_plan_owner(maker, nodes->items[i].mark);

		if (owner < maker->marks.n && !maker->seen[i])
			st = halb_plan_node_removal(maker, &nodes->items[i], owner, err);
	}
	return st;
}

static enum halb_status remove_reservations(struct maker *maker, struct halb_error *err)
{
	const struct halb_dhcp_config *dhcp = maker->present->dhcp;
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && dhcp && i < dhcp->n_reservations; i++) {
		size_t owner = halb_plan_owner(maker, dhcp->reservations[i].mark);

		if (owner < maker->marks.n)
			st = halb_plan_reservation_removal(maker, &dhcp->reservations[i], owner,
							   err);
	}
	return st;
}

static enum halb_status start(struct maker *maker, struct halb_error *err)
{
	enum halb_status st = halb_plan_marks(maker->site, &maker->marks, err);

	if (st == HALB_OK)
		st = sort_marks(maker, err);
	maker->seen = calloc(maker->present->nodes->n + 1, sizeof *maker->seen);
	if (st == HALB_OK && !maker->seen)
		st = halb_fail_nomem(err);
	if (st == HALB_OK && maker->present->dhcp)
		st = halb_plan_match_reservations(maker, err);
	return st;
}

/* Hands the plan over, or frees it. */
static enum halb_status finish(struct maker *maker, enum halb_status st, bool removing_all,
			       struct halb_plan *out, struct halb_error *err)
{
	if (st == HALB_OK)
		st = halb_guard(maker, removing_all, err);
	halb_marks_clear(&maker->marks);
	free(maker->by_mark);
	free(maker->seen);
	free(maker->matches);
	if (st != HALB_OK) {
		halb_plan_clear(&maker->plan);
		return st;
	}
	halb_plan_seal(&maker->plan);
	*out = maker->plan;
	return HALB_OK;
}

enum halb_status halb_plan_register(const struct halb_site *site,
				    const struct halb_present *present,
				    const struct halb_plan_options *options,
				    struct halb_plan *out, struct halb_error *err)
{
	struct maker maker = { .site = site, .present = present, .options = options };
	enum halb_status st = start(&maker, err);

	for (size_t i = 0; st == HALB_OK && i < site->n_balancers; i++)
		st = plan_balancer(&maker, i, err);
	if (st == HALB_OK)
		st = plan_removals(&maker, err);
	return finish(&maker, st, false, out, err);
}

enum halb_status halb_plan_unregister(const struct halb_site *site,
				      const struct halb_present *present, struct halb_plan *out,
				      struct halb_error *err)
{
	static const struct halb_plan_options none = { 0 };
	struct maker maker = { .site = site, .present = present, .options = &none };
	enum halb_status st = start(&maker, err);

	if (st == HALB_OK)
		st = plan_removals(&maker, err);
	if (st == HALB_OK)
		st = remove_reservations(&maker, err);
	return finish(&maker, st, true, out, err);
}

size_t halb_plan_writes(const struct halb_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += plan->changes[i].action != HALB_ACTION_KEEP;
	return n;
}

static void clear_change(struct halb_change *change)
{
	free(change->name);
	free(change->zone);
	free(change->dn);
	free(change->before);
	free(change->after);
	free(change->mark);
	free(change->drop);
	free(change->host_name);
}

void halb_plan_clear(struct halb_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		clear_change(&plan->changes[i]);
	free(plan->changes);
	halb_findings_clear(&plan->findings);
	*plan = (struct halb_plan){ 0 };
}
