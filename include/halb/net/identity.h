/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What HAProxy says of itself behind a vIP: the name of the host that it runs on. That tells who
 * has the vIP where no neighbour table does, behind a router.
 */
#ifndef HALB_NET_IDENTITY_H
#define HALB_NET_IDENTITY_H

#include "halb/net/probe.h"

#define HALB_IDENTITY_NAME 65 /* HOST_NAME_MAX, and its end */

/* What to probe: the listener at `port` of whoever has the vIP. `host` is whom clients ask for. */
struct halb_probe_target halb_identity_target(const struct halb_addr *vip, uint16_t port,
					      const char *host);

/* The name that was answered, without space around it; false where there was no answer, or one that
 * is no host's name. */
bool halb_identity_read(const struct halb_probe_result *result, char name[HALB_IDENTITY_NAME]);

#endif
