/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a machine that is none of the stack's hosts has a vIP that is about to be registered. */
#include "plan_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/buf.h"

enum origin { ORIGIN_STACK, ORIGIN_FOREIGN, ORIGIN_UNKNOWN };

/* ---- whose machine it is ---- */

/* The vIP's own MAC is the stack's too: a host may take it over with the address. */
static enum origin origin_of_mac(const struct halb_stack *stack, const struct halb_balancer *b,
				 const struct halb_sight *hosts, const struct halb_mac *mac)
{
	bool all_known = true;

	if (b->has_mac && halb_mac_equal(&b->mac, mac))
		return ORIGIN_STACK;
	if (halb_mac_is_vrrp(mac) && (!stack->router_id || mac->bytes[5] == stack->router_id))
		return stack->router_id ? ORIGIN_STACK : ORIGIN_UNKNOWN;
	for (size_t i = 0; i < stack->n_hosts; i++) {
		if (halb_sight_has(&hosts[i], mac))
			return ORIGIN_STACK;
		all_known &= hosts[i].local || hosts[i].n_macs;
	}
	return all_known ? ORIGIN_FOREIGN : ORIGIN_UNKNOWN;
}

/* Of several machines that answer, one that is foreign is enough. */
static enum origin origin_of(const struct halb_site *site, const struct halb_balancer *b,
			     const struct halb_sight *vip, const struct halb_sight *hosts,
			     struct halb_mac *foreign)
{
	enum origin all = vip->n_macs ? ORIGIN_STACK : ORIGIN_UNKNOWN;

	if (!site->has_stack || !site->stack.n_hosts)
		return ORIGIN_UNKNOWN;
	for (size_t i = 0; vip->local && i < site->stack.n_hosts; i++)
		if (hosts[i].local)
			return ORIGIN_STACK;
	if (vip->local)
		return ORIGIN_FOREIGN;
	for (size_t i = 0; i < vip->n_macs; i++) {
		enum origin one = origin_of_mac(&site->stack, b, hosts, &vip->macs[i]);

		if (one == ORIGIN_FOREIGN) {
			*foreign = vip->macs[i];
			return one;
		}
		if (one == ORIGIN_UNKNOWN)
			all = one;
	}
	return all;
}

/* ---- whether the vIP is registered already ---- */

static bool is_vip_change(const struct halb_change *change, const struct halb_balancer *b)
{
	return change->balancer == b && change->action != HALB_ACTION_DELETE &&
	       (change->subject == HALB_SUBJECT_RESERVATION || change->record.type == HALB_RR_A ||
		change->record.type == HALB_RR_AAAA);
}

/* Whether what stands there is ours and says the vIP: then a machine that has it is no surprise. */
static bool is_given(const struct halb_change *change)
{
	const struct halb_addr *vip = &change->balancer->vip;
	const struct halb_reservation *res = change->reservation;
	const struct halb_node *node = change->node;

	if (res)
		return res->mark && strcmp(res->mark, change->mark) == 0 &&
		       halb_reservation_has_address(res, vip);
	if (!node || !node->mark || strcmp(node->mark, change->mark) != 0 ||
	    halb_node_is_dead(node))
		return false;
	for (size_t i = 0; i < node->n_values; i++)
		if (!node->values[i].malformed && node->values[i].rec.type == change->record.type &&
		    halb_addr_equal(&node->values[i].rec.addr, vip))
			return true;
	return false;
}

static bool any_given(const struct halb_plan *plan, const struct halb_balancer *b)
{
	for (size_t i = 0; i < plan->n; i++)
		if (is_vip_change(&plan->changes[i], b) && is_given(&plan->changes[i]))
			return true;
	return false;
}

bool halb_plan_gives_vip(const struct halb_plan *plan, const struct halb_balancer *balancer)
{
	for (size_t i = 0; i < plan->n; i++)
		if (is_vip_change(&plan->changes[i], balancer) &&
		    plan->changes[i].action != HALB_ACTION_KEEP)
			return true;
	return false;
}

/* ---- what is said of it ---- */

static char *name_hosts(const struct halb_site *site)
{
	struct halb_buf out = { 0 };

	halb_buf_text(&out, "nobody, or one of the stack's hosts");
	for (size_t i = 0; i < site->stack.n_hosts && i < 8; i++)
		halb_buf_printf(&out, "%s%s", i ? ", " : ": ", site->stack.hosts[i].name);
	return halb_buf_take_string(&out);
}

static enum halb_status say(const struct halb_site *site, const struct halb_balancer *b,
			    const char *actual, const char *hint, bool blocks,
			    struct halb_plan *plan, struct halb_error *err)
{
	char vip[HALB_ADDR_TEXT], *expected = name_hosts(site);
	enum halb_status st;

	if (!expected)
		return halb_fail_nomem(err);
	st = halb_findings_add(&plan->findings,
			       &(struct halb_finding){
				       .code = HALB_CODE_ADDRESS_TAKEN,
				       .severity = blocks ? HALB_SEV_CRITICAL : HALB_SEV_WARNING,
				       .balancer = b->name,
				       .object = (char *)(uintptr_t)halb_addr_format(&b->vip, vip),
				       .expected = expected,
				       .actual = (char *)(uintptr_t)actual,
				       .hint = (char *)(uintptr_t)hint },
			       err);
	free(expected);
	if (blocks && plan->verdict == HALB_OK)
		plan->verdict = HALB_E_CONFLICT;
	return st;
}

static enum halb_status check(const struct halb_site *site, const struct halb_balancer *b,
			      const struct halb_sight *vip, const struct halb_sight *hosts,
			      bool force, struct halb_plan *plan, struct halb_error *err)
{
	struct halb_mac mac = { 0 };
	enum origin origin = origin_of(site, b, vip, hosts, &mac);
	bool given = any_given(plan, b);
	char text[HALB_MAC_TEXT], actual[80];

	if (origin == ORIGIN_STACK || (origin == ORIGIN_UNKNOWN && given))
		return HALB_OK;
	if (origin == ORIGIN_UNKNOWN)
		return say(site, b, "something answers there already",
			   "whether it is the load balancer cannot be told from here: make sure "
			   "that it is", false, plan, err);
	snprintf(actual, sizeof actual, "%s answers there",
		 vip->local ? "this machine" : halb_mac_format(&mac, text));
	if (given || force)
		return say(site, b, actual, "clients reach that machine as long as it has the "
					    "address: find it, and take the address away from it",
			   false, plan, err);
	return say(site, b, actual,
		   "a machine outside the stack has the address: take another vip, or free this "
		   "one; --force registers it all the same",
		   true, plan, err);
}

enum halb_status halb_plan_check_holders(const struct halb_site *site,
					 const struct halb_sight *vips,
					 const struct halb_sight *hosts,
					 const struct halb_plan_options *options,
					 struct halb_plan *plan, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < site->n_balancers; i++)
		if (vips[i].answers)
			st = check(site, &site->balancers[i], &vips[i], hosts, options->force, plan,
				   err);
	return st;
}
