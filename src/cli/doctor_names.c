/* SPDX-License-Identifier: Apache-2.0 */
/* Whether names lead to the DCs, and whether the DCs answer there: all asked at the same time. */
#include <stdio.h>
#include <stdlib.h>

#include "doctor.h"
#include "halb/base/deadline.h"
#include "halb/net/probe.h"
#include "halb/net/resolver.h"

#define QUESTION_WAIT (3 * HALB_SEC)
#define DNS_PORT      53

/* One question to one DNS server, and what came of it. */
struct question {
	struct asking *asking;
	struct halb_resolver *resolver;
	struct halb_name name;
	uint16_t type;
	enum halb_status status;
	char text[160];
	uint8_t rcode;
	bool authoritative;
	size_t n_records;
};

struct port {
	struct asking *asking;
	struct halb_layer tcp;
};

struct asking {
	struct halb_loop *loop;
	struct halb_prober *prober;
	struct halb_dc_list dns; /* the servers that the names will be verified at */
	struct question kerberos;
	struct question *zones; /* for each of `dns` */
	struct port *ports;     /* for each DC */
	size_t pending;
};

static void answered(struct asking *asking)
{
	if (--asking->pending == 0)
		halb_loop_stop(asking->loop);
}

static void on_reply(void *arg, const struct halb_query_result *result)
{
	struct question *q = arg;
	struct halb_chain chain = { 0 };
	struct halb_error why;

	q->status = result->status;
	snprintf(q->text, sizeof q->text, "%s", result->text);
	if (q->status == HALB_OK) {
		q->rcode = result->reply->rcode;
		q->authoritative = result->reply->authoritative;
		q->status = halb_reply_chain(result->reply, &q->name, q->type, &chain, &why);
		if (q->status != HALB_OK)
			snprintf(q->text, sizeof q->text, "%.150s", why.text);
		q->n_records = chain.n_records;
		halb_chain_clear(&chain);
	}
	answered(q->asking);
}

static void on_port(void *arg, const struct halb_probe_result *result)
{
	struct port *port = arg;

	port->tcp = result->tcp;
	answered(port->asking);
}

/* `server` NULL: the system's resolver. */
static enum halb_status ask(struct asking *asking, struct question *q,
			    const struct halb_addr *server, struct halb_error *err)
{
	enum halb_status st = halb_resolver_new(asking->loop, server, server ? DNS_PORT : 0,
						QUESTION_WAIT, &q->resolver, err);

	if (st != HALB_OK)
		return st;
	q->asking = asking;
	asking->pending++;
	halb_resolver_query(q->resolver, &q->name, q->type, on_reply, q);
	return HALB_OK;
}

static void probe(struct doctor *doc, struct asking *asking, size_t i)
{
	const struct halb_probe_target target = { .address = doc->dcs.items[i].address,
						  .port = halb_login_port(&doc->login) };

	asking->pending++;
	asking->ports[i].asking = asking;
	halb_probe_start(asking->prober, &target, QUESTION_WAIT, on_port, &asking->ports[i]);
}

static enum halb_status ask_all(struct doctor *doc, struct asking *asking)
{
	struct question *kerberos = &asking->kerberos;
	enum halb_status st = halb_loop_new(&asking->loop, doc->err);

	asking->zones = calloc(asking->dns.n + 1, sizeof *asking->zones);
	asking->ports = calloc(doc->dcs.n + 1, sizeof *asking->ports);
	if (st == HALB_OK && (!asking->zones || !asking->ports))
		st = halb_fail_nomem(doc->err);
	if (st == HALB_OK)
		st = halb_prober_new(asking->loop, &asking->prober, doc->err);
	asking->pending = 1; /* until all are sent: some answer at once */
	kerberos->type = HALB_RR_SRV;
	if (st == HALB_OK)
		st = halb_name_join("_kerberos._tcp", &doc->site->domain, &kerberos->name,
				    doc->err);
	if (st == HALB_OK)
		st = ask(asking, kerberos, NULL, doc->err);
	for (size_t i = 0; st == HALB_OK && i < asking->dns.n; i++) {
		asking->zones[i].name = doc->site->domain;
		asking->zones[i].type = HALB_RR_SOA;
		if (asking->dns.items[i].address.len)
			st = ask(asking, &asking->zones[i], &asking->dns.items[i].address,
				 doc->err);
	}
	for (size_t i = 0; st == HALB_OK && i < doc->dcs.n; i++)
		if (doc->dcs.items[i].address.len)
			probe(doc, asking, i);
	if (st == HALB_OK && --asking->pending)
		st = halb_loop_run(asking->loop, halb_now() + 2 * QUESTION_WAIT, doc->err);
	return st == HALB_E_RETRY ? HALB_OK : st;
}

