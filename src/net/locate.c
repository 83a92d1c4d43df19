/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a domain's controllers, or a zone's name servers, in DNS. */
#include "halb/net/locate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "halb/net/resolver.h"
#include "locate_priv.h"

#define DOMAIN_WIDE "_ldap._tcp.dc._msdcs" /* [MS-ADTS] 6.3.2.3 */
#define LOOKUP_MAX (5 * HALB_SEC) /* a resolver that is silent so long is taken for dead */

/* The look-ups under way and what they found. */
struct locator {
	struct halb_loop *loop;
	struct halb_resolver *resolver;
	struct halb_name question; /* whose records name the servers: SRV or NS */
	uint16_t type;
	const char *key;                   /* of the order; NULL: the question */
	const struct halb_dc_list *known;  /* whose addresses need no look-up, or NULL */
	struct halb_dc_list list;
	struct lookup *lookups; /* one for each of the list */
	size_t pending;
	struct halb_error *err; /* of that look-up */
	enum halb_status status;
};

/* An address for a name, or a name for an address. */
struct lookup {
	struct locator *locator;
	struct halb_dc *dc;
	struct halb_name question;
	uint16_t type;
};

static bool set_name(struct halb_dc *dc, const struct halb_name *name)
{
	char text[HALB_NAME_TEXT];
	size_t len = strlen(halb_name_format(name, text));

	if (len >= sizeof dc->name)
		return false;
	memcpy(dc->name, text, len + 1);
	return true;
}

static bool make_room(struct halb_dc_list *list, size_t n)
{
	list->items = calloc(n ? n : 1, sizeof *list->items);
	return list->items != NULL;
}

/* Takes each record's target but the root, which in a SRV says that there is no such service. */
static enum halb_status take_records(struct locator *l, const struct halb_chain *chain)
{
	if (!make_room(&l->list, chain->n_records))
		return halb_fail_nomem(l->err);
	for (size_t i = 0; i < chain->n_records; i++) {
		const struct halb_record *rec = chain->records[i];
		bool srv = rec->type == HALB_RR_SRV;
		const struct halb_name *target = srv ? &rec->srv.target : &rec->name;
		struct halb_dc *dc = &l->list.items[l->list.n];

		if (target->len <= 1 || !set_name(dc, target))
			continue;
		dc->priority = srv ? rec->srv.priority : 0;
		dc->weight = srv ? rec->srv.weight : 0;
		l->list.n++;
	}
	return HALB_OK;
}

static enum halb_status fail_to_find(struct locator *l, const char *why)
{
	char name[HALB_NAME_TEXT], type[16];

	halb_fail(l->err, HALB_E_UNREACHABLE, "no domain controller found by %s %.200s: %s",
		  halb_rrtype_format(l->type, type), halb_name_format(&l->question, name), why);
	halb_hint(l->err, "point /etc/resolv.conf at a domain controller, or name the domain "
		       "controllers in the site file under directory.servers");
	return HALB_E_UNREACHABLE;
}

static void on_records(void *arg, const struct halb_query_result *result)
{
	struct locator *l = arg;
	struct halb_chain chain = { 0 };
	char why[64];

	halb_loop_stop(l->loop);
	if (result->status) {
		l->status = fail_to_find(l, result->text);
		return;
	}
	l->status = halb_reply_chain(result->reply, &l->question, l->type, &chain, l->err);
	if (!l->status)
		l->status = take_records(l, &chain);
	if (!l->status && !l->list.n) {
		char rcode[16];

		snprintf(why, sizeof why, "the resolver says %s and names none",
			 halb_rcode_format(result->reply->rcode, rcode));
		l->status = fail_to_find(l, why);
	}
	halb_chain_clear(&chain);
}

static enum halb_status find_records(struct locator *l, int64_t deadline)
{
	struct halb_error late;
	char key[HALB_NAME_TEXT];

