/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who answers at an address: a TCP connect, the kernel's neighbour table behind it (rtnetlink,
 * which takes no privilege), and with CAP_NET_RAW an ARP probe, for what the table remembers may
 * be gone.
 */
#ifndef HALB_NET_NEIGHBOUR_H
#define HALB_NET_NEIGHBOUR_H

#include <stdint.h>

#include "halb/base/error.h"
#include "halb/base/sight.h"

struct halb_neighbour {
	struct halb_addr address;
	uint16_t port; /* that is knocked at; a closed one does */
};

/*
 * Looks at all of them at once and fills `out`, one for each; back when everything has answered, or
 * at `deadline`. What cannot be looked at, netlink being closed to us, say, is not seen.
 * HALB_E_NOMEM, HALB_E_INTERNAL.
 */
enum halb_status halb_neighbours_look(const struct halb_neighbour *neighbours, size_t n,
				      int64_t deadline, struct halb_sight *out,
				      struct halb_error *err) HALB_CHECKED;

#endif
