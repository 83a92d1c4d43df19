/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_priv.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void expect_text(const struct sample *s, const char *want)
{
	char *got = sample_print(s, "text");

	cr_expect_str_eq(got, want, "\n%s---- instead of\n%s", got, want);
	free(got);
}

Test(text, shows_a_plan_as_a_diff)
{
	struct sample s;

	sample_init(&s);
	s.report.plan = &s.plan;
	expect_text(&s, "~ replace  k8s1.lime.lan  A      192.168.11.10 ttl=3600 -> 192.168.11.11 "
			"ttl=900\n"
			"+ add      kube.lime.lan  CNAME  k8s1.lime.lan ttl=900\n"
			"+ add      k8s1           DHCP   02:00:00:00:01:01 192.168.11.11\n"
			"- delete   old.lime.lan   CNAME  k8s1.lime.lan ttl=600\n"
			"4 changes on dc1.lime.lan: 2 to add, 1 to replace, 1 to delete\n"
			"checksum 9f86d081\n");
}

Test(text, shows_what_is_kept_when_verbose)
{
	struct sample s;

	sample_init(&s);
	s.plan.changes = &s.changes[1];
	s.plan.n = 2;
	s.report.plan = &s.plan;
	s.report.verbose = true;
	s.report.dry_run = true;
	s.report.server = NULL;
	expect_text(&s, "+ add   kube.lime.lan               CNAME  k8s1.lime.lan ttl=900\n"
			"= keep  11.11.168.192.in-addr.arpa  PTR    k8s1.lime.lan ttl=900\n"
			"1 change: 1 to add\n"
			"checksum 9f86d081\n"
			"dry run: nothing written\n");
}

Test(text, shows_a_tombstone_and_an_adoption)
{
	struct sample s;

	sample_init(&s);
	s.changes[0].action = HALB_ACTION_RESURRECT;
	s.changes[0].before = "tombstone";
	s.changes[1].action = HALB_ACTION_ADOPT;
	s.changes[1].before = s.changes[1].after;
	s.plan.n = 2;
	s.report.plan = &s.plan;
	expect_text(&s, "+ resurrect  k8s1.lime.lan  A      tombstone -> 192.168.11.11 ttl=900\n"
			"* adopt      kube.lime.lan  CNAME  k8s1.lime.lan ttl=900\n"
			"2 changes on dc1.lime.lan: 1 to resurrect, 1 to adopt\n"
			"checksum 9f86d081\n");
}

Test(text, says_what_was_written)
{
	struct sample s;

	sample_init(&s);
	s.plan.changes = &s.changes[4];
	s.plan.n = 1;
	s.report.plan = &s.plan;
	s.report.applied = 1;
	expect_text(&s, "- delete  old.lime.lan  CNAME  k8s1.lime.lan ttl=600\n"
			"1 change written to dc1.lime.lan\n");
	s.report.journal = "20261124T225017Z";
	expect_text(&s, "- delete  old.lime.lan  CNAME  k8s1.lime.lan ttl=600\n"
			"1 change written to dc1.lime.lan (journal 20261124T225017Z)\n");
}

Test(text, says_how_far_it_came_before_an_error)
{
	struct sample s;
	char *got;

	sample_init(&s);
	s.report.plan = &s.plan;
	s.report.applied = 3;
	s.report.error = &s.error;
	halb_fail(&s.error, HALB_E_DENIED, "insufficient access rights");
	got = sample_print(&s, "text");
	cr_expect_not_null(strstr(got, "\n3 of 4 changes written to dc1.lime.lan\n"), "%s", got);
	cr_expect_null(strstr(got, "insufficient"), "errors are logged, not reported: %s", got);
	free(got);
}

Test(text, says_when_nothing_is_to_do)
{
	struct sample s;

	sample_init(&s);
	s.plan.changes = &s.changes[2];
	s.plan.n = 1;
	s.report.plan = &s.plan;
	expect_text(&s, "nothing to change: 1 object is as the site file says (dc1.lime.lan)\n");
	s.plan.n = 0;
	expect_text(&s, "nothing to change: there is nothing of this site (dc1.lime.lan)\n");
}

