/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report as one JSON object, its keys always the same and in the same order; what is not known
 * is null. A value that is NULL here ran out of memory, and so does what it is put into.
 */
#include "json_priv.h"
#include "report_priv.h"

#include <stdlib.h>
#include <string.h>

/* All but what is no UTF-8 comes out of a parser as it went in. */
json_t *halb_json_text(const char *text)
{
	struct halb_buf clean = { 0 };
	json_t *value = NULL;
	uint32_t code;

	if (!text)
		return json_null();
	for (size_t n; *text; text += n) {
		n = halb_utf8_next(text, &code);
		if (code == HALB_UTF8_NONE)
			halb_buf_printf(&clean, "\\x%02x", (uint8_t)*text);
		else
			halb_buf_bytes(&clean, text, n);
	}
	if (!clean.bad)
		value = json_stringn_nocheck(halb_buf_string(&clean), clean.len);
	halb_buf_clear(&clean);
	return value;
}

static json_t *pack_name_text(const struct halb_name *name)
{
	char buf[HALB_NAME_TEXT];

	return halb_json_text(halb_name_format(name, buf));
}

json_t *halb_json_address(const struct halb_addr *addr)
{
	char buf[HALB_ADDR_TEXT];

	return halb_json_text(addr->len ? halb_addr_format(addr, buf) : NULL);
}

static json_t *pack_timestamp(time_t at)
{
	char buf[64];
	struct tm tm;

	if (!gmtime_r(&at, &tm) || !strftime(buf, sizeof buf, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return json_null();
	return halb_json_text(buf);
}

json_t *halb_json_milliseconds(int64_t ns)
{
	return json_real((double)((ns + 500) / 1000) / 1e3);
}

/* null for what never ended */
static json_t *pack_milliseconds(int64_t ns)
{
	return ns ? halb_json_milliseconds(ns) : json_null();
}

static json_t *pack_seen(enum halb_seen state)
{
	switch (state) {
	case HALB_SEEN_UNKNOWN:
		return json_null();
	case HALB_SEEN_NO:
		return json_false();
	case HALB_SEEN_YES:
		return json_true();
	}
	return NULL;
}

static json_t *pack_whole(bool known, json_int_t v)
{
	return known ? json_integer(v) : json_null();
}

json_t *halb_json_complete(json_t *array, size_t n)
{
	if (json_array_size(array) == n)
		return array;
	json_decref(array);
	return NULL;
}

/* ---- the parts: a key and its value a line ---- */

static json_t *pack_head(const struct halb_report *report)
{
	return json_pack("{s:o, s:o, s:i, s:o, s:o}",
			"command", halb_json_text(report->command),
			"status", halb_json_text(report->status),
			"exit", report->exit,
			"time", pack_timestamp(report->time),
			"domain", halb_json_text(report->domain));
}

/* The TTL is that of what the change leaves, or of what it takes away. */
static json_t *pack_change(const struct halb_change *change)
{
	uint32_t ttl = change->action == HALB_ACTION_DELETE ? change->ttl_before : change->ttl;

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			"action", halb_action_name(change->action),
			"type", halb_json_text(change->type),
			"name", halb_json_text(change->name),
			"zone", halb_json_text(change->zone),
			"before", halb_json_text(change->before),
			"after", halb_json_text(change->after),
			"ttl", pack_whole(change->subject == HALB_SUBJECT_RECORD, ttl),
			"dn", halb_json_text(change->dn));
}

static json_t *pack_changes(const struct halb_plan *plan)
{
	json_t *array = json_array();

	for (size_t i = 0; i < plan->n; i++)
		json_array_append_new(array, pack_change(&plan->changes[i]));
	return halb_json_complete(array, plan->n);
}

static json_t *pack_plan(const struct halb_report *report)
{
	return json_pack("{s:o, s:o, s:I, s:o, s:b, s:o}",
			"checksum", halb_json_text(report->plan->checksum),
			"changes", pack_changes(report->plan),
			"applied", (json_int_t)report->applied,
			"journal", halb_json_text(report->journal),
			"dry_run", (int)report->dry_run,
			"server", halb_json_text(report->server));
}

/* A change as it was planned, with what became of it. */
static json_t *pack_run_change(const struct halb_report_run *run, size_t i)
{
	json_t *change = pack_change(&run->plan->changes[i]);

	if (json_object_set_new(change, "outcome", halb_json_text(run->outcomes[i])) == 0)
		return change;
	json_decref(change);
	return NULL;
}

static json_t *pack_run_changes(const struct halb_report_run *run)
{
	json_t *array = json_array();

	for (size_t i = 0; i < run->plan->n; i++)
		json_array_append_new(array, pack_run_change(run, i));
	return halb_json_complete(array, run->plan->n);
}

static json_t *pack_run(const struct halb_report_run *run)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, "
			 "s:o}",
			"id", halb_json_text(run->id),
			"time", run->problem ? json_null() : pack_timestamp(run->time),
			"command", halb_json_text(run->command),
			"user", halb_json_text(run->user),
			"uid", (json_int_t)run->uid,
			"login", halb_json_text(run->login),
			"server", halb_json_text(run->server),
			"domain", halb_json_text(run->domain),
			"checksum", halb_json_text(run->checksum),
			"applied", (json_int_t)run->applied,
			"outcome", halb_json_text(run->outcome),
			"undoes", halb_json_text(run->undoes),
			"undone_by", halb_json_text(run->undone_by),
			"problem", halb_json_text(run->problem),
			"changes", pack_run_changes(run));
}

