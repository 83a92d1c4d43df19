/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel knows of the way to an address (rtnetlink(7)). */
#ifndef HALB_NET_RTNL_PRIV_H
#define HALB_NET_RTNL_PRIV_H

#include <stdbool.h>

#include "halb/base/addr.h"

/* -1 where there is none to be had. */
int halb_rtnl_open(void);

struct halb_route {
	bool local;   /* the address is this machine's own */
	bool on_link; /* no router stands between */
	int interface;
};

/* False where there is no way there, or the kernel does not say. */
bool halb_rtnl_route(int fd, const struct halb_addr *to, struct halb_route *out);

struct halb_rtnl_neighbour {
	struct halb_addr addr;
	bool answers; /* else the kernel asked as often as it does, and nobody answered */
	struct halb_mac mac; /* of one that answers */
	bool confirmed; /* it has shown within the last half minute that it still is there */
};

typedef void halb_rtnl_neighbour_fn(void *arg, const struct halb_rtnl_neighbour *neighbour);

/* Every neighbour of which the kernel knows whether it answers. */
void halb_rtnl_neighbours(int fd, halb_rtnl_neighbour_fn *fn, void *arg);

/* A non-blocking socket that the kernel tells of changes to its neighbours; -1: none to be had. */
int halb_rtnl_listen(void);

/* All that it has told. False where it had more to tell than there was room for: look at all
 * again. */
bool halb_rtnl_news(int fd, halb_rtnl_neighbour_fn *fn, void *arg);

#endif