Test(text, shows_only_what_blocks_a_blocked_plan)
{
	struct sample s;

	sample_init(&s);
	s.report.plan = &s.plan;
	s.report.status = "critical";
	s.found[1] = (struct halb_finding){ .code = HALB_CODE_MAC_NOT_LOCAL,
					    .severity = HALB_SEV_WARNING,
					    .object = "00:50:56:00:01:01",
					    .hint = "take a locally administered one" };
	s.plan.findings = (struct halb_findings){ .items = s.found, .n = 2,
						  .worst = HALB_SEV_CRITICAL };
	s.plan.verdict = HALB_E_CONFLICT;
	expect_text(&s, "critical  record-foreign  k8s1.lime.lan: expected A 192.168.11.11, "
			"found A 10.0.0.1\n"
			"  -> if it may go, --replace\n"
			"warning   mac-not-local   00:50:56:00:01:01\n"
			"  -> take a locally administered one\n"
			"nothing was written\n");
}

Test(text, shows_what_answers)
{
	struct sample s;

	sample_init(&s);
	s.report.verification = &s.verification;
	expect_text(&s, "dc1.lime.lan  192.168.11.2  resolves 1 of 1 name  serial 110  1.2 ms\n"
			"dc2.lime.lan  192.168.11.3  resolves 1 of 1 name  serial 110  1.2 ms\n"
			"resolver      kube.lime.lan -> k8s1.lime.lan -> 192.168.11.11  0.8 ms\n"
			"vIP           192.168.11.11:6443  held by lb1  tcp 0.4 ms  tls 3.1 ms  "
			"http 200 2.0 ms\n"
			"verified in 1.3 s\n");
}

Test(text, shows_what_is_behind_the_vip_when_verbose)
{
	struct sample s;

	sample_init(&s);
	s.verification.n_servers = s.verification.n_names = 0;
	s.report.verification = &s.verification;
	s.report.verbose = true;
	expect_text(&s, "vIP          192.168.11.11:6443  held by lb1 (02:00:c0:a8:0b:0c), alone  "
			"tcp 0.4 ms  tls 3.1 ms  http 200 2.0 ms\n"
			"certificate  until 2026-11-24 for k8s1.lime.lan kube.lime.lan\n"
			"lb1          192.168.11.12:6443  ready                                   "
			"tcp 0.4 ms  tls 3.1 ms  http 200 2.0 ms\n"
			"lb2          192.168.11.13:6443  not ready                               "
			"tcp refused\n"
			"verified in 1.3 s\n");
}

Test(text, never_claims_that_a_holder_is_alone_where_nobody_was_asked)
{
	static char name[] = "lb9";
	static const struct halb_stack_host lb9 = { .name = name };
	static const struct {
		struct halb_holder holder;
		const char *want;
	} cases[] = {
		{ { .has_mac = true }, "held by 00:00:00:00:00:00, who else was not asked" },
		{ { .has_mac = true, .sole = HALB_SEEN_NO },
		  "held by 00:00:00:00:00:00, not alone" },
		{ { .host = &lb9, .told = true }, "held by lb9, as its HAProxy says  tcp" },
		{ { 0 }, "holder unknown  tcp" },
	};
	struct sample s;

	sample_init(&s);
	s.report.verification = &s.verification;
	s.report.verbose = true;
	s.vips[0].n_hosts = 1;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *got;

		s.vips[0].holder = cases[i].holder;
		got = sample_print(&s, "text");
		cr_expect_not_null(strstr(got, cases[i].want), "%s in\n%s", cases[i].want, got);
		free(got);
	}
}

Test(text, a_note_is_no_warning)
{
	struct sample s;
	char *got;

	sample_init(&s);
	s.verification.n_servers = s.verification.n_names = s.verification.n_vips = 0;
	s.found[0].severity = HALB_SEV_OK;
	s.verification.findings = (struct halb_findings){ .items = s.found, .n = 2,
							  .worst = HALB_SEV_WARNING };
	s.report.verification = &s.verification;
	s.report.status = "warning";
	got = sample_print(&s, "text");
	cr_expect_not_null(strstr(got, "verified in 1.3 s, 1 warning\n"), "%s", got);
	cr_expect_not_null(strstr(got, "ok       record-foreign  "), "%s", got);
	free(got);
}

