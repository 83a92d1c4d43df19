/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report as metrics (Prometheus text-based format 0.0.4), for node_exporter's textfile
 * collector. The series of the site itself are there whatever happened; none stands twice.
 */
#include "report_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"

#define LAST_SUCCESS "halb_dns_last_success_timestamp_seconds"

struct metric;

/* The samples of one metric, a line each. */
struct series {
	const struct halb_report *report;
	const struct metric *metric;
	struct halb_buf *lines;
};

struct metric {
	const char *name, *help;
	void (*samples)(struct series *s);
};

/* ---- one sample ---- */

static void label(struct series *s, const char *name, const char *value)
{
	halb_label_put(s->lines, ",", name, value);
}

static void label_addr(struct series *s, const char *name, const struct halb_addr *addr)
{
	char text[HALB_ADDR_TEXT];

	label(s, name, addr->len ? halb_addr_format(addr, text) : "");
}

/* Two files of one host must not hold the same series, hence the site, and the choice from it. */
static void begin(struct series *s)
{
	halb_buf_printf(s->lines, "%s{", s->metric->name);
	halb_label_put(s->lines, "", "site", s->report->site_path);
	if (s->report->only)
		label(s, "only", s->report->only);
}

static void end(struct series *s, int64_t value)
{
	halb_buf_printf(s->lines, "} %" PRId64 "\n", value);
}

static void end_seconds(struct series *s, int64_t ns)
{
	halb_buf_printf(s->lines, "} %.6f\n", (double)ns / (double)HALB_SEC);
}

/* ---- of the site ---- */

static void up(struct series *s)
{
	begin(s);
	end(s, s->report->exit < 2);
}

static void status(struct series *s)
{
	begin(s);
	end(s, s->report->exit);
}

static void error(struct series *s)
{
	if (!s->report->error)
		return;
	begin(s);
	label(s, "category", halb_status_name(s->report->error->status));
	end(s, 1);
}

static void last_run(struct series *s)
{
	begin(s);
	end(s, s->report->time);
}

static void last_success(struct series *s)
{
	begin(s);
	end(s, s->report->exit ? s->report->last_success : s->report->time);
}

static void duration(struct series *s)
{
	if (!s->report->verification)
		return;
	begin(s);
	end_seconds(s, s->report->verification->took);
}

/* ---- findings ---- */

static const struct halb_findings *findings_of(const struct series *s)
{
	static const struct halb_findings none;

	return s->report->verification ? &s->report->verification->findings : &none;
}

static void finding_counts(struct series *s)
{
	const struct halb_findings *findings = findings_of(s);

	for (enum halb_severity sev = HALB_SEV_WARNING; sev <= HALB_SEV_CRITICAL; sev++) {
		int64_t n = 0;

		for (size_t i = 0; i < findings->n; i++)
			n += findings->items[i].severity == sev;
		begin(s);
		label(s, "severity", halb_severity_name(sev));
		end(s, n);
	}
}

static void each_finding(struct series *s)
{
	const struct halb_findings *findings = findings_of(s);

	for (size_t i = 0; i < findings->n; i++) {
		const struct halb_finding *f = &findings->items[i];

		begin(s);
		label(s, "code", halb_finding_code(f));
		label(s, "severity", halb_severity_name(f->severity));
		label(s, "balancer", f->balancer);
		label(s, "object", f->object);
		label(s, "server", f->server);
		end(s, 1);
	}
}

/* ---- balancers ---- */

/* What could not be looked at for all of them, was not for this one. */
static bool is_bad(const struct halb_finding *finding, const char *balancer)
{
	if (!finding->balancer)
		return finding->severity == HALB_SEV_UNKNOWN;
	return finding->severity > HALB_SEV_WARNING && strcmp(finding->balancer, balancer) == 0;
}

static void balancer_up(struct series *s)
{
	const struct halb_findings *findings = findings_of(s);

	for (size_t i = 0; s->report->site && i < s->report->site->n_balancers; i++) {
		const struct halb_balancer *b = &s->report->site->balancers[i];
		bool good = s->report->verification != NULL;

		for (size_t k = 0; good && k < findings->n; k++)
			good = !is_bad(&findings->items[k], b->name);
		begin(s);
		label(s, "balancer", b->name);
		label_addr(s, "vip", &b->vip);
		end(s, good);
	}
}

/* ---- servers ---- */

