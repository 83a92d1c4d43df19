/* SPDX-License-Identifier: Apache-2.0 */
#include "../../src/net/arp_priv.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A reply: 02:00:00:00:00:63 says to have 192.168.11.77. */
static const uint8_t reply[] = { 0, 1, 8, 0, 6, 4, 0, 2, 2, 0, 0, 0, 0, 0x63, 192, 168, 11, 77,
				 2, 0, 0, 0, 0, 1, 0, 0, 0, 0 };

static int ends[2];
static struct halb_addr addr;
static struct halb_mac mac;

static void setup(void)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends), 0);
}

static void teardown(void)
{
	close(ends[0]);
	close(ends[1]);
}

TestSuite(arp, .init = setup, .fini = teardown);

static void arrives(const uint8_t *packet, size_t len)
{
	cr_assert_eq(send(ends[1], packet, len, 0), (ssize_t)len);
}

Test(arp, a_reply_says_who_has_the_address)
{
	char text[HALB_MAC_TEXT], ip[HALB_ADDR_TEXT];

	arrives(reply, sizeof reply);
	cr_assert(halb_arp_read(ends[0], &addr, &mac));
	cr_expect_str_eq(halb_addr_format(&addr, ip), "192.168.11.77");
	cr_expect_str_eq(halb_mac_format(&mac, text), "02:00:00:00:00:63");
	cr_expect_not(halb_arp_read(ends[0], &addr, &mac), "there is no more");
}

Test(arp, padding_behind_it_is_nothing)
{
	uint8_t packet[46] = { 0 };

	memcpy(packet, reply, sizeof reply);
	arrives(packet, sizeof packet);
	cr_assert(halb_arp_read(ends[0], &addr, &mac));
	cr_expect_eq(addr.len, 4);
}

Test(arp, what_is_cut_short_or_not_ipv4_on_ethernet_says_nothing)
{
	for (size_t len = 1; len < sizeof reply; len++) {
		arrives(reply, len);
		cr_assert(halb_arp_read(ends[0], &addr, &mac));
		cr_expect_eq(addr.len, 0, "%zu bytes", len);
	}
	for (size_t at = 2; at < 6; at++) {
		uint8_t packet[sizeof reply];

		memcpy(packet, reply, sizeof reply);
		packet[at] ^= 0xff;
		arrives(packet, sizeof packet);
		cr_assert(halb_arp_read(ends[0], &addr, &mac));
		cr_expect_eq(addr.len, 0, "byte %zu", at);
	}
}