/* ---- what came of it ---- */

/* Where other DCs answer, register may go to those: only what this one holds stays unknown. */
static enum halb_severity severity_without(const struct doctor *doc)
{
	for (size_t i = 0; i < doc->dcs.n; i++)
		if (doc->answers[i])
			return HALB_SEV_UNKNOWN;
	return HALB_SEV_CRITICAL;
}

static void judge_kerberos(struct doctor *doc, const struct question *q)
{
	char name[HALB_NAME_TEXT], rcode[16];

	if (doc->site->directory.auth == HALB_AUTH_SIMPLE)
		return;
	halb_name_format(&q->name, name);
	if (q->n_records) {
		doctor_pass(doc, "Kerberos servers", "SRV %s names %zu", name, q->n_records);
		return;
	}
	doctor_fail(doc, "Kerberos servers",
		    &(struct halb_finding){
			    .code = q->status == HALB_OK ? HALB_CODE_RECORD_MISSING
							 : HALB_CODE_DNS_UNREACHABLE,
			    .severity = HALB_SEV_WARNING,
			    .object = name,
			    .expected = "SRV records",
			    .actual = q->status == HALB_OK ? (char *)(uintptr_t)halb_rcode_format(
								     q->rcode, rcode)
							   : (char *)(uintptr_t)q->text,
			    .hint = "without them /etc/krb5.conf must name the KDCs; on a DC, "
				    "samba_dnsupdate or a restart of netlogon makes them" });
}

static void judge_address(struct doctor *doc, const struct halb_dc *dc,
			  enum halb_severity severity)
{
	char what[DOCTOR_TEXT], address[HALB_ADDR_TEXT];

	snprintf(what, sizeof what, "address of %s", dc->name);
	if (dc->address.len) {
		doctor_pass(doc, what, "%s", halb_addr_format(&dc->address, address));
		return;
	}
	doctor_fail(doc, what,
		    &(struct halb_finding){
			    .code = HALB_CODE_DNS_UNREACHABLE,
			    .severity = severity,
			    .object = (char *)(uintptr_t)dc->name,
			    .server = (char *)(uintptr_t)dc->name,
			    .actual = "its name does not resolve",
			    .hint = "is it a DC that is no more, and its DNS records are left over?" });
}

static void judge_port(struct doctor *doc, const struct halb_dc *dc, const struct port *port)
{
	char what[DOCTOR_TEXT], object[80], address[HALB_ADDR_TEXT];
	const struct halb_layer *tcp = &port->tcp;
	/* A probe that was not even begun got no answer, too. */
	const char *word = tcp->state == HALB_LAYER_TIMEOUT || !tcp->text[0] ? "no answer" : tcp->text;

	snprintf(what, sizeof what, "LDAP of %s", dc->name);
	if (tcp->state == HALB_LAYER_OK) {
		doctor_pass(doc, what, "TCP port %u answers", halb_login_port(&doc->login));
		return;
	}
	snprintf(object, sizeof object, "%s TCP port %u", halb_addr_format(&dc->address, address),
		 halb_login_port(&doc->login));
	doctor_fail(doc, what,
		    &(struct halb_finding){
			    .code = HALB_CODE_LDAP_UNREACHABLE,
			    .severity = severity_without(doc),
			    .object = object,
			    .server = (char *)(uintptr_t)dc->name,
			    .actual = (char *)(uintptr_t)word,
			    .hint = "look whether it runs and whether a firewall stands between; "
				    "until then nobody knows what it holds and permits" });
}

