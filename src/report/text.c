/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for people and for grep: one thing a line, columns as wide as what stands in them,
 * nothing that a terminal would obey but our own colours.
 */
#include "color_priv.h"
#include "report_priv.h"
#include "table_priv.h"
#include "text_watch_priv.h"

#include <string.h>

#include "halb/base/deadline.h"

/* ---- texts ---- */

static void put(struct halb_buf *out, const char *text)
{
	halb_utf8_put(out, text, "");
}

static void put_around(struct halb_buf *out, const char *before, const char *text,
		       const char *after)
{
	halb_words_around(out, before, text, after, "");
}

static void put_count(struct halb_buf *out, size_t n, const char *noun)
{
	halb_buf_printf(out, "%zu %s%s", n, noun, n == 1 ? "" : "s");
}

static void put_duration(struct halb_buf *out, int64_t ns)
{
	if (ns < HALB_SEC)
		halb_buf_printf(out, "%.1f ms", (double)ns / (double)HALB_MSEC);
	else
		halb_buf_printf(out, "%.1f s", (double)ns / (double)HALB_SEC);
}

static void put_name(struct halb_buf *out, const struct halb_name *name)
{
	char text[HALB_NAME_TEXT];

	put(out, halb_name_format(name, text));
}

static void put_addr(struct halb_buf *out, const struct halb_addr *addr)
{
	char text[HALB_ADDR_TEXT];

	put(out, addr->len ? halb_addr_format(addr, text) : "-");
}

/* ---- changes ---- */

static void add_action(struct halb_buf *rows, enum halb_action action, bool color)
{
	static const struct {
		char sign;
		enum halb_color color;
	} signs[] = {
		[HALB_ACTION_ADD] = { '+', HALB_GREEN },  [HALB_ACTION_REPLACE] = { '~', HALB_YELLOW },
		[HALB_ACTION_DELETE] = { '-', HALB_RED }, [HALB_ACTION_RESURRECT] = { '+', HALB_GREEN },
		[HALB_ACTION_ADOPT] = { '*', HALB_CYAN }, [HALB_ACTION_RELEASE] = { '*', HALB_CYAN },
		[HALB_ACTION_KEEP] = { '=', HALB_PLAIN },
	};
	char text[32];

	snprintf(text, sizeof text, "%c %s", signs[action].sign, halb_action_name(action));
	halb_color_put(rows, text, color ? signs[action].color : HALB_PLAIN);
}

static void add_value(struct halb_buf *rows, const struct halb_change *change, const char *value,
		      uint32_t ttl)
{
	put_around(rows, "", value, "");
	if (change->subject == HALB_SUBJECT_RECORD)
		halb_buf_printf(rows, " ttl=%u", ttl);
}

static void add_values(struct halb_buf *rows, const struct halb_change *change)
{
	switch (change->action) {
	case HALB_ACTION_DELETE:
		add_value(rows, change, change->before, change->ttl_before);
		return;
	case HALB_ACTION_REPLACE:
		add_value(rows, change, change->before, change->ttl_before);
		halb_buf_text(rows, " -> ");
		break;
	case HALB_ACTION_RESURRECT:
		put_around(rows, "", change->before, " -> ");
		break;
	case HALB_ACTION_ADD:
	case HALB_ACTION_ADOPT:
	case HALB_ACTION_RELEASE:
	case HALB_ACTION_KEEP:
		break;
	}
	add_value(rows, change, change->after, change->ttl);
}

static void add_change(struct halb_buf *rows, const struct halb_change *change, bool color)
{
	add_action(rows, change->action, color);
	put_around(rows, "\t", change->name, "\t");
	halb_buf_printf(rows, "%s\t", change->type);
	add_values(rows, change);
}

static void print_changes(const struct halb_report *report, struct halb_buf *out)
{
	struct halb_buf rows = { 0 };

	for (size_t i = 0; i < report->plan->n; i++) {
		const struct halb_change *change = &report->plan->changes[i];

		if (change->action == HALB_ACTION_KEEP && !report->verbose)
			continue;
		add_change(&rows, change, report->color);
		halb_buf_text(&rows, "\n");
	}
	halb_table_put(out, &rows, 1);
}