	halb_resolver_query(l->resolver, &l->question, l->type, on_records, l);
	if (halb_loop_run(l->loop, deadline, &late))
		return fail_to_find(l, late.text);
	if (!l->status)
		halb_dc_list_order(&l->list,
				   l->key ? l->key : halb_name_format(&l->question, key));
	return l->status;
}

static enum halb_status take_servers(struct locator *l, char *const *servers, size_t n)
{
	if (!make_room(&l->list, n))
		return halb_fail_nomem(l->err);
	for (size_t i = 0; i < n; i++) {
		struct halb_dc *dc = &l->list.items[i];
		struct halb_name name;

		if (halb_addr_parse(servers[i], &dc->address)) {
			halb_addr_format(&dc->address, dc->name);
			continue;
		}
		if (halb_name_parse(servers[i], &name, l->err))
			return halb_fail_in(l->err, "server %.100s", servers[i]);
		if (!set_name(dc, &name))
			return halb_fail(l->err, HALB_E_USAGE,
					 "server %.100s: the name is too long", servers[i]);
	}
	l->list.n = n;
	return HALB_OK;
}

static void finish_lookup(struct lookup *lookup)
{
	if (--lookup->locator->pending == 0)
		halb_loop_stop(lookup->locator->loop);
}

static void on_lookup(void *arg, const struct halb_query_result *result)
{
	struct lookup *k = arg;
	struct halb_chain chain = { 0 };
	bool found = false;

	if (!result->status &&
	    !halb_reply_chain(result->reply, &k->question, k->type, &chain, NULL))
		found = chain.n_records > 0;
	if (found && k->type == HALB_RR_PTR)
		set_name(k->dc, &chain.records[0]->name);
	else if (found)
		k->dc->address = chain.records[0]->addr;
	halb_chain_clear(&chain);
	if (!found && k->type == HALB_RR_A && !result->status && !result->reply->rcode) {
		k->type = HALB_RR_AAAA;
		halb_resolver_query(k->locator->resolver, &k->question, k->type, on_lookup, k);
		return;
	}
	finish_lookup(k);
}

static bool take_known(const struct halb_dc_list *known, struct halb_dc *dc)
{
	const struct halb_dc *same = known ? halb_dc_list_find(known, dc->name) : NULL;

	if (same)
		dc->address = same->address;
	return same;
}

/* Looks up what each of the list lacks; what is not found in time stays as it is. */
static enum halb_status complete(struct locator *l, int64_t deadline)
{
	enum halb_status st;
	struct halb_error late;

	l->lookups = calloc(l->list.n + 1, sizeof *l->lookups);
	if (!l->lookups)
		return halb_fail_nomem(l->err);
	l->pending = 1; /* until all are sent: some answer at once */
	for (size_t i = 0; i < l->list.n; i++) {
		struct lookup *k = &l->lookups[i];

		if (take_known(l->known, &l->list.items[i]))
			continue;
		*k = (struct lookup){ .locator = l, .dc = &l->list.items[i], .type = HALB_RR_A };
		if (k->dc->address.len) {
			k->type = HALB_RR_PTR;
			k->question = halb_name_reverse(&k->dc->address);
		} else if ((st = halb_name_parse(k->dc->name, &k->question, l->err))) {
			return st;
		}
		l->pending++;
		halb_resolver_query(l->resolver, &k->question, k->type, on_lookup, k);
	}
	if (--l->pending == 0)
		return HALB_OK;
	st = halb_loop_run(l->loop, deadline, &late);
	return st == HALB_E_RETRY ? HALB_OK : st;
}

/* By the servers that are given, or by the question where there are none. */
static enum halb_status locate(struct locator *l, const struct halb_addr *resolver, uint16_t port,
			       char *const *servers, size_t n_servers, int64_t deadline)
{
	int64_t left = halb_deadline_left(deadline);
	enum halb_status st = halb_loop_new(&l->loop, l->err);

	if (!st)
		st = halb_resolver_new(l->loop, resolver, port,
				       left < LOOKUP_MAX ? left : LOOKUP_MAX, &l->resolver, l->err);
	if (!st)
		st = n_servers ? take_servers(l, servers, n_servers) : find_records(l, deadline);
	return st ? st : complete(l, deadline);
}

