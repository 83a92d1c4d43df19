/* SPDX-License-Identifier: Apache-2.0 */
/* DNS messages: ldns takes them apart, and here is judged whether that is what was asked for. */
#include "halb/dns/wire.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>

#include "rdata_priv.h"

#define RR_LEAST 11 /* the root, type, class, TTL and length: a record without data */

struct message {
	const uint8_t *wire;
	size_t len;
	size_t pos;
};

static const struct halb_rdata_form form = { .read_name = halb_rdata_read_labels };

static enum halb_status fail_ldns(const struct message *msg, ldns_status st,
				  struct halb_error *err)
{
	if (st == LDNS_STATUS_MEM_ERR)
		return halb_fail_nomem(err);
	return halb_fail(err, HALB_E_MALFORMED, "DNS message of %zu bytes: at byte %zu: %s",
			 msg->len, msg->pos, ldns_get_errorstr_by_id(st));
}

/* Where the record ends that begins at msg->pos, as its length field says. */
static ldns_status find_end(const struct message *msg, size_t *end)
{
	ldns_rdf *owner = NULL;
	size_t at = msg->pos;
	ldns_status st = ldns_wire2dname(&owner, msg->wire, msg->len, &at);

	ldns_rdf_deep_free(owner);
	if (st != LDNS_STATUS_OK)
		return st;
	if (at + RR_LEAST - 1 > msg->len)
		return LDNS_STATUS_PACKET_OVERFLOW;
	*end = at + RR_LEAST - 1 + ldns_read_uint16(msg->wire + at + 8);
	return LDNS_STATUS_OK;
}

/*
 * Reads one record. ldns stops where the last field of the type's ends, and lets a name run on
 * into the next record: whether that is where the record ends has to be asked here.
 */
static enum halb_status read_rr(struct message *msg, ldns_rr **out, struct halb_error *err)
{
	size_t begin = msg->pos, end = 0;
	ldns_rr *rr = NULL;
	ldns_status st = find_end(msg, &end);

	if (st == LDNS_STATUS_OK)
		st = ldns_wire2rr(&rr, msg->wire, msg->len, &msg->pos, LDNS_SECTION_ANSWER);
	if (st != LDNS_STATUS_OK)
		return fail_ldns(msg, st, err);
	if (msg->pos != end) {
		ldns_rr_free(rr);
		return halb_fail(err, HALB_E_MALFORMED,
				 "DNS message of %zu bytes: the record at byte %zu is not as long "
				 "as it says", msg->len, begin);
	}
	*out = rr;
	return HALB_OK;
}

static enum halb_status name_from(const ldns_rdf *rdf, struct halb_name *out,
				  struct halb_error *err)
{
	struct halb_cursor in = halb_cursor_over(ldns_rdf_data(rdf), ldns_rdf_size(rdf));
	const char *why = halb_rdata_read_labels(&in, out);

	if (why || in.bad || in.left)
		return halb_fail(err, HALB_E_MALFORMED, "DNS message: %s",
				 why ? why : "a name does not end");
	return HALB_OK;
}

static enum halb_status answer_from(const ldns_rr *rr, struct halb_answer *out,
				    struct halb_error *err)
{
	struct halb_answer answer = { .rec.type = (uint16_t)ldns_rr_get_type(rr),
				      .rec.ttl = ldns_rr_ttl(rr) };
	struct halb_buf rdata = { 0 };
	struct halb_cursor in;
	enum halb_status st = name_from(ldns_rr_owner(rr), &answer.owner, err);

	if (st != HALB_OK)
		return st;
	if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return halb_fail(err, HALB_E_MALFORMED, "DNS message: a record of class %u",
				 (unsigned)ldns_rr_get_class(rr));
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++)
		halb_buf_bytes(&rdata, ldns_rdf_data(ldns_rr_rdf(rr, i)),
			       ldns_rdf_size(ldns_rr_rdf(rr, i)));
	in = halb_cursor_over(rdata.data, rdata.len);
	st = rdata.bad ? halb_fail_nomem(err) : halb_rdata_read(&in, &form, &answer.rec, err);
	halb_buf_clear(&rdata);
	if (st == HALB_E_MALFORMED)
		halb_fail_in(err, "DNS message");
	if (st == HALB_OK)
		*out = answer;
	return st;
}

static void note_serial(const struct halb_record *rec, struct halb_reply *reply)
{
	if (rec->type != HALB_RR_SOA || reply->has_serial)
		return;
	reply->has_serial = true;
	reply->serial = rec->soa.serial;
}

