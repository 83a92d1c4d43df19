/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of a monitoring plugin (Monitoring Plugins Development Guidelines): one line with the
 * verdict and, behind a bar, what was measured; then a line for each finding. No text has a bar.
 */
#include "report_priv.h"

#include <string.h>

#include "halb/base/deadline.h"

static void put(struct halb_buf *out, const char *text)
{
	halb_words_put(out, text, "|");
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

static void put_layer(struct halb_buf *out, const struct halb_vip_state *vip, const char *what,
		      const struct halb_layer *layer)
{
	const struct halb_addr *addr = &vip->balancer->vip;
	char text[HALB_ADDR_TEXT], label[HALB_ADDR_TEXT + 32];

	snprintf(label, sizeof label, addr->len == 4 ? "%s %s:%u" : "%s [%s]:%u", what,
		 halb_addr_format(addr, text), vip->spec->port);
	put_time(out, label, layer->state == HALB_LAYER_OK ? layer->took : 0);
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
	for (size_t i = 0; i < all->n_vips; i++) {
		const struct halb_probe_result *result = &all->vips[i].result;

		put_layer(out, &all->vips[i], "tcp", &result->tcp);
		put_layer(out, &all->vips[i], "tls", &result->tls);
		put_layer(out, &all->vips[i], "http", &result->http);
	}
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
