/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection that is kept, as clients keep theirs: TCP, and TLS (by libcurl) where wanted, to one
 * target, opened anew as often as it ends. It stands idle, or carries HTTP requests one after
 * another (RFC 9112 9.3). What the kernel tells of its end is told at once.
 */
#ifndef HALB_NET_CONNECTION_H
#define HALB_NET_CONNECTION_H

#include "halb/net/probe.h"

struct halb_connection;

enum halb_connection_event {
	HALB_CONNECTION_UP,       /* it stands, the TLS handshake included */
	HALB_CONNECTION_ANSWERED, /* the response is here as a whole, whatever its status */
	/* With these it is closed. */
	HALB_CONNECTION_FINISHED, /* answered, too, and by that response it was the last one */
	HALB_CONNECTION_CLOSED,   /* the other side closed it in good order (FIN) */
	HALB_CONNECTION_LOST,
};

/*
 * `code` of one that is lost, or could not be opened, is an errno: EPROTO where what came is not
 * TLS, not HTTP, or no certificate to be trusted. May close and open it, and make requests, but not
 * free it.
 */
typedef void halb_connection_fn(void *arg, enum halb_connection_event event, int code);

/*
 * The target is copied, its texts must outlive the connection. With `alive` the kernel asks the
 * other side each second for a sign of life (RFC 9293 3.8.4), and gives up after two without any.
 * HALB_E_NOMEM, HALB_E_INTERNAL.
 */
enum halb_status halb_connection_new(struct halb_loop *loop, const struct halb_probe_target *target,
				     bool alive, halb_connection_fn *fn, void *arg,
				     struct halb_connection **out, struct halb_error *err)
	HALB_CHECKED;
void halb_connection_free(struct halb_connection *connection);

/* Of one that is closed. Has no timeout: whoever does not want to wait any longer closes it. `fn`
 * may be called before this returns, as by the next two. */
void halb_connection_open(struct halb_connection *connection);

/* A GET of the target's path, on one that stands and has answered the request before. */
void halb_connection_request(struct halb_connection *connection);

/* Looks now whether the kernel has something to tell of it, where it stands. */
void halb_connection_check(struct halb_connection *connection);

/* By a reset, without a call. */
void halb_connection_close(struct halb_connection *connection);

/* CLOCK_MONOTONIC, ns: when it still stood for all that the kernel had told by then. Of one that
 * has ended: the last such time before. */
int64_t halb_connection_stood(const struct halb_connection *connection);

#endif
