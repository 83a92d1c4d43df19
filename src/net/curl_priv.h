/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl's multi interface on the loop, and transfers over a connection that stands already.
 * No proxy, no redirect, no cookie, no session resumed: each meets the server afresh.
 */
#ifndef HALB_NET_CURL_PRIV_H
#define HALB_NET_CURL_PRIV_H

#include <curl/curl.h>

#include "halb/base/error.h"
#include "halb/net/loop.h"
#include "halb/net/probe.h"

struct halb_curl;

enum halb_status halb_curl_new(struct halb_loop *loop, struct halb_curl **out,
			       struct halb_error *err) HALB_CHECKED;
/* All transfers were cleared before. */
void halb_curl_free(struct halb_curl *curl);

/* Called once, outside of libcurl, when it has done with a transfer; may clear it, begin others,
 * and free the halb_curl. */
typedef void halb_transfer_fn(void *arg, CURLcode code);

struct halb_transfer {
	struct halb_curl *curl;
	CURL *easy;
	struct curl_slist *connect_to;
	int fd; /* libcurl has a descriptor of its own, and closes it before it says why */
	bool given; /* to libcurl */
	halb_transfer_fn *fn;
	void *arg;
	char reason[CURL_ERROR_SIZE];
};

/*
 * Prepares a transfer to `target`, without a path only the connection with its TLS handshake, and
 * takes over the connected socket `take_fd` in every case. The storage is the caller's, and stays
 * where it is until it is cleared, which it need not be where this fails. HALB_E_INTERNAL.
 */
enum halb_status halb_transfer_init(struct halb_transfer *transfer, struct halb_curl *curl,
				    const struct halb_probe_target *target, const char *path,
				    int take_fd, struct halb_error *err) HALB_CHECKED;

/* `fn` is called later, never before this returns. HALB_E_INTERNAL. */
enum halb_status halb_transfer_start(struct halb_transfer *transfer, halb_transfer_fn *fn,
				     void *arg, struct halb_error *err) HALB_CHECKED;

/* The errno of what cut the connection off, by what libcurl said; 0 where that is not why it
 * failed. */
int halb_transfer_cut_off_by(const struct halb_transfer *transfer, CURLcode code);

/* Gives up what is under way, without a call, and closes the connection. Does nothing to one that
 * is all zero or was cleared. */
void halb_transfer_clear(struct halb_transfer *transfer);

#endif
