/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets on loopback that listen, refuse or swallow, for tests. Nothing is cleaned up: each test
 * runs in a process of its own. */
#ifndef HALB_TEST_SERVER_H
#define HALB_TEST_SERVER_H

#include <stdint.h>

#include "halb/base/addr.h"

struct halb_addr address_of(const char *text);

/* A socket of `type` bound to a free port of `address`; a stream does not listen yet, so that
 * connecting is refused. */
int bind_socket(const char *address, int type, uint16_t *port);

/* Connections are taken by the kernel, nobody ever answers. */
int listen_silently(const char *address, uint16_t *port);

/* A full backlog: the kernel drops every further SYN. */
void swallow_connects(const char *address, uint16_t *port);

#endif
