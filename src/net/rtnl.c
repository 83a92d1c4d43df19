/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the kernel for a route and for its neighbour table. */
#include "rtnl_priv.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/cursor.h"

#define ROOM        32768     /* the kernel fills at most that much at a time */
#define LISTEN_ROOM (4 << 20) /* a kilobyte a message: some thousands that change at once */

int halb_rtnl_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

static uint8_t family_of(const struct halb_addr *addr)
{
	return addr->len == 4 ? AF_INET : AF_INET6;
}

/* rtnetlink(7): heads in the machine's byte order, and what follows them padded to four bytes. */
static struct halb_cursor padded(struct halb_cursor *in, size_t len)
{
	struct halb_cursor body = halb_cursor_sub(in, len);
	size_t pad = NLMSG_ALIGN(len) - len;

	halb_cursor_skip(in, pad < in->left ? pad : in->left);
	return body;
}

static bool next_head(struct halb_cursor *in, void *head, size_t len)
{
	const uint8_t *bytes = halb_cursor_bytes(in, len);

	if (bytes)
		memcpy(head, bytes, len);
	return bytes != NULL;
}

static bool next_message(struct halb_cursor *in, struct nlmsghdr *head, struct halb_cursor *body)
{
	if (!next_head(in, head, sizeof *head) || head->nlmsg_len < sizeof *head)
		return false;
	*body = padded(in, head->nlmsg_len - sizeof *head);
	return !in->bad;
}

static bool next_attribute(struct halb_cursor *in, struct rtattr *head, struct halb_cursor *value)
{
	if (!next_head(in, head, sizeof *head) || head->rta_len < sizeof *head)
		return false;
	*value = padded(in, head->rta_len - sizeof *head);
	return !in->bad;
}

static bool read_route(struct halb_cursor *in, struct halb_route *out)
{
	struct halb_route route = { .on_link = true };
	struct halb_cursor value;
	struct rtattr attr;
	struct rtmsg rt;

	if (!next_head(in, &rt, sizeof rt) ||
	    (rt.rtm_type != RTN_UNICAST && rt.rtm_type != RTN_LOCAL))
		return false;
	route.local = rt.rtm_type == RTN_LOCAL;
	while (next_attribute(in, &attr, &value)) {
		if (attr.rta_type == RTA_GATEWAY || attr.rta_type == RTA_VIA)
			route.on_link = false;
		if (attr.rta_type == RTA_OIF)
			next_head(&value, &route.interface, sizeof route.interface);
	}
	*out = route;
	return true;
}

bool halb_rtnl_route(int fd, const struct halb_addr *to, struct halb_route *out)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
		struct rtattr attr;
		uint8_t address[16];
	} ask = { .header = { .nlmsg_len = NLMSG_LENGTH(sizeof ask.route) + RTA_LENGTH(to->len),
			      .nlmsg_type = RTM_GETROUTE,
			      .nlmsg_flags = NLM_F_REQUEST },
		  .route = { .rtm_family = family_of(to), .rtm_dst_len = (uint8_t)(to->len * 8) },
		  .attr = { .rta_len = (unsigned short)RTA_LENGTH(to->len), .rta_type = RTA_DST } };
	struct halb_cursor in, body;
	struct nlmsghdr head;
	char answer[4096];
	ssize_t len;

	memcpy(ask.address, to->bytes, to->len);
	if (send(fd, &ask, ask.header.nlmsg_len, 0) < 0)
		return false;
	len = recv(fd, answer, sizeof answer, 0);
	in = halb_cursor_over(answer, len > 0 ? (size_t)len : 0);
	return next_message(&in, &head, &body) && head.nlmsg_type == RTM_NEWROUTE &&
	       read_route(&body, out);
}

static void read_neighbour(struct halb_cursor *in, halb_rtnl_neighbour_fn *fn, void *arg)
{
	const unsigned known = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT;
	struct halb_rtnl_neighbour n = { 0 };
	struct halb_cursor value;
	struct rtattr attr;
	struct ndmsg nd;

	if (!next_head(in, &nd, sizeof nd) || !(nd.ndm_state & (known | NUD_FAILED)))
		return;
	while (next_attribute(in, &attr, &value)) {
		if (attr.rta_type == NDA_DST && (value.left == 4 || value.left == 16)) {
			n.addr.len = (uint8_t)value.left;
			next_head(&value, n.addr.bytes, n.addr.len);
		}
		if (attr.rta_type == NDA_LLADDR && value.left == sizeof n.mac.bytes)
			n.answers = next_head(&value, n.mac.bytes, sizeof n.mac.bytes);
	}
	n.answers &= (nd.ndm_state & known) != 0;
	n.confirmed = nd.ndm_state & (NUD_REACHABLE | NUD_PERMANENT);
	if (n.addr.len && (n.answers || nd.ndm_state & NUD_FAILED))
		fn(arg, &n);
}

/* One packet of the dump; false after the last. */
static bool read_packet(int fd, halb_rtnl_neighbour_fn *fn, void *arg)
{
	char answer[ROOM];
	ssize_t len = recv(fd, answer, sizeof answer, 0);
	struct halb_cursor body, in = halb_cursor_over(answer, len > 0 ? (size_t)len : 0);
	struct nlmsghdr head;

	while (next_message(&in, &head, &body)) {
		if (head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR)
			return false;
		if (head.nlmsg_type == RTM_NEWNEIGH)
			read_neighbour(&body, fn, arg);
	}
	return len > 0;
}

void halb_rtnl_neighbours(int fd, halb_rtnl_neighbour_fn *fn, void *arg)
{
	struct {
		struct nlmsghdr header;
		struct ndmsg neighbour;
	} ask = { .header = { .nlmsg_len = sizeof ask,
			      .nlmsg_type = RTM_GETNEIGH,
			      .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP } };

	if (send(fd, &ask, sizeof ask, 0) < 0)
		return;
	while (read_packet(fd, fn, arg))
		;
}

int halb_rtnl_listen(void)
{
	const struct sockaddr_nl groups = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_NEIGH };
	const int room = LISTEN_ROOM;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);

	/* Beyond the system's limit where we may; else as much as it allows. */
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	if (fd >= 0 && bind(fd, (const struct sockaddr *)&groups, sizeof groups) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool halb_rtnl_news(int fd, halb_rtnl_neighbour_fn *fn, void *arg)
{
	bool complete = true;

	/* What was told before the loss comes first, or it would undo what a look at all shows. */
	do {
		errno = 0;
		while (read_packet(fd, fn, arg))
			errno = 0;
		complete &= errno != ENOBUFS;
	} while (errno == ENOBUFS);
	return complete;
}
