/* SPDX-License-Identifier: Apache-2.0 */
/* The checks across a site; duplicates are found by sorting, so that large sites stay cheap. */
#include "check_priv.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ALONE SIZE_MAX /* the key is no list */

/* One value that must be the only one of its kind, and where it was written. */
struct item {
	const void *value;
	const char *text;
	const char *list; /* "balancers", "stack.hosts" */
	size_t i;
	const char *key;
	size_t j;
	size_t order;
};

struct items {
	struct item *at;
	size_t n;
	int (*cmp)(const void *a, const void *b);
};

static struct items items_for(struct halb_reader *r, size_t most,
			      int (*cmp)(const void *, const void *))
{
	struct items items = { .at = calloc(most + 1, sizeof *items.at), .cmp = cmp };

	if (!items.at)
		halb_reader_nomem(r);
	return items;
}

static void add(struct items *items, struct item item)
{
	if (!items->at)
		return;
	item.order = items->n;
	items->at[items->n++] = item;
}

static int cmp_items(const void *a, const void *b, void *arg)
{
	const struct item *x = a, *y = b;
	const struct items *items = arg;
	int c = items->cmp(x->value, y->value);

	return c ? c : (x->order > y->order) - (x->order < y->order);
}

static const char *item_key(const struct item *item, char text[HALB_PLACE_TEXT])
{
	if (item->j == ALONE)
		snprintf(text, HALB_PLACE_TEXT, "%s[%zu].%s", item->list, item->i, item->key);
	else
		snprintf(text, HALB_PLACE_TEXT, "%s[%zu].%s[%zu]", item->list, item->i, item->key,
			 item->j);
	return text;
}

/* A flag is to blame before the file, then what was written later. */
static void refuse_pair(struct halb_reader *r, const struct item *first, const struct item *second,
			const char *what)
{
	bool swap = halb_reader_flag(r, first->text) && !halb_reader_flag(r, second->text);
	const struct item *wrong = swap ? first : second, *other = swap ? second : first;
	char key[HALB_PLACE_TEXT], other_key[HALB_PLACE_TEXT], place[HALB_PLACE_TEXT];

	halb_reader_enter(r, "%s", "");
	halb_reader_place(r, item_key(other, other_key), other->text, place);
	halb_reader_refuse(r, item_key(wrong, key), wrong->text, "change one of the two",
			   "%s of its own (%s has it already)", what, place);
}

/* Refuses the first item in the file's order that repeats another; frees the items. */
static void refuse_twice(struct halb_reader *r, struct items *items, const char *what)
{
	const struct item *first = NULL, *second = NULL;

	if (items->n)
		qsort_r(items->at, items->n, sizeof *items->at, cmp_items, items);
	for (size_t i = 1; i < items->n; i++) {
		const struct item *at = &items->at[i];

		if (items->cmp(at[-1].value, at->value) != 0 ||
		    (second && second->order < at->order))
			continue;
		first = at - 1;
		second = at;
	}
	if (second)
		refuse_pair(r, first, second, what);
	free(items->at);
}

static int cmp_text(const void *a, const void *b)
{
	return strcasecmp(a, b); /* they name directory entries, which know no case */
}

static int cmp_addr(const void *a, const void *b)
{
	return halb_addr_cmp(a, b);
}

static int cmp_mac(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct halb_mac));
}

static int cmp_name(const void *a, const void *b)
{
	return halb_name_cmp(a, b);
}