Test(text, shows_what_does_not_answer)
{
	struct sample s;

	sample_init(&s);
	sample_break(&s);
	s.report.status = "critical";
	s.report.verification = &s.verification;
	expect_text(&s, "dc1.lime.lan  192.168.11.2  resolves 0 of 1 name  "
			"kube.lime.lan: NXDOMAIN\n"
			"dc2.lime.lan  -             no answer             "
			"its name has no address\n"
			"resolver      kube.lime.lan  no answer within 2 s\n"
			"vIP           192.168.11.11:6443  tcp 0.4 ms  "
			"tls failed: the certificate has expired\n"
			"critical  record-foreign  k8s1.lime.lan: expected A 192.168.11.11, "
			"found A 10.0.0.1\n"
			"  -> if it may go, --replace\n"
			"warning   replica-lag     kube.lime.lan: found NXDOMAIN [dc2.lime.lan]\n"
			"not verified after 90.0 s\n");
}

Test(text, names_each_way_in_which_a_port_fails)
{
	static const struct {
		struct halb_probe_result result;
		const char *want;
	} cases[] = {
		{ { .tcp = { .state = HALB_LAYER_REFUSED } }, "tcp refused\n" },
		{ { .tcp = { .state = HALB_LAYER_TIMEOUT } }, "tcp timed out\n" },
		{ { .tcp = { .state = HALB_LAYER_FAILED } }, "tcp failed\n" },
		{ { .http = { .state = HALB_LAYER_FAILED, .text = "not a 2xx" },
		    .http_status = 503 },
		  "http 503 failed: not a 2xx\n" },
	};
	struct sample s;

	sample_init(&s);
	s.balancer.vip = sample_addr("fd00::11");
	s.verification = (struct halb_verification){ .vips = s.vips, .n_vips = 1 };
	s.report.verification = &s.verification;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char want[100];

		s.vips[0].result = cases[i].result;
		s.vips[0].holder = (struct halb_holder){ 0 };
		snprintf(want, sizeof want, "vIP  [fd00::11]:6443  %sverified in 0.0 ms\n",
			 cases[i].want);
		expect_text(&s, want);
	}
}

Test(text, of_a_check_tells_each_dcs_states_apart)
{
	struct sample s;

	sample_init(&s);
	s.report.command = "check";
	s.report.verification = &s.verification;
	s.verification.surveyed = true;
	s.verification.n_names = s.verification.n_vips = 0;
	s.servers[0].ldap_reachable = s.servers[0].ldap_written = HALB_SEEN_YES;
	s.servers[1] = (struct halb_server_state){ .name = "dc2.lime.lan",
						   .address = s.servers[1].address,
						   .ldap_reachable = HALB_SEEN_NO,
						   .dns_reachable = HALB_SEEN_NO,
						   .text = "no answer" };
	s.verification.findings.n = 1;
	s.verification.findings.items = &s.found[1];
	s.verification.findings.worst = HALB_SEV_WARNING;
	expect_text(&s,
		    "server        address       ldap  written  dns  authoritative  resolves\n"
		    "dc1.lime.lan  192.168.11.2  yes   yes      yes  yes            1\n"
		    "dc2.lime.lan  192.168.11.3  no    -        no   -              -  no answer\n"
		    "warning  replica-lag  kube.lime.lan: found NXDOMAIN [dc2.lime.lan]\n"
		    "checked in 1.3 s: warning, 1 finding\n");
}

Test(text, leaves_out_names_that_nobody_was_asked_about)
{
	struct sample s;

	sample_init(&s);
	s.names[0].n_chain = s.names[0].n_addresses = 0;
	s.verification.n_servers = s.verification.n_vips = 0;
	s.verification.findings.n = 1;
	s.verification.findings.items = &s.found[1];
	s.verification.findings.worst = HALB_SEV_WARNING;
	s.report.verification = &s.verification;
	expect_text(&s, "warning  replica-lag  kube.lime.lan: found NXDOMAIN [dc2.lime.lan]\n"
			"verified in 1.3 s, 1 warning\n");
}

Test(text, does_not_need_the_resolver_to_count_names)
{
	struct sample s;

	sample_init(&s);
	s.verification.n_names = s.verification.n_vips = 0;
	s.verification.n_servers = 1;
	s.report.verification = &s.verification;
	expect_text(&s, "dc1.lime.lan  192.168.11.2  resolves 1 name  serial 110  1.2 ms\n"
			"verified in 1.3 s\n");
}

