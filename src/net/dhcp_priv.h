/* SPDX-License-Identifier: Apache-2.0 */
/* DHCP messages (RFC 2131 2) in their IPv4 and UDP headers. */
#ifndef HALB_NET_DHCP_PRIV_H
#define HALB_NET_DHCP_PRIV_H

#include <stdbool.h>

#include "halb/base/addr.h"
#include "halb/base/buf.h"

/* The packet of a DHCPDISCOVER that asks to be answered by broadcast. */
void halb_dhcp_discover(const struct halb_mac *mac, uint32_t xid, struct halb_buf *out);

struct halb_dhcp_offer {
	uint32_t xid;
	struct halb_mac mac;
	struct halb_addr server, address;
};

/* False where the packet is no DHCPOFFER to an Ethernet client, or makes no sense. */
bool halb_dhcp_read_offer(const void *packet, size_t len, struct halb_dhcp_offer *out);

#endif