/* "5 changes on dc1.lime.lan: 4 to add, 1 to replace" */
static void print_pending(const struct halb_report *report, size_t writes, struct halb_buf *out)
{
	const struct halb_plan *plan = report->plan;
	const char *between = ": ";

	put_count(out, writes, "change");
	put_around(out, " on ", report->server, "");
	for (enum halb_action action = HALB_ACTION_ADD; action < HALB_ACTION_KEEP; action++) {
		size_t n = 0;

		for (size_t i = 0; i < plan->n; i++)
			n += plan->changes[i].action == action;
		if (!n)
			continue;
		halb_buf_printf(out, "%s%zu to %s", between, n, halb_action_name(action));
		between = ", ";
	}
	halb_buf_printf(out, "\nchecksum %s\n", plan->checksum);
	if (report->dry_run)
		halb_buf_text(out, "dry run: nothing written\n");
}

static void print_applied(const struct halb_report *report, size_t writes, struct halb_buf *out)
{
	if (report->applied < writes)
		halb_buf_printf(out, "%zu of ", report->applied);
	put_count(out, writes, "change");
	halb_buf_text(out, " written");
	put_around(out, " to ", report->server, "");
	put_around(out, " (journal ", report->journal, ")");
	halb_buf_text(out, "\n");
}

static void print_nothing(const struct halb_report *report, struct halb_buf *out)
{
	size_t n = report->plan->n;

	if (strcmp(report->command, "undo") == 0) {
		halb_buf_text(out, "nothing to undo");
		put_around(out, ": all is as it was before ", report->undoes, "");
		halb_buf_text(out, "\n");
		return;
	}
	halb_buf_text(out, "nothing to change: ");
	if (n == 0)
		halb_buf_text(out, "there is nothing of this site");
	else
		put_count(out, n, "object");
	if (n)
		halb_buf_printf(out, " %s as the site file says", n == 1 ? "is" : "are");
	put_around(out, " (", report->server, ")");
	halb_buf_text(out, "\n");
}

/* ---- findings ---- */

static void put_severity(struct halb_buf *out, enum halb_severity severity, bool color)
{
	static const enum halb_color colors[] = {
		[HALB_SEV_OK] = HALB_GREEN,
		[HALB_SEV_WARNING] = HALB_YELLOW,
		[HALB_SEV_UNKNOWN] = HALB_YELLOW,
		[HALB_SEV_CRITICAL] = HALB_RED,
	};

	halb_color_put(out, halb_severity_name(severity), color ? colors[severity] : HALB_PLAIN);
}

static void add_severity(struct halb_buf *rows, enum halb_severity severity, bool color)
{
	put_severity(rows, severity, color);
	halb_buf_text(rows, "\t");
}

/* What all of a finding's line but its beginning is made of. */
static void add_found(struct halb_buf *rows, const struct halb_finding *finding)
{
	halb_words_finding(rows, finding, "");
	put_around(rows, "\n  -> ", finding->hint, "");
	halb_buf_text(rows, "\n");
}

static void add_finding(struct halb_buf *rows, const struct halb_finding *finding, bool color)
{
	add_severity(rows, finding->severity, color);
	halb_buf_printf(rows, "%s\t", halb_finding_code(finding));
	add_found(rows, finding);
}

static void print_findings(const struct halb_findings *findings, bool color, struct halb_buf *out)
{
	struct halb_buf rows = { 0 };

	for (size_t i = 0; i < findings->n; i++)
		add_finding(&rows, &findings->items[i], color);
	halb_table_put(out, &rows, 1);
}

static void print_plan(const struct halb_report *report, struct halb_buf *out)
{
	const struct halb_plan *plan = report->plan;
	size_t writes = halb_plan_writes(plan);

	if (writes)
		put_around(out, "undo of ", report->undoes, "\n");
	/* A blocked plan's other changes will not be made: they would only hide what blocks it. */
	if (plan->verdict == HALB_OK)
		print_changes(report, out);
	print_findings(&plan->findings, report->color, out);
	if (plan->verdict != HALB_OK)
		halb_buf_text(out, "nothing was written\n");
	else if (writes == 0)
		print_nothing(report, out);
	else if (report->applied == writes || report->error)
		print_applied(report, writes, out);
	else
		print_pending(report, writes, out);
}

/* ---- verification ---- */

