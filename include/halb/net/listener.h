/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One document over HTTP (RFC 9112), for a monitoring system that comes and fetches it. Few clients
 * at a time, short requests, and a time for each: whoever is slow holds up nobody but himself.
 */
#ifndef HALB_NET_LISTENER_H
#define HALB_NET_LISTENER_H

#include "halb/base/addr.h"
#include "halb/base/buf.h"
#include "halb/base/error.h"
#include "halb/net/loop.h"

struct halb_listener;

/* Appends the document as it is now. */
typedef void halb_listener_fn(void *arg, struct halb_buf *out);

struct halb_listener_options {
	struct halb_addr address;
	uint16_t port;            /* 0: the kernel picks one */
	const char *path;         /* "/metrics"; static, like the type */
	const char *content_type;
	int64_t timeout; /* ns, for a request and its answer */
	halb_listener_fn *fn;
	void *arg;
};

/* Listens as long as the loop runs. HALB_E_CANTCREATE where it cannot have address and port. */
enum halb_status halb_listener_new(struct halb_loop *loop,
				   const struct halb_listener_options *options,
				   struct halb_listener **out, struct halb_error *err)
	HALB_CHECKED;

uint16_t halb_listener_port(const struct halb_listener *listener);

void halb_listener_free(struct halb_listener *listener);

/* "127.0.0.1:9477", "[::1]:9477", ":9477" or "9477"; without an address it is loopback's. */
enum halb_status halb_listener_parse(const char *text, struct halb_addr *address, uint16_t *port,
				     struct halb_error *err) HALB_CHECKED;

#endif
