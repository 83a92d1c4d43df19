/* SPDX-License-Identifier: Apache-2.0 */
/* A DNS server on loopback, in threads of the test, which answers as the test says. */
#ifndef HALB_TEST_DNS_SERVER_H
#define HALB_TEST_DNS_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "halb/base/buf.h"
#include "halb/dns/name.h"

#define DNS_HEADER 12
#define DNS_AA     0x0400
#define DNS_TC     0x0200

#define DNS_SERVERS_MOST 64

struct dns_question {
	const uint8_t *bytes; /* the message that came */
	size_t len;
	struct halb_name qname;
	char name[HALB_NAME_TEXT]; /* the same in text */
	uint16_t type;
	bool tcp;
	int number;                          /* from 1, of those that came by UDP */
	const struct sockaddr_storage *from; /* of one that came by UDP */
	void *arg;                           /* the server's */
};

/* Fills the messages to send, in their order; those that are empty are not sent. */
typedef void dns_answer_fn(const struct dns_question *q, struct halb_buf messages[2]);

/* Sends the message by TCP in a way of its own; false: the connection is closed after it. */
typedef bool dns_stream_fn(int fd, const struct halb_buf *message);

struct dns_server {
	uint16_t port;
	int udp, tcp;
	atomic_int n_udp, n_tcp; /* questions that came */
	dns_answer_fn *answer;
	dns_stream_fn *stream; /* NULL: length and message (RFC 1035 4.2.2) */
	void *arg;
};

/* At 127.0.0.1; with `tcp` false the TCP port is closed. */
void dns_server_start(struct dns_server *server, dns_answer_fn *answer, bool tcp);

/* The same in two steps: UDP and TCP of 127.0.0.1 + `number`, at `port` or any; false where that
 * is taken. */
bool dns_server_bind(struct dns_server *server, unsigned number, uint16_t port);
void dns_server_run(struct dns_server *server, bool tcp);

/* Binds them to 127.0.0.1, 127.0.0.2, … at one port that all of them can have, and returns it. */
uint16_t dns_servers_bind(struct dns_server *const *servers, size_t n);

/* Takes apart what a client has sent. */
struct dns_question dns_question_read(const uint8_t *bytes, size_t len);

/* Header and question of an authoritative answer; `flags` are DNS_TC and an rcode, or DNS_AA for
 * one that is not authoritative. */
void dns_reply(const struct dns_question *q, uint16_t flags, uint16_t n_answers,
	       struct halb_buf *out);

/* A record of any name; NULL: the question's. */
void dns_record(const struct halb_name *owner, uint16_t type, uint32_t ttl, const void *data,
		size_t len, struct halb_buf *out);

/* Answers for the question's name. */
void dns_a(uint32_t address, struct halb_buf *out);
void dns_aaaa(const char *address, struct halb_buf *out);
void dns_ptr(const char *target, struct halb_buf *out);
void dns_ns(const char *target, struct halb_buf *out);
void dns_srv(uint16_t priority, uint16_t weight, const char *target, struct halb_buf *out);

#endif
