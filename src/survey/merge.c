/* SPDX-License-Identifier: Apache-2.0 */
/* Many DCs' findings to few: one for each thing that is wrong, with the DCs that have it so. */
#include "survey_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "halb/base/buf.h"

#define RESOLVER "resolver" /* what verify calls the system's */

struct merge {
	const struct halb_site *site;
	const struct halb_survey_result *result;
	struct halb_verification *verification;
	struct halb_findings out;
	size_t joined; /* where the next is likely to be joined */
	bool **taken; /* owned; for each look, for each of its drift's findings */
	struct halb_error *err;
	enum halb_status status;
};

static void add(struct merge *m, const struct halb_finding *finding)
{
	if (m->status == HALB_OK)
		m->status = halb_findings_add(&m->out, finding, m->err);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcasecmp(a, b) == 0);
}

static bool same_object(const struct halb_finding *a, const struct halb_finding *b)
{
	return same_text(a->object, b->object) && same_text(a->balancer, b->balancer);
}

static bool same(const struct halb_finding *a, const struct halb_finding *b)
{
	return a->code == b->code && a->severity == b->severity && same_object(a, b) &&
	       same_text(a->expected, b->expected) && same_text(a->actual, b->actual);
}

/*
 * The next finding of the list that is like that one, list->n where there is none. DCs are read in
 * one order, so that it mostly stands where the last one was found, or just behind.
 */
static size_t find(const struct halb_findings *list, const struct halb_finding *like, size_t start,
		   bool (*is_like)(const struct halb_finding *, const struct halb_finding *))
{
	for (size_t i = 0; i < list->n; i++) {
		size_t at = (start + i) % list->n;

		if (is_like(&list->items[at], like))
			return at;
	}
	return list->n;
}

/* ---- the DCs' directories ---- */

/* What is no record says it of the directory as a whole, and a DC without zones has a say too. */
static bool is_of_dns(enum halb_code code)
{
	switch (code) {
	case HALB_CODE_RESERVATION_MISSING:
	case HALB_CODE_RESERVATION_DIFFERS:
	case HALB_CODE_RESERVATION_DUPLICATE:
	case HALB_CODE_ADDRESS_IN_POOL:
	case HALB_CODE_ADDRESS_TAKEN:
	case HALB_CODE_MAC_NOT_LOCAL:
	case HALB_CODE_SCHEMA_MISSING:
		return false;
	default:
		return true;
	}
}

/* Not every DC is a DNS server: one that holds no zone at all has no say about records. */
static bool speaks(const struct merge *m, const struct halb_dc_look *look, enum halb_code code)
{
	bool any_zones = false;

	if (!look->read || look->has_zones || !is_of_dns(code))
		return look->read;
	for (size_t i = 0; i < m->result->n; i++)
		any_zones = any_zones || m->result->looks[i].has_zones;
	return !any_zones;
}

/* Replication would bring what is meant here; two objects of one name are what it has brought. */
static bool may_lag(enum halb_code code)
{
	return code != HALB_CODE_RECORD_DUPLICATE && code != HALB_CODE_RESERVATION_DUPLICATE &&
	       code != HALB_CODE_SCHEMA_MISSING;
}

static void put_server(struct halb_buf *out, const char *name)
{
	halb_buf_printf(out, "%s%s", out->len ? ", " : "", name);
}

/* "record-missing: no such record", where it is right elsewhere. */
static void add_lag(struct merge *m, const struct halb_finding *finding, const char *servers,
		    const struct halb_dc_look *wrong, const struct halb_dc_look *right)
{
	struct halb_buf expected = { 0 }, actual = { 0 }, hint = { 0 };

	halb_buf_printf(&expected, "%s%sas at %s", finding->expected ? finding->expected : "",
			finding->expected ? ", " : "", right->name);
	halb_buf_printf(&actual, "%s%s%s", halb_code_name(finding->code),
			finding->actual ? ": " : "", finding->actual ? finding->actual : "");
	halb_buf_printf(&hint,
			"samba-tool drs replicate %s %s %s (repadmin /replicate takes the same); if "
			"that does not bring it, halb-dns register",
			wrong->name, right->name,
			is_of_dns(finding->code) ? right->dns_dn : right->domain_dn);
	if (expected.bad || actual.bad || hint.bad)
		m->status = halb_fail_nomem(m->err);
	else
		add(m, &(struct halb_finding){ .code = HALB_CODE_REPLICA_LAG,
					       .severity = HALB_SEV_WARNING,
					       .balancer = finding->balancer,
					       .object = finding->object,
					       .server = (char *)(uintptr_t)servers,
					       .expected = (char *)expected.data,
					       .actual = (char *)actual.data,
					       .hint = (char *)hint.data });
	halb_buf_clear(&expected);
	halb_buf_clear(&actual);
	halb_buf_clear(&hint);
}