static json_t *pack_history(const struct halb_report_history *history)
{
	json_t *array = json_array();

	for (size_t i = 0; i < history->n; i++)
		json_array_append_new(array, pack_run(&history->runs[i]));
	return json_pack("{s:o, s:o}",
			"path", halb_json_text(history->path),
			"runs", halb_json_complete(array, history->n));
}

static json_t *pack_finding(const struct halb_finding *finding)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
			"code", halb_finding_code(finding),
			"severity", halb_severity_name(finding->severity),
			"balancer", halb_json_text(finding->balancer),
			"object", halb_json_text(finding->object),
			"server", halb_json_text(finding->server),
			"expected", halb_json_text(finding->expected),
			"actual", halb_json_text(finding->actual),
			"hint", halb_json_text(finding->hint));
}

/* All that was found, whoever found it. */
static json_t *pack_findings(const struct halb_report *report)
{
	const struct halb_findings *lists[] = {
		report->plan ? &report->plan->findings : NULL,
		report->verification ? &report->verification->findings : NULL,
		report->checks ? &report->checks->findings : NULL,
		report->lint ? &report->lint->findings : NULL,
	};
	json_t *array = json_array();
	size_t n = 0;

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		for (size_t k = 0; lists[i] && k < lists[i]->n; k++, n++)
			json_array_append_new(array, pack_finding(&lists[i]->items[k]));
	return json_pack("{s:o}", "findings", halb_json_complete(array, n));
}

static json_t *pack_server(const struct halb_server_state *server)
{
	return json_pack("{s:o, s:o, s:{s:o, s:o}, s:{s:o, s:o, s:o, s:o, s:o}}",
			"name", halb_json_text(server->name),
			"address", halb_json_address(&server->address),
			"ldap",
				"reachable", pack_seen(server->ldap_reachable),
				"written", pack_seen(server->ldap_written),
			"dns",
				"reachable", pack_seen(server->dns_reachable),
				"authoritative", pack_seen(server->authoritative),
				"resolving", pack_seen(server->resolving),
				"serial", pack_whole(server->has_serial, server->serial),
				"ms", pack_milliseconds(server->took));
}

static json_t *pack_servers(const struct halb_verification *all)
{
	json_t *array = json_array();

	for (size_t i = 0; i < all->n_servers; i++)
		json_array_append_new(array, pack_server(&all->servers[i]));
	return halb_json_complete(array, all->n_servers);
}

static json_t *pack_chain(const struct halb_name_state *name)
{
	json_t *array = json_array();

	for (size_t i = 0; i < name->n_chain; i++)
		json_array_append_new(array, pack_name_text(&name->chain[i]));
	return halb_json_complete(array, name->n_chain);
}

static json_t *pack_addresses(const struct halb_name_state *name)
{
	json_t *array = json_array();

	for (size_t i = 0; i < name->n_addresses; i++)
		json_array_append_new(array, halb_json_address(&name->addresses[i]));
	return halb_json_complete(array, name->n_addresses);
}

static json_t *pack_name(const struct halb_name_state *name)
{
	return json_pack("{s:o, s:o, s:o, s:o}",
			"name", pack_name_text(&name->name),
			"chain", pack_chain(name),
			"addresses", pack_addresses(name),
			"ms", pack_milliseconds(name->took));
}

static json_t *pack_names(const struct halb_verification *all)
{
	json_t *array = json_array();

	for (size_t i = 0; i < all->n_names; i++)
		json_array_append_new(array, pack_name(&all->names[i]));
	return halb_json_complete(array, all->n_names);
}

