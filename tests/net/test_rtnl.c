/* SPDX-License-Identifier: Apache-2.0 */
#include "../../src/net/rtnl_priv.h"

#include <criterion/criterion.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A kernel at the other end of a socket pair: what it says is there before it is asked. */
static int ends[2];
static size_t n_seen, n_silent, n_confirmed;
static struct halb_mac last;

struct message {
	struct nlmsghdr header;
	struct ndmsg neighbour;
	struct rtattr dst_head;
	uint8_t dst[4];
	struct rtattr mac_head;
	uint8_t mac[8]; /* six, padded */
};

static void setup(void)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
}

static void teardown(void)
{
	close(ends[0]);
	close(ends[1]);
}

TestSuite(rtnl, .init = setup, .fini = teardown);

static struct message neighbour(uint16_t state)
{
	return (struct message){
		.header = { .nlmsg_len = sizeof(struct message), .nlmsg_type = RTM_NEWNEIGH },
		.neighbour = { .ndm_family = AF_INET, .ndm_state = state },
		.dst_head = { .rta_len = sizeof(struct rtattr) + 4, .rta_type = NDA_DST },
		.dst = { 192, 168, 11, 77 },
		.mac_head = { .rta_len = sizeof(struct rtattr) + 6, .rta_type = NDA_LLADDR },
		.mac = { 2, 0, 0, 0, 0, 0x63 },
	};
}

static void says(const void *bytes, size_t len)
{
	cr_assert_eq(send(ends[1], bytes, len, 0), (ssize_t)len);
}

static void ends_here(void)
{
	const struct nlmsghdr done = { .nlmsg_len = sizeof done, .nlmsg_type = NLMSG_DONE };

	says(&done, sizeof done);
}

static void take(void *arg, const struct halb_rtnl_neighbour *neighbour)
{
	char text[HALB_ADDR_TEXT];

	(void)arg;
	cr_expect_str_eq(halb_addr_format(&neighbour->addr, text), "192.168.11.77");
	last = neighbour->mac;
	n_seen += neighbour->answers;
	n_silent += !neighbour->answers;
	n_confirmed += neighbour->confirmed;
}

Test(rtnl, reads_neighbours_and_whether_they_are_confirmed)
{
	const struct message both[] = { neighbour(NUD_REACHABLE), neighbour(NUD_STALE) };
	char text[HALB_MAC_TEXT];

	says(both, sizeof both);
	says(&both[1], sizeof both[1]);
	ends_here();
	halb_rtnl_neighbours(ends[0], take, NULL);
	cr_expect_eq(n_seen, 3);
	cr_expect_eq(n_confirmed, 1);
	cr_expect_str_eq(halb_mac_format(&last, text), "02:00:00:00:00:63");
}

Test(rtnl, tells_one_that_did_not_answer_from_one_that_is_still_asked)
{
	const struct message failed = neighbour(NUD_FAILED), incomplete = neighbour(NUD_INCOMPLETE);

	says(&incomplete, sizeof incomplete);
	ends_here();
	halb_rtnl_neighbours(ends[0], take, NULL);
	cr_expect_eq(n_seen + n_silent, 0);
	says(&failed, sizeof failed);
	ends_here();
	halb_rtnl_neighbours(ends[0], take, NULL);
	cr_expect_eq(n_seen, 0);
	cr_expect_eq(n_silent, 1);
}

Test(rtnl, a_message_that_is_cut_short_ends_its_packet_only)
{
	const struct message whole = neighbour(NUD_REACHABLE);

	for (size_t len = 1; len < sizeof whole; len++)
		says(&whole, len);
	says(&whole, sizeof whole);
	ends_here();
	halb_rtnl_neighbours(ends[0], take, NULL);
	cr_expect_eq(n_seen, 1);
}

Test(rtnl, lengths_that_lie_are_not_followed)
{
	struct message lie = neighbour(NUD_REACHABLE);

	lie.dst_head.rta_len = 0;
	says(&lie, sizeof lie);
	lie = neighbour(NUD_REACHABLE);
	lie.mac_head.rta_len = 60000;
	says(&lie, sizeof lie);
	lie = neighbour(NUD_REACHABLE);
	lie.header.nlmsg_len = 3;
	says(&lie, sizeof lie);
	ends_here();
	halb_rtnl_neighbours(ends[0], take, NULL);
	cr_expect_eq(n_seen, 0);
}

static bool route_of(unsigned char type, uint16_t attr, struct halb_route *out)
{
	const struct halb_addr to = { .bytes = { 192, 168, 11, 77 }, .len = 4 };
	const struct {
		struct nlmsghdr header;
		struct rtmsg route;
		struct rtattr head;
		uint32_t value;
	} answer = { .header = { .nlmsg_len = sizeof answer, .nlmsg_type = RTM_NEWROUTE },
		     .route = { .rtm_type = type },
		     .head = { .rta_len = sizeof(struct rtattr) + 4, .rta_type = attr },
		     .value = 7 };

	says(&answer, sizeof answer);
	return halb_rtnl_route(ends[0], &to, out);
}

Test(rtnl, tells_a_way_through_a_router_from_one_that_is_direct)
{
	struct halb_route route;

	cr_assert(route_of(RTN_UNICAST, RTA_OIF, &route));
	cr_expect(route.on_link);
	cr_expect_not(route.local);
	cr_expect_eq(route.interface, 7);
	cr_assert(route_of(RTN_UNICAST, RTA_GATEWAY, &route));
	cr_expect_not(route.on_link);
	cr_assert(route_of(RTN_LOCAL, RTA_OIF, &route));
	cr_expect(route.local);
	cr_expect_not(route_of(RTN_UNREACHABLE, RTA_OIF, &route));
}
