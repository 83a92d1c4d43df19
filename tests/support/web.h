/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP server on loopback in a thread of its own, which keeps connections, and does on command
 * what servers and their balancers do as they fail. Nothing is cleaned up: each test runs in a
 * process of its own.
 */
#ifndef HALB_TEST_WEB_H
#define HALB_TEST_WEB_H

#include <stdbool.h>
#include <stdint.h>

struct web;

enum web_manner {
	WEB_LENGTH,  /* a response with a Content-Length */
	WEB_CHUNKED, /* in two chunks, the second one a while later */
	WEB_LAST,    /* with "Connection: close", and then that */
	WEB_SILENT,  /* none: requests are read */
	WEB_UNCIVIL, /* a reset in answer to each request */
	WEB_BABBLE,  /* what is no HTTP */
};

/* Listens on a free port of 127.0.0.1; with a certificate of its own making where `tls`. */
struct web *web_start(bool tls);

uint16_t web_port(const struct web *web);
int web_connections(const struct web *web); /* taken so far */
int web_requests(const struct web *web);

void web_answer(struct web *web, enum web_manner manner);

/* These have happened when they return. */
void web_reset(struct web *web);  /* all connections, by RST */
void web_close(struct web *web);  /* by FIN, in TLS without a word */
void web_refuse(struct web *web); /* listens no more */
void web_listen(struct web *web); /* again, on the same port */

#endif