static const struct halb_server_state *begin_server(struct series *s, size_t i)
{
	const struct halb_server_state *server = &s->report->verification->servers[i];

	begin(s);
	label(s, "server", server->name);
	label_addr(s, "address", &server->address);
	return server;
}

static size_t n_servers(const struct series *s)
{
	return s->report->verification ? s->report->verification->n_servers : 0;
}

static void server_up(struct series *s)
{
	for (size_t i = 0; i < n_servers(s); i++) {
		const struct halb_server_state *server = begin_server(s, i);

		end(s, server->dns_reachable == HALB_SEEN_YES &&
			       server->resolving == HALB_SEEN_YES &&
			       server->ldap_reachable != HALB_SEEN_NO &&
			       server->ldap_written != HALB_SEEN_NO);
	}
}

static void server_state(struct series *s)
{
	for (size_t i = 0; i < n_servers(s); i++) {
		const struct halb_server_state *server = &s->report->verification->servers[i];
		const struct {
			const char *name;
			enum halb_seen seen;
		} states[] = {
			{ "ldap_reachable", server->ldap_reachable },
			{ "ldap_written", server->ldap_written },
			{ "dns_reachable", server->dns_reachable },
			{ "dns_authoritative", server->authoritative },
			{ "dns_resolving", server->resolving },
		};

		for (size_t k = 0; k < sizeof states / sizeof states[0]; k++) {
			if (states[k].seen == HALB_SEEN_UNKNOWN)
				continue;
			begin_server(s, i);
			label(s, "state", states[k].name);
			end(s, states[k].seen == HALB_SEEN_YES);
		}
	}
}

static void server_seconds(struct series *s)
{
	for (size_t i = 0; i < n_servers(s); i++)
		if (s->report->verification->servers[i].took)
			end_seconds(s, begin_server(s, i)->took);
}

static void server_serial(struct series *s)
{
	for (size_t i = 0; i < n_servers(s); i++)
		if (s->report->verification->servers[i].has_serial)
			end(s, begin_server(s, i)->serial);
}

/* ---- names, as the system's resolver knows them ---- */

static const struct halb_name_state *begin_name(struct series *s, size_t i)
{
	const struct halb_name_state *name = &s->report->verification->names[i];
	char text[HALB_NAME_TEXT];

	begin(s);
	label(s, "name", halb_name_format(&name->name, text));
	return name;
}

/* A name nobody was asked about has neither an answer nor what is wrong with it. */
static bool was_asked(const struct halb_name_state *name)
{
	return name->n_chain || name->text[0];
}

static void resolver_up(struct series *s)
{
	const struct halb_verification *all = s->report->verification;

	for (size_t i = 0; all && i < all->n_names; i++)
		if (was_asked(&all->names[i]))
			end(s, begin_name(s, i)->right);
}

static void resolver_seconds(struct series *s)
{
	const struct halb_verification *all = s->report->verification;

	for (size_t i = 0; all && i < all->n_names; i++)
		if (all->names[i].took)
			end_seconds(s, begin_name(s, i)->took);
}

/* ---- probes ---- */

/* Calls `sample` for each layer that was probed. */
static void each_layer(struct series *s,
		       void (*sample)(struct series *s, const struct halb_layer *layer))
{
	static const char *const names[] = { "tcp", "tls", "http" };
	const struct halb_verification *all = s->report->verification;

	for (size_t i = 0; all && i < all->n_vips; i++) {
		const struct halb_vip_state *vip = &all->vips[i];
		const struct halb_layer *layers[] = { &vip->result.tcp, &vip->result.tls,
						      &vip->result.http };
		char port[8];

		snprintf(port, sizeof port, "%u", vip->spec->port);
		for (size_t k = 0; k < sizeof layers / sizeof layers[0]; k++) {
			if (layers[k]->state == HALB_LAYER_SKIPPED)
				continue;
			begin(s);
			label(s, "balancer", vip->balancer->name);
			label_addr(s, "vip", &vip->balancer->vip);
			label(s, "port", port);
			label(s, "path", vip->spec->http);
			label(s, "layer", names[k]);
			sample(s, layers[k]);
		}
	}
}

static void layer_up(struct series *s, const struct halb_layer *layer)
{
	end(s, layer->state == HALB_LAYER_OK);
}

static void layer_seconds(struct series *s, const struct halb_layer *layer)
{
	end_seconds(s, layer->took);
}

static void probe_up(struct series *s)
{
	each_layer(s, layer_up);
}

