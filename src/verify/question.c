/* SPDX-License-Identifier: Apache-2.0 */
/* Pure: a site's questions, and replies judged against what the site wants. */
#include "question_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RCODE_NOERROR 0

static uint16_t address_type(const struct halb_balancer *balancer)
{
	return balancer->vip.len == 4 ? HALB_RR_A : HALB_RR_AAAA;
}

static void add(struct questions *list, const struct halb_balancer *balancer,
		const struct halb_name *name, uint16_t type)
{
	list->items[list->n++] =
		(struct question){ .balancer = balancer, .name = *name, .type = type };
}

enum halb_status halb_questions_of(const struct halb_site *site, struct questions *out,
				   struct halb_error *err)
{
	struct questions list = { 0 };
	size_t most = 1;

	for (size_t i = 0; i < site->n_balancers; i++)
		most += 2 + site->balancers[i].n_aliases;
	list.items = calloc(most, sizeof *list.items);
	if (!list.items)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < site->n_balancers; i++) {
		const struct halb_balancer *balancer = &site->balancers[i];

		add(&list, balancer, &balancer->apex, address_type(balancer));
		for (size_t k = 0; k < balancer->n_aliases; k++)
			add(&list, balancer, &balancer->aliases[k], address_type(balancer));
	}
	list.n_names = list.n;
	for (size_t i = 0; i < site->n_balancers; i++) {
		struct halb_name reverse = halb_name_reverse(&site->balancers[i].vip);

		if (site->balancers[i].ptr != HALB_PTR_NO)
			add(&list, &site->balancers[i], &reverse, HALB_RR_PTR);
	}
	add(&list, NULL, &site->domain, HALB_RR_SOA);
	*out = list;
	return HALB_OK;
}

bool halb_question_is_ptr(const struct question *q)
{
	return q->type == HALB_RR_PTR;
}

bool halb_question_is_optional(const struct question *q)
{
	return !q->balancer || (halb_question_is_ptr(q) && q->balancer->ptr == HALB_PTR_AUTO);
}

bool halb_outcome_is_settled(enum outcome outcome)
{
	return outcome == OUTCOME_RIGHT || outcome == OUTCOME_NOT_HOSTED;
}

bool halb_outcome_is_usable(enum outcome outcome)
{
	return outcome == OUTCOME_RIGHT || outcome == OUTCOME_TTL ||
	       outcome == OUTCOME_NOT_AUTHORITATIVE;
}

/* A name works without its PTR: only `yes` demands one. Not to have been able to look is no fault
 * of the name. */
enum halb_severity halb_outcome_severity(const struct question *q, enum outcome outcome)
{
	if (!q->balancer)
		return HALB_SEV_OK;
	switch (outcome) {
	case OUTCOME_RIGHT:
	case OUTCOME_NOT_HOSTED:
		return HALB_SEV_OK;
	case OUTCOME_TTL:
	case OUTCOME_NOT_AUTHORITATIVE:
		return HALB_SEV_WARNING;
	case OUTCOME_PTR_MISSING:
	case OUTCOME_PTR_DIFFERS:
		return halb_question_is_optional(q) ? HALB_SEV_WARNING : HALB_SEV_CRITICAL;
	case OUTCOME_MISMATCH:
		return HALB_SEV_CRITICAL;
	case OUTCOME_UNASKED:
	case OUTCOME_MALFORMED:
	case OUTCOME_UNREACHABLE:
		return HALB_SEV_UNKNOWN;
	}
	return HALB_SEV_UNKNOWN;
}

static bool is_alias(const struct question *q)
{
	return !halb_question_is_ptr(q) && !halb_name_equal(&q->name, &q->balancer->apex);
}

/* The record at the end of the chain that is wanted. */
static struct halb_record wanted_record(const struct question *q)
{
	struct halb_record rec = { .type = q->type };

	if (halb_question_is_ptr(q))
		rec.name = q->balancer->apex;
	else
		rec.addr = q->balancer->vip;
	return rec;
}