/* `n_names` is 0 where only the DCs were asked. */
static void add_server(struct halb_buf *rows, const struct halb_server_state *server,
		       size_t n_names)
{
	put(rows, server->name);
	halb_buf_text(rows, "\t");
	put_addr(rows, &server->address);
	switch (server->dns_reachable) {
	case HALB_SEEN_UNKNOWN:
		halb_buf_text(rows, "\tnot asked");
		break;
	case HALB_SEEN_NO:
		halb_buf_text(rows, "\tno answer");
		break;
	case HALB_SEEN_YES:
		halb_buf_text(rows, "\tresolves ");
		if (n_names)
			halb_buf_printf(rows, "%zu of ", server->names_right);
		put_count(rows, n_names ? n_names : server->names_right, "name");
		break;
	}
	put_around(rows, "\t", server->text, "");
	if (!server->text[0] && server->has_serial)
		halb_buf_printf(rows, "\tserial %u", server->serial);
	if (!server->text[0] && server->took) {
		halb_buf_text(rows, "\t");
		put_duration(rows, server->took);
	}
	halb_buf_text(rows, "\n");
}

static const char *word_of(enum halb_seen seen)
{
	switch (seen) {
	case HALB_SEEN_UNKNOWN:
		return "-";
	case HALB_SEEN_NO:
		return "no";
	case HALB_SEEN_YES:
		return "yes";
	}
	return "-";
}

/* The states of each DC, told apart; what DNS says in words stands where it is not right. */
static void add_states(struct halb_buf *rows, const struct halb_server_state *server,
		       size_t n_names, bool verbose)
{
	put(rows, server->name);
	halb_buf_text(rows, "\t");
	put_addr(rows, &server->address);
	halb_buf_printf(rows, "\t%s\t%s\t%s\t%s\t", word_of(server->ldap_reachable),
			word_of(server->ldap_written), word_of(server->dns_reachable),
			word_of(server->authoritative));
	if (server->dns_reachable != HALB_SEEN_YES)
		halb_buf_text(rows, "-");
	else if (n_names)
		halb_buf_printf(rows, "%zu of %zu", server->names_right, n_names);
	else
		halb_buf_printf(rows, "%zu", server->names_right);
	put_around(rows, "\t", server->text, "");
	if (verbose && server->has_serial)
		halb_buf_printf(rows, "\tserial %u", server->serial);
	if (verbose && server->took) {
		halb_buf_text(rows, "\t");
		put_duration(rows, server->took);
	}
	halb_buf_text(rows, "\n");
}

static void add_servers(struct halb_buf *rows, const struct halb_report *report)
{
	const struct halb_verification *verification = report->verification;

	if (verification->surveyed && verification->n_servers)
		halb_buf_text(rows, "server\taddress\tldap\twritten\tdns\tauthoritative\tresolves\n");
	for (size_t i = 0; i < verification->n_servers; i++) {
		if (verification->surveyed)
			add_states(rows, &verification->servers[i], verification->n_names,
				   report->verbose);
		else
			add_server(rows, &verification->servers[i], verification->n_names);
	}
}

/* "kube.lime.lan -> k8s1.lime.lan -> 192.168.11.11"; nothing for a name nobody was asked about. */
static void add_name(struct halb_buf *rows, const struct halb_name_state *name)
{
	if (!name->n_chain && !name->text[0])
		return;
	halb_buf_text(rows, "resolver\t");
	put_name(rows, &name->name);
	for (size_t i = 1; i < name->n_chain; i++) {
		halb_buf_text(rows, " -> ");
		put_name(rows, &name->chain[i]);
	}
	for (size_t i = 0; i < name->n_addresses; i++) {
		halb_buf_text(rows, i ? ", " : " -> ");
		put_addr(rows, &name->addresses[i]);
	}
	put_around(rows, "\t", name->text, "");
	if (!name->text[0] && name->took) {
		halb_buf_text(rows, "\t");
		put_duration(rows, name->took);
	}
	halb_buf_text(rows, "\n");
}

static void add_layer(struct halb_buf *rows, const char *what, const struct halb_layer *layer)
{
	if (layer->state == HALB_LAYER_SKIPPED)
		return;
	halb_buf_printf(rows, "\t%s ", what);
	switch (layer->state) {
	case HALB_LAYER_SKIPPED:
		break;
	case HALB_LAYER_OK:
		put_duration(rows, layer->took);
		break;
	case HALB_LAYER_REFUSED:
		halb_buf_text(rows, "refused");
		break;
	case HALB_LAYER_TIMEOUT:
		halb_buf_text(rows, "timed out");
		break;
	case HALB_LAYER_RESET:
	case HALB_LAYER_UNREACHABLE:
	case HALB_LAYER_FAILED:
		halb_buf_text(rows, "failed");
		put_around(rows, ": ", layer->text, "");
		break;
	}
}

