/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, subnets and MACs as values. */
#include "halb/base/addr.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool halb_addr_parse(const char *text, struct halb_addr *out)
{
	struct halb_addr addr = { .len = 4 };

	if (inet_pton(AF_INET, text, addr.bytes) != 1) {
		addr.len = 16;
		if (inet_pton(AF_INET6, text, addr.bytes) != 1)
			return false;
	}
	*out = addr;
	return true;
}

const char *halb_addr_format(const struct halb_addr *addr, char text[HALB_ADDR_TEXT])
{
	if (!addr->len ||
	    !inet_ntop(addr->len == 4 ? AF_INET : AF_INET6, addr->bytes, text, HALB_ADDR_TEXT))
		snprintf(text, HALB_ADDR_TEXT, "none");
	return text;
}

int halb_addr_cmp(const struct halb_addr *a, const struct halb_addr *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

bool halb_addr_equal(const struct halb_addr *a, const struct halb_addr *b)
{
	return halb_addr_cmp(a, b) == 0;
}

socklen_t halb_addr_to_sockaddr(const struct halb_addr *addr, uint16_t port,
				struct sockaddr_storage *out)
{
	struct sockaddr_in *in4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof *out);
	if (addr->len == 4) {
		in4->sin_family = AF_INET;
		in4->sin_port = htons(port);
		memcpy(&in4->sin_addr, addr->bytes, 4);
		return sizeof *in4;
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	memcpy(&in6->sin6_addr, addr->bytes, 16);
	return sizeof *in6;
}

/* The mask's byte number `i` for a prefix of `prefix` bits. */
static uint8_t mask_byte(uint8_t prefix, size_t i)
{
	size_t before = i * 8;

	if (prefix >= before + 8)
		return 0xff;
	if (prefix <= before)
		return 0;
	return (uint8_t)(0xff << (8 - (prefix - before)));
}

bool halb_subnet_contains(const struct halb_subnet *net, const struct halb_addr *addr)
{
	if (net->addr.len != addr->len)
		return false;
	for (size_t i = 0; i < addr->len; i++)
		if ((addr->bytes[i] & mask_byte(net->prefix, i)) != net->addr.bytes[i])
			return false;
	return true;
}

/* The IPv4 subnet's all-ones address (RFC 919 7). */
static bool is_broadcast(const struct halb_subnet *net, const struct halb_addr *addr)
{
	for (size_t i = 0; i < addr->len; i++)
		if ((addr->bytes[i] | mask_byte(net->prefix, i)) != 0xff)
			return false;
	return addr->len == 4;
}

/* Of two addresses (RFC 3021, RFC 6164) both are hosts'. */
bool halb_subnet_has_host(const struct halb_subnet *net, const struct halb_addr *addr)
{
	if (!halb_subnet_contains(net, addr))
		return false;
	return net->prefix >= addr->len * 8 - 1 ||
	       (!halb_addr_equal(addr, &net->addr) && !is_broadcast(net, addr));
}

bool halb_subnet_parse(const char *text, struct halb_subnet *out)
{
	const char *slash = strchr(text, '/');
	char addr[HALB_ADDR_TEXT];
	struct halb_subnet net;
	char *end;
	long prefix;

	if (!slash || (size_t)(slash - text) >= sizeof addr || !isdigit((unsigned char)slash[1]))
		return false;
	memcpy(addr, text, (size_t)(slash - text));
	addr[slash - text] = '\0';
	prefix = strtol(slash + 1, &end, 10);
	if (*end || !halb_addr_parse(addr, &net.addr) || prefix > net.addr.len * 8L)
		return false;
	net.prefix = (uint8_t)prefix;
	if (!halb_subnet_contains(&net, &net.addr))
		return false;
	*out = net;
	return true;
}

bool halb_mac_parse(const char *text, struct halb_mac *out)
{
	struct halb_mac mac;

	for (size_t i = 0; i < 6; i++) {
		const char *pair = text + 3 * i;
		char hex[3] = { pair[0], pair[0] ? pair[1] : '\0', '\0' };

		if (!isxdigit((unsigned char)hex[0]) || !isxdigit((unsigned char)hex[1]))
			return false;
		if (i < 5 ? pair[2] != ':' && pair[2] != '-' : pair[2] != '\0')
			return false;
		mac.bytes[i] = (uint8_t)strtoul(hex, NULL, 16);
	}
	*out = mac;
	return true;
}

const char *halb_mac_format(const struct halb_mac *mac, char text[HALB_MAC_TEXT])
{
	const uint8_t *b = mac->bytes;

	snprintf(text, HALB_MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3],
		 b[4], b[5]);
	return text;
}

bool halb_mac_equal(const struct halb_mac *a, const struct halb_mac *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool halb_mac_is_multicast(const struct halb_mac *mac)
{
	return mac->bytes[0] & 0x01;
}

bool halb_mac_is_local(const struct halb_mac *mac)
{
	return mac->bytes[0] & 0x02;
}

bool halb_mac_is_vrrp(const struct halb_mac *mac)
{
	static const uint8_t prefix[] = { 0x00, 0x00, 0x5e, 0x00 };

	return memcmp(mac->bytes, prefix, sizeof prefix) == 0 &&
	       (mac->bytes[4] == 1 || mac->bytes[4] == 2);
}
