/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_priv.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *parsed(const struct sample *s)
{
	char *text = sample_print(s, "json");
	size_t len = strlen(text);
	json_error_t err;
	json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &err);

	cr_assert_not_null(object, "%s in\n%s", err.text, text);
	cr_expect(len > 1 && strcmp(text + len - 2, "}\n") == 0, "one line end at the end");
	free(text);
	return object;
}

static json_t *at(const json_t *value, const char *key, size_t i)
{
	json_t *found = json_array_get(json_object_get(value, key), i);

	cr_assert_not_null(found, "%s[%zu]", key, i);
	return found;
}

/* "name:type" for each key in order; types: s i r b n o a, for string, integer, real, … */
static void expect_shape(json_t *object, const char *want)
{
	static const char types[] = { [JSON_OBJECT] = 'o', [JSON_ARRAY] = 'a', [JSON_STRING] = 's',
				      [JSON_INTEGER] = 'i', [JSON_REAL] = 'r', [JSON_TRUE] = 'b',
				      [JSON_FALSE] = 'b', [JSON_NULL] = 'n' };
	struct halb_buf got = { 0 };
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
		halb_buf_printf(&got, "%s%s:%c", got.len ? " " : "", key,
				types[json_typeof(value)]);
	cr_expect_str_eq(halb_buf_string(&got), want, "%s", halb_buf_string(&got));
	halb_buf_clear(&got);
}

static void expect_string(const json_t *object, const char *key, const char *want)
{
	const char *got = json_string_value(json_object_get(object, key));

	cr_assert_not_null(got, "%s", key);
	cr_expect_str_eq(got, want, "%s is %s", key, got);
}

#define HEAD "command:s status:s exit:i time:s domain:s"

Test(json, head_is_what_every_report_has)
{
	struct sample s;
	json_t *object;

	sample_init(&s);
	s.report.exit = 77;
	object = parsed(&s);
	expect_shape(object, HEAD);
	expect_string(object, "time", "2026-11-24T22:50:17Z");
	expect_string(object, "domain", "lime.lan");
	cr_expect_eq(json_integer_value(json_object_get(object, "exit")), 77);
	json_decref(object);
	s.report.domain = NULL;
	object = parsed(&s);
	expect_shape(object, "command:s status:s exit:i time:s domain:n");
	json_decref(object);
}

Test(json, is_indented_by_two)
{
	struct sample s;
	char *text;

	sample_init(&s);
	text = sample_print(&s, "json");
	cr_expect_str_eq(text, "{\n"
			       "  \"command\": \"register\",\n"
			       "  \"status\": \"ok\",\n"
			       "  \"exit\": 0,\n"
			       "  \"time\": \"2026-11-24T22:50:17Z\",\n"
			       "  \"domain\": \"lime.lan\"\n"
			       "}\n", "%s", text);
	free(text);
}

Test(json, plan_has_each_change)
{
	struct sample s;
	json_t *object;

	sample_init(&s);
	s.report.plan = &s.plan;
	s.report.applied = 4;
	s.report.journal = "7";
	object = parsed(&s);
	expect_shape(object, HEAD " checksum:s changes:a applied:i journal:s dry_run:b server:s "
				  "findings:a");
	cr_expect_eq(json_array_size(json_object_get(object, "changes")), 5, "kept ones too");
	cr_expect_eq(json_array_size(json_object_get(object, "findings")), 0);
	cr_expect_eq(json_integer_value(json_object_get(object, "applied")), 4);
	expect_shape(at(object, "changes", 0),
		     "action:s type:s name:s zone:s before:s after:s ttl:i dn:s");
	expect_string(at(object, "changes", 0), "action", "replace");
	expect_string(at(object, "changes", 0), "before", "192.168.11.10");
	expect_shape(at(object, "changes", 3),
		     "action:s type:s name:s zone:s before:n after:s ttl:n dn:s");
	expect_shape(at(object, "changes", 4),
		     "action:s type:s name:s zone:s before:s after:n ttl:i dn:s");
	cr_expect_eq(json_integer_value(json_object_get(at(object, "changes", 0), "ttl")), 900);
	cr_expect_eq(json_integer_value(json_object_get(at(object, "changes", 4), "ttl")), 600);
	json_decref(object);
}