static void add_endpoint(struct halb_buf *rows, const char *what, const struct halb_addr *addr,
			 uint16_t port)
{
	put(rows, what);
	halb_buf_printf(rows, "\t%s", addr->len == 4 ? "" : "[");
	put_addr(rows, addr);
	halb_buf_printf(rows, "%s:%u", addr->len == 4 ? "" : "]", port);
}

static void add_layers(struct halb_buf *rows, const struct halb_probe_result *result)
{
	char http[32] = "http";

	if (result->http_status)
		snprintf(http, sizeof http, "http %ld", result->http_status);
	add_layer(rows, "tcp", &result->tcp);
	add_layer(rows, "tls", &result->tls);
	add_layer(rows, http, &result->http);
	halb_buf_text(rows, "\n");
}

static bool is_held(const struct halb_holder *holder)
{
	return holder->host || holder->has_mac;
}

/* "held by lb1"; with `verbose` also whether anybody was asked who else does. Behind a router nobody
 * can be. */
static void add_holder(struct halb_buf *rows, const struct halb_holder *holder, bool verbose)
{
	static const char *const others[] = {
		[HALB_SEEN_UNKNOWN] = ", who else was not asked (ARP, CAP_NET_RAW)",
		[HALB_SEEN_NO] = ", not alone",
		[HALB_SEEN_YES] = ", alone",
	};
	char mac[HALB_MAC_TEXT] = "";

	if (holder->has_mac)
		halb_mac_format(&holder->mac, mac);
	halb_buf_text(rows, is_held(holder) ? "\theld by " : "\tholder unknown");
	put_around(rows, "", holder->host ? holder->host->name : mac, "");
	if (!verbose || !is_held(holder))
		return;
	if (holder->host)
		put_around(rows, " (", mac, ")");
	halb_buf_text(rows, holder->told ? ", as its HAProxy says" : others[holder->sole]);
}

static void add_certificate(struct halb_buf *rows, const struct halb_certificate *certificate)
{
	char day[32] = "-";
	struct tm tm;

	if (!certificate->seen)
		return;
	if (gmtime_r(&certificate->ends, &tm))
		strftime(day, sizeof day, "%Y-%m-%d", &tm);
	halb_buf_printf(rows, "certificate\tuntil %s", day);
	put_around(rows, " for ", certificate->names, "");
	halb_buf_text(rows, "\n");
}

/* What is behind the vIP. */
static void add_depth(struct halb_buf *rows, const struct halb_vip_state *vip)
{
	add_certificate(rows, &vip->result.certificate);
	for (size_t i = 0; i < vip->n_hosts; i++) {
		const struct halb_host_state *state = &vip->hosts[i];

		add_endpoint(rows, state->host->name, &state->host->address, vip->spec->port);
		halb_buf_text(rows, state->right ? "\tready" : "\tnot ready");
		add_layers(rows, &state->result);
	}
}

/* Where no holder is known of any vIP, there is no column for it. */
static void add_vips(struct halb_buf *rows, const struct halb_verification *all, bool verbose)
{
	bool held = false;

	for (size_t i = 0; i < all->n_vips; i++)
		held |= is_held(&all->vips[i].holder) || (verbose && all->vips[i].n_hosts);
	for (size_t i = 0; i < all->n_vips; i++) {
		const struct halb_vip_state *vip = &all->vips[i];

		add_endpoint(rows, "vIP", &vip->balancer->vip, vip->spec->port);
		if (held)
			add_holder(rows, &vip->holder, verbose);
		add_layers(rows, &vip->result);
		if (verbose)
			add_depth(rows, vip);
	}
}

static size_t count_warnings(const struct halb_findings *findings)
{
	size_t n = 0;

	for (size_t i = 0; i < findings->n; i++)
		n += findings->items[i].severity == HALB_SEV_WARNING;
	return n;
}