static json_t *pack_layer(const struct halb_layer *layer)
{
	if (layer->state == HALB_LAYER_SKIPPED)
		return json_null();
	return json_pack("{s:b, s:o}",
			"ok", layer->state == HALB_LAYER_OK,
			"ms", pack_milliseconds(layer->took));
}

static json_t *pack_http(const struct halb_probe_result *result)
{
	if (result->http.state == HALB_LAYER_SKIPPED)
		return json_null();
	return json_pack("{s:o, s:o}",
			"status", pack_whole(result->http_status != 0, result->http_status),
			"ms", pack_milliseconds(result->http.took));
}

static json_t *pack_holder(const struct halb_holder *holder)
{
	char mac[HALB_MAC_TEXT];

	if (!holder->host && !holder->has_mac)
		return json_null();
	return json_pack("{s:o, s:o, s:o}",
			"host", halb_json_text(holder->host ? holder->host->name : NULL),
			"mac", halb_json_text(holder->has_mac ? halb_mac_format(&holder->mac, mac) : NULL),
			"sole", pack_seen(holder->sole));
}

/* Names in one text, a space between. */
static json_t *pack_words(const char *text)
{
	json_t *array = json_array();
	size_t n = 0;

	for (size_t len; *text; text += len + (text[len] == ' '), n++) {
		len = strcspn(text, " ");
		json_array_append_new(array, json_stringn(text, len));
	}
	return halb_json_complete(array, n);
}

static json_t *pack_certificate(const struct halb_certificate *certificate)
{
	if (!certificate->seen)
		return json_null();
	return json_pack("{s:o, s:b, s:o}",
			"names", pack_words(certificate->names),
			"fits", (int)certificate->fits,
			"expires", pack_timestamp(certificate->ends));
}

static json_t *pack_host(const struct halb_host_state *state)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}",
			"name", halb_json_text(state->host->name),
			"address", halb_json_address(&state->host->address),
			"tcp", pack_layer(&state->result.tcp),
			"tls", pack_layer(&state->result.tls),
			"http", pack_http(&state->result),
			"certificate", pack_certificate(&state->result.certificate));
}

static json_t *pack_hosts(const struct halb_vip_state *vip)
{
	json_t *array = json_array();

	for (size_t i = 0; i < vip->n_hosts; i++)
		json_array_append_new(array, pack_host(&vip->hosts[i]));
	return halb_json_complete(array, vip->n_hosts);
}

static json_t *pack_vip(const struct halb_vip_state *vip)
{
	return json_pack("{s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o}",
			"address", halb_json_address(&vip->balancer->vip),
			"port", (int)vip->spec->port,
			"tcp", pack_layer(&vip->result.tcp),
			"tls", pack_layer(&vip->result.tls),
			"http", pack_http(&vip->result),
			"certificate", pack_certificate(&vip->result.certificate),
			"holder", pack_holder(&vip->holder),
			"hosts", pack_hosts(vip));
}

static json_t *pack_vips(const struct halb_verification *all)
{
	json_t *array = json_array();

	for (size_t i = 0; i < all->n_vips; i++)
		json_array_append_new(array, pack_vip(&all->vips[i]));
	return halb_json_complete(array, all->n_vips);
}

static json_t *pack_verification(const struct halb_verification *all)
{
	return json_pack("{s:o, s:o, s:o}",
			"servers", pack_servers(all),
			"names", pack_names(all),
			"vips", pack_vips(all));
}

/* `detail` is what was seen where it is well, `code` that of the finding where it is not. */
static json_t *pack_check(const struct halb_checks *checks, size_t i)
{
	const struct halb_finding *finding = halb_check_finding(checks, i);

	return json_pack("{s:o, s:s, s:o, s:o}",
			"what", halb_json_text(checks->items[i].what),
			"severity", halb_severity_name(finding ? finding->severity : HALB_SEV_OK),
			"detail", halb_json_text(checks->items[i].detail),
			"code", halb_json_text(finding ? halb_code_name(finding->code) : NULL));
}

static json_t *pack_checks(const struct halb_checks *checks)
{
	json_t *array = json_array();

	for (size_t i = 0; i < checks->n; i++)
		json_array_append_new(array, pack_check(checks, i));
	return json_pack("{s:o}", "checks", halb_json_complete(array, checks->n));
}

