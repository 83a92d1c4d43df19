/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an HTTP/1 response to a GET ends, so that the next one on the same connection can be asked
 * for (RFC 9112 6.3). What stands in it is not kept: memory is bounded, time is the caller's.
 */
#ifndef HALB_NET_RESPONSE_PRIV_H
#define HALB_NET_RESPONSE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum halb_response_state {
	HALB_RESPONSE_MORE, /* it goes on */
	HALB_RESPONSE_DONE,
	HALB_RESPONSE_BROKEN, /* this is no HTTP, or none whose end can be known */
};

/* All zero: none of it is here yet. */
struct halb_response {
	int part;
	char line[200]; /* of the one that is being read, what there is room for */
	size_t len;
	unsigned status;
	bool last; /* the server wants the connection to end after it */
	bool chunked, coded, has_length;
	uint64_t left; /* of the body, or of a chunk */
};

/* Takes bytes as they come; `used` of them belong to this response. */
enum halb_response_state halb_response_take(struct halb_response *response, const char *bytes,
					    size_t n, size_t *used);

/* The other side has closed: DONE or BROKEN. */
enum halb_response_state halb_response_end(const struct halb_response *response);

#endif