Test(text, names_the_balancer_where_a_finding_has_no_object)
{
	struct sample s;

	sample_init(&s);
	s.found[0].object = s.found[0].actual = s.found[0].hint = NULL;
	s.plan.findings.items = s.found;
	s.plan.findings.n = 1;
	s.plan.verdict = HALB_E_SITE;
	s.report.plan = &s.plan;
	expect_text(&s, "critical  record-foreign  k8s1: expected A 192.168.11.11\n"
			"nothing was written\n");
}

Test(text, is_quiet_where_all_is_well_only)
{
	struct sample s;

	sample_init(&s);
	s.report.plan = &s.plan;
	s.report.verification = &s.verification;
	s.report.quiet = true;
	expect_text(&s, "");
	s.report.plan = NULL;
	s.report.status = "warning";
	s.verification.n_servers = s.verification.n_names = s.verification.n_vips = 0;
	expect_text(&s, "verified in 1.3 s\n");
}

Test(text, color_changes_nothing_but_color)
{
	struct sample s;

	sample_init(&s);
	s.plan.findings = (struct halb_findings){ .items = s.found, .n = 2,
						  .worst = HALB_SEV_CRITICAL };
	s.report.plan = &s.plan;
	s.report.color = true;
	expect_text(&s, "\033[33m~ replace\033[0m  k8s1.lime.lan  A      192.168.11.10 ttl=3600 -> "
			"192.168.11.11 ttl=900\n"
			"\033[32m+ add\033[0m      kube.lime.lan  CNAME  k8s1.lime.lan ttl=900\n"
			"\033[32m+ add\033[0m      k8s1           DHCP   02:00:00:00:01:01 "
			"192.168.11.11\n"
			"\033[31m- delete\033[0m   old.lime.lan   CNAME  k8s1.lime.lan ttl=600\n"
			"\033[31mcritical\033[0m  record-foreign  k8s1.lime.lan: expected "
			"A 192.168.11.11, found A 10.0.0.1\n"
			"  -> if it may go, --replace\n"
			"\033[33mwarning\033[0m   replica-lag     kube.lime.lan: found NXDOMAIN "
			"[dc2.lime.lan]\n"
			"4 changes on dc1.lime.lan: 2 to add, 1 to replace, 1 to delete\n"
			"checksum 9f86d081\n");
}

Test(text, shows_controls_and_broken_bytes_and_never_obeys_them)
{
	struct sample s;

	sample_init(&s);
	s.changes[1].name = "a\tb\n\033[2J\x7f";
	s.changes[1].after = "caf\xc3\xa9 \xe9 \xc2\x9b" "1m \xe2\x80\xae";
	s.plan.changes = &s.changes[1];
	s.plan.n = 1;
	s.report.plan = &s.plan;
	s.report.server = "dc1\r";
	expect_text(&s, "+ add  a\\x09b\\x0a\\x1b[2J\\x7f  CNAME  caf\xc3\xa9 \\xe9 \\xc2\\x9b1m "
			"\\xe2\\x80\\xae ttl=900\n"
			"1 change on dc1\\x0d: 1 to add\n"
			"checksum 9f86d081\n");
}

Test(text, counts_characters_and_not_bytes)
{
	struct sample s;

	sample_init(&s);
	s.changes[0].name = "caf\xc3\xa9";
	s.changes[1].name = "cafes";
	s.changes[0].action = HALB_ACTION_ADD;
	s.plan.n = 2;
	s.report.plan = &s.plan;
	expect_text(&s, "+ add  caf\xc3\xa9   A      192.168.11.11 ttl=900\n"
			"+ add  cafes  CNAME  k8s1.lime.lan ttl=900\n"
			"2 changes on dc1.lime.lan: 2 to add\n"
			"checksum 9f86d081\n");
}

Test(text, prints_a_document_as_it_is)
{
	struct sample s;

	sample_init(&s);
	s.report.document = "dn: CN=x\n\n\tno final line end";
	s.report.quiet = true;
	expect_text(&s, s.report.document);
}

Test(text, of_an_error_alone_is_empty)
{
	struct sample s;

	sample_init(&s);
	halb_fail(&s.error, HALB_E_SITE, "halb.yaml:3: vip: expected an address");
	s.report.error = &s.error;
	expect_text(&s, "");
}

