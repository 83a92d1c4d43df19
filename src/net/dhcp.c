/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a DHCPDISCOVER and reads a DHCPOFFER, from the IPv4 header on. */
#include "dhcp_priv.h"

#include <netinet/in.h>
#include <string.h>

#include "halb/base/cursor.h"

#define CLIENT_PORT   68
#define SERVER_PORT   67
#define IP_HEADER     20
#define UDP_HEADER    8
#define MESSAGE_LEAST 300        /* RFC 1542 2.1: relays drop what is shorter */
#define MAGIC         0x63825363 /* RFC 2131 3 */
#define BROADCAST     0x8000     /* RFC 2131 2, figure 2 */
#define SNAME_FILE    192        /* two fields that are not read */

enum { BOOTREQUEST = 1, BOOTREPLY = 2, ETHERNET = 1 };
enum { DHCPDISCOVER = 1, DHCPOFFER = 2 };
/* RFC 2132 */
enum { OPT_PAD = 0, OPT_MASK = 1, OPT_ROUTER = 3, OPT_TYPE = 53, OPT_SERVER = 54, OPT_WISHES = 55,
       OPT_END = 255 };

static void put_zeros(size_t n, struct halb_buf *out)
{
	while (n--)
		halb_buf_u8(out, 0);
}

static void put_message(const struct halb_mac *mac, uint32_t xid, struct halb_buf *out)
{
	static const uint8_t options[] = { OPT_TYPE,   1, DHCPDISCOVER,
					   OPT_WISHES, 2, OPT_MASK,     OPT_ROUTER, OPT_END };
	size_t begin = out->len;

	halb_buf_u8(out, BOOTREQUEST);
	halb_buf_u8(out, ETHERNET);
	halb_buf_u8(out, sizeof mac->bytes);
	halb_buf_u8(out, 0); /* hops */
	halb_buf_be32(out, xid);
	halb_buf_be16(out, 0); /* secs */
	halb_buf_be16(out, BROADCAST);
	put_zeros(16, out); /* ciaddr, yiaddr, siaddr, giaddr */
	halb_buf_bytes(out, mac->bytes, sizeof mac->bytes);
	put_zeros(16 - sizeof mac->bytes + SNAME_FILE, out);
	halb_buf_be32(out, MAGIC);
	halb_buf_bytes(out, options, sizeof options);
	put_zeros(MESSAGE_LEAST - (out->len - begin), out);
}

/* RFC 791 3.1: the complement of the ones' complement sum of the header's words. */
static uint16_t checksum(const uint8_t *header)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < IP_HEADER; i += 2)
		sum += (uint32_t)(header[i] << 8 | header[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~(sum + (sum >> 16));
}

static void put_headers(size_t len, struct halb_buf *out)
{
	uint16_t sum;

	halb_buf_be16(out, 0x4500); /* version 4, five words */
	halb_buf_be16(out, (uint16_t)(IP_HEADER + UDP_HEADER + len));
	halb_buf_be32(out, 0);      /* never in fragments */
	halb_buf_be16(out, 64 << 8 | IPPROTO_UDP);
	halb_buf_be16(out, 0);
	halb_buf_be32(out, INADDR_ANY);
	halb_buf_be32(out, INADDR_BROADCAST);
	if (out->bad)
		return;
	sum = checksum(out->data);
	out->data[10] = (uint8_t)(sum >> 8);
	out->data[11] = (uint8_t)sum;
	halb_buf_be16(out, CLIENT_PORT);
	halb_buf_be16(out, SERVER_PORT);
	halb_buf_be16(out, (uint16_t)(UDP_HEADER + len));
	halb_buf_be16(out, 0); /* RFC 768: no checksum */
}

void halb_dhcp_discover(const struct halb_mac *mac, uint32_t xid, struct halb_buf *out)
{
	put_headers(MESSAGE_LEAST, out);
	if (!out->bad)
		put_message(mac, xid, out);
}

/* ---- reading ---- */

static struct halb_addr read_address(struct halb_cursor *in)
{
	struct halb_addr addr = { .len = 4 };
	const uint8_t *bytes = halb_cursor_bytes(in, 4);

	if (bytes)
		memcpy(addr.bytes, bytes, 4);
	return addr;
}

/* The DHCP message in an IPv4 packet to a client's port. Its checksums are not looked at: where it
 * never left the machine they are not filled in. */
static bool open_packet(struct halb_cursor *in, struct halb_addr *from, struct halb_cursor *out)
{
	size_t had = in->left;
	uint8_t version = halb_cursor_u8(in);
	size_t header = (version & 0x0f) * 4u, len;
	uint16_t fragment;
	uint8_t protocol;

	halb_cursor_skip(in, 1);
	len = halb_cursor_be16(in);
	halb_cursor_skip(in, 2);
	fragment = halb_cursor_be16(in);
	halb_cursor_skip(in, 1);
	protocol = halb_cursor_u8(in);
	halb_cursor_skip(in, 2);
	*from = read_address(in);
	halb_cursor_skip(in, 4);
	if (in->bad || version >> 4 != 4 || header < IP_HEADER || len < header || len > had ||
	    protocol != IPPROTO_UDP || fragment & 0x3fff)
		return false;
	halb_cursor_skip(in, header - IP_HEADER);
	*out = halb_cursor_sub(in, len - header);
	halb_cursor_skip(out, 2);
	if (halb_cursor_be16(out) != CLIENT_PORT)
		return false;
	len = halb_cursor_be16(out);
	halb_cursor_skip(out, 2);
	if (out->bad || len < UDP_HEADER || len - UDP_HEADER > out->left)
		return false;
	*out = halb_cursor_sub(out, len - UDP_HEADER);
	return true;
}

/* RFC 2132 2. The type stands in this field also where others were moved to `sname` and `file`. */
static bool read_options(struct halb_cursor *in, struct halb_addr *server)
{
	uint8_t type = 0;

	while (in->left && !in->bad) {
		uint8_t code = halb_cursor_u8(in);
		struct halb_cursor value;

		if (code == OPT_END)
			break;
		if (code == OPT_PAD)
			continue;
		value = halb_cursor_sub(in, halb_cursor_u8(in));
		if (code == OPT_TYPE && value.left == 1)
			type = halb_cursor_u8(&value);
		if (code == OPT_SERVER && value.left == 4)
			*server = read_address(&value);
	}
	return !in->bad && type == DHCPOFFER;
}

bool halb_dhcp_read_offer(const void *packet, size_t len, struct halb_dhcp_offer *out)
{
	struct halb_cursor message, in = halb_cursor_over(packet, len);
	struct halb_dhcp_offer offer = { 0 };
	const uint8_t *mac;
	uint32_t kind, magic;

	if (!open_packet(&in, &offer.server, &message))
		return false;
	kind = halb_cursor_be32(&message) >> 8;
	offer.xid = halb_cursor_be32(&message);
	halb_cursor_skip(&message, 8); /* secs, flags, ciaddr */
	offer.address = read_address(&message);
	halb_cursor_skip(&message, 8); /* siaddr, giaddr */
	mac = halb_cursor_bytes(&message, sizeof offer.mac.bytes);
	halb_cursor_skip(&message, 16 - sizeof offer.mac.bytes + SNAME_FILE);
	magic = halb_cursor_be32(&message);
	if (message.bad || magic != MAGIC ||
	    kind != (BOOTREPLY << 16 | ETHERNET << 8 | sizeof offer.mac.bytes) ||
	    !read_options(&message, &offer.server))
		return false;
	memcpy(offer.mac.bytes, mac, sizeof offer.mac.bytes);
	*out = offer;
	return true;
}
