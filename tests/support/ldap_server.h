/* SPDX-License-Identifier: Apache-2.0 */
/* An LDAP server on loopback, in threads of the test, which answers as the test says. */
#ifndef HALB_TEST_LDAP_SERVER_H
#define HALB_TEST_LDAP_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "halb/base/buf.h"

/* RFC 4511 4.2 ff.: protocolOp tags. */
enum {
	LDAP_BIND_DONE = 0x61,
	LDAP_SEARCH = 0x63,
	LDAP_ENTRY = 0x64,
	LDAP_DONE = 0x65,
	LDAP_REMOVE = 0x4a,
	LDAP_REMOVE_DONE = 0x6b,
	LDAP_REFERENCE = 0x73,
	LDAP_EXTENDED_DONE = 0x78,
};

struct ldap_request {
	int fd;
	uint8_t id; /* the first ones are below 128 */
	uint8_t op;
};

typedef bool ldap_answer_fn(const struct ldap_request *q); /* false: the connection is closed */

struct ldap_server {
	ldap_answer_fn *_Atomic answer;
	atomic_int after; /* so many requests of each connection are answered right before */
	int listener;
	uint16_t port;
};

/* At `address` and a free port, a thread for each connection. */
void ldap_server_start(struct ldap_server *server, const char *address);
/* The same at a socket that listens. */
void ldap_server_run(struct ldap_server *server);

/* To a search a rootDSE of lime.lan, to all else that it went well. */
bool ldap_answer_right(const struct ldap_request *q);

/* ---- BER (X.690 8), as far as it is needed; the buffers that go in are cleared ---- */

void reply_tlv(uint8_t tag, const void *data, size_t len, struct halb_buf *out);
void reply_text(const char *value, struct halb_buf *out);
void reply_wrap(uint8_t tag, struct halb_buf *inner, struct halb_buf *out);
/* An LDAPMessage; `controls` may be NULL. */
void reply_message(uint8_t id, uint8_t op, struct halb_buf *body, struct halb_buf *controls,
		   struct halb_buf *out);
void reply_result(uint8_t id, uint8_t op, uint8_t code, struct halb_buf *out);
/* An entry with that attribute list. */
void reply_entry(uint8_t id, struct halb_buf *list, struct halb_buf *out);
void reply_attribute(const char *name, const char *value, struct halb_buf *out);
bool reply_send(const struct ldap_request *q, struct halb_buf *out);

#endif