/* ---- undo and history ---- */

Test(text, says_which_run_is_undone)
{
	struct sample s;

	sample_init(&s);
	s.report.command = "undo";
	s.report.plan = &s.plan;
	s.report.undoes = "20261124T234210Z-417";
	s.plan.changes = &s.changes[4];
	s.plan.n = 1;
	s.changes[4].action = HALB_ACTION_RELEASE;
	s.report.applied = 1;
	s.report.journal = "20261124T234211Z-002";
	expect_text(&s, "undo of 20261124T234210Z-417\n"
			"* release  old.lime.lan  CNAME   ttl=0\n"
			"1 change written to dc1.lime.lan (journal 20261124T234211Z-002)\n");
}

Test(text, says_when_nothing_is_to_undo)
{
	struct sample s;

	sample_init(&s);
	s.report.command = "undo";
	s.report.plan = &s.plan;
	s.plan.n = 0;
	expect_text(&s, "nothing to undo\n");
	s.report.undoes = "20261124T234210Z-417";
	expect_text(&s, "nothing to undo: all is as it was before 20261124T234210Z-417\n");
}

Test(text, lists_the_journal)
{
	static const char *outcomes[] = { "done", "not done", "done", "done", "done" };
	struct sample s;
	struct halb_plan none = { 0 };
	struct halb_report_run runs[2] = {
		{ .id = "20261124T234210Z-417", .time = 1795560617, .command = "register",
		  .user = "root", .login = "halb-dns@LIME.LAN", .server = "dc1.lime.lan",
		  .outcome = "partial", .plan = &s.plan, .outcomes = outcomes },
		{ .id = "20261124T234210Z-002", .outcome = "unreadable", .problem = "it is empty",
		  .plan = &none, .outcomes = outcomes },
	};
	const struct halb_report_history history = { "/var/lib/halb-dns/journal", runs, 2 };

	sample_init(&s);
	s.plan.n = 2;
	s.report.command = "history";
	s.report.history = &history;
	s.report.quiet = true;
	expect_text(&s, "20261124T234210Z-417  2026-11-24 22:50:17Z  register  root as "
			"halb-dns@LIME.LAN  dc1.lime.lan  2 changes  partial\n"
			"20261124T234210Z-002                        -         -                       "
			"   -             0 changes  unreadable (it is empty)\n");
}

Test(text, lists_the_changes_of_each_run_when_verbose)
{
	static const char *outcomes[] = { "done", "changed since" };
	struct sample s;
	struct halb_report_run run = { .id = "20261124T234210Z-417", .command = "register",
				       .outcome = "partial", .plan = &s.plan,
				       .undone_by = "20261124T234211Z-002", .outcomes = outcomes };
	const struct halb_report_history history = { "/var/lib/halb-dns/journal", &run, 1 };
	char *got;

	sample_init(&s);
	s.plan.changes = &s.changes[2];
	s.plan.n = 2;
	s.report.history = &history;
	s.report.verbose = true;
	got = sample_print(&s, "text");
	cr_expect(strstr(got, "partial by 20261124T234211Z-002\n"), "%s", got);
	cr_expect(strstr(got, "\n    + add "), "%s", got);
	cr_expect(strstr(got, " (changed since)\n"), "%s", got);
	free(got);
}

Test(text, of_an_empty_journal_says_where_it_would_be)
{
	struct sample s;
	const struct halb_report_history history = { "/var/lib/halb-dns/journal", NULL, 0 };

	sample_init(&s);
	s.report.history = &history;
	expect_text(&s, "no run has written anything (/var/lib/halb-dns/journal)\n");
}

/* One that is well, a warning, and one that could not be looked at. */
static void make_checks(struct halb_checks *checks)
{
	const struct halb_finding skew = { .code = HALB_CODE_CLOCK_SKEW,
					   .severity = HALB_SEV_WARNING,
					   .object = "dc1.lime.lan", .server = "dc1.lime.lan",
					   .expected = "at most 60 s", .actual = "90 s",
					   .hint = "set the clock" };
	const struct halb_finding dead = { .code = HALB_CODE_LDAP_UNREACHABLE,
					   .severity = HALB_SEV_UNKNOWN,
					   .server = "dc2.lime.lan", .actual = "no answer" };
	struct halb_error err;

	cr_assert_eq(halb_checks_pass(checks, "zone lime.lan", "aging \033off", &err), HALB_OK);
	cr_assert_eq(halb_checks_fail(checks, "clock of dc1.lime.lan", &skew, &err), HALB_OK);
	cr_assert_eq(halb_checks_fail(checks, "LDAP of dc2.lime.lan", &dead, &err), HALB_OK);
}