Test(json, plan_of_nothing_applied_has_no_journal)
{
	struct sample s;
	json_t *object;

	sample_init(&s);
	s.report.plan = &s.plan;
	s.report.dry_run = true;
	s.report.server = NULL;
	object = parsed(&s);
	expect_shape(object, HEAD " checksum:s changes:a applied:i journal:n dry_run:b server:n "
				  "findings:a");
	cr_expect(json_is_true(json_object_get(object, "dry_run")));
	json_decref(object);
}

Test(json, findings_of_all_stand_in_one_list)
{
	struct sample s;
	json_t *object;

	sample_init(&s);
	s.plan.findings.items = &s.found[0];
	s.verification.findings.items = &s.found[1];
	s.plan.findings.n = s.verification.findings.n = 1;
	s.report.plan = &s.plan;
	s.report.verification = &s.verification;
	object = parsed(&s);
	expect_shape(object, HEAD " checksum:s changes:a applied:i journal:n dry_run:b server:s "
				  "findings:a servers:a names:a vips:a");
	cr_expect_eq(json_array_size(json_object_get(object, "findings")), 2);
	expect_shape(at(object, "findings", 0), "code:s severity:s balancer:s object:s server:n "
						"expected:s actual:s hint:s");
	expect_shape(at(object, "findings", 1), "code:s severity:s balancer:n object:s server:s "
						"expected:n actual:s hint:n");
	expect_string(at(object, "findings", 0), "code", "record-foreign");
	expect_string(at(object, "findings", 1), "severity", "warning");
	json_decref(object);
}

Test(json, verification_has_each_server_name_and_vip)
{
	struct sample s;
	json_t *object, *server, *name, *vip;

	sample_init(&s);
	s.report.verification = &s.verification;
	object = parsed(&s);
	expect_shape(object, HEAD " findings:a servers:a names:a vips:a");
	server = at(object, "servers", 0);
	expect_shape(server, "name:s address:s ldap:o dns:o");
	expect_shape(json_object_get(server, "ldap"), "reachable:b written:n");
	expect_shape(json_object_get(server, "dns"),
		     "reachable:b authoritative:b resolving:b serial:i ms:r");
	cr_expect(json_is_true(json_object_get(json_object_get(server, "dns"), "resolving")));
	name = at(object, "names", 0);
	expect_shape(name, "name:s chain:a addresses:a ms:r");
	cr_expect_str_eq(json_string_value(at(name, "chain", 1)), "k8s1.lime.lan");
	cr_expect_str_eq(json_string_value(at(name, "addresses", 0)), "192.168.11.11");
	vip = at(object, "vips", 0);
	expect_shape(vip, "address:s port:i tcp:o tls:o http:o certificate:o holder:o hosts:a");
	expect_shape(json_object_get(vip, "tcp"), "ok:b ms:r");
	expect_shape(json_object_get(vip, "tls"), "ok:b ms:r");
	expect_shape(json_object_get(vip, "http"), "status:i ms:r");
	cr_expect_eq(json_integer_value(json_object_get(vip, "port")), 6443);
	expect_shape(json_object_get(vip, "holder"), "host:s mac:s sole:b");
	expect_string(json_object_get(vip, "holder"), "host", "lb1");
	expect_string(json_object_get(vip, "holder"), "mac", "02:00:c0:a8:0b:0c");
	expect_shape(json_object_get(vip, "certificate"), "names:a fits:b expires:s");
	expect_string(json_object_get(vip, "certificate"), "expires", "2026-11-24T22:50:17Z");
	cr_expect_str_eq(json_string_value(at(json_object_get(vip, "certificate"), "names", 1)),
			 "kube.lime.lan");
	cr_expect_eq(json_array_size(json_object_get(vip, "hosts")), 2);
	expect_shape(at(vip, "hosts", 0), "name:s address:s tcp:o tls:o http:o certificate:n");
	expect_string(at(vip, "hosts", 1), "name", "lb2");
	expect_shape(at(vip, "hosts", 1), "name:s address:s tcp:o tls:n http:n certificate:n");
	json_decref(object);
}