static json_t *pack_files(const struct halb_report_files *files)
{
	json_t *array = json_array();

	for (size_t i = 0; i < files->n; i++)
		json_array_append_new(array, json_pack("{s:o, s:I, s:b, s:b, s:o}",
				"path", halb_json_text(files->items[i].path),
				"bytes", (json_int_t)files->items[i].bytes,
				"changed", (int)files->items[i].changed,
				"written", (int)files->items[i].written,
				"diff", halb_json_text(files->items[i].diff)));
	return json_pack("{s:o}", "files", halb_json_complete(array, files->n));
}

static json_t *pack_bound(int64_t ns)
{
	return ns == HALB_NEVER ? json_null() : ns ? pack_milliseconds(ns) : json_real(0);
}

static json_t *pack_part(const struct halb_prediction *prediction, enum halb_part part)
{
	return json_pack("{s:s, s:o, s:o}",
			"part", halb_part_name(part),
			"min_ms", pack_bound(prediction->parts[part].min),
			"max_ms", pack_bound(prediction->parts[part].max));
}

static json_t *pack_parts(const struct halb_prediction *prediction)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < HALB_PARTS; i++)
		json_array_append_new(array, pack_part(prediction, (enum halb_part)i));
	return halb_json_complete(array, HALB_PARTS);
}

/* A bound of null: nothing ends the outage. */
static json_t *pack_prediction(const struct halb_prediction *prediction)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}",
			"fault", halb_fault_name(prediction->fault),
			"min_ms", pack_bound(prediction->outage.min),
			"max_ms", pack_bound(prediction->outage.max),
			"largest", halb_json_text(prediction->outage.max
					     ? halb_part_name(prediction->largest) : NULL),
			"parts", pack_parts(prediction),
			"note", halb_json_text(prediction->note));
}

static json_t *pack_predictions(const struct halb_lint *lint)
{
	json_t *array = json_array();

	for (size_t i = 0; i < lint->n_predictions; i++)
		json_array_append_new(array, pack_prediction(&lint->predictions[i]));
	return json_pack("{s:o}", "predictions", halb_json_complete(array, lint->n_predictions));
}

static json_t *pack_error(const struct halb_error *error)
{
	return json_pack("{s:{s:s, s:o, s:o}}",
			"error",
				"category", halb_status_name(error->status),
				"message", halb_json_text(error->text),
				"hint", halb_json_text(error->hint[0] ? error->hint : NULL));
}

/* ---- the whole ---- */

/* Adds the part's keys; true when memory ran out. */
static bool add(json_t *object, json_t *part)
{
	return json_object_update_new(object, part) != 0;
}

static json_t *build(const struct halb_report *report)
{
	json_t *object = pack_head(report);
	bool bad = !object;

	if (report->plan)
		bad |= add(object, pack_plan(report));
	if (report->undoes)
		bad |= add(object, json_pack("{s:o}", "undoes", halb_json_text(report->undoes)));
	if (report->history)
		bad |= add(object, pack_history(report->history));
	if (report->plan || report->verification || report->checks || report->lint)
		bad |= add(object, pack_findings(report));
	if (report->verification)
		bad |= add(object, pack_verification(report->verification));
	if (report->checks)
		bad |= add(object, pack_checks(report->checks));
	if (report->watch)
		bad |= add(object, halb_json_watch(report->watch));
	if (report->why)
		bad |= add(object, json_pack("{s:o}", "why", halb_json_text(report->why)));
	if (report->drill)
		bad |= add(object, halb_json_drill(report->watch, report->drill));
	if (report->lint)
		bad |= add(object, pack_predictions(report->lint));
	if (report->files)
		bad |= add(object, pack_files(report->files));
	if (report->document)
		bad |= add(object, json_pack("{s:o}", "document", halb_json_text(report->document)));
	if (report->error)
		bad |= add(object, pack_error(report->error));
	if (!bad)
		return object;
	json_decref(object);
	return NULL;
}

/* JSON lets more through raw than a terminal should see; RFC 8259 7 has an escape for each. */
void halb_json_put(const char *json, struct halb_buf *out)
{
	uint32_t code;

	for (size_t n; *json; json += n) {
		n = halb_utf8_next(json, &code);
		if (*json != '\n' && halb_utf8_is_control(code))
			halb_buf_printf(out, "\\u%04x", code);
		else
			halb_buf_bytes(out, json, n);
	}
}

void halb_report_json(const struct halb_report *report, struct halb_buf *out)
{
	json_t *object = build(report);
	char *json = object ? json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) : NULL;

	if (json)
		halb_json_put(json, out);
	else
		out->bad = true;
	halb_buf_text(out, "\n");
	free(json);
	json_decref(object);
}
