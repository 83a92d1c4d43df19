/* SPDX-License-Identifier: Apache-2.0 */
/* ARP probes (RFC 826, RFC 5227 2.1.1): a question that leaves no trace in anybody's cache. */
#ifndef HALB_NET_ARP_PRIV_H
#define HALB_NET_ARP_PRIV_H

#include <stdbool.h>

#include "halb/base/addr.h"

/* A non-blocking socket for probes; -1 where this process may not have one (CAP_NET_RAW). */
int halb_arp_open(void);

/* Asks on that interface who has the address; false where it cannot be sent there. */
bool halb_arp_probe(int fd, int interface, const struct halb_addr *addr);

/* The next packet: true with who says to have which address, false where there is no more. */
bool halb_arp_read(int fd, struct halb_addr *addr, struct halb_mac *mac);

#endif