/* Finding `k` of look `first`, with all that say the same. */
static void merge_finding(struct merge *m, size_t first, size_t k)
{
	const struct halb_dc_look *looks = m->result->looks, *right = NULL;
	struct halb_finding finding = looks[first].drift.items[k];
	struct halb_buf servers = { 0 };

	for (size_t i = 0; i < m->result->n; i++) {
		const struct halb_findings *drift = &looks[i].drift;
		size_t at;

		if (!speaks(m, &looks[i], finding.code))
			continue;
		at = i == first ? k : find(drift, &finding, k, same);
		if (at < drift->n) {
			m->taken[i][at] = true;
			put_server(&servers, looks[i].name);
		} else if (find(drift, &finding, k, same_object) == drift->n) {
			right = right ? right : &looks[i];
		}
	}
	finding.server = (char *)servers.data;
	if (servers.bad)
		m->status = halb_fail_nomem(m->err);
	else if (right && may_lag(finding.code))
		add_lag(m, &finding, finding.server, &looks[first], right);
	else
		add(m, &finding);
	halb_buf_clear(&servers);
}

static void merge_drift(struct merge *m)
{
	const struct halb_survey_result *result = m->result;

	for (size_t i = 0; i < result->n; i++) {
		const struct halb_dc_look *look = &result->looks[i];

		for (size_t k = 0; m->status == HALB_OK && k < look->drift.n; k++)
			if (!m->taken[i][k] && speaks(m, look, look->drift.items[k].code))
				merge_finding(m, i, k);
	}
}

/* Adds it, or its server to the one since number `from` that says the same of another server. */
static void add_or_join(struct merge *m, const struct halb_finding *finding, size_t from)
{
	struct halb_findings since = { .n = m->out.n - from };
	struct halb_finding *told = NULL;
	struct halb_buf servers = { 0 };
	size_t at = 0;

	if (m->status == HALB_OK && since.n) {
		since.items = m->out.items + from;
		at = find(&since, finding, m->joined, same);
		told = at < since.n ? &since.items[at] : NULL;
	}
	if (!told) {
		add(m, finding);
		return;
	}
	m->joined = at + 1;
	put_server(&servers, told->server);
	put_server(&servers, finding->server);
	free(told->server);
	told->server = halb_buf_take_string(&servers);
	if (!told->server)
		m->status = halb_fail_nomem(m->err);
}

/* What keeps us from reading is mostly the same at all of them: a login that is refused. */
static void merge_trouble(struct merge *m)
{
	size_t from;

	for (size_t i = 0; i < m->result->trouble.n; i++)
		add(m, &m->result->trouble.items[i]);
	from = m->out.n;
	for (size_t i = 0; i < m->result->n; i++)
		for (size_t k = 0; k < m->result->looks[i].trouble.n; k++)
			add_or_join(m, &m->result->looks[i].trouble.items[k], from);
}

/* ---- DNS ---- */

static bool is_of_records(enum halb_code code)
{
	return code == HALB_CODE_DNS_MISMATCH || code == HALB_CODE_TTL_DIFFERS ||
	       code == HALB_CODE_PTR_MISSING || code == HALB_CODE_PTR_DIFFERS;
}

static const struct halb_dc_look *look_of(const struct merge *m, const char *server)
{
	for (size_t i = 0; server && i < m->result->n; i++)
		if (m->result->looks[i].read && strcasecmp(m->result->looks[i].name, server) == 0)
			return &m->result->looks[i];
	return NULL;
}

/* The apex that the finding's name leads to; "" for one that belongs to no balancer. */
static const char *apex_of(const struct merge *m, const struct halb_finding *dns,
			   char text[HALB_NAME_TEXT])
{
	for (size_t i = 0; i < m->site->n_balancers; i++)
		if (same_text(m->site->balancers[i].name, dns->balancer))
			return halb_name_format(&m->site->balancers[i].apex, text);
	return "";
}

