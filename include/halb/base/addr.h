/* SPDX-License-Identifier: Apache-2.0 */
/* IPv4 and IPv6 addresses, subnets, and MAC addresses: values that are copied freely. */
#ifndef HALB_BASE_ADDR_H
#define HALB_BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "halb/base/error.h"

#define HALB_ADDR_TEXT 46 /* INET6_ADDRSTRLEN */
#define HALB_MAC_TEXT  18

/* Bytes in network order; an IPv4 address fills the first four and the rest is zero. */
struct halb_addr {
	uint8_t bytes[16];
	uint8_t len; /* 4, 16, or 0 for none */
};

struct halb_subnet {
	struct halb_addr addr; /* host bits are zero */
	uint8_t prefix;
};

struct halb_mac {
	uint8_t bytes[6];
};

/* "192.168.11.11" or "fd00::11", nothing else around it. */
bool halb_addr_parse(const char *text, struct halb_addr *out);
const char *halb_addr_format(const struct halb_addr *addr, char text[HALB_ADDR_TEXT]);
int halb_addr_cmp(const struct halb_addr *a, const struct halb_addr *b);
bool halb_addr_equal(const struct halb_addr *a, const struct halb_addr *b);

/* A socket address with that port (host order); returns its length. */
socklen_t halb_addr_to_sockaddr(const struct halb_addr *addr, uint16_t port,
				struct sockaddr_storage *out);

/* "192.168.11.0/24"; host bits that are set make it false. */
bool halb_subnet_parse(const char *text, struct halb_subnet *out);
bool halb_subnet_contains(const struct halb_subnet *net, const struct halb_addr *addr);
/* And it is neither the subnet's own address nor its broadcast address. */
bool halb_subnet_has_host(const struct halb_subnet *net, const struct halb_addr *addr);

/* Six pairs of hex digits with ':' or '-' between. */
bool halb_mac_parse(const char *text, struct halb_mac *out);
const char *halb_mac_format(const struct halb_mac *mac, char text[HALB_MAC_TEXT]);
bool halb_mac_equal(const struct halb_mac *a, const struct halb_mac *b);
/* IEEE 802: the first byte's two lowest bits. */
bool halb_mac_is_multicast(const struct halb_mac *mac);
bool halb_mac_is_local(const struct halb_mac *mac);
/* RFC 9568 7.3: the MAC of a virtual router, whoever is it; its VRID is the last byte. */
bool halb_mac_is_vrrp(const struct halb_mac *mac);

#endif
