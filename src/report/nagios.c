/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of a monitoring plugin (Monitoring Plugins Development Guidelines): one line with the
 * verdict and, behind a bar, what was measured; then a line for each finding. No text has a bar.
 */
#include "report_priv.h"

#include <string.h>

#include "halb/base/deadline.h"

#define LABEL (HALB_ADDR_TEXT + 32)

static void put(struct halb_buf *out, const char *text)
{
	halb_utf8_put(out, text, "|");
}

static void put_count(struct halb_buf *out, size_t n, const char *noun)
{
	halb_buf_printf(out, "%zu %s%s", n, noun, n == 1 ? "" : "s");
}

/* ---- the verdict ---- */

/* NULL where there is none, or notes only. */
static const struct halb_finding *worst(const struct halb_findings *findings)
{
	if (findings->worst == HALB_SEV_OK)
		return NULL;
	for (size_t i = 0; i < findings->n; i++)
		if (findings->items[i].severity == findings->worst)
			return &findings->items[i];
	return NULL;
}

static void put_found(struct halb_buf *out, const struct halb_finding *finding)
{
	halb_buf_printf(out, "%s ", halb_finding_code(finding));
	halb_words_finding(out, finding, "|");
}

static void put_all_well(struct halb_buf *out, const struct halb_report *report)
{
	const struct halb_verification *all = report->verification;

	put_count(out, all->n_servers, "DC");
	halb_buf_text(out, ", ");
	put_count(out, all->n_names, "name");
	halb_buf_text(out, ", ");
	put_count(out, report->site ? report->site->n_balancers : 0, "vIP");
	halb_buf_text(out, ": all as the site file says");
}

static void put_verdict(struct halb_buf *out, const struct halb_report *report)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	const struct halb_findings *findings =
		report->verification ? &report->verification->findings : NULL;
	const struct halb_finding *first = findings ? worst(findings) : NULL;

	halb_buf_printf(out, "HALB-DNS %s - ", words[report->exit & 3]);
	if (report->error)
		put(out, report->error->text);
	else if (first)
		put_found(out, first);
	else if (findings)
		put_all_well(out, report);
	if (!report->error && first && findings->n > 1)
		halb_buf_printf(out, " (and %zu more)", findings->n - 1);
}

/* ---- what was measured ---- */

/* The label in quotes, one in it twice; it may have no '=', and a bar would end the text. */
static void put_label(struct halb_buf *out, const char *label)
{
	halb_buf_text(out, " '");
	for (; *label; label++) {
		if (*label == '\'')
			halb_buf_text(out, "'");
		halb_buf_u8(out, strchr("=|\n", *label) ? '_' : (uint8_t)*label);
	}
	halb_buf_text(out, "'=");
}

/* Seconds, at least 0, without thresholds; what took no time was not measured. */
static void put_time(struct halb_buf *out, const char *label, int64_t ns)
{
	if (!ns)
		return;
	put_label(out, label);
	halb_buf_printf(out, "%.6fs;;;0", (double)ns / (double)HALB_SEC);
}

static void put_counts(struct halb_buf *out, const struct halb_findings *findings)
{
	for (enum halb_severity sev = HALB_SEV_WARNING; sev <= HALB_SEV_CRITICAL; sev++) {
		size_t n = 0;

		for (size_t i = 0; i < findings->n; i++)
			n += findings->items[i].severity == sev;
		put_label(out, halb_severity_name(sev));
		halb_buf_printf(out, "%zu;;;0", n);
	}
}

/* "tcp 192.168.11.11:6443" */
static void format_port(const struct halb_vip_state *vip, const char *what, char text[LABEL])
{
	const struct halb_addr *addr = &vip->balancer->vip;
	char plain[HALB_ADDR_TEXT];

	snprintf(text, LABEL, addr->len == 4 ? "%s %s:%u" : "%s [%s]:%u", what,
		 halb_addr_format(addr, plain), vip->spec->port);
}

static void put_layer(struct halb_buf *out, const struct halb_vip_state *vip, const char *what,
		      const struct halb_layer *layer)
{
	char label[LABEL];

	format_port(vip, what, label);
	put_time(out, label, layer->state == HALB_LAYER_OK ? layer->took : 0);
}

/* A number for who has it: the host's place in the stack, which a graph shows moving. */
static void put_holder(struct halb_buf *out, const struct halb_vip_state *vip)
{
	char text[HALB_ADDR_TEXT], label[LABEL];

	for (size_t i = 0; i < vip->n_hosts; i++) {
		if (vip->hosts[i].host != vip->holder.host)
			continue;
		snprintf(label, sizeof label, "holder %s",
			 halb_addr_format(&vip->balancer->vip, text));
		put_label(out, label);
		halb_buf_printf(out, "%zu;;;1;%zu", i + 1, vip->n_hosts);
	}
}

/* How many would take over; nothing where one of them was not looked at. */
static void put_hosts(struct halb_buf *out, const struct halb_vip_state *vip)
{
	char label[LABEL];
	size_t n = 0;

	for (size_t i = 0; i < vip->n_hosts; i++) {
		if (vip->hosts[i].result.tcp.state == HALB_LAYER_SKIPPED)
			return;
		n += vip->hosts[i].right;
	}
	if (!vip->n_hosts)
		return;
	format_port(vip, "hosts", label);
	put_label(out, label);
	halb_buf_printf(out, "%zu;;;0;%zu", n, vip->n_hosts);
}

static void put_vip(struct halb_buf *out, const struct halb_verification *all, size_t i)
{
	const struct halb_vip_state *vip = &all->vips[i];

	put_layer(out, vip, "tcp", &vip->result.tcp);
	put_layer(out, vip, "tls", &vip->result.tls);
	put_layer(out, vip, "http", &vip->result.http);
	if (!i || vip[-1].balancer != vip->balancer)
		put_holder(out, vip);
	put_hosts(out, vip);
}

/* The counts first: a monitoring system that cuts a long line keeps them. */
static void put_measured(struct halb_buf *out, const struct halb_verification *all)
{
	halb_buf_text(out, " |");
	put_counts(out, &all->findings);
	put_time(out, "time", all->took);
	for (size_t i = 0; i < all->n_servers; i++) {
		char label[sizeof all->servers[i].name + 8];

		snprintf(label, sizeof label, "dns %s", all->servers[i].name);
		put_time(out, label, all->servers[i].took);
	}
	for (size_t i = 0; i < all->n_vips; i++)
		put_vip(out, all, i);
}

/* ---- the long output ---- */

static void put_findings(struct halb_buf *out, const struct halb_findings *findings)
{
	for (enum halb_severity sev = HALB_SEV_CRITICAL; sev > HALB_SEV_OK; sev--) {
		for (size_t i = 0; i < findings->n; i++) {
			if (findings->items[i].severity != sev)
				continue;
			halb_buf_printf(out, "%s ", halb_severity_name(sev));
			put_found(out, &findings->items[i]);
			halb_words_around(out, " -> ", findings->items[i].hint, "", "|");
			halb_buf_text(out, "\n");
		}
	}
}

void halb_report_nagios(const struct halb_report *report, struct halb_buf *out)
{
	put_verdict(out, report);
	if (report->verification)
		put_measured(out, report->verification);
	halb_buf_text(out, "\n");
	if (report->error)
		halb_words_around(out, "-> ", report->error->hint, "\n", "|");
	if (report->verification)
		put_findings(out, &report->verification->findings);
}