static int cmp_port(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static void check_in_domain(struct halb_reader *r, const struct halb_site *site, const char *key,
			    const char *text, const struct halb_name *name)
{
	char domain[HALB_NAME_TEXT];

	if (!halb_name_within(name, &site->domain) || halb_name_equal(name, &site->domain))
		halb_reader_refuse(r, key, text,
				   "correct the name, or the domain that the site is for",
				   "a name below %.100s", halb_name_format(&site->domain, domain));
}

/* RFC 1034 3.6.2: what a CNAME stands beside, it hides; beside its own target it hides all. */
static void check_alias(struct halb_reader *r, const struct halb_raw_balancer *raw,
			const struct halb_balancer *b, size_t j)
{
	const char *text = raw->aliases[j];
	char key[32];

	snprintf(key, sizeof key, "aliases[%zu]", j);
	if (!halb_name_equal(&b->aliases[j], &b->apex))
		return;
	if (halb_reader_flag(r, raw->apex) && !halb_reader_flag(r, text))
		halb_reader_refuse(r, "apex", raw->apex, "a CNAME cannot point at itself",
				   "a name that is no alias (aliases[%zu])", j);
	halb_reader_refuse(r, key, text, "a CNAME cannot point at itself: take this alias away",
			   "another name than the apex");
}

static void check_balancer_names(struct halb_reader *r, const struct halb_raw_site *raw,
				 const struct halb_site *site, size_t i)
{
	const struct halb_balancer *b = &site->balancers[i];
	char key[32];

	halb_reader_enter(r, "balancers[%zu].", i);
	check_in_domain(r, site, "apex", raw->balancers[i].apex, &b->apex);
	for (size_t j = 0; j < b->n_aliases; j++) {
		snprintf(key, sizeof key, "aliases[%zu]", j);
		check_in_domain(r, site, key, raw->balancers[i].aliases[j], &b->aliases[j]);
		check_alias(r, &raw->balancers[i], b, j);
	}
}

/* Each name once: two balancers cannot own one record, and a CNAME stands alone. */
static void check_names_differ(struct halb_reader *r, const struct halb_raw_site *raw,
			       const struct halb_site *site)
{
	size_t n = 0;
	struct items items;

	for (size_t i = 0; i < site->n_balancers; i++)
		n += 1 + site->balancers[i].n_aliases;
	items = items_for(r, n, cmp_name);
	for (size_t i = 0; i < site->n_balancers; i++) {
		const struct halb_raw_balancer *texts = &raw->balancers[i];
		const struct halb_balancer *b = &site->balancers[i];

		add(&items,
		    (struct item){ &b->apex, texts->apex, "balancers", i, "apex", ALONE, 0 });
		for (size_t j = 0; j < b->n_aliases; j++)
			add(&items, (struct item){ &b->aliases[j], texts->aliases[j], "balancers",
						   i, "aliases", j, 0 });
	}
	refuse_twice(r, &items, "a name");
}

static void check_balancers_differ(struct halb_reader *r, const struct halb_raw_site *raw,
				   const struct halb_site *site)
{
	struct items names = items_for(r, site->n_balancers, cmp_text);
	struct items macs = items_for(r, site->n_balancers, cmp_mac);

	for (size_t i = 0; i < site->n_balancers; i++) {
		const struct halb_raw_balancer *texts = &raw->balancers[i];
		const struct halb_balancer *b = &site->balancers[i];

		add(&names,
		    (struct item){ b->name, texts->name, "balancers", i, "name", ALONE, 0 });
		if (b->has_mac)
			add(&macs,
			    (struct item){ &b->mac, texts->mac, "balancers", i, "mac", ALONE, 0 });
	}
	refuse_twice(r, &names, "a name");
	refuse_twice(r, &macs, "a MAC address");
}

/* A vIP is no host's own address, and no two hosts have the same. */
static void check_addresses_differ(struct halb_reader *r, const struct halb_raw_site *raw,
				   const struct halb_site *site)
{
	struct items items = items_for(r, site->n_balancers + site->stack.n_hosts, cmp_addr);

	for (size_t i = 0; i < site->n_balancers; i++)
		add(&items, (struct item){ &site->balancers[i].vip, raw->balancers[i].vip,
					   "balancers", i, "vip", ALONE, 0 });
	for (size_t i = 0; i < site->stack.n_hosts; i++)
		add(&items,
		    (struct item){ &site->stack.hosts[i].address, raw->stack->hosts[i].address,
				   "stack.hosts", i, "address", ALONE, 0 });
	refuse_twice(r, &items, "an address");
}

static void check_in_subnet(struct halb_reader *r, const struct halb_raw_site *raw,
			    const struct halb_site *site, const char *key, const char *text,
			    const struct halb_addr *addr)
{
	const struct halb_subnet *net = &site->stack.subnet;

	if (!site->stack.has_subnet)
		return;
	if (!halb_subnet_contains(net, addr))
		halb_reader_refuse(r, key, text, "correct the address, or stack.subnet",
				   "an address in %.60s", raw->stack->subnet);
	else if (!halb_subnet_has_host(net, addr))
		halb_reader_refuse(r, key, text, NULL,
				   halb_addr_equal(addr, &net->addr)
					   ? "a host's address (this is the address of %.60s itself)"
					   : "a host's address (this is the broadcast address of "
					     "%.60s)",
				   raw->stack->subnet);
}

static void check_subnet(struct halb_reader *r, const struct halb_raw_site *raw,
			 const struct halb_site *site)
{
	for (size_t i = 0; i < site->n_balancers; i++) {
		halb_reader_enter(r, "balancers[%zu].", i);
		check_in_subnet(r, raw, site, "vip", raw->balancers[i].vip,
				&site->balancers[i].vip);
	}
	for (size_t i = 0; i < site->stack.n_hosts; i++) {
		halb_reader_enter(r, "stack.hosts[%zu].", i);
		check_in_subnet(r, raw, site, "address", raw->stack->hosts[i].address,
				&site->stack.hosts[i].address);
	}
}

static void check_stack_names(struct halb_reader *r, const struct halb_raw_stack *raw,
			      const struct halb_stack *stack)
{
	struct items hosts = items_for(r, stack->n_hosts, cmp_text);
	struct items services = items_for(r, stack->n_services, cmp_text);
	struct items ports = items_for(r, stack->n_services, cmp_port);

	for (size_t i = 0; i < stack->n_hosts; i++)
		add(&hosts, (struct item){ stack->hosts[i].name, raw->hosts[i].name, "stack.hosts",
					   i, "name", ALONE, 0 });
	for (size_t i = 0; i < stack->n_services; i++) {
		const struct halb_raw_service *texts = &raw->services[i];

		add(&services, (struct item){ stack->services[i].name, texts->name,
					      "stack.services", i, "name", ALONE, 0 });
		add(&ports, (struct item){ &stack->services[i].port, texts->port, "stack.services",
					   i, "port", ALONE, 0 });
	}
	refuse_twice(r, &hosts, "a name");
	refuse_twice(r, &services, "a name");
	refuse_twice(r, &ports, "a port");
}

/* A server that is the vIP would make HAProxy connect to itself for ever. */
static void check_no_loop(struct halb_reader *r, const struct halb_site *site, const char *text,
			  const struct halb_addr *address)
{
	for (size_t i = 0; i < site->n_balancers; i++)
		if (halb_addr_equal(&site->balancers[i].vip, address))
			halb_reader_refuse(
				r, "address", text, "HAProxy would connect to itself for ever",
				"a server's own address (balancers[%zu].vip is this)", i);
}

static int cmp_endpoint(const void *a, const void *b)
{
	const struct halb_stack_server *x = a, *y = b;
	int c = halb_addr_cmp(&x->address, &y->address);

	return c ? c : cmp_port(&x->port, &y->port);
}

static void check_servers(struct halb_reader *r, const struct halb_raw_service *raw,
			  const struct halb_site *site, size_t s)
{
	const struct halb_stack_service *service = &site->stack.services[s];
	struct items names = items_for(r, service->n_servers, cmp_text);
	struct items ends = items_for(r, service->n_servers, cmp_endpoint);
	char list[64];

	snprintf(list, sizeof list, "stack.services[%zu].servers", s);
	for (size_t i = 0; i < service->n_servers; i++) {
		const struct halb_stack_server *server = &service->servers[i];

		halb_reader_enter(r, "%s[%zu].", list, i);
		check_no_loop(r, site, raw->servers[i].address, &server->address);
		add(&names,
		    (struct item){ server->name, raw->servers[i].name, list, i, "name", ALONE, 0 });
		add(&ends,
		    (struct item){ server, raw->servers[i].address, list, i, "address", ALONE, 0 });
	}
	refuse_twice(r, &names, "a name");
	refuse_twice(r, &ends, "an address and port");
}

/* HAProxy has a listener of our own, which says which host answers. */
static void check_identity(struct halb_reader *r, const struct halb_raw_stack *raw,
			   const struct halb_stack *stack)
{
	for (size_t i = 0; i < stack->n_services; i++) {
		halb_reader_enter(r, "stack.services[%zu].", i);
		if (strcasecmp(stack->services[i].name, HALB_IDENTITY) == 0)
			halb_reader_refuse(r, "name", raw->services[i].name, NULL,
					   "another name (the listener that says which host "
					   "answers has this one)");
		if (stack->services[i].port == stack->identity_port)
			halb_reader_refuse(r, "port", raw->services[i].port,
					   "change one of the two",
					   "a port of its own (stack.identity.port is %u)",
					   stack->identity_port);
	}
}

/* They send each other adverts. */
static void check_one_family(struct halb_reader *r, const struct halb_raw_stack *raw,
			     const struct halb_stack *stack)
{
	for (size_t i = 1; i < stack->n_hosts; i++) {
		if (stack->hosts[i].address.len == stack->hosts[0].address.len)
			continue;
		halb_reader_enter(r, "stack.hosts[%zu].", i);
		halb_reader_refuse(r, "address", raw->hosts[i].address, NULL,
				   "an %s address, as the first host has",
				   stack->hosts[0].address.len == 4 ? "IPv4" : "IPv6");
	}
}

void halb_check_site(struct halb_reader *r, const struct halb_raw_site *raw,
		     const struct halb_site *site)
{
	for (size_t i = 0; i < site->n_balancers; i++)
		check_balancer_names(r, raw, site, i);
	check_names_differ(r, raw, site);
	check_balancers_differ(r, raw, site);
	check_addresses_differ(r, raw, site);
	if (!site->has_stack)
		return;
	check_subnet(r, raw, site);
	check_stack_names(r, raw->stack, &site->stack);
	check_identity(r, raw->stack, &site->stack);
	check_one_family(r, raw->stack, &site->stack);
	for (size_t s = 0; s < site->stack.n_services; s++)
		check_servers(r, &raw->stack->services[s], site, s);
}