static void probe_seconds(struct series *s)
{
	each_layer(s, layer_seconds);
}

/* ---- the stack's hosts ---- */

/* Each of them, so that a move shows as a change; nothing where nobody knows who it is. A vIP's
 * ports stand together, and have one holder. */
static void vip_holder(struct series *s)
{
	const struct halb_verification *all = s->report->verification;

	for (size_t i = 0; all && i < all->n_vips; i++) {
		const struct halb_vip_state *vip = &all->vips[i];

		if (!vip->holder.host || (i && vip[-1].balancer == vip->balancer))
			continue;
		for (size_t k = 0; k < vip->n_hosts; k++) {
			begin(s);
			label(s, "balancer", vip->balancer->name);
			label_addr(s, "vip", &vip->balancer->vip);
			label(s, "host", vip->hosts[k].host->name);
			end(s, vip->hosts[k].host == vip->holder.host);
		}
	}
}

static void host_up(struct series *s)
{
	const struct halb_verification *all = s->report->verification;

	for (size_t i = 0; all && i < all->n_vips; i++) {
		const struct halb_vip_state *vip = &all->vips[i];
		char port[8];

		snprintf(port, sizeof port, "%u", vip->spec->port);
		for (size_t k = 0; k < vip->n_hosts; k++) {
			if (vip->hosts[k].result.tcp.state == HALB_LAYER_SKIPPED)
				continue;
			begin(s);
			label(s, "balancer", vip->balancer->name);
			label(s, "host", vip->hosts[k].host->name);
			label(s, "port", port);
			label(s, "path", vip->spec->http);
			end(s, vip->hosts[k].right);
		}
	}
}

/* ---- the whole ---- */

static const struct metric metrics[] = {
	{ "halb_dns_up", "1 where all was looked at and works, perhaps with warnings, else 0.", up },
	{ "halb_dns_status", "Exit status: 0 ok, 1 warning, 2 critical, 3 could not look.", status },
	{ "halb_dns_error", "The error that ended the run, by its category.", error },
	{ "halb_dns_last_run_timestamp_seconds", "When the last run ended.", last_run },
	{ LAST_SUCCESS, "When the last run ended that found nothing; 0 where none is known.",
	  last_success },
	{ "halb_dns_last_run_duration_seconds", "How long the look took.", duration },
	{ "halb_dns_findings", "Number of findings.", finding_counts },
	{ "halb_dns_finding", "What is not as it should be.", each_finding },
	{ "halb_dns_balancer_up", "1 where the balancer was looked at, and nothing critical found.",
	  balancer_up },
	{ "halb_dns_server_up", "1 where the server answers, and all of its answers are right.",
	  server_up },
	{ "halb_dns_server_state", "What was looked at of a server; what was not is missing.",
	  server_state },
	{ "halb_dns_server_query_seconds", "The slowest of the server's last DNS answers.",
	  server_seconds },
	{ "halb_dns_server_zone_serial", "SOA serial of the domain's zone there.", server_serial },
	{ "halb_dns_resolver_up", "1 where the system's resolver knows the name right.",
	  resolver_up },
	{ "halb_dns_resolver_query_seconds", "How long its answer took.", resolver_seconds },
	{ "halb_dns_probe_up", "1 where the vIP's port answered in this layer.", probe_up },
	{ "halb_dns_probe_duration_seconds", "How long that took.", probe_seconds },
	{ "halb_dns_vip_holder", "1 where the host has the vIP, 0 where another one of them has it.",
	  vip_holder },
	{ "halb_dns_host_up", "1 where the port answered at the host's own address, too.", host_up },
};

static void put_metric(const struct metric *metric, const struct halb_report *report,
		       struct halb_buf *out)
{
	struct halb_buf lines = { 0 };
	struct series s = { report, metric, &lines };

	metric->samples(&s);
	if (lines.len || lines.bad) {
		halb_buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", metric->name, metric->help,
				metric->name);
		halb_lines_sort(&lines, '}', out);
	}
	halb_buf_clear(&lines);
}

void halb_report_prometheus(const struct halb_report *report, struct halb_buf *out)
{
	for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++)
		put_metric(&metrics[i], report, out);
}

time_t halb_report_last_success(const char *prometheus)
{
	const char *at = strstr(prometheus, "\n" LAST_SUCCESS "{");

	at = at ? strstr(at, "} ") : NULL;
	return at ? (time_t)strtoll(at + 2, NULL, 10) : 0;
}