static void put_record(const struct halb_record *rec, struct halb_buf *out)
{
	char type[16];

	halb_buf_printf(out, "%s ", halb_rrtype_format(rec->type, type));
	halb_record_format_data(rec, out);
}

void halb_question_expect(const struct question *q, struct halb_buf *out)
{
	struct halb_record rec = wanted_record(q);
	char text[HALB_NAME_TEXT];

	halb_buf_printf(out, "%s ", halb_name_format(&q->name, text));
	if (is_alias(q))
		halb_buf_printf(out, "CNAME %s, ", halb_name_format(&q->balancer->apex, text));
	put_record(&rec, out);
}

/* Why there is no record: "NXDOMAIN", "no A record". */
static void put_lack(const struct question *q, const struct halb_reply *reply, struct halb_buf *out)
{
	char text[16];

	if (reply->rcode != RCODE_NOERROR)
		halb_buf_text(out, halb_rcode_format(reply->rcode, text));
	else
		halb_buf_printf(out, "no %s record", halb_rrtype_format(q->type, text));
}

/* RFC 1034 3.6.2: nothing stands beside a CNAME, and a client that meets it may take either. */
static const struct halb_record *beside_cname(const struct question *q,
					      const struct halb_reply *reply,
					      const struct halb_chain *chain)
{
	for (size_t i = 0; i < reply->n_answers; i++) {
		const struct halb_answer *answer = &reply->answers[i];

		for (size_t k = 0; answer->rec.type == q->type && k + 1 < chain->n_names; k++)
			if (halb_name_equal(&answer->owner, &chain->names[k]))
				return &answer->rec;
	}
	return NULL;
}

/* The answer in the form of halb_question_expect(). */
static void put_answer(const struct question *q, const struct halb_reply *reply,
		       const struct halb_chain *chain, struct halb_buf *out)
{
	const struct halb_record *beside = beside_cname(q, reply, chain);
	char text[HALB_NAME_TEXT];

	if (chain->n_names == 1 && !chain->n_records) {
		put_lack(q, reply, out);
		return;
	}
	halb_buf_printf(out, "%s ", halb_name_format(&q->name, text));
	for (size_t i = 1; i < chain->n_names; i++)
		halb_buf_printf(out, "%sCNAME %s", i > 1 ? ", " : "",
				halb_name_format(&chain->names[i], text));
	for (size_t i = 0; i < chain->n_records; i++) {
		halb_buf_text(out, i || chain->n_names > 1 ? ", " : "");
		put_record(chain->records[i], out);
	}
	if (!chain->n_records || reply->rcode != RCODE_NOERROR) {
		halb_buf_text(out, ", ");
		put_lack(q, reply, out);
	}
	if (beside) {
		halb_buf_text(out, "; beside the CNAME ");
		put_record(beside, out);
	}
}

/*
 * A PTR may stand behind CNAMEs, where somebody else holds the zone above or below (RFC 2317). What
 * stands there not every server says: Samba follows them to addresses only.
 */
static bool ends_elsewhere(const struct question *q, const struct halb_reply *reply,
			   const struct halb_chain *chain)
{
	return halb_question_is_ptr(q) && reply->rcode == RCODE_NOERROR && chain->n_names > 1 &&
	       !chain->n_records;
}

static bool chain_is_right(const struct question *q, const struct halb_chain *chain)
{
	if (halb_question_is_ptr(q))
		return true;
	if (!is_alias(q))
		return chain->n_names == 1;
	return chain->n_names == 2 && halb_name_equal(&chain->names[1], &q->balancer->apex);
}

static bool data_is_right(const struct question *q, const struct halb_reply *reply,
			  const struct halb_chain *chain)
{
	struct halb_record rec = wanted_record(q);

	return reply->rcode == RCODE_NOERROR && chain_is_right(q, chain) && chain->n_records == 1 &&
	       !beside_cname(q, reply, chain) && halb_record_same_data(chain->records[0], &rec);
}

