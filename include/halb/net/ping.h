/* SPDX-License-Identifier: Apache-2.0 */
/* One datagram to each of several DCs, and what they answer. */
#ifndef HALB_NET_PING_H
#define HALB_NET_PING_H

#include "halb/net/locate.h"

/* An answer of the list's DC number `which`; true where no more are needed. */
typedef bool halb_pong_fn(void *arg, size_t which, const uint8_t *bytes, size_t len);

/*
 * Sends the request by UDP to `port` of the DCs in their order, each `stagger` after the one
 * before, and hands over what comes from the address that was asked, until `fn` is content, all have
 * answered or refused, or it is `deadline`. That nobody answers is no error.
 */
enum halb_status halb_ping(const struct halb_dc_list *list, uint16_t port, const void *request,
			   size_t len, int64_t stagger, int64_t deadline, halb_pong_fn *fn,
			   void *arg, struct halb_error *err) HALB_CHECKED;

#endif
