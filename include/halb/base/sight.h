/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen at an address of a network. */
#ifndef HALB_BASE_SIGHT_H
#define HALB_BASE_SIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "halb/base/addr.h"

#define HALB_SIGHT_MACS 4

struct halb_sight {
	bool answers; /* a machine took or refused a connection, or answered ARP just now */
	bool local;   /* this machine has the address itself */
	/* Who answers ARP or neighbour discovery for it; none where it is behind a router. */
	struct halb_mac macs[HALB_SIGHT_MACS];
	size_t n_macs;
};

#endif
