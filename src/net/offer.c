/* SPDX-License-Identifier: Apache-2.0 */
/* Broadcasts DHCPDISCOVERs and listens to who answers. */
#include "halb/net/offer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dhcp_priv.h"
#include "halb/base/deadline.h"
#include "halb/net/loop.h"
#include "rtnl_priv.h"

#define OTHERS_WAIT HALB_SEC /* for a second server, once all have an offer */
#define ROOM        2048

struct collecting {
	struct halb_loop *loop;
	const struct halb_offer_query *queries;
	struct halb_offers *offers; /* one for each */
	size_t n, n_open;           /* open: asked, and no offer yet */
	uint32_t xid;               /* of the first; the others count on from there */
	int netlink, fd;
	struct halb_timer *again, *end;
	enum halb_status status;
};

/* An IPv4 packet's UDP destination port is 68: the rest of the traffic is none of our business. */
static bool filter(int fd)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 4),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 68, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, ROOM),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	static const struct sock_fprog program = { sizeof code / sizeof code[0], code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

static int open_socket(void)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_IP));

	if (fd < 0 || filter(fd))
		return fd;
	close(fd);
	return -1;
}

/* The interface that has this machine's own address; the kernel routes that through lo. */
static int interface_with(const struct halb_addr *addr)
{
	struct ifaddrs *list;
	int found = 0;

	if (getifaddrs(&list) != 0)
		return 0;
	for (struct ifaddrs *i = list; i && !found; i = i->ifa_next) {
		const struct sockaddr_in *sa = (const struct sockaddr_in *)(const void *)i->ifa_addr;

		if (sa && sa->sin_family == AF_INET &&
		    memcmp(&sa->sin_addr, addr->bytes, 4) == 0)
			found = (int)if_nametoindex(i->ifa_name);
	}
	freeifaddrs(list);
	return found;
}

/* 0 where the address is on no link of this machine's. */
static int interface_to(int netlink, const struct halb_addr *addr)
{
	struct halb_route route = { 0 };

	if (addr->len != 4 || netlink < 0 || !halb_rtnl_route(netlink, addr, &route))
		return 0;
	if (route.local)
		return interface_with(addr);
	return route.on_link ? route.interface : 0;
}

static enum halb_offer_state discover(const struct collecting *c, size_t i)
{
	const struct halb_offer_query *query = &c->queries[i];
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_IP),
				  .sll_halen = ETH_ALEN };
	struct halb_buf packet = { 0 };
	bool sent;

	to.sll_ifindex = interface_to(c->netlink, &query->address);
	if (!to.sll_ifindex)
		return HALB_OFFER_NOT_ON_LINK;
	memset(to.sll_addr, 0xff, ETH_ALEN);
	halb_dhcp_discover(&query->mac, c->xid + (uint32_t)i, &packet);
	sent = !packet.bad && sendto(c->fd, packet.data, packet.len, 0,
				     (const struct sockaddr *)&to, sizeof to) > 0;
	halb_buf_clear(&packet);
	return sent ? HALB_OFFER_ASKED : HALB_OFFER_UNSENT;
}

static void stop(void *arg)
{
	struct collecting *c = arg;

	c->end = NULL;
	halb_loop_stop(c->loop);
}

static void take(struct collecting *c, const struct halb_dhcp_offer *offer)
{
	size_t i = offer->xid - c->xid;
	struct halb_offers *offers;

	if (i >= c->n || !halb_mac_equal(&offer->mac, &c->queries[i].mac))
		return;
	offers = &c->offers[i];
	for (size_t k = 0; k < offers->n; k++)
		if (halb_addr_equal(&offers->items[k].server, &offer->server))
			return;
	if (offers->n == HALB_OFFERS_MOST)
		return;
	offers->items[offers->n++] = (struct halb_offer){ offer->server, offer->address };
	if (offers->n == 1 && offers->state == HALB_OFFER_ASKED)
		c->n_open--;
	if (!c->n_open && !c->end)
		c->status = halb_loop_at(c->loop, halb_now() + OTHERS_WAIT, stop, c, &c->end, NULL);
	if (c->status != HALB_OK)
		halb_loop_stop(c->loop);
}

static void on_packet(void *arg, int fd, unsigned events)
{
	struct collecting *c = arg;
	struct halb_dhcp_offer offer;
	uint8_t packet[ROOM];
	ssize_t len;

	(void)events;
	while ((len = recv(fd, packet, sizeof packet, 0)) > 0)
		if (halb_dhcp_read_offer(packet, (size_t)len, &offer))
			take(c, &offer);
}

/* RFC 2131 4.1: what is lost is sent again. */
static void ask_again(void *arg)
{
	struct collecting *c = arg;

	c->again = NULL;
	for (size_t i = 0; i < c->n; i++)
		if (c->offers[i].state == HALB_OFFER_ASKED && !c->offers[i].n)
			discover(c, i);
}

static enum halb_status run(struct collecting *c, int64_t deadline, struct halb_error *err)
{
	int64_t now = halb_now();
	enum halb_status st = halb_loop_watch(c->loop, c->fd, HALB_LOOP_READ, on_packet, c, err);

	for (size_t i = 0; st == HALB_OK && i < c->n; i++) {
		c->offers[i].state = discover(c, i);
		c->n_open += c->offers[i].state == HALB_OFFER_ASKED;
	}
	if (st != HALB_OK || !c->n_open)
		return st;
	st = halb_loop_at(c->loop, now + (deadline - now) / 2, ask_again, c, &c->again, err);
	if (st == HALB_OK)
		st = halb_loop_run(c->loop, deadline, err);
	if (st == HALB_E_RETRY) /* the time is up: nobody else answers */
		st = HALB_OK;
	return st == HALB_OK && c->status != HALB_OK ? halb_fail_nomem(err) : st;
}

enum halb_status halb_offers_collect(const struct halb_offer_query *queries, size_t n,
				     int64_t deadline, struct halb_offers *out,
				     struct halb_error *err)
{
	struct collecting c = { .queries = queries, .offers = out, .n = n, .xid = arc4random() };
	enum halb_status st;

	memset(out, 0, n * sizeof *out);
	c.fd = open_socket();
	for (size_t i = 0; c.fd < 0 && i < n; i++)
		out[i].state = HALB_OFFER_DENIED;
	if (c.fd < 0)
		return HALB_OK;
	c.netlink = halb_rtnl_open();
	st = halb_loop_new(&c.loop, err);
	if (st == HALB_OK)
		st = run(&c, deadline, err);
	halb_loop_free(c.loop);
	if (c.netlink >= 0)
		close(c.netlink);
	close(c.fd);
	return st;
}
