/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and judges DNS messages (RFC 1035 4); ldns does the parsing. */
#ifndef HALB_DNS_WIRE_H
#define HALB_DNS_WIRE_H

#include "halb/dns/record.h"

#define HALB_CHAIN_MAX 16 /* CNAMEs followed in one answer */

struct halb_answer {
	struct halb_name owner;
	struct halb_record rec;
};

struct halb_reply {
	uint8_t rcode; /* 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED */
	bool authoritative;
	bool truncated;
	bool has_serial; /* a SOA stood in ANSWER or AUTHORITY */
	uint32_t serial;
	struct halb_answer *answers; /* the ANSWER section; owned */
	size_t n_answers;
};

void halb_reply_clear(struct halb_reply *reply);

/*
 * HALB_E_MALFORMED where the bytes are no DNS response, or one to another question than
 * `qname` `qtype` IN.
 */
enum halb_status halb_reply_decode(const void *data, size_t len, const struct halb_name *qname,
				   uint16_t qtype, struct halb_reply *out, struct halb_error *err)
	HALB_CHECKED;

/* "NOERROR", "NXDOMAIN", …, "RCODE17". Returns `text`. */
const char *halb_rcode_format(uint8_t rcode, char text[16]);

/* What a reply says of a name: the CNAMEs in order, then the records of the wanted type. */
struct halb_chain {
	struct halb_name names[HALB_CHAIN_MAX + 1]; /* names[0] is the question */
	uint32_t ttls[HALB_CHAIN_MAX + 1];          /* of the record that leads on from names[i] */
	size_t n_names;
	const struct halb_record **records; /* at the end of the chain; they belong to the reply */
	size_t n_records;
};

void halb_chain_clear(struct halb_chain *chain);

/* HALB_E_MALFORMED for a loop, more than HALB_CHAIN_MAX CNAMEs, or two CNAMEs at one name. */
enum halb_status halb_reply_chain(const struct halb_reply *reply, const struct halb_name *qname,
				  uint16_t qtype, struct halb_chain *out, struct halb_error *err)
	HALB_CHECKED;

#endif
