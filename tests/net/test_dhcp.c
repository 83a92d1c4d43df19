/* SPDX-License-Identifier: Apache-2.0 */
#include "../../src/net/dhcp_priv.h"

#include <criterion/criterion.h>
#include <string.h>

#include "server.h"

#define IP   20 /* where the UDP header begins */
#define BOOT 28 /* where the message begins */
#define OPTIONS (BOOT + 240)

static const struct halb_mac mac = { { 2, 0, 0, 0, 1, 1 } };

/* An offer of 192.168.11.11 by 192.168.11.4, as dhcpd makes it of that DISCOVER. */
static struct halb_buf offer_to(uint32_t xid)
{
	static const uint8_t options[] = { 53, 1, 2, 54, 4, 192, 168, 11, 4, 51, 4, 0, 0, 2, 88, 255 };
	struct halb_buf out = { 0 };

	halb_dhcp_discover(&mac, xid, &out);
	cr_assert_not(out.bad);
	memcpy(out.data + 12, "\xc0\xa8\x0b\x05", 4); /* through a relay at .5 */
	memcpy(out.data + IP, "\0\x43\0\x44", 4);
	out.data[BOOT] = 2;
	memcpy(out.data + BOOT + 16, "\xc0\xa8\x0b\x0b", 4);
	memcpy(out.data + OPTIONS, options, sizeof options);
	return out;
}

static void expect_refused(struct halb_buf *packet, const char *why)
{
	struct halb_dhcp_offer offer;

	cr_expect_not(halb_dhcp_read_offer(packet->data, packet->len, &offer), "%s", why);
	halb_buf_clear(packet);
}

Test(dhcp, a_discover_is_what_the_rfc_says)
{
	static const uint8_t ip[] = { 0x45, 0, 1, 0x48, 0, 0, 0, 0, 64, 17, 0x79, 0xa6,
				      0, 0, 0, 0, 255, 255, 255, 255,
				      0, 68, 0, 67, 1, 0x34, 0, 0 };
	static const uint8_t boot[] = { 1, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef, 0, 0, 0x80, 0 };
	static const uint8_t options[] = { 99, 130, 83, 99, 53, 1, 1, 55, 2, 1, 3, 255, 0 };
	struct halb_buf out = { 0 };

	halb_dhcp_discover(&mac, 0xdeadbeef, &out);
	cr_assert_eq(out.len, BOOT + 300);
	cr_expect_arr_eq(out.data, ip, sizeof ip);
	cr_expect_arr_eq(out.data + BOOT, boot, sizeof boot);
	cr_expect_arr_eq(out.data + BOOT + 28, mac.bytes, 6);
	cr_expect_arr_eq(out.data + OPTIONS - 4, options, sizeof options);
	halb_buf_clear(&out);
}

Test(dhcp, reads_an_offer)
{
	struct halb_buf packet = offer_to(0x12345678);
	struct halb_addr server = address_of("192.168.11.4"), vip = address_of("192.168.11.11");
	struct halb_dhcp_offer offer;

	cr_assert(halb_dhcp_read_offer(packet.data, packet.len, &offer));
	cr_expect_eq(offer.xid, 0x12345678);
	cr_expect(halb_mac_equal(&offer.mac, &mac));
	cr_expect(halb_addr_equal(&offer.server, &server), "the server, not the relay");
	cr_expect(halb_addr_equal(&offer.address, &vip));
	packet.data[3]--; /* what follows the packet in its frame is no part of it */
	cr_expect_not(halb_dhcp_read_offer(packet.data, packet.len, &offer));
	halb_buf_clear(&packet);
}

Test(dhcp, takes_the_sender_for_the_server_where_it_does_not_say)
{
	struct halb_buf packet = offer_to(1);
	struct halb_addr relay = address_of("192.168.11.5");
	struct halb_dhcp_offer offer;

	memset(packet.data + OPTIONS + 3, 0, 6);
	cr_assert(halb_dhcp_read_offer(packet.data, packet.len, &offer));
	cr_expect(halb_addr_equal(&offer.server, &relay));
	halb_buf_clear(&packet);
}

Test(dhcp, refuses_what_is_no_offer)
{
	static const struct {
		const char *what;
		size_t at;
		uint8_t byte;
	} rows[] = {
		{ "IPv6", 0, 0x65 },
		{ "a header of four words", 0, 0x44 },
		{ "a header beyond the packet", 0, 0x4f },
		{ "longer than it is", 2, 0x7f },
		{ "shorter than its header", 3, 19 },
		{ "a fragment", 6, 0x20 },
		{ "a later fragment", 7, 1 },
		{ "TCP", 9, 6 },
		{ "to another port", IP + 3, 69 },
		{ "UDP that is longer than the packet", IP + 4, 0x7f },
		{ "UDP that is shorter than its header", IP + 4, 0 },
		{ "a request", BOOT, 1 },
		{ "no Ethernet", BOOT + 1, 6 },
		{ "a long hardware address", BOOT + 2, 16 },
		{ "BOOTP without DHCP", OPTIONS - 1, 0 },
		{ "a DHCPACK", OPTIONS + 2, 5 },
		{ "a type of two bytes", OPTIONS + 1, 2 },
		{ "an option beyond the end", OPTIONS + 10, 255 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct halb_buf packet = offer_to(1);

		packet.data[rows[i].at] = rows[i].byte;
		if (rows[i].at == IP + 4)
			packet.data[IP + 5] = 7;
		if (rows[i].at == 3)
			packet.data[2] = 0;
		expect_refused(&packet, rows[i].what);
	}
}

Test(dhcp, refuses_what_is_cut_short)
{
	struct halb_buf whole = offer_to(1);

	for (size_t len = 0; len < whole.len; len++) {
		struct halb_buf packet = { 0 };

		halb_buf_bytes(&packet, whole.data, len);
		if (len >= BOOT) { /* so that all headers agree with it */
			packet.data[2] = (uint8_t)(len >> 8);
			packet.data[3] = (uint8_t)len;
			packet.data[IP + 4] = (uint8_t)((len - IP) >> 8);
			packet.data[IP + 5] = (uint8_t)(len - IP);
		}
		if (len < OPTIONS + 3) /* the type is the last that must be there */
			expect_refused(&packet, "cut");
		halb_buf_clear(&packet);
	}
	halb_buf_clear(&whole);
}