/* "checked in 0.3 s: critical, 2 findings" */
static void print_state(const struct halb_verification *verification, struct halb_buf *out)
{
	const struct halb_findings *findings = &verification->findings;

	halb_buf_text(out, "checked in ");
	put_duration(out, verification->took);
	halb_buf_printf(out, ": %s", halb_severity_name(findings->worst));
	if (findings->n) {
		halb_buf_text(out, ", ");
		put_count(out, findings->n, "finding");
	}
	halb_buf_text(out, "\n");
}

/* "verified in 1.3 s, 1 warning" */
static void print_verdict(const struct halb_verification *verification, struct halb_buf *out)
{
	const struct halb_findings *findings = &verification->findings;
	bool held = findings->worst <= HALB_SEV_WARNING;

	halb_buf_text(out, held ? "verified in " : "not verified after ");
	put_duration(out, verification->took);
	if (held && findings->worst == HALB_SEV_WARNING) {
		halb_buf_text(out, ", ");
		put_count(out, count_warnings(findings), "warning");
	}
	halb_buf_text(out, "\n");
}

static void print_verification(const struct halb_report *report, struct halb_buf *out)
{
	const struct halb_verification *verification = report->verification;
	struct halb_buf tables[3] = { 0 };

	add_servers(&tables[0], report);
	for (size_t i = 0; i < verification->n_names; i++)
		add_name(&tables[1], &verification->names[i]);
	add_vips(&tables[2], verification, report->verbose);
	halb_table_put(out, tables, sizeof tables / sizeof tables[0]);
	print_findings(&verification->findings, report->color, out);
	if (verification->surveyed)
		print_state(verification, out);
	else
		print_verdict(verification, out);
}

/* ---- history ---- */

static void put_timestamp(struct halb_buf *out, time_t at)
{
	char text[64];
	struct tm tm;

	if (gmtime_r(&at, &tm) && strftime(text, sizeof text, "%Y-%m-%d %H:%M:%SZ", &tm))
		halb_buf_text(out, text);
}

static void add_outcome(struct halb_buf *rows, const struct halb_report_run *run)
{
	put(rows, run->outcome);
	put_around(rows, " by ", run->undone_by, "");
	put_around(rows, " (", run->problem, ")");
	put_around(rows, ", undoes ", run->undoes, "");
}

static void add_run(struct halb_buf *rows, const struct halb_report_run *run)
{
	put(rows, run->id);
	halb_buf_text(rows, "\t");
	if (!run->problem)
		put_timestamp(rows, run->time);
	put_around(rows, "\t", run->command ? run->command : "-", "\t");
	put(rows, run->user ? run->user : "-");
	put_around(rows, " as ", run->login, "");
	put_around(rows, "\t", run->server ? run->server : "-", "\t");
	put_count(rows, run->plan->n, "change");
	halb_buf_text(rows, "\t");
	add_outcome(rows, run);
	halb_buf_text(rows, "\n");
}

static void print_run_changes(const struct halb_report_run *run, bool color, struct halb_buf *out)
{
	struct halb_buf rows = { 0 };

	for (size_t i = 0; i < run->plan->n; i++) {
		halb_buf_text(&rows, "    ");
		add_change(&rows, &run->plan->changes[i], color);
		if (strcmp(run->outcomes[i], "done") != 0)
			put_around(&rows, " (", run->outcomes[i], ")");
		halb_buf_text(&rows, "\n");
	}
	halb_table_put(out, &rows, 1);
}

static void print_history(const struct halb_report *report, struct halb_buf *out)
{
	const struct halb_report_history *history = report->history;
	struct halb_buf rows = { 0 };

	if (!history->n) {
		halb_buf_text(out, "no run has written anything");
		put_around(out, " (", history->path, ")\n");
	}
	for (size_t i = 0; i < history->n; i++) {
		add_run(&rows, &history->runs[i]);
		if (!report->verbose)
			continue;
		halb_table_put(out, &rows, 1);
		print_run_changes(&history->runs[i], report->color, out);
	}
	halb_table_put(out, &rows, 1);
}

/* ---- checks ---- */

