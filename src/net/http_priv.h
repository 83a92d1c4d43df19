/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS handshakes and HTTP GETs by libcurl on the loop, over a connection that stands already.
 * No proxy, no redirect, no cookie, no session resumed: each asks the server afresh.
 */
#ifndef HALB_NET_HTTP_PRIV_H
#define HALB_NET_HTTP_PRIV_H

#include "halb/base/error.h"
#include "halb/net/loop.h"
#include "halb/net/probe.h"

struct halb_http;
struct halb_http_request;

enum halb_status halb_http_new(struct halb_loop *loop, struct halb_http **out,
			       struct halb_error *err) HALB_CHECKED;
/* All requests have ended or were cancelled before. */
void halb_http_free(struct halb_http *http);

/* How far a request came. */
struct halb_http_outcome {
	bool done;          /* all that was asked for was answered */
	bool tls_done;      /* the handshake was completed */
	int64_t tls_took;   /* ns, the handshake */
	long status;        /* HTTP, 0 without an answer */
	int code;           /* errno of what cut the connection off; 0: something else did not go */
	const char *reason; /* of what is not done; lives until the callback returns */
	char body[HALB_PROBE_BODY]; /* its beginning */
	struct halb_certificate certificate;
};

/* Called once; the request is gone then. May cancel and start others, and free the halb_http. */
typedef void halb_http_fn(void *arg, const struct halb_http_outcome *outcome);

/* Takes over the connected socket `take_fd` in every case. The target must live until the call or
 * the cancelling. */
enum halb_status halb_http_start(struct halb_http *http, const struct halb_probe_target *target,
				 int take_fd, halb_http_fn *fn, void *arg,
				 struct halb_http_request **out, struct halb_error *err)
	HALB_CHECKED;

/* Gives up, without a call, and says how far it came; no `reason`. */
struct halb_http_outcome halb_http_cancel(struct halb_http_request *request);

#endif
