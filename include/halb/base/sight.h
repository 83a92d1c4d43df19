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
	bool on_link; /* no router stands between */
	bool asked;   /* by ARP: then all who have the address were heard, else one at most */
	/* Who answers ARP or neighbour discovery for it; none where it is behind a router. */
	struct halb_mac macs[HALB_SIGHT_MACS];
	size_t n_macs;
};

bool halb_sight_has(const struct halb_sight *sight, const struct halb_mac *mac);
/* Adds the MAC where it is not there yet, and there is room. */
void halb_sight_add(struct halb_sight *sight, const struct halb_mac *mac);

#endif