static enum halb_status read_header(struct message *msg, struct halb_reply *reply,
				    struct halb_error *err)
{
	const char *why = NULL;

	if (msg->len < LDNS_HEADER_SIZE)
		why = "less than a header";
	else if (!LDNS_QR_WIRE(msg->wire))
		why = "a query, not a response";
	else if (LDNS_OPCODE_WIRE(msg->wire) != LDNS_PACKET_QUERY)
		why = "not a response to a standard query";
	else if (LDNS_QDCOUNT(msg->wire) != 1)
		why = "it has not exactly one question";
	else if (LDNS_ANCOUNT(msg->wire) > msg->len / RR_LEAST)
		why = "it says to have more answers than it could hold";
	if (why)
		return halb_fail(err, HALB_E_MALFORMED, "DNS message of %zu bytes: %s", msg->len,
				 why);
	reply->rcode = LDNS_RCODE_WIRE(msg->wire);
	reply->authoritative = LDNS_AA_WIRE(msg->wire);
	reply->truncated = LDNS_TC_WIRE(msg->wire);
	msg->pos = LDNS_HEADER_SIZE;
	return HALB_OK;
}

static enum halb_status check_question(struct message *msg, const struct halb_name *qname,
				       uint16_t qtype, struct halb_error *err)
{
	char text[HALB_NAME_TEXT], type[16];
	struct halb_name name;
	ldns_rr *rr = NULL;
	ldns_status lst = ldns_wire2rr(&rr, msg->wire, msg->len, &msg->pos, LDNS_SECTION_QUESTION);
	enum halb_status st;

	if (lst != LDNS_STATUS_OK)
		return fail_ldns(msg, lst, err);
	st = name_from(ldns_rr_owner(rr), &name, err);
	if (st == HALB_OK &&
	    (!halb_name_equal(&name, qname) || (uint16_t)ldns_rr_get_type(rr) != qtype ||
	     ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN))
		st = halb_fail(err, HALB_E_MALFORMED,
			       "DNS message: it answers another question, %.200s class %u %s",
			       halb_name_format(&name, text), (unsigned)ldns_rr_get_class(rr),
			       halb_rrtype_format((uint16_t)ldns_rr_get_type(rr), type));
	ldns_rr_free(rr);
	return st;
}

static enum halb_status read_answers(struct message *msg, struct halb_reply *reply,
				     struct halb_error *err)
{
	size_t count = LDNS_ANCOUNT(msg->wire);

	if (!count)
		return HALB_OK;
	reply->answers = calloc(count, sizeof *reply->answers);
	if (!reply->answers)
		return halb_fail_nomem(err);
	while (reply->n_answers < count) {
		struct halb_answer *answer = &reply->answers[reply->n_answers];
		ldns_rr *rr = NULL;
		enum halb_status st = read_rr(msg, &rr, err);

		if (st == HALB_OK)
			st = answer_from(rr, answer, err);
		ldns_rr_free(rr);
		if (st != HALB_OK)
			return st;
		note_serial(&answer->rec, reply);
		reply->n_answers++;
	}
	return HALB_OK;
}

/* Of AUTHORITY only a SOA matters. ADDITIONAL is not read: nothing in there is asked for. */
static enum halb_status read_authority(struct message *msg, struct halb_reply *reply,
				       struct halb_error *err)
{
	for (size_t left = LDNS_NSCOUNT(msg->wire); left; left--) {
		struct halb_answer soa = { 0 };
		ldns_rr *rr = NULL;
		enum halb_status st = read_rr(msg, &rr, err);

		if (st == HALB_OK && ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA)
			st = answer_from(rr, &soa, err);
		ldns_rr_free(rr);
		if (st != HALB_OK)
			return st;
		note_serial(&soa.rec, reply);
	}
	return HALB_OK;
}

enum halb_status halb_reply_decode(const void *data, size_t len, const struct halb_name *qname,
				   uint16_t qtype, struct halb_reply *out, struct halb_error *err)
{
	struct message msg = { .wire = data, .len = len };
	struct halb_reply reply = { 0 };
	enum halb_status st = read_header(&msg, &reply, err);

	if (st == HALB_OK)
		st = check_question(&msg, qname, qtype, err);
	if (st == HALB_OK)
		st = read_answers(&msg, &reply, err);
	if (st == HALB_OK)
		st = read_authority(&msg, &reply, err);
	if (st != HALB_OK) {
		halb_reply_clear(&reply);
		return st;
	}
	*out = reply;
	return HALB_OK;
}

