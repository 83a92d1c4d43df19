/* SPDX-License-Identifier: Apache-2.0 */
/* TLS handshakes and HTTP GETs, each over a connection of its own that stands already. */
#ifndef HALB_NET_HTTP_PRIV_H
#define HALB_NET_HTTP_PRIV_H

#include "curl_priv.h"

struct halb_http_request;

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

/* Called once; the request is gone then. May cancel and start others, and free the halb_curl. */
typedef void halb_http_fn(void *arg, const struct halb_http_outcome *outcome);

/* Takes over the connected socket `take_fd` in every case. The target must live until the call or
 * the cancelling. */
enum halb_status halb_http_start(struct halb_curl *curl, const struct halb_probe_target *target,
				 int take_fd, halb_http_fn *fn, void *arg,
				 struct halb_http_request **out, struct halb_error *err)
	HALB_CHECKED;

/* Gives up, without a call, and says how far it came; no `reason`. */
struct halb_http_outcome halb_http_cancel(struct halb_http_request *request);

#endif
