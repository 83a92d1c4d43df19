/* SPDX-License-Identifier: Apache-2.0 */
/* The wanted DHCP reservation against the DHCP server's configuration. */
#include "plan_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "halb/base/buf.h"

static bool exactly(const struct halb_reservation *res, const struct halb_balancer *b)
{
	return res->findable && halb_mac_equal(&res->mac, &b->mac) && res->n_addresses == 1 &&
	       halb_addr_equal(&res->addresses[0], &b->vip) && !res->hosts.n;
}

static bool has_wanted_name(const struct halb_reservation *res, const struct halb_balancer *b)
{
	char apex[HALB_NAME_TEXT];
	size_t len;

	halb_name_format(&b->apex, apex);
	len = strcspn(apex, ".");
	return res->host_name && strlen(res->host_name) == len &&
	       strncasecmp(res->host_name, apex, len) == 0;
}

/* ---- which reservations concern which balancer ---- */

/* The balancers' numbers in the order of one of their values, each of which is unique. */
typedef int compare_fn(const struct halb_balancer *a, const struct halb_balancer *b);

static int by_mac(const struct halb_balancer *a, const struct halb_balancer *b)
{
	return memcmp(a->mac.bytes, b->mac.bytes, sizeof a->mac.bytes);
}

static int by_vip(const struct halb_balancer *a, const struct halb_balancer *b)
{
	return halb_addr_cmp(&a->vip, &b->vip);
}

static int by_name(const struct halb_balancer *a, const struct halb_balancer *b)
{
	return strcasecmp(a->name, b->name);
}

static compare_fn *const orders[] = { by_mac, by_vip, by_name };

#define ORDERS (sizeof orders / sizeof orders[0])

struct sorting {
	const struct halb_balancer *balancers;
	compare_fn *order;
};

static int compare(const void *a, const void *b, void *arg)
{
	const struct sorting *by = arg;

	return by->order(&by->balancers[*(const size_t *)a], &by->balancers[*(const size_t *)b]);
}