/* The TTL of the name's own record; the apex's, at an alias's end, has a question of its own. */
static uint32_t own_ttl(const struct question *q, const struct halb_chain *chain)
{
	return chain->ttls[halb_question_is_ptr(q) ? chain->n_names - 1 : 0];
}

static enum outcome judge_wrong(const struct question *q, const struct halb_chain *chain)
{
	if (!halb_question_is_ptr(q))
		return OUTCOME_MISMATCH;
	return chain->n_records ? OUTCOME_PTR_DIFFERS : OUTCOME_PTR_MISSING;
}

static enum outcome judge(const struct question *q, bool direct, const struct halb_reply *reply,
			  const struct halb_chain *chain)
{
	if (halb_question_is_optional(q) && !reply->authoritative)
		return OUTCOME_NOT_HOSTED;
	if (ends_elsewhere(q, reply, chain))
		return OUTCOME_NOT_HOSTED;
	if (!data_is_right(q, reply, chain))
		return judge_wrong(q, chain);
	if (direct && !reply->authoritative)
		return OUTCOME_NOT_AUTHORITATIVE;
	if (direct && own_ttl(q, chain) != q->balancer->ttl)
		return OUTCOME_TTL;
	return OUTCOME_RIGHT;
}

/* What was seen, where it is not right; `odd` says what is wrong with the chain itself. */
static void put_seen(const struct question *q, enum outcome outcome, const struct halb_reply *reply,
		     const struct halb_chain *chain, const char *odd, struct halb_buf *out)
{
	if (halb_outcome_is_settled(outcome))
		return;
	if (outcome == OUTCOME_TTL)
		halb_buf_printf(out, "TTL %u", own_ttl(q, chain));
	else if (outcome == OUTCOME_NOT_AUTHORITATIVE)
		halb_buf_text(out, "the answer is not authoritative");
	else if (odd)
		halb_buf_text(out, odd);
	else
		put_answer(q, reply, chain, out);
}

/* Of what is too long the end: there stands the address, or why there is none. */
static void keep_text(struct look *look, const struct halb_buf *seen)
{
	static const char cut[] = "...";
	size_t most = sizeof look->text - sizeof cut;
	const char *text = halb_buf_string(seen);

	snprintf(look->text, sizeof look->text, "%s%s", seen->len > most ? cut : "",
		 seen->len > most ? text + seen->len - most : text);
}

enum halb_status halb_question_judge(const struct question *q, bool direct,
				     const struct halb_reply *reply, struct look *look,
				     struct halb_chain *out, struct halb_error *err)
{
	struct halb_chain chain = { .names = { q->name }, .n_names = 1 };
	struct halb_buf seen = { 0 };
	struct halb_error odd = { 0 };
	enum halb_status st = halb_reply_chain(reply, &q->name, q->type, &chain, &odd);
	enum outcome outcome;

	/* A circle of CNAMEs is a message that can be read, and says what is wrong. */
	if (st != HALB_OK && st != HALB_E_MALFORMED)
		return halb_fail(err, st, "%s", odd.text);
	outcome = judge(q, direct, reply, &chain);
	put_seen(q, outcome, reply, &chain, st != HALB_OK ? odd.text : NULL, &seen);
	if (seen.bad) {
		halb_chain_clear(&chain);
		halb_buf_clear(&seen);
		return halb_fail_nomem(err);
	}
	look->outcome = outcome;
	look->rcode = reply->rcode;
	keep_text(look, &seen);
	halb_buf_clear(&seen);
	*out = chain;
	return HALB_OK;
}

void halb_look_describe(const struct question *q, const struct look *look, const char *between,
			struct halb_buf *out)
{
	char name[HALB_NAME_TEXT];
	size_t len = strlen(halb_name_format(&q->name, name));

	if (strncmp(look->text, name, len) != 0 || look->text[len] != ' ')
		halb_buf_printf(out, "%s%s", name, between);
	halb_buf_text(out, look->text);
}