Test(json, what_was_not_seen_is_null_and_what_failed_is_false)
{
	struct sample s;
	json_t *object, *server, *name, *vip;

	sample_init(&s);
	sample_break(&s);
	s.report.verification = &s.verification;
	object = parsed(&s);
	cr_expect(json_is_false(json_object_get(
		json_object_get(at(object, "servers", 0), "dns"), "resolving")));
	server = at(object, "servers", 1);
	expect_shape(server, "name:s address:n ldap:o dns:o");
	expect_shape(json_object_get(server, "dns"),
		     "reachable:b authoritative:n resolving:n serial:n ms:n");
	name = at(object, "names", 0);
	expect_shape(name, "name:s chain:a addresses:a ms:n");
	cr_expect_eq(json_array_size(json_object_get(name, "addresses")), 0);
	vip = at(object, "vips", 0);
	expect_shape(vip, "address:s port:i tcp:o tls:o http:n certificate:n holder:n hosts:a");
	cr_expect(json_is_true(json_object_get(json_object_get(vip, "tcp"), "ok")));
	cr_expect(json_is_false(json_object_get(json_object_get(vip, "tls"), "ok")));
	json_decref(object);
	s.vips[0].result.http = (struct halb_layer){ HALB_LAYER_TIMEOUT, 250000000, "" };
	object = parsed(&s);
	expect_shape(json_object_get(at(object, "vips", 0), "http"), "status:n ms:r");
	json_decref(object);
}

Test(json, layers_that_were_not_probed_are_null)
{
	struct sample s;
	json_t *object;

	sample_init(&s);
	s.vips[0].result = (struct halb_probe_result){ .tcp = { HALB_LAYER_REFUSED, 90000, "" } };
	s.report.verification = &s.verification;
	object = parsed(&s);
	expect_shape(at(object, "vips", 0),
		     "address:s port:i tcp:o tls:n http:n certificate:n holder:o hosts:a");
	json_decref(object);
}

Test(json, a_holder_that_is_known_by_half_has_nulls)
{
	struct sample s;
	json_t *object;

	sample_init(&s);
	s.vips[0].holder = (struct halb_holder){ .has_mac = true };
	s.report.verification = &s.verification;
	object = parsed(&s);
	expect_shape(json_object_get(at(object, "vips", 0), "holder"), "host:n mac:s sole:n");
	json_decref(object);
	s.vips[0].holder = (struct halb_holder){ .host = &s.stack_hosts[0],
						 .sole = HALB_SEEN_NO };
	object = parsed(&s);
	expect_shape(json_object_get(at(object, "vips", 0), "holder"), "host:s mac:n sole:b");
	json_decref(object);
}

Test(json, milliseconds_have_three_decimals)
{
	static const struct {
		int64_t ns;
		const char *want;
	} cases[] = { { 1, "0.0" },	      { 1234567, "1.235" },    { 100000, "0.1" },
		      { 70000000, "70.0" }, { 90012345678, "90012.346" } };
	struct sample s;

	sample_init(&s);
	s.report.verification = &s.verification;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char want[40], *text;

		s.names[0].took = cases[i].ns;
		snprintf(want, sizeof want, "\"ms\": %s\n", cases[i].want);
		text = sample_print(&s, "json");
		cr_expect_not_null(strstr(text, want), "%s not in %s", want, text);
		free(text);
	}
}