void halb_reply_clear(struct halb_reply *reply)
{
	for (size_t i = 0; i < reply->n_answers; i++)
		halb_record_clear(&reply->answers[i].rec);
	free(reply->answers);
	*reply = (struct halb_reply){ 0 };
}

const char *halb_rcode_format(uint8_t rcode, char text[16])
{
	static const char *const names[] = { "NOERROR",	 "FORMERR", "SERVFAIL", "NXDOMAIN",
					     "NOTIMP",	 "REFUSED", "YXDOMAIN", "YXRRSET",
					     "NXRRSET", "NOTAUTH", "NOTZONE" };

	if (rcode < sizeof names / sizeof names[0])
		snprintf(text, 16, "%s", names[rcode]);
	else
		snprintf(text, 16, "RCODE%u", rcode);
	return text;
}

/* The CNAME at `name`, or NULL; RFC 1034 3.6.2 allows one. */
static enum halb_status find_cname(const struct halb_reply *reply, const struct halb_name *name,
				   const struct halb_record **out, struct halb_error *err)
{
	const struct halb_record *found = NULL;
	char text[HALB_NAME_TEXT];

	for (size_t i = 0; i < reply->n_answers; i++) {
		const struct halb_answer *answer = &reply->answers[i];

		if (answer->rec.type != HALB_RR_CNAME || !halb_name_equal(&answer->owner, name))
			continue;
		if (found)
			return halb_fail(err, HALB_E_MALFORMED, "DNS answer: %.200s has two CNAMEs",
					 halb_name_format(name, text));
		found = &answer->rec;
	}
	*out = found;
	return HALB_OK;
}

static bool on_chain(const struct halb_chain *chain, const struct halb_name *name)
{
	for (size_t i = 0; i < chain->n_names; i++)
		if (halb_name_equal(&chain->names[i], name))
			return true;
	return false;
}

/* Adds the names that CNAMEs lead to, in whatever order the answer has them. */
static enum halb_status follow(const struct halb_reply *reply, struct halb_chain *chain,
			       bool beyond, struct halb_error *err)
{
	const struct halb_record *cname = NULL;
	char text[HALB_NAME_TEXT];

	for (;;) {
		const struct halb_name *last = &chain->names[chain->n_names - 1];
		enum halb_status st = find_cname(reply, last, &cname, err);

		if (st != HALB_OK || !cname || !beyond)
			return st;
		if (on_chain(chain, &cname->name))
			return halb_fail(err, HALB_E_MALFORMED,
					 "DNS answer: its CNAMEs run in a circle through %.200s",
					 halb_name_format(&cname->name, text));
		if (chain->n_names > HALB_CHAIN_MAX)
			return halb_fail(err, HALB_E_MALFORMED,
					 "DNS answer: more than %d CNAMEs, one after the other",
					 HALB_CHAIN_MAX);
		chain->ttls[chain->n_names - 1] = cname->ttl;
		chain->names[chain->n_names++] = cname->name;
	}
}

/* Collects the records at the chain's end; its TTL is their lowest (RFC 2181 5.2). */
static void collect(const struct halb_reply *reply, uint16_t qtype, struct halb_chain *chain)
{
	size_t last = chain->n_names - 1;

	for (size_t i = 0; i < reply->n_answers; i++) {
		const struct halb_answer *answer = &reply->answers[i];

		if (answer->rec.type != qtype ||
		    !halb_name_equal(&answer->owner, &chain->names[last]))
			continue;
		if (!chain->n_records || answer->rec.ttl < chain->ttls[last])
			chain->ttls[last] = answer->rec.ttl;
		chain->records[chain->n_records++] = &answer->rec;
	}
}

enum halb_status halb_reply_chain(const struct halb_reply *reply, const struct halb_name *qname,
				  uint16_t qtype, struct halb_chain *out, struct halb_error *err)
{
	struct halb_chain chain = { .names = { *qname }, .n_names = 1 };
	enum halb_status st = follow(reply, &chain, qtype != HALB_RR_CNAME, err);

	if (st != HALB_OK)
		return st;
	if (reply->n_answers) {
		chain.records = calloc(reply->n_answers, sizeof *chain.records);
		if (!chain.records)
			return halb_fail_nomem(err);
		collect(reply, qtype, &chain);
	}
	*out = chain;
	return HALB_OK;
}

void halb_chain_clear(struct halb_chain *chain)
{
	free(chain->records);
	*chain = (struct halb_chain){ 0 };
}
