/* SPDX-License-Identifier: Apache-2.0 */
/* States to findings: one for each name at each server, and one for a server that is silent. */
#include "verify_priv.h"

#include <string.h>

#define RCODE_SERVFAIL 2 /* RFC 1035 4.1.1 */

enum halb_status halb_draft_submit(struct run *run, struct draft *d, struct halb_error *err)
{
	enum halb_status st = HALB_E_NOMEM;

	d->finding.object = (char *)d->object.data;
	d->finding.expected = (char *)d->expected.data;
	d->finding.actual = (char *)d->actual.data;
	d->finding.hint = (char *)d->hint.data;
	if (d->object.bad || d->expected.bad || d->actual.bad || d->hint.bad)
		halb_fail_nomem(err);
	else
		st = halb_findings_add(&run->out.findings, &d->finding, err);
	halb_buf_clear(&d->object);
	halb_buf_clear(&d->expected);
	halb_buf_clear(&d->actual);
	halb_buf_clear(&d->hint);
	return st;
}

/* ---- names ---- */

/* Whether a DC other than `source` has question `i` right. */
static bool is_right_elsewhere(const struct source *source, size_t i)
{
	const struct run *run = source->run;

	for (size_t k = 0; k < run->n_sources; k++) {
		const struct source *other = &run->sources[k];

		if (other != source && other->dc &&
		    halb_outcome_is_usable(other->asked[i].look.outcome))
			return true;
	}
	return false;
}

static void hint_at_resolver(const struct source *source, size_t i, const char *domain,
			     struct halb_buf *hint)
{
	if (is_right_elsewhere(source, i))
		halb_buf_printf(hint,
				"the client's resolver (/etc/resolv.conf) does not forward %s "
				"to the DCs, or cached the old answer",
				domain);
	else
		halb_buf_text(hint, "no DC answers it right: see to them first");
}

/* A record that is missing or old at a DC. */
static void hint_at_record(const struct source *source, size_t i, const char *domain,
			   struct halb_buf *hint)
{
	const char *dc = source->name;

	if (is_right_elsewhere(source, i))
		halb_buf_printf(hint,
				"replication has not reached it yet: repadmin /showrepl %s or "
				"samba-tool drs showrepl %s",
				dc, dc);
	else
		halb_buf_printf(hint,
				"no DC has it: 'halb-dns plan' shows whether it stands in the "
				"directory; a Windows DNS server reads that every 180 s, or by "
				"dnscmd %s /zoneupdatefromds %s",
				dc, domain);
}

static void hint_at_zone(const struct source *source, const char *domain, struct halb_buf *hint)
{
	halb_buf_printf(hint,
			"%s does not hold the zone itself, it forwards or answers from a "
			"cache: is it a DNS server of %s?",
			source->name, domain);
}

static void hint_at_failure(const struct source *source, struct halb_buf *hint)
{
	halb_buf_printf(hint,
			"%s's DNS server fails: a record that it cannot read, or a zone that it "
			"has not loaded; its log tells",
			source->name);
}

static void hint_at_data(const struct source *source, size_t i, const char *domain,
			 struct halb_buf *hint)
{
	if (!source->dc)
		hint_at_resolver(source, i, domain, hint);
	else if (source->asked[i].look.rcode == RCODE_SERVFAIL)
		hint_at_failure(source, hint);
	else if (!source->asked[i].look.authoritative)
		hint_at_zone(source, domain, hint);
	else
		hint_at_record(source, i, domain, hint);
}

static void put_hint(const struct source *source, size_t i, struct halb_buf *hint)
{
	char domain[HALB_NAME_TEXT];

	halb_name_format(&source->run->site->domain, domain);
	switch (source->asked[i].look.outcome) {
	case OUTCOME_MISMATCH:
	case OUTCOME_PTR_MISSING:
	case OUTCOME_PTR_DIFFERS:
		hint_at_data(source, i, domain, hint);
		break;
	case OUTCOME_TTL:
		halb_buf_text(hint,
			      "'halb-dns register' sets it; another tool may have changed it");
		break;
	case OUTCOME_NOT_AUTHORITATIVE:
		hint_at_zone(source, domain, hint);
		break;
	case OUTCOME_MALFORMED:
		halb_buf_text(hint, "what answers there is no working DNS server, or something on "
				    "the way changes answers: look at it with dig");
		break;
	case OUTCOME_UNREACHABLE: /* has a finding of its own */
	case OUTCOME_UNASKED:
	case OUTCOME_RIGHT:
	case OUTCOME_NOT_HOSTED:
		break;
	}
}