Test(json, error_has_category_message_and_hint)
{
	struct sample s;
	json_t *object, *error;

	sample_init(&s);
	halb_fail(&s.error, HALB_E_UNREACHABLE, "dc1.lime.lan: no answer");
	s.report.error = &s.error;
	object = parsed(&s);
	expect_shape(object, HEAD " error:o");
	error = json_object_get(object, "error");
	expect_shape(error, "category:s message:s hint:n");
	expect_string(error, "category", "unreachable");
	json_decref(object);
	halb_hint(&s.error, "is it up?");
	object = parsed(&s);
	expect_string(json_object_get(object, "error"), "hint", "is it up?");
	json_decref(object);
}

Test(json, document_is_a_text)
{
	struct sample s;
	json_t *object;

	sample_init(&s);
	s.report.document = "dn: CN=x\n\n\"quoted\"\n";
	object = parsed(&s);
	expect_shape(object, HEAD " document:s");
	expect_string(object, "document", s.report.document);
	json_decref(object);
}

Test(json, broken_bytes_become_text_and_controls_survive)
{
	struct sample s;
	const char *hostile = "a\n\033[2J \x7f \xc2\x9b \xe2\x80\xae caf\xc3\xa9 \xf0\x9f\x99\x82";
	char *text;
	json_t *object;

	sample_init(&s);
	s.changes[0].name = (char *)(uintptr_t)hostile;
	s.changes[0].dn = "CN=\xff\xc3";
	s.report.plan = &s.plan;
	object = parsed(&s);
	expect_string(at(object, "changes", 0), "name", hostile);
	expect_string(at(object, "changes", 0), "dn", "CN=\\xff\\xc3");
	json_decref(object);
	text = sample_print(&s, "json");
	cr_expect_not_null(strstr(text, "\"a\\n\\u001B[2J \\u007f \\u009b \\u202e caf\xc3\xa9 "),
			   "nothing for a terminal to obey: %s", text);
	free(text);
}

Test(json, checks_come_with_their_findings)
{
	const struct halb_finding skew = { .code = HALB_CODE_CLOCK_SKEW,
					   .severity = HALB_SEV_WARNING,
					   .server = "dc1.lime.lan", .actual = "90 s" };
	struct halb_checks checks = { 0 };
	struct halb_error err;
	struct sample s;
	json_t *object;

	sample_init(&s);
	cr_assert_eq(halb_checks_pass(&checks, "zone lime.lan", "there", &err), HALB_OK);
	cr_assert_eq(halb_checks_fail(&checks, "clock of dc1.lime.lan", &skew, &err), HALB_OK);
	s.report.checks = &checks;
	object = parsed(&s);
	expect_shape(object, HEAD " findings:a checks:a");
	expect_string(at(object, "findings", 0), "code", "clock-skew");
	expect_string(at(object, "findings", 0), "server", "dc1.lime.lan");
	expect_shape(at(object, "checks", 0), "what:s severity:s detail:s code:n");
	expect_string(at(object, "checks", 0), "what", "zone lime.lan");
	expect_string(at(object, "checks", 0), "severity", "ok");
	expect_shape(at(object, "checks", 1), "what:s severity:s detail:n code:s");
	expect_string(at(object, "checks", 1), "severity", "warning");
	expect_string(at(object, "checks", 1), "code", "clock-skew");
	json_decref(object);
	halb_checks_clear(&checks);
}

static size_t allocations, allowed;

static void *failing_malloc(size_t n)
{
	return ++allocations > allowed ? NULL : malloc(n);
}

Test(json, running_out_of_memory_prints_nothing)
{
	enum halb_status st = HALB_E_NOMEM;
	struct halb_error err;
	char *text = NULL;
	size_t len;
	struct sample s;
	FILE *out;

	sample_init(&s);
	sample_break(&s);
	halb_fail(&s.error, HALB_E_UNVERIFIED, "not seen in time");
	s.report.plan = &s.plan;
	s.report.verification = &s.verification;
	s.report.error = &s.error;
	s.report.document = "a document";
	json_set_alloc_funcs(failing_malloc, free);
	for (allowed = 0; st == HALB_E_NOMEM && allowed < 10000; allowed++) {
		allocations = 0;
		out = open_memstream(&text, &len);
		st = halb_report_print(&s.report, halb_report_format("json"), out, &err);
		fclose(out);
		cr_assert((st == HALB_E_NOMEM) == (len == 0), "status %d, %zu bytes", (int)st, len);
		free(text);
	}
	cr_expect_eq(st, HALB_OK);
	cr_expect_gt(allowed, 100, "or nothing failed at all");
}