static void print_checks(const struct halb_report *report, struct halb_buf *out)
{
	const struct halb_checks *checks = report->checks;
	struct halb_buf rows = { 0 };

	for (size_t i = 0; i < checks->n; i++) {
		const struct halb_finding *finding = halb_check_finding(checks, i);

		if (!finding && report->quiet)
			continue;
		add_severity(&rows, finding ? finding->severity : HALB_SEV_OK, report->color);
		put_around(&rows, "", checks->items[i].what, "");
		halb_buf_text(&rows, "\t");
		if (finding) {
			halb_buf_printf(&rows, "%s: ", halb_code_name(finding->code));
			add_found(&rows, finding);
		} else {
			put_around(&rows, "", checks->items[i].detail, "");
			halb_buf_text(&rows, "\n");
		}
	}
	halb_table_put(out, &rows, 1);
}

/* ---- files ---- */

/* Lines of a file, with the tabs that stand in them. */
static void put_lines(struct halb_buf *out, const char *text)
{
	char piece[256];

	while (*text) {
		size_t len = strcspn(text, "\n\t");

		if (len == 0) {
			halb_buf_bytes(out, text++, 1);
			continue;
		}
		if (len >= sizeof piece)
			len = sizeof piece - 1;
		memcpy(piece, text, len);
		piece[len] = '\0';
		put(out, piece);
		text += len;
	}
}

static void print_files(const struct halb_report *report, struct halb_buf *out)
{
	const struct halb_report_files *files = report->files;

	for (size_t i = 0; i < files->n; i++)
		if (files->items[i].diff)
			put_lines(out, files->items[i].diff);
	for (size_t i = 0; i < files->n; i++) {
		if (files->items[i].written)
			put_around(out, "wrote ", files->items[i].path, "\n");
		else if (report->verbose && !files->items[i].changed)
			put_around(out, "same  ", files->items[i].path, "\n");
	}
}

/* ---- lint ---- */

/* "lb1/haproxy.cfg:7: warning: redispatch-missing: ...", as editors read compilers. */
static void put_lint_finding(struct halb_buf *out, const struct halb_finding *finding, bool color)
{
	put_around(out, "", finding->object, ": ");
	put_severity(out, finding->severity, color);
	halb_buf_printf(out, ": %s: ", halb_finding_code(finding));
	put_around(out, "", finding->actual, "\n");
	put_around(out, "  -> ", finding->hint, "\n");
}

static void put_bound(struct halb_buf *out, int64_t ns)
{
	if (ns == HALB_NEVER)
		halb_buf_text(out, "never");
	else if (ns == 0)
		halb_buf_text(out, "0");
	else
		put_duration(out, ns);
}

static void add_prediction(struct halb_buf *rows, const struct halb_prediction *prediction)
{
	halb_buf_printf(rows, "%s\t", halb_fault_name(prediction->fault));
	put_bound(rows, prediction->outage.min);
	halb_buf_text(rows, "\t");
	put_bound(rows, prediction->outage.max);
	halb_buf_printf(rows, "\t%s", prediction->outage.max ? halb_part_name(prediction->largest)
							      : "-");
	put_around(rows, "\t", prediction->note, "");
	halb_buf_text(rows, "\n");
}

static void print_lint(const struct halb_report *report, struct halb_buf *out)
{
	const struct halb_lint *lint = report->lint;
	struct halb_buf rows = { 0 };

	for (size_t i = 0; i < lint->findings.n; i++)
		put_lint_finding(out, &lint->findings.items[i], report->color);
	if (!lint->n_predictions)
		return;
	halb_buf_printf(out, "%spredicted outage:\n", lint->findings.n ? "\n" : "");
	halb_buf_text(&rows, "fault\tat least\tat most\tlargest part\tnote\n");
	for (size_t i = 0; i < lint->n_predictions; i++)
		add_prediction(&rows, &lint->predictions[i]);
	halb_table_put(out, &rows, 1);
}

/* ---- the whole ---- */

void halb_report_text(const struct halb_report *report, struct halb_buf *out)
{
	if (report->document)
		halb_buf_text(out, report->document);
	if (report->history)
		print_history(report, out);
	if (report->quiet && strcmp(report->status, "ok") == 0)
		return;
	if (report->files)
		print_files(report, out);
	if (report->plan)
		print_plan(report, out);
	if (report->verification)
		print_verification(report, out);
	if (report->checks)
		print_checks(report, out);
	if (report->watch)
		halb_text_watch(report->watch, out);
	if (report->drill)
		halb_text_drill(report->watch, report->drill, out);
	if (report->lint)
		print_lint(report, out);
}
