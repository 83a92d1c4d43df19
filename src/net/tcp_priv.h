/* SPDX-License-Identifier: Apache-2.0 */
/* A TCP connect that does not wait. */
#ifndef HALB_NET_TCP_PRIV_H
#define HALB_NET_TCP_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "halb/base/addr.h"

/*
 * Begins to connect and gives the non-blocking socket, which is the caller's. Returns 0 when it is
 * connected already, EINPROGRESS when writability will tell, or what went wrong (then no socket).
 */
int halb_tcp_start(const struct halb_addr *addr, uint16_t port, int *fd);

/* How the connect went, once the socket is writable: 0 or what went wrong. */
int halb_tcp_outcome(int fd);

/*
 * RFC 5961 4.2: a server that knows the port of a connection of old, whose end it never saw, answers
 * a SYN with an ACK of that one; then this kernel resets it and sends the SYN again. Whether that
 * happened to a connection on which no data has been sent.
 */
bool halb_tcp_was_mistaken(int fd);

#endif