Test(text, shows_each_check_in_a_line_with_its_hint)
{
	struct halb_checks checks = { 0 };
	struct sample s;

	sample_init(&s);
	make_checks(&checks);
	s.report.status = "unknown";
	s.report.checks = &checks;
	expect_text(&s, "ok       zone lime.lan          aging \\x1boff\n"
			"warning  clock of dc1.lime.lan  clock-skew: dc1.lime.lan: expected at most "
			"60 s, found 90 s [dc1.lime.lan]\n"
			"  -> set the clock\n"
			"unknown  LDAP of dc2.lime.lan   ldap-unreachable: found no answer "
			"[dc2.lime.lan]\n");
	s.report.quiet = true;
	expect_text(&s, "warning  clock of dc1.lime.lan  clock-skew: dc1.lime.lan: expected at most "
			"60 s, found 90 s [dc1.lime.lan]\n"
			"  -> set the clock\n"
			"unknown  LDAP of dc2.lime.lan   ldap-unreachable: found no answer "
			"[dc2.lime.lan]\n");
	halb_checks_clear(&checks);
}

Test(text, is_silent_about_checks_that_are_all_well)
{
	struct halb_checks checks = { 0 };
	struct halb_error err;
	struct sample s;

	sample_init(&s);
	cr_assert_eq(halb_checks_pass(&checks, "zone lime.lan", "there", &err), HALB_OK);
	s.report.checks = &checks;
	expect_text(&s, "ok  zone lime.lan  there\n");
	s.report.quiet = true;
	expect_text(&s, "");
	halb_checks_clear(&checks);
}

Test(text, shows_what_changes_in_files_and_which_were_written)
{
	char diff[] = "--- a\n+++ b\n-\tbind *:1 \033[31m\n+\tbind *:2\n";
	struct halb_report_file items[] = {
		{ .path = "lb1/haproxy.cfg", .changed = true, .written = true, .diff = diff },
		{ .path = "lb1/keepalived.conf" },
	};
	const struct halb_report_files files = { items, 2 };
	struct sample s;

	sample_init(&s);
	s.report.files = &files;
	expect_text(&s, "--- a\n+++ b\n-\tbind *:1 \\x1b[31m\n+\tbind *:2\nwrote lb1/haproxy.cfg\n");
	s.report.verbose = true;
	expect_text(&s, "--- a\n+++ b\n-\tbind *:1 \\x1b[31m\n+\tbind *:2\nwrote lb1/haproxy.cfg\n"
			"same  lb1/keepalived.conf\n");
}

Test(text, shows_lint_as_a_compiler_would_and_what_is_predicted)
{
	struct halb_finding finding = { .rule = "redispatch-missing", .severity = HALB_SEV_WARNING,
					.object = "lb1/haproxy.cfg:7", .server = "lb1",
					.actual = "no option redispatch", .hint = "add it" };
	struct halb_lint lint = { .findings = { .items = &finding, .n = 1 }, .n_predictions = 2 };
	struct sample s;

	lint.predictions[0] = (struct halb_prediction){
		.fault = HALB_FAULT_HOST_LOST, .largest = HALB_PART_DETECTION,
		.outage = { 2015625000, 3015625000 }
	};
	lint.predictions[1] = (struct halb_prediction){
		.fault = HALB_FAULT_HAPROXY_KILLED, .largest = HALB_PART_DETECTION,
		.outage = { HALB_NEVER, HALB_NEVER }, .note = "nothing sees it"
	};
	sample_init(&s);
	s.report.lint = &lint;
	expect_text(&s, "lb1/haproxy.cfg:7: warning: redispatch-missing: no option redispatch\n"
			"  -> add it\n"
			"\n"
			"predicted outage:\n"
			"fault           at least  at most  largest part  note\n"
			"host-lost       2.0 s     3.0 s    detection\n"
			"haproxy-killed  never     never    detection     nothing sees it\n");
}
