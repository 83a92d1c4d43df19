/* SPDX-License-Identifier: Apache-2.0 */
/* A DNS server on loopback, in threads of the test, which answers as the test says. */
#ifndef HALB_TEST_DNS_SERVER_H
#define HALB_TEST_DNS_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "halb/base/buf.h"
#include "halb/dns/name.h"

#define DNS_HEADER 12
#define DNS_TC     0x0200

struct dns_question {
	const uint8_t *bytes; /* the message that came */
	size_t len;
	char name[HALB_NAME_TEXT];
	uint16_t type;
	bool tcp;
	int number; /* from 1, of those that came by UDP */
};

/* Fills the messages to send, in their order; those that are empty are not sent. */
typedef void dns_answer_fn(const struct dns_question *q, struct halb_buf messages[2]);

struct dns_server {
	uint16_t port;
	int udp, tcp;
	atomic_int n_udp, n_tcp; /* questions that came */
	dns_answer_fn *answer;
};

/* With `tcp` false the TCP port is closed. */
void dns_server_start(struct dns_server *server, dns_answer_fn *answer, bool tcp);

/* Header and question of an authoritative answer; `flags` are DNS_TC and an rcode. */
void dns_reply(const struct dns_question *q, uint16_t flags, uint16_t n_answers,
	       struct halb_buf *out);

/* Answers for the question's name. */
void dns_a(uint32_t address, struct halb_buf *out);
void dns_aaaa(const char *address, struct halb_buf *out);
void dns_ptr(const char *target, struct halb_buf *out);
void dns_ns(const char *target, struct halb_buf *out);
void dns_srv(uint16_t priority, uint16_t weight, const char *target, struct halb_buf *out);

#endif