/* The balancer that equals `key` in that order, or their number. */
static size_t lookup(const struct halb_site *site, const size_t *index, compare_fn *order,
		     const struct halb_balancer *key)
{
	size_t low = 0, high = site->n_balancers;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int cmp = order(key, &site->balancers[index[mid]]);

		if (cmp == 0)
			return index[mid];
		if (cmp < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return site->n_balancers;
}

/* Ours is the one with our mark, else the one that is right, else the first. */
static void add_match(struct maker *maker, size_t balancer, const struct halb_reservation *res)
{
	const struct halb_balancer *b = &maker->site->balancers[balancer];
	struct matches *m = &maker->matches[balancer];
	bool marked, ours_marked;

	if (res->lost)
		m->lost = res;
	if (res->lost || m->ours == res || m->rival == res)
		return;
	if (!m->ours) {
		m->ours = res;
		return;
	}
	marked = halb_plan_owner(maker, res->mark) == balancer;
	ours_marked = halb_plan_owner(maker, m->ours->mark) == balancer;
	m->rival = res;
	if ((marked && !ours_marked) ||
	    (marked == ours_marked && exactly(res, b) && !exactly(m->ours, b))) {
		m->rival = m->ours;
		m->ours = res;
	}
}

/* The name that dhcpd looks up; one without a domain is completed by its resolver. */
static bool read_host(const struct halb_site *site, const char *text, struct halb_name *out)
{
	if (!strchr(text, '.'))
		return halb_name_join(text, &site->domain, out, NULL) == HALB_OK;
	return halb_name_parse(text, out, NULL) == HALB_OK;
}

static bool is_name_of(const struct halb_balancer *b, const struct halb_name *name)
{
	bool is = halb_name_equal(name, &b->apex);

	for (size_t i = 0; !is && i < b->n_aliases; i++)
		is = halb_name_equal(name, &b->aliases[i]);
	return is;
}

/* By the name of a vIP an entry gets its address. */
static void match_hosts(struct maker *maker, const struct halb_reservation *res)
{
	const struct halb_site *site = maker->site;

	for (size_t i = 0; i < res->hosts.n; i++) {
		struct halb_name name;

		if (!read_host(site, res->hosts.items[i], &name))
			continue;
		for (size_t k = 0; k < site->n_balancers; k++)
			if (is_name_of(&site->balancers[k], &name))
				add_match(maker, k, res);
	}
}

static void match(struct maker *maker, const struct halb_reservation *res, size_t **index)
{
	const struct halb_site *site = maker->site;
	struct halb_balancer key = { .name = res->name, .mac = res->mac };
	size_t owner = halb_plan_owner(maker, res->mark);

	if (owner < site->n_balancers)
		add_match(maker, owner, res);
	match_hosts(maker, res);
	for (size_t k = 0; k < ORDERS; k++) {
		size_t n = orders[k] == by_vip ? res->n_addresses : 1;

		if (orders[k] == by_mac && !res->has_mac)
			continue;
		for (size_t i = 0; i < n; i++) {
			size_t balancer;

			if (orders[k] == by_vip)
				key.vip = res->addresses[i];
			balancer = lookup(site, index[k], orders[k], &key);
			if (balancer < site->n_balancers)
				add_match(maker, balancer, res);
		}
	}
}

enum halb_status halb_plan_match_reservations(struct maker *maker, struct halb_error *err)
{
	const struct halb_dhcp_config *dhcp = maker->present->dhcp;
	size_t n = maker->site->n_balancers, *index[ORDERS] = { NULL };
	bool ok = true;

	maker->matches = calloc(n + 1, sizeof *maker->matches);
	for (size_t k = 0; k < ORDERS; k++) {
		struct sorting by = { maker->site->balancers, orders[k] };

		index[k] = calloc(n + 1, sizeof *index[k]);
		ok = ok && index[k];
		for (size_t i = 0; ok && i < n; i++)
			index[k][i] = i;
		if (ok)
			qsort_r(index[k], n, sizeof *index[k], compare, &by);
	}
	ok = ok && maker->matches;
	for (size_t i = 0; ok && i < dhcp->n_reservations; i++)
		match(maker, &dhcp->reservations[i], index);
	for (size_t k = 0; k < ORDERS; k++)
		free(index[k]);
	return ok ? HALB_OK : halb_fail_nomem(err);
}

/* ---- texts ---- */

/* What dhcpd tells the client its name is: the apex's first label. */
static char *wanted_host_name(const struct halb_balancer *b)
{
	char name[HALB_NAME_TEXT];

	halb_name_format(&b->apex, name);
	return strndup(name, strcspn(name, "."));
}

/* `named`: with what the client is told its name is, where that is the difference. */
static char *describe(const struct halb_reservation *res, bool named)
{
	char mac[HALB_MAC_TEXT], addr[HALB_ADDR_TEXT];
	struct halb_buf out = { 0 };

	if (res->findable)
		halb_buf_text(&out, halb_mac_format(&res->mac, mac));
	else if (res->hardware)
		halb_buf_printf(&out, "'%s'", res->hardware);
	else
		halb_buf_text(&out, "no MAC");
	for (size_t i = 0; i < res->n_addresses; i++)
		halb_buf_printf(&out, " %s", halb_addr_format(&res->addresses[i], addr));
	for (size_t i = 0; i < res->hosts.n; i++)
		halb_buf_printf(&out, " %s", res->hosts.items[i]);
	if (!res->n_addresses && !res->hosts.n)
		halb_buf_text(&out, " no address");
	if (named)
		halb_buf_printf(&out, " host-name %s", res->host_name ? res->host_name : "none");
	return halb_buf_take_string(&out);
}

static char *describe_wanted(const struct halb_balancer *b, bool named)
{
	char mac[HALB_MAC_TEXT], addr[HALB_ADDR_TEXT], name[HALB_NAME_TEXT];
	struct halb_buf out = { 0 };

	halb_buf_printf(&out, "%s %s", halb_mac_format(&b->mac, mac),
			halb_addr_format(&b->vip, addr));
	halb_name_format(&b->apex, name);
	if (named)
		halb_buf_printf(&out, " host-name %.*s", (int)strcspn(name, "."), name);
	return halb_buf_take_string(&out);
}

static enum halb_status block(struct maker *maker, enum halb_status verdict, enum halb_code code,
			      const struct halb_balancer *b, const char *object,
			      const struct halb_reservation *res, const char *hint,
			      struct halb_error *err)
{
	char *expected = describe_wanted(b, false), *actual = res ? describe(res, false) : NULL;
	enum halb_status st = HALB_E_NOMEM;

	if (expected && (actual || !res))
		st = halb_plan_block(maker, verdict,
				     &(struct halb_finding){ .code = code,
							     .severity = HALB_SEV_CRITICAL,
							     .balancer = b->name,
							     .object = (char *)(uintptr_t)object,
							     .expected = expected,
							     .actual = actual,
							     .hint = (char *)(uintptr_t)hint },
				     err);
	else
		halb_fail_nomem(err);
	free(expected);
	free(actual);
	return st;
}

/* ---- what the address and the MAC must be ---- */

static bool in_any_subnet(const struct halb_dhcp_config *dhcp, const struct halb_addr *addr)
{
	for (size_t i = 0; i < dhcp->n_subnets; i++)
		if (halb_subnet_has_host(&dhcp->subnets[i], addr))
			return true;
	return false;
}

static const struct halb_dhcp_range *range_of(const struct halb_dhcp_config *dhcp,
					      const struct halb_addr *addr)
{
	for (size_t i = 0; i < dhcp->n_ranges; i++)
		if (halb_addr_cmp(&dhcp->ranges[i].first, addr) <= 0 &&
		    halb_addr_cmp(addr, &dhcp->ranges[i].last) <= 0)
			return &dhcp->ranges[i];
	return NULL;
}

static enum halb_status check_address(struct maker *maker, const struct halb_balancer *b,
				      struct halb_error *err)
{
	const struct halb_dhcp_config *dhcp = maker->present->dhcp;
	const struct halb_dhcp_range *range = range_of(dhcp, &b->vip);
	char vip[HALB_ADDR_TEXT], first[HALB_ADDR_TEXT], last[HALB_ADDR_TEXT], hint[600];

	halb_addr_format(&b->vip, vip);
	if (b->vip.len != 4)
		return block(maker, HALB_E_SITE, HALB_CODE_RESERVATION_DIFFERS, b, vip, NULL,
			     "a reservation is for an IPv4 address: give this balancer a site file "
			     "of its own, with dhcp: {backend: none}", err);
	if (!in_any_subnet(dhcp, &b->vip)) {
		snprintf(hint, sizeof hint,
			 "no dhcpSubnet below %.300s holds %s as a host's address: correct the "
			 "vip, or add its subnet", maker->site->dhcp_service, vip);
		return block(maker, HALB_E_SITE, HALB_CODE_RESERVATION_DIFFERS, b, vip, NULL, hint,
			     err);
	}
	if (!range)
		return HALB_OK;
	snprintf(hint, sizeof hint,
		 "DHCP hands out %s to %s (%.300s): take an address outside, or shorten the range",
		 halb_addr_format(&range->first, first), halb_addr_format(&range->last, last),
		 range->dn);
	return block(maker, HALB_E_CONFLICT, HALB_CODE_ADDRESS_IN_POOL, b, vip, NULL, hint, err);
}

static enum halb_status check_service(struct maker *maker, const struct halb_balancer *b,
				      struct halb_error *err)
{
	const char *service = maker->site->dhcp_service;

	if (!maker->present->dhcp->has_schema)
		return block(maker, HALB_E_UNREACHABLE, HALB_CODE_SCHEMA_MISSING, b, service, NULL,
			     "the directory does not know the class dhcpHost: halb-dns schema | "
			     "ldapmodify -H ldap://SCHEMA-MASTER as a schema admin (where the class is "
			     "defunct, take away its isDefunct), or dhcp.backend: none", err);
	return block(maker, HALB_E_SITE, HALB_CODE_RESERVATION_MISSING, b, service, NULL,
		     "dhcp.service names no dhcpService entry: correct it, or make the entry", err);
}

static enum halb_status warn_mac(struct maker *maker, const struct halb_balancer *b,
				 struct halb_error *err)
{
	char mac[HALB_MAC_TEXT];

	if (halb_mac_is_local(&b->mac))
		return HALB_OK;
	return halb_findings_add(&maker->plan.findings,
				 &(struct halb_finding){
					 .code = HALB_CODE_MAC_NOT_LOCAL,
					 .severity = HALB_SEV_WARNING,
					 .balancer = b->name,
					 .object = (char *)(uintptr_t)halb_mac_format(&b->mac, mac),
					 .hint = "a vendor may have given it to a real machine: "
						 "take a locally administered one, like "
						 "02:00:00:00:01:01" },
				 err);
}

/* ---- the change ---- */

static enum halb_status make_change(struct maker *maker, enum halb_action action, size_t balancer,
				    const struct halb_reservation *res, struct halb_error *err)
{
	const struct halb_balancer *b = &maker->site->balancers[balancer];
	struct halb_change *change = halb_plan_append(&maker->plan);
	bool removal = action == HALB_ACTION_DELETE;
	bool named = !removal && res && exactly(res, b) && !has_wanted_name(res, b);

	if (!change)
		return halb_fail_nomem(err);
	change->action = action;
	change->subject = HALB_SUBJECT_RESERVATION;
	change->balancer = b;
	snprintf(change->type, sizeof change->type, "DHCP");
	change->reservation = res;
	change->name = strdup(res ? res->name : b->name);
	change->zone = strdup(maker->site->dhcp_service);
	change->dn = res ? strdup(res->dn)
			 : maker->present->locate(maker->site->dhcp_service, b->name);
	change->before = res ? describe(res, named) : NULL;
	if (!change->name || !change->zone || !change->dn || (res && !change->before))
		return halb_fail_nomem(err);
	if (removal)
		return HALB_OK;
	change->mark = strdup(maker->marks.items[balancer]);
	change->after = describe_wanted(b, named);
	change->host_name = wanted_host_name(b);
	if (!change->mark || !change->after || !change->host_name)
		return halb_fail_nomem(err);
	change->wanted = (struct halb_reservation_wanted){ change->dn, change->name, change->mark,
							   change->host_name, b->mac, b->vip };
	return HALB_OK;
}

/* A change of what stands there; what it does not speak of has to stay. */
static enum halb_status change_there(struct maker *maker, enum halb_action action,
				     size_t balancer, const struct halb_reservation *res,
				     struct halb_error *err)
{
	if (!res->crowded)
		return make_change(maker, action, balancer, res, err);
	return block(maker, HALB_E_CONFLICT, HALB_CODE_RESERVATION_DIFFERS,
		     &maker->site->balancers[balancer], res->dn, res,
		     "one value of its dhcpStatements or dhcpOption holds several statements, of "
		     "which one is to be changed: make a value of each, then try again", err);
}

/* One that has our mark. */
static enum halb_status keep_ours(struct maker *maker, size_t balancer,
				  const struct halb_reservation *res, struct halb_error *err)
{
	const struct halb_balancer *b = &maker->site->balancers[balancer];
	bool right = exactly(res, b) && has_wanted_name(res, b);

	if (right)
		return make_change(maker, HALB_ACTION_KEEP, balancer, res, err);
	return change_there(maker, HALB_ACTION_REPLACE, balancer, res, err);
}

static enum halb_status judge(struct maker *maker, size_t balancer,
			      const struct halb_reservation *res, struct halb_error *err)
{
	const struct halb_balancer *b = &maker->site->balancers[balancer];
	size_t owner = halb_plan_owner(maker, res->mark);
	bool right = exactly(res, b), adopt = maker->options->adopt && !res->mark;

	if (owner == balancer)
		return keep_ours(maker, balancer, res, err);
	if (owner < maker->marks.n)
		return block(maker, HALB_E_CONFLICT, HALB_CODE_ADDRESS_TAKEN, b, res->dn, res,
			     "another balancer of this site has this address, MAC or name there: "
			     "unregister that one first", err);
	if (right && (adopt || maker->options->replace))
		return change_there(maker, HALB_ACTION_ADOPT, balancer, res, err);
	if (maker->options->replace)
		return change_there(maker, HALB_ACTION_REPLACE, balancer, res, err);
	if (right)
		return block(maker, HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN, b, res->dn, res,
			     res->mark ? "right, but marked as somebody else's: ask them first; "
					 "--replace takes it over"
				       : "somebody else's reservation, and right: --adopt makes "
					 "it ours", err);
	return block(maker, HALB_E_CONFLICT, HALB_CODE_ADDRESS_TAKEN, b, res->dn, res,
		     "another reservation has this address, MAC or name: take others, or "
		     "--replace changes it and makes it ours", err);
}

static enum halb_status block_lost(struct maker *maker, const struct halb_balancer *b,
				   const struct halb_reservation *lost, struct halb_error *err)
{
	char hint[1200];

	snprintf(hint, sizeof hint, "two DCs were given the entry at once, and dhcpd may serve what "
				    "replication renamed: ldapdelete -H ldap://%.255s '%.800s'",
		 maker->present->server, lost->dn);
	return block(maker, HALB_E_CONFLICT, HALB_CODE_RESERVATION_DUPLICATE, b, lost->dn, lost,
		     hint, err);
}

enum halb_status halb_plan_reservation(struct maker *maker, size_t balancer,
				       struct halb_error *err)
{
	const struct halb_balancer *b = &maker->site->balancers[balancer];
	const struct halb_dhcp_config *dhcp = maker->present->dhcp;
	struct matches m = maker->matches[balancer];
	enum halb_status st;

	if (!dhcp->has_schema || !dhcp->has_service)
		return check_service(maker, b, err);
	st = warn_mac(maker, b, err);
	if (st == HALB_OK)
		st = check_address(maker, b, err);
	if (st != HALB_OK)
		return st;
	if (m.lost)
		return block_lost(maker, b, m.lost, err);
	if (m.rival)
		return block(maker, HALB_E_CONFLICT, HALB_CODE_RESERVATION_DUPLICATE, b,
			     m.rival->dn, m.rival,
			     "a second entry has this address, MAC or name, and dhcpd may serve "
			     "either: remove one of them", err);
	if (m.ours)
		return judge(maker, balancer, m.ours, err);
	return make_change(maker, HALB_ACTION_ADD, balancer, NULL, err);
}

enum halb_status halb_plan_reservation_removal(struct maker *maker,
					       const struct halb_reservation *res, size_t balancer,
					       struct halb_error *err)
{
	return make_change(maker, HALB_ACTION_DELETE, balancer, res, err);
}
