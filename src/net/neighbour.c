/* SPDX-License-Identifier: Apache-2.0 */
/* Knocks at addresses and sees whose they are. */
#include "halb/net/neighbour.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arp_priv.h"
#include "halb/net/loop.h"
#include "rtnl_priv.h"
#include "tcp_priv.h"

struct look {
	struct halb_loop *loop;
	const struct halb_neighbour *neighbours;
	struct knock *knocks; /* one for each */
	size_t n, pending;
	int netlink, arp; /* -1: not to be had */
};

struct knock {
	struct look *look;
	struct halb_sight sight;
	int fd;       /* the connection under way, or -1 */
	bool asked;   /* by ARP */
	bool pending; /* for any answer */
};

static void add_mac(struct halb_sight *sight, const struct halb_mac *mac)
{
	for (size_t i = 0; i < sight->n_macs; i++)
		if (halb_mac_equal(&sight->macs[i], mac))
			return;
	if (sight->n_macs < HALB_SIGHT_MACS)
		sight->macs[sight->n_macs++] = *mac;
}

/* Done is what has answered in each way that it was asked. */
static void settle(struct knock *k)
{
	if (!k->pending || k->fd >= 0 || (k->asked && !k->sight.n_macs))
		return;
	k->pending = false;
	if (--k->look->pending == 0)
		halb_loop_stop(k->look->loop);
}

/* ---- TCP ---- */

static void take_outcome(struct knock *k, int code)
{
	/* RFC 9293 3.10.7: a refusal, too, comes from whoever has the address. */
	k->sight.answers |= code == 0 || code == ECONNREFUSED;
}

static void on_connect(void *arg, int fd, unsigned events)
{
	struct knock *k = arg;

	(void)events;
	halb_loop_unwatch(k->look->loop, fd);
	take_outcome(k, halb_tcp_outcome(fd));
	close(fd);
	k->fd = -1;
	settle(k);
}

static enum halb_status start(struct knock *k, const struct halb_neighbour *to,
			      struct halb_error *err)
{
	int fd = -1, code = halb_tcp_start(&to->address, to->port, &fd);

	if (code == EINPROGRESS) {
		k->fd = fd;
		return halb_loop_watch(k->look->loop, fd, HALB_LOOP_WRITE, on_connect, k, err);
	}
	take_outcome(k, code);
	if (fd >= 0)
		close(fd);
	return HALB_OK;
}

/* ---- ARP ---- */

static void on_arp(void *arg, int fd, unsigned events)
{
	struct look *look = arg;
	struct halb_addr from;
	struct halb_mac mac;

	(void)events;
	while (halb_arp_read(fd, &from, &mac)) {
		for (size_t i = 0; from.len && i < look->n; i++) {
			struct knock *k = &look->knocks[i];

			if (!k->asked || !halb_addr_equal(&look->neighbours[i].address, &from))
				continue;
			k->sight.answers = true;
			add_mac(&k->sight, &mac);
			settle(k);
		}
	}
}

/* ---- the neighbour table ---- */

/*
 * What the table knows is not what is there: an entry counts where the address has answered by
 * itself, or was confirmed and could not be asked by ARP.
 */
static void take_neighbour(void *arg, const struct halb_addr *addr, const struct halb_mac *mac,
			   bool confirmed)
{
	struct look *look = arg;

	for (size_t i = 0; i < look->n; i++) {
		struct knock *k = &look->knocks[i];

		if (!halb_addr_equal(&look->neighbours[i].address, addr))
			continue;
		k->sight.answers |= confirmed && !k->asked;
		if (k->sight.answers && !(k->asked && k->sight.n_macs))
			add_mac(&k->sight, mac);
	}
}

/* ---- all of it ---- */

static enum halb_status knock(struct look *look, size_t i, struct halb_error *err)
{
	const struct halb_neighbour *to = &look->neighbours[i];
	struct knock *k = &look->knocks[i];
	struct halb_route route = { 0 };
	bool known = look->netlink >= 0 && halb_rtnl_route(look->netlink, &to->address, &route);
	enum halb_status st;

	if (known && route.local) {
		k->sight = (struct halb_sight){ .answers = true, .local = true };
		return HALB_OK;
	}
	k->pending = true;
	look->pending++;
	k->asked = known && route.on_link && look->arp >= 0 && to->address.len == 4 &&
		   halb_arp_probe(look->arp, route.interface, &to->address);
	st = start(k, to, err);
	if (st == HALB_OK)
		settle(k);
	return st;
}

static enum halb_status run(struct look *look, int64_t deadline, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	look->netlink = halb_rtnl_open();
	look->arp = halb_arp_open();
	if (look->arp >= 0)
		st = halb_loop_watch(look->loop, look->arp, HALB_LOOP_READ, on_arp, look, err);
	look->pending = 1; /* so that none ends the run before all have started */
	for (size_t i = 0; st == HALB_OK && i < look->n; i++)
		st = knock(look, i, err);
	if (st == HALB_OK && --look->pending)
		st = halb_loop_run(look->loop, deadline, err);
	if (st == HALB_E_RETRY) /* the time is up: the rest is silent */
		st = HALB_OK;
	if (st == HALB_OK && look->netlink >= 0)
		halb_rtnl_neighbours(look->netlink, take_neighbour, look);
	return st;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

enum halb_status halb_neighbours_look(const struct halb_neighbour *neighbours, size_t n,
				      int64_t deadline, struct halb_sight *out,
				      struct halb_error *err)
{
	struct look look = { .neighbours = neighbours, .n = n, .netlink = -1, .arp = -1 };
	enum halb_status st = halb_loop_new(&look.loop, err);

	if (st != HALB_OK)
		return st;
	look.knocks = calloc(n + 1, sizeof *look.knocks);
	for (size_t i = 0; look.knocks && i < n; i++)
		look.knocks[i] = (struct knock){ .look = &look, .fd = -1 };
	st = look.knocks ? run(&look, deadline, err) : halb_fail_nomem(err);
	halb_loop_free(look.loop);
	for (size_t i = 0; look.knocks && i < n; i++) {
		if (st == HALB_OK)
			out[i] = look.knocks[i].sight;
		close_if_open(look.knocks[i].fd);
	}
	close_if_open(look.netlink);
	close_if_open(look.arp);
	free(look.knocks);
	return st;
}
