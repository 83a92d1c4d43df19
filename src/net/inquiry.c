/* SPDX-License-Identifier: Apache-2.0 */
/* Asks by ARP, and looks into the kernel's neighbour table, who has addresses. */
#include "halb/net/neighbour.h"

#include <stdlib.h>
#include <unistd.h>

#include "arp_priv.h"
#include "halb/base/addr_index.h"
#include "rtnl_priv.h"

struct halb_inquiry {
	struct halb_loop *loop;
	struct halb_addr_index index;
	struct halb_sight *sights; /* owned, like the interfaces; one for each address */
	int *interfaces;           /* where each is asked for; 0: nowhere, or it is our own */
	int interface;             /* where one of them is at the least; 0: none is */
	int netlink, arp; /* -1: not to be had */
	halb_inquiry_fn *fn;
	void *arg;
};

static void take_answer(struct halb_inquiry *inquiry, size_t i, const struct halb_mac *mac)
{
	struct halb_sight *sight = &inquiry->sights[i];

	if (!sight->asked)
		return;
	sight->answers = true;
	halb_sight_add(sight, mac);
	if (inquiry->fn)
		inquiry->fn(inquiry->arg, i);
}

static void on_arp(void *arg, int fd, unsigned events)
{
	struct halb_inquiry *inquiry = arg;
	struct halb_addr from;
	struct halb_mac mac;

	(void)events;
	while (halb_arp_read(fd, &from, &mac)) {
		size_t n;
		const size_t *numbers = halb_addr_index_find(&inquiry->index, &from, &n);

		for (size_t i = 0; i < n; i++)
			take_answer(inquiry, numbers[i], &mac);
	}
}

/* What is this machine's own is asked for where it was before, or where a neighbour is. */
static void find_way(struct halb_inquiry *inquiry, size_t i)
{
	struct halb_sight *sight = &inquiry->sights[i];
	struct halb_route route = { 0 };

	if (inquiry->netlink < 0 ||
	    !halb_rtnl_route(inquiry->netlink, &inquiry->index.addresses[i], &route))
		route = (struct halb_route){ 0 };
	sight->answers = sight->local = route.local;
	sight->on_link = route.on_link;
	if (inquiry->index.addresses[i].len != 4 || route.local)
		return;
	inquiry->interfaces[i] = route.on_link ? route.interface : 0;
	if (route.on_link)
		inquiry->interface = route.interface;
}

/* What is this machine's own can be asked for, too: who else has it? Not on its own interface,
 * which is the loopback to the kernel, but where its neighbours are. */
static int interface_of(const struct halb_inquiry *inquiry, size_t i)
{
	if (inquiry->interfaces[i] || !inquiry->sights[i].local ||
	    inquiry->index.addresses[i].len != 4)
		return inquiry->interfaces[i];
	return inquiry->interface;
}

static bool ask(struct halb_inquiry *inquiry, size_t i)
{
	int interface = interface_of(inquiry, i);

	return interface &&
	       halb_arp_probe(inquiry->arp, interface, &inquiry->index.addresses[i]);
}

void halb_inquiry_free(struct halb_inquiry *inquiry)
{
	if (!inquiry)
		return;
	if (inquiry->netlink >= 0)
		close(inquiry->netlink);
	if (inquiry->arp >= 0) {
		halb_loop_unwatch(inquiry->loop, inquiry->arp);
		close(inquiry->arp);
	}
	halb_addr_index_clear(&inquiry->index);
	free(inquiry->sights);
	free(inquiry->interfaces);
	free(inquiry);
}

static enum halb_status open_sockets(struct halb_inquiry *inquiry, struct halb_error *err)
{
	inquiry->netlink = halb_rtnl_open();
	inquiry->arp = halb_arp_open();
	if (inquiry->arp < 0)
		return HALB_OK;
	return halb_loop_watch(inquiry->loop, inquiry->arp, HALB_LOOP_READ, on_arp, inquiry, err);
}

enum halb_status halb_inquiry_new(struct halb_loop *loop, const struct halb_addr *addresses,
				  size_t n, halb_inquiry_fn *fn, void *arg,
				  struct halb_inquiry **out, struct halb_error *err)
{
	struct halb_inquiry *inquiry = calloc(1, sizeof *inquiry);
	enum halb_status st;

	if (!inquiry)
		return halb_fail_nomem(err);
	*inquiry = (struct halb_inquiry){ .loop = loop,
					  .sights = calloc(n + 1, sizeof *inquiry->sights),
					  .interfaces = calloc(n + 1, sizeof(int)),
					  .netlink = -1,
					  .arp = -1,
					  .fn = fn,
					  .arg = arg };
	if (!inquiry->sights || !inquiry->interfaces)
		st = halb_fail_nomem(err);
	else
		st = halb_addr_index_init(&inquiry->index, addresses, n, err);
	if (st == HALB_OK)
		st = open_sockets(inquiry, err);
	if (st != HALB_OK) {
		halb_inquiry_free(inquiry);
		return st;
	}
	for (size_t i = 0; i < n; i++)
		find_way(inquiry, i);
	*out = inquiry;
	return HALB_OK;
}

bool halb_inquiry_ask(struct halb_inquiry *inquiry)
{
	bool any = false;

	for (size_t i = 0; inquiry->arp >= 0 && i < inquiry->index.n; i++) {
		struct halb_sight *sight = &inquiry->sights[i];

		sight->asked |= ask(inquiry, i);
		any |= sight->asked;
	}
	return any;
}

bool halb_inquiry_hears(const struct halb_inquiry *inquiry)
{
	return inquiry->arp >= 0;
}

bool halb_inquiry_ask_one(struct halb_inquiry *inquiry, size_t i)
{
	if (inquiry->arp < 0)
		return false;
	find_way(inquiry, i);
	inquiry->sights[i].n_macs = 0;
	inquiry->sights[i].asked = ask(inquiry, i);
	return inquiry->sights[i].asked;
}

void halb_inquiry_forget(struct halb_inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->index.n; i++) {
		inquiry->sights[i].answers = inquiry->sights[i].local;
		inquiry->sights[i].n_macs = 0;
	}
}

/*
 * What the table knows is not what is there: an entry counts where the address has answered by
 * itself, or was confirmed and could not be asked by ARP; and not where a router is in between now.
 */
static void take_neighbour(void *arg, const struct halb_rtnl_neighbour *neighbour)
{
	struct halb_inquiry *inquiry = arg;
	const size_t *numbers;
	size_t n;

	numbers = halb_addr_index_find(&inquiry->index, &neighbour->addr, &n);
	for (size_t i = 0; neighbour->answers && i < n; i++) {
		struct halb_sight *sight = &inquiry->sights[numbers[i]];

		if (!sight->on_link)
			continue;
		sight->answers |= neighbour->confirmed && !sight->asked;
		if (sight->answers && !(sight->asked && sight->n_macs))
			halb_sight_add(sight, &neighbour->mac);
	}
}

void halb_inquiry_read_table(struct halb_inquiry *inquiry)
{
	if (inquiry->netlink >= 0)
		halb_rtnl_neighbours(inquiry->netlink, take_neighbour, inquiry);
}

struct halb_sight *halb_inquiry_sights(struct halb_inquiry *inquiry)
{
	return inquiry->sights;
}