/* Whether DNS cannot but answer so where the directory is as that DC's. */
static bool is_explained(const struct merge *m, const struct halb_dc_look *look,
			 const struct halb_finding *dns)
{
	char text[HALB_NAME_TEXT];
	const char *apex = look->drift.n ? apex_of(m, dns, text) : "";

	for (size_t i = 0; i < look->drift.n; i++) {
		const struct halb_finding *drift = &look->drift.items[i];
		bool critical = drift->severity == HALB_SEV_CRITICAL;

		if (same_object(drift, dns) && (drift->code == dns->code || critical))
			return true;
		if (critical && dns->code == HALB_CODE_DNS_MISMATCH &&
		    same_text(drift->object, apex))
			return true;
	}
	return false;
}

static bool is_explained_everywhere(const struct merge *m, const struct halb_finding *dns)
{
	size_t n = 0;

	for (size_t i = 0; i < m->result->n; i++) {
		const struct halb_dc_look *look = &m->result->looks[i];

		if (!speaks(m, look, dns->code))
			continue;
		if (!is_explained(m, look, dns))
			return false;
		n++;
	}
	return n > 0;
}

/* It stands in the directory there, so that no replication is missing. */
static void add_unloaded(struct merge *m, const struct halb_finding *dns, size_t from)
{
	struct halb_finding finding = *dns;
	char hint[700];

	snprintf(hint, sizeof hint,
		 "it stands in the directory there, so its DNS server has not loaded it yet: Windows "
		 "does so every 180 s, or by dnscmd %.250s /zoneupdatefromds ZONE",
		 dns->server);
	finding.hint = hint;
	add_or_join(m, &finding, from);
}

static void merge_dns(struct merge *m)
{
	const struct halb_findings *seen = &m->verification->findings;
	size_t from = m->out.n;

	for (size_t i = 0; i < seen->n && m->status == HALB_OK; i++) {
		const struct halb_finding *dns = &seen->items[i];
		const struct halb_dc_look *look = look_of(m, dns->server);

		if (!is_of_records(dns->code))
			add(m, dns);
		else if (look && !is_explained(m, look, dns))
			add_unloaded(m, dns, from);
		else if (!look && strcmp(dns->server, RESOLVER) != 0)
			add_or_join(m, dns, from);
		else if (!look && !is_explained_everywhere(m, dns))
			add(m, dns);
	}
}

/* ---- states ---- */

static struct halb_server_state *state_of(struct merge *m, const struct halb_dc_look *look)
{
	struct halb_verification *v = m->verification;
	struct halb_server_state *bigger;

	for (size_t i = 0; i < v->n_servers; i++)
		if (strcasecmp(v->servers[i].name, look->name) == 0)
			return &v->servers[i];
	bigger = realloc(v->servers, (v->n_servers + 1) * sizeof *bigger);
	if (!bigger) {
		m->status = halb_fail_nomem(m->err);
		return NULL;
	}
	v->servers = bigger;
	v->servers[v->n_servers] = (struct halb_server_state){ .address = look->address };
	snprintf(v->servers[v->n_servers].name, sizeof bigger->name, "%s", look->name);
	return &v->servers[v->n_servers++];
}

static void merge_state(struct merge *m, const struct halb_dc_look *look)
{
	struct halb_server_state *state = state_of(m, look);

	if (!state)
		return;
	state->ldap_reachable = look->reachable;
	if (look->read)
		state->ldap_written =
			look->drift.worst == HALB_SEV_CRITICAL ? HALB_SEEN_NO : HALB_SEEN_YES;
}

static void merge_all(struct merge *m)
{
	m->taken = calloc(m->result->n + 1, sizeof *m->taken);
	if (!m->taken)
		m->status = halb_fail_nomem(m->err);
	for (size_t i = 0; i < m->result->n && m->status == HALB_OK; i++) {
		m->taken[i] = calloc(m->result->looks[i].drift.n + 1, sizeof **m->taken);
		if (!m->taken[i])
			m->status = halb_fail_nomem(m->err);
		else
			merge_state(m, &m->result->looks[i]);
	}
	if (m->status != HALB_OK)
		return;
	merge_trouble(m);
	merge_drift(m);
	merge_dns(m);
}

enum halb_status halb_survey_merge(const struct halb_site *site,
				   const struct halb_survey_result *result,
				   struct halb_verification *verification, struct halb_error *err)
{
	struct merge m = {
		.site = site, .result = result, .verification = verification, .err = err
	};

	merge_all(&m);
	for (size_t i = 0; m.taken && i < result->n; i++)
		free(m.taken[i]);
	free(m.taken);
	if (m.status != HALB_OK) {
		halb_findings_clear(&m.out);
		return m.status;
	}
	halb_findings_clear(&verification->findings);
	verification->findings = m.out;
	verification->surveyed = true;
	return HALB_OK;
}