/* Hands the list over where there is one, and frees the rest. */
static enum halb_status finish(struct locator *l, enum halb_status st, struct halb_dc_list *out)
{
	if (!st) {
		*out = l->list;
		l->list = (struct halb_dc_list){ 0 };
	}
	l->err = NULL; /* said already; what is given up now has nothing to add */
	halb_resolver_free(l->resolver);
	halb_loop_free(l->loop);
	halb_dc_list_clear(&l->list);
	free(l->lookups);
	return st;
}

enum halb_status halb_locate_dcs_through(const struct halb_addr *resolver, uint16_t port,
					 const struct halb_name *domain, char *const *servers,
					 size_t n_servers, int64_t deadline,
					 struct halb_dc_list *out, struct halb_error *err)
{
	struct locator l = { .err = err, .type = HALB_RR_SRV };
	enum halb_status st = halb_name_join(DOMAIN_WIDE, domain, &l.question, err);

	if (!st)
		st = locate(&l, resolver, port, servers, n_servers, deadline);
	return finish(&l, st, out);
}

/* A site's name is one label, of which the DC has told us or the administrator. */
static enum halb_status site_question(const char *site, const struct halb_name *domain,
				      struct halb_name *out, struct halb_error *err)
{
	char text[sizeof "_ldap._tcp.._sites.dc._msdcs" + HALB_LABEL_MAX];

	snprintf(text, sizeof text, "_ldap._tcp.%.63s._sites.dc._msdcs", site);
	return halb_name_join(text, domain, out, err);
}

enum halb_status halb_locate_site_through(const struct halb_addr *resolver, uint16_t port,
					  const struct halb_name *domain, const char *site,
					  const struct halb_dc_list *known, int64_t deadline,
					  struct halb_dc_list *out, struct halb_error *err)
{
	struct locator l = { .err = err, .type = HALB_RR_SRV, .known = known };
	struct halb_name whole; /* its order is that of the domain's list */
	char key[HALB_NAME_TEXT];
	enum halb_status st = site_question(site, domain, &l.question, err);

	if (!st)
		st = halb_name_join(DOMAIN_WIDE, domain, &whole, err);
	if (!st) {
		l.key = halb_name_format(&whole, key);
		st = locate(&l, resolver, port, NULL, 0, deadline);
	}
	return finish(&l, st, out);
}

enum halb_status halb_locate_dns_through(const struct halb_addr *resolver, uint16_t port,
					 const struct halb_name *zone, int64_t deadline,
					 struct halb_dc_list *out, struct halb_error *err)
{
	struct locator l = { .err = err, .type = HALB_RR_NS, .question = *zone };

	return finish(&l, locate(&l, resolver, port, NULL, 0, deadline), out);
}

enum halb_status halb_locate_dcs(const struct halb_name *domain, char *const *servers,
				 size_t n_servers, int64_t deadline, struct halb_dc_list *out,
				 struct halb_error *err)
{
	return halb_locate_dcs_through(NULL, 0, domain, servers, n_servers, deadline, out, err);
}

enum halb_status halb_locate_site(const struct halb_name *domain, const char *site,
				  const struct halb_dc_list *known, int64_t deadline,
				  struct halb_dc_list *out, struct halb_error *err)
{
	return halb_locate_site_through(NULL, 0, domain, site, known, deadline, out, err);
}

enum halb_status halb_locate_dns(const struct halb_name *zone, int64_t deadline,
				 struct halb_dc_list *out, struct halb_error *err)
{
	return halb_locate_dns_through(NULL, 0, zone, deadline, out, err);
}
