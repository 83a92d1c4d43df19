/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of a name server, what would be right, and what an answer is worth. */
#ifndef HALB_VERIFY_QUESTION_PRIV_H
#define HALB_VERIFY_QUESTION_PRIV_H

#include "halb/base/finding.h"
#include "halb/config/site.h"
#include "halb/dns/wire.h"

struct question {
	const struct halb_balancer *balancer; /* NULL: the domain's SOA, for its serial only */
	struct halb_name name;
	uint16_t type;
};

/* Apexes and aliases in the site's order, then the PTRs, then the SOA. */
struct questions {
	struct question *items; /* owned */
	size_t n;
	size_t n_names; /* the first so many are apexes and aliases */
};

/* What came of a question. */
enum outcome {
	OUTCOME_UNASKED,
	OUTCOME_RIGHT,
	OUTCOME_NOT_HOSTED, /* wanted only where the server has the zone, and it has not */
	OUTCOME_TTL,
	OUTCOME_NOT_AUTHORITATIVE,
	OUTCOME_MISMATCH,
	OUTCOME_PTR_MISSING,
	OUTCOME_PTR_DIFFERS,
	OUTCOME_MALFORMED,
	OUTCOME_UNREACHABLE,
};

/* The last answer to a question. */
struct look {
	enum outcome outcome;
	bool answered;      /* by a message that could be read */
	bool authoritative; /* when answered */
	uint8_t rcode;      /* when answered */
	int64_t took;       /* ns; 0 when never answered */
	char text[200];     /* what was seen, where it is not right */
};

enum halb_status halb_questions_of(const struct halb_site *site, struct questions *out,
				   struct halb_error *err) HALB_CHECKED;

bool halb_question_is_ptr(const struct question *question);

/*
 * Whether silence says nothing against a server that answers others: without the reverse zone it
 * forwards a PTR question, perhaps to one that is dead, and is well itself.
 */
bool halb_question_is_optional(const struct question *question);

/* Whether nothing is left to wait for. */
bool halb_outcome_is_settled(enum outcome outcome);
/* Whether the name has the wanted data there, whatever its TTL is and whoever says so. */
bool halb_outcome_is_usable(enum outcome outcome);

enum halb_severity halb_outcome_severity(const struct question *question, enum outcome outcome);

/* "kube.lime.lan CNAME k8s1.lime.lan, A 192.168.11.11" */
void halb_question_expect(const struct question *question, struct halb_buf *out);

/*
 * Judges a reply. `direct`: AA and the TTL count, as the zone's own server was asked. The chain is
 * what the reply says, for the caller to clear; only the name itself where CNAMEs make no sense.
 */
enum halb_status halb_question_judge(const struct question *question, bool direct,
				     const struct halb_reply *reply, struct look *look,
				     struct halb_chain *chain, struct halb_error *err) HALB_CHECKED;

/* "kube.lime.lan<between>NXDOMAIN", with the name once only. */
void halb_look_describe(const struct question *question, const struct look *look,
			const char *between, struct halb_buf *out);

#endif
