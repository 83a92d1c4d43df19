/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks whether an address and port answer: a TCP connect, then TLS and HTTP (by libcurl) where
 * wanted. Each layer has its own verdict: "TCP answers" is not "the service works". A certificate
 * that has expired fails TLS in any case: no client takes it.
 */
#ifndef HALB_NET_PROBE_H
#define HALB_NET_PROBE_H

#include <time.h>

#include "halb/base/addr.h"
#include "halb/base/error.h"
#include "halb/net/loop.h"

enum halb_layer_state {
	HALB_LAYER_SKIPPED, /* not asked for, or a layer below failed */
	HALB_LAYER_OK,
	HALB_LAYER_REFUSED,
	HALB_LAYER_TIMEOUT,
	HALB_LAYER_RESET,       /* it broke off, by a reset or in good order, before it was done */
	HALB_LAYER_UNREACHABLE, /* a router or this host says that there is no way */
	HALB_LAYER_FAILED, /* anything else: of TCP our own fault; `text` says what */
};

struct halb_layer {
	enum halb_layer_state state;
	int64_t took;   /* ns, from the layer's own start */
	char text[160]; /* why not; "" when OK */
};

/* What the server's certificate says, whether or not it was checked who signed it. */
struct halb_certificate {
	bool seen;
	bool fits; /* the target's host, or one of its other names */
	time_t begins, ends;
	char names[256]; /* DNS names and addresses, a space between; those that have room */
};

#define HALB_PROBE_BODY 256

struct halb_probe_result {
	struct halb_layer tcp, tls, http;
	long http_status; /* 0 without an answer */
	char body[HALB_PROBE_BODY]; /* how the answer's body begins: as a text that ends there */
	struct halb_certificate certificate;
};

struct halb_probe_target {
	struct halb_addr address;
	uint16_t port;
	const char *host;    /* SNI, the certificate's name, the Host header */
	bool tls;
	const char *http;    /* path of a GET, or NULL; over TLS when `tls` */
	const char *ca_file; /* PEM; NULL: it is not checked who signed for which name */
	const char *const *names; /* others that the certificate may be for */
	size_t n_names;
};

struct halb_prober;

enum halb_status halb_prober_new(struct halb_loop *loop, struct halb_prober **out,
				 struct halb_error *err) HALB_CHECKED;
/* Probes under way are given up without a call. */
void halb_prober_free(struct halb_prober *prober);

typedef void halb_probe_fn(void *arg, const struct halb_probe_result *result);

/* `fn` is called exactly once, at `timeout` (ns) at the latest, perhaps before this returns.
 * The target's texts must live until then. */
void halb_probe_start(struct halb_prober *prober, const struct halb_probe_target *target,
		      int64_t timeout, halb_probe_fn *fn, void *arg);

#endif