static enum halb_code code_of(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_TTL:
		return HALB_CODE_TTL_DIFFERS;
	case OUTCOME_NOT_AUTHORITATIVE:
		return HALB_CODE_DNS_NOT_AUTHORITATIVE;
	case OUTCOME_PTR_MISSING:
		return HALB_CODE_PTR_MISSING;
	case OUTCOME_PTR_DIFFERS:
		return HALB_CODE_PTR_DIFFERS;
	case OUTCOME_MALFORMED:
		return HALB_CODE_RECORD_MALFORMED;
	case OUTCOME_UNREACHABLE:
	case OUTCOME_UNASKED:
		return HALB_CODE_DNS_UNREACHABLE;
	case OUTCOME_MISMATCH:
	case OUTCOME_RIGHT:
	case OUTCOME_NOT_HOSTED:
		break;
	}
	return HALB_CODE_DNS_MISMATCH;
}

static void put_expected(const struct question *q, enum outcome outcome, struct halb_buf *out)
{
	if (outcome == OUTCOME_TTL)
		halb_buf_printf(out, "TTL %u", q->balancer->ttl);
	else if (outcome == OUTCOME_NOT_AUTHORITATIVE)
		halb_buf_text(out, "an authoritative answer");
	else
		halb_question_expect(q, out);
}

static enum halb_status judge_name(struct run *run, const struct source *source, size_t i,
				   struct halb_error *err)
{
	const struct question *q = &run->questions.items[i];
	const struct look *look = &source->asked[i].look;
	struct draft d = { .finding = { .code = code_of(look->outcome),
					.severity = halb_outcome_severity(q, look->outcome),
					.server = (char *)source->name } };
	char text[HALB_NAME_TEXT];

	if (d.finding.severity == HALB_SEV_OK)
		return HALB_OK;
	d.finding.balancer = q->balancer->name;
	halb_buf_text(&d.object, halb_name_format(&q->name, text));
	put_expected(q, look->outcome, &d.expected);
	halb_buf_text(&d.actual, look->text);
	put_hint(source, i, &d.hint);
	return halb_draft_submit(run, &d, err);
}

/* ---- servers ---- */

static void put_silence_hint(const struct source *source, struct halb_buf *hint)
{
	char address[HALB_ADDR_TEXT], domain[HALB_NAME_TEXT];

	halb_name_format(&source->run->site->domain, domain);
	if (!source->dc)
		halb_buf_printf(hint,
				"a server of /etc/resolv.conf must answer this host, and forward "
				"%s to the DCs",
				domain);
	else if (!source->dc->address.len)
		halb_buf_printf(hint,
				"dig %s; a DC that is no more has to be removed from the "
				"directory, and its SRV records with it",
				source->name);
	else
		halb_buf_printf(hint,
				"is its DNS service up, and may this host reach its port 53 by "
				"UDP and TCP? dig @%s %s SOA",
				halb_addr_format(&source->dc->address, address), domain);
}

/* One finding, however many names it left open. */
static enum halb_status judge_silence(struct run *run, const struct source *source, size_t i,
				      struct halb_error *err)
{
	struct draft d = { .finding = { .code = HALB_CODE_DNS_UNREACHABLE,
					.severity = HALB_SEV_UNKNOWN,
					.server = (char *)source->name } };
	char address[HALB_ADDR_TEXT];

	if (source->dc && source->dc->address.len)
		halb_buf_text(&d.object, halb_addr_format(&source->dc->address, address));
	else
		halb_buf_text(&d.object, source->name);
	halb_buf_text(&d.expected, "an answer");
	halb_buf_text(&d.actual, source->asked[i].look.text);
	put_silence_hint(source, &d.hint);
	return halb_draft_submit(run, &d, err);
}

static enum halb_status judge_source(struct run *run, const struct source *source,
				     struct halb_error *err)
{
	enum halb_status st = HALB_OK;
	bool told = false;

	for (size_t i = 0; st == HALB_OK && i < source->round.n; i++) {
		if (source->asked[i].look.outcome != OUTCOME_UNREACHABLE) {
			st = judge_name(run, source, i, err);
		} else if (!told) {
			told = true;
			st = judge_silence(run, source, i, err);
		}
	}
	return st;
}

enum halb_status halb_verdict(struct run *run, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < run->n_sources; i++)
		st = judge_source(run, &run->sources[i], err);
	return st == HALB_OK ? halb_vip_verdict(run, err) : st;
}