static void judge_dns(struct doctor *doc, const struct halb_dc *dc, const struct question *q)
{
	char what[DOCTOR_TEXT], domain[HALB_NAME_TEXT], rcode[16];
	struct halb_finding finding = { .code = HALB_CODE_DNS_UNREACHABLE,
					.severity = HALB_SEV_UNKNOWN,
					.object = domain,
					.server = (char *)(uintptr_t)dc->name };

	snprintf(what, sizeof what, "DNS of %s", dc->name);
	halb_name_format(&doc->site->domain, domain);
	if (q->status == HALB_OK && q->authoritative && q->n_records) {
		doctor_pass(doc, what, "authoritative for %s", domain);
		return;
	}
	if (q->status != HALB_OK || !q->resolver) {
		finding.actual = q->resolver ? (char *)(uintptr_t)q->text
					     : "its name has no address";
		finding.hint = "is its DNS service up, and port 53 open by UDP and TCP? register "
			       "waits for its answers";
	} else {
		finding.code = HALB_CODE_DNS_NOT_AUTHORITATIVE;
		finding.severity = q->n_records ? HALB_SEV_WARNING : HALB_SEV_CRITICAL;
		finding.expected = "an authoritative SOA";
		finding.actual = q->n_records ? "an answer from elsewhere"
					      : (char *)(uintptr_t)halb_rcode_format(q->rcode, rcode);
		finding.hint = "is it a DNS server of the domain, and has it loaded the zone?";
	}
	doctor_fail(doc, what, &finding);
}

static void judge_all(struct doctor *doc, const struct asking *asking)
{
	enum halb_severity severity;

	for (size_t i = 0; i < doc->dcs.n; i++)
		doc->answers[i] = asking->ports[i].tcp.state == HALB_LAYER_OK;
	severity = severity_without(doc);
	judge_kerberos(doc, &asking->kerberos);
	for (size_t i = 0; i < doc->dcs.n; i++) {
		judge_address(doc, &doc->dcs.items[i], severity);
		if (doc->dcs.items[i].address.len)
			judge_port(doc, &doc->dcs.items[i], &asking->ports[i]);
	}
	for (size_t i = 0; i < asking->dns.n; i++)
		judge_dns(doc, &asking->dns.items[i], &asking->zones[i]);
}

/* ---- the DCs ---- */

/* Without DCs there is nobody to ask anything else. */
static bool find_dcs(struct doctor *doc)
{
	char domain[HALB_NAME_TEXT];
	struct halb_error why;

	halb_name_format(&doc->site->domain, domain);
	if (locate_dcs(doc->site, halb_now() + LOCATE_WAIT, &doc->dcs, &why) != HALB_OK) {
		doctor_error(doc, "domain controllers", HALB_CODE_DNS_UNREACHABLE,
			     HALB_SEV_CRITICAL, domain, NULL, &why);
		return false;
	}
	if (doc->site->directory.n_servers)
		doctor_pass(doc, "domain controllers", "directory.servers names %zu", doc->dcs.n);
	else
		doctor_pass(doc, "domain controllers", "SRV _ldap._tcp.dc._msdcs.%s names %zu",
			    domain, doc->dcs.n);
	return true;
}

static void find_dns(struct doctor *doc, struct asking *asking)
{
	struct halb_error why;
	char domain[HALB_NAME_TEXT];

	if (locate_dns(doc->site, halb_now() + LOCATE_WAIT, &asking->dns, &why) != HALB_OK)
		doctor_error(doc, "DNS servers", HALB_CODE_DNS_UNREACHABLE, HALB_SEV_CRITICAL,
			     halb_name_format(&doc->site->domain, domain), NULL, &why);
}

static void clear(struct asking *asking)
{
	halb_resolver_free(asking->kerberos.resolver);
	for (size_t i = 0; asking->zones && i < asking->dns.n; i++)
		halb_resolver_free(asking->zones[i].resolver);
	halb_prober_free(asking->prober);
	halb_loop_free(asking->loop);
	halb_dc_list_clear(&asking->dns);
	free(asking->zones);
	free(asking->ports);
}

void doctor_names(struct doctor *doc)
{
	struct asking asking = { 0 };

	if (!find_dcs(doc) || doc->status != HALB_OK)
		return;
	find_dns(doc, &asking);
	doc->answers = calloc(doc->dcs.n + 1, sizeof *doc->answers);
	if (!doc->answers)
		doc->status = halb_fail_nomem(doc->err);
	if (doc->status == HALB_OK)
		doc->status = ask_all(doc, &asking);
	if (doc->status == HALB_OK)
		judge_all(doc, &asking);
	clear(&asking);
}