Test(json, a_history_has_its_runs_and_their_changes)
{
	static const char *outcomes[] = { "done", "not done" };
	struct sample s;
	struct halb_report_run run = { .id = "20261124T234210Z-417", .time = 1795560617,
				       .command = "register", .user = "root", .applied = 1,
				       .outcome = "partial", .plan = &s.plan, .outcomes = outcomes };
	const struct halb_report_history history = { "/var/lib/halb-dns/journal", &run, 1 };
	json_t *object, *first;

	sample_init(&s);
	s.plan.n = 2;
	s.report.history = &history;
	object = parsed(&s);
	expect_string(object, "path", "/var/lib/halb-dns/journal");
	first = at(object, "runs", 0);
	expect_shape(first, "id:s time:s command:s user:s uid:i login:n server:n domain:n "
			    "checksum:n applied:i outcome:s undoes:n undone_by:n problem:n "
			    "changes:a");
	expect_string(first, "time", "2026-11-24T22:50:17Z");
	expect_string(at(first, "changes", 1), "outcome", "not done");
	json_decref(object);
}

Test(json, an_undo_names_the_run_that_it_undoes)
{
	struct sample s;
	json_t *object;

	sample_init(&s);
	s.report.plan = &s.plan;
	s.report.undoes = "20261124T234210Z-417";
	object = parsed(&s);
	expect_string(object, "undoes", "20261124T234210Z-417");
	json_decref(object);
}

Test(json, a_rendered_file_has_its_difference_or_null)
{
	char diff[] = "-\tbind *:1\n+\tbind *:2\n";
	struct halb_report_file items[] = {
		{ .path = "lb1/haproxy.cfg", .bytes = 9, .changed = true, .diff = diff },
		{ .path = "lb1/keepalived.conf", .bytes = 7 },
	};
	const struct halb_report_files files = { items, 2 };
	struct sample s;
	json_t *object;

	sample_init(&s);
	s.report.files = &files;
	object = parsed(&s);
	expect_shape(at(object, "files", 0), "path:s bytes:i changed:b written:b diff:s");
	expect_string(at(object, "files", 0), "diff", diff);
	expect_shape(at(object, "files", 1), "path:s bytes:i changed:b written:b diff:n");
	json_decref(object);
}

Test(json, gives_predictions_their_bounds_and_parts)
{
	struct halb_finding finding = { .rule = "check-missing", .severity = HALB_SEV_CRITICAL,
					.object = "haproxy.cfg:7" };
	struct halb_lint lint = { .findings = { .items = &finding, .n = 1 }, .n_predictions = 1 };
	json_t *object, *one;
	struct sample s;

	lint.predictions[0] = (struct halb_prediction){
		.fault = HALB_FAULT_BACKEND_LOST, .largest = HALB_PART_BACKEND,
		.outage = { 0, HALB_NEVER }, .parts[HALB_PART_ARP] = { 0, 5000000 }
	};
	sample_init(&s);
	s.report.lint = &lint;
	object = parsed(&s);
	expect_string(at(object, "findings", 0), "code", "check-missing");
	one = at(object, "predictions", 0);
	expect_shape(one, "fault:s min_ms:r max_ms:n largest:s parts:a note:n");
	expect_string(one, "fault", "backend-lost");
	expect_shape(at(one, "parts", HALB_PART_ARP), "part:s min_ms:r max_ms:r");
	cr_expect_eq(json_real_value(json_object_get(at(one, "parts", HALB_PART_ARP), "max_ms")), 5);
	json_decref(object);
}
