/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_priv.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SITE "site=\"/etc/halb-dns/halb.yaml\""

static struct halb_site site;

static void init(struct sample *s)
{
	sample_init(s);
	s->balancer.name = (char *)(uintptr_t)"k8s1";
	site = (struct halb_site){ .balancers = &s->balancer, .n_balancers = 1 };
	s->report.site = &site;
	s->report.site_path = "/etc/halb-dns/halb.yaml";
	s->report.verification = &s->verification;
}

/* The lines of one metric, its HELP and TYPE aside. */
static void expect_metric(const struct sample *s, const char *name, const char *want)
{
	char *text = sample_print(s, "prometheus"), *rest = text, *line;
	struct halb_buf got = { 0 };
	size_t len = strlen(name);

	while ((line = strsep(&rest, "\n")))
		if (strncmp(line, name, len) == 0 && line[len] == '{')
			halb_buf_printf(&got, "%s\n", line);
	cr_expect_str_eq(halb_buf_string(&got), want);
	halb_buf_clear(&got);
	free(text);
}

Test(prometheus, says_that_all_is_well)
{
	struct sample s;

	init(&s);
	expect_metric(&s, "halb_dns_up", "halb_dns_up{" SITE "} 1\n");
	expect_metric(&s, "halb_dns_status", "halb_dns_status{" SITE "} 0\n");
	expect_metric(&s, "halb_dns_error", "");
	expect_metric(&s, "halb_dns_finding", "");
	expect_metric(&s, "halb_dns_findings",
		      "halb_dns_findings{" SITE ",severity=\"critical\"} 0\n"
		      "halb_dns_findings{" SITE ",severity=\"unknown\"} 0\n"
		      "halb_dns_findings{" SITE ",severity=\"warning\"} 0\n");
	expect_metric(&s, "halb_dns_last_run_timestamp_seconds",
		      "halb_dns_last_run_timestamp_seconds{" SITE "} 1795560617\n");
	expect_metric(&s, "halb_dns_last_run_duration_seconds",
		      "halb_dns_last_run_duration_seconds{" SITE "} 1.300000\n");
}

Test(prometheus, has_a_series_for_each_balancer_server_name_and_layer)
{
	struct sample s;

	init(&s);
	expect_metric(&s, "halb_dns_balancer_up",
		      "halb_dns_balancer_up{" SITE ",balancer=\"k8s1\",vip=\"192.168.11.11\"} 1\n");
	expect_metric(&s, "halb_dns_server_up",
		      "halb_dns_server_up{" SITE ",server=\"dc1.lime.lan\",address=\"192.168.11.2\"} "
		      "1\nhalb_dns_server_up{" SITE ",server=\"dc2.lime.lan\",address="
		      "\"192.168.11.3\"} 1\n");
	expect_metric(&s, "halb_dns_resolver_up",
		      "halb_dns_resolver_up{" SITE ",name=\"kube.lime.lan\"} 1\n");
	s.verification.n_servers = 1;
	expect_metric(&s, "halb_dns_server_zone_serial",
		      "halb_dns_server_zone_serial{" SITE ",server=\"dc1.lime.lan\",address="
		      "\"192.168.11.2\"} 110\n");
	expect_metric(&s, "halb_dns_server_query_seconds",
		      "halb_dns_server_query_seconds{" SITE ",server=\"dc1.lime.lan\",address="
		      "\"192.168.11.2\"} 0.001235\n");
	s.vips[0].result.http.state = HALB_LAYER_SKIPPED;
	expect_metric(&s, "halb_dns_probe_duration_seconds",
		      "halb_dns_probe_duration_seconds{" SITE ",balancer=\"k8s1\",vip="
		      "\"192.168.11.11\",port=\"6443\",path=\"\",layer=\"tcp\"} 0.000400\n"
		      "halb_dns_probe_duration_seconds{" SITE ",balancer=\"k8s1\",vip="
		      "\"192.168.11.11\",port=\"6443\",path=\"\",layer=\"tls\"} 0.003100\n");
}

Test(prometheus, says_who_has_the_vip_and_which_hosts_are_ready)
{
	static const char holders[] =
		"halb_dns_vip_holder{" SITE ",balancer=\"k8s1\",vip=\"192.168.11.11\",host=\"lb1\"} 1\n"
		"halb_dns_vip_holder{" SITE ",balancer=\"k8s1\",vip=\"192.168.11.11\",host=\"lb2\"} 0\n";
	struct halb_probe_spec other = { .port = 443, .http = "/livez" };
	struct halb_vip_state ports[2];
	struct sample s;

	init(&s);
	ports[0] = ports[1] = s.vips[0];
	ports[1].spec = &other;
	s.verification.vips = ports;
	s.verification.n_vips = 2;
	expect_metric(&s, "halb_dns_vip_holder", holders);
	expect_metric(&s, "halb_dns_host_up",
		      "halb_dns_host_up{" SITE ",balancer=\"k8s1\",host=\"lb1\",port=\"443\","
		      "path=\"/livez\"} 1\n"
		      "halb_dns_host_up{" SITE ",balancer=\"k8s1\",host=\"lb1\",port=\"6443\","
		      "path=\"\"} 1\n"
		      "halb_dns_host_up{" SITE ",balancer=\"k8s1\",host=\"lb2\",port=\"443\","
		      "path=\"/livez\"} 0\n"
		      "halb_dns_host_up{" SITE ",balancer=\"k8s1\",host=\"lb2\",port=\"6443\","
		      "path=\"\"} 0\n");
	ports[0].holder.host = NULL;
	s.hosts[0].result.tcp.state = HALB_LAYER_SKIPPED;
	s.verification.n_vips = 1;
	expect_metric(&s, "halb_dns_vip_holder", "");
	expect_metric(&s, "halb_dns_host_up",
		      "halb_dns_host_up{" SITE ",balancer=\"k8s1\",host=\"lb2\",port=\"6443\","
		      "path=\"\"} 0\n");
}

Test(prometheus, says_what_is_wrong)
{
	struct sample s;

	init(&s);
	sample_break(&s);
	s.report.exit = 2;
	expect_metric(&s, "halb_dns_up", "halb_dns_up{" SITE "} 0\n");
	expect_metric(&s, "halb_dns_status", "halb_dns_status{" SITE "} 2\n");
	expect_metric(&s, "halb_dns_finding",
		      "halb_dns_finding{" SITE ",code=\"record-foreign\",severity=\"critical\","
		      "balancer=\"k8s1\",object=\"k8s1.lime.lan\",server=\"\"} 1\n"
		      "halb_dns_finding{" SITE ",code=\"replica-lag\",severity=\"warning\","
		      "balancer=\"\",object=\"kube.lime.lan\",server=\"dc2.lime.lan\"} 1\n");
	expect_metric(&s, "halb_dns_balancer_up",
		      "halb_dns_balancer_up{" SITE ",balancer=\"k8s1\",vip=\"192.168.11.11\"} 0\n");
	expect_metric(&s, "halb_dns_server_state",
		      "halb_dns_server_state{" SITE ",server=\"dc1.lime.lan\",address="
		      "\"192.168.11.2\",state=\"dns_reachable\"} 1\n"
		      "halb_dns_server_state{" SITE ",server=\"dc1.lime.lan\",address="
		      "\"192.168.11.2\",state=\"dns_resolving\"} 0\n"
		      "halb_dns_server_state{" SITE ",server=\"dc1.lime.lan\",address="
		      "\"192.168.11.2\",state=\"ldap_reachable\"} 1\n"
		      "halb_dns_server_state{" SITE ",server=\"dc2.lime.lan\",address=\"\","
		      "state=\"dns_reachable\"} 0\n"
		      "halb_dns_server_state{" SITE ",server=\"dc2.lime.lan\",address=\"\","
		      "state=\"ldap_reachable\"} 0\n");
	expect_metric(&s, "halb_dns_probe_up",
		      "halb_dns_probe_up{" SITE ",balancer=\"k8s1\",vip=\"192.168.11.11\","
		      "port=\"6443\",path=\"\",layer=\"tcp\"} 1\n"
		      "halb_dns_probe_up{" SITE ",balancer=\"k8s1\",vip=\"192.168.11.11\","
		      "port=\"6443\",path=\"\",layer=\"tls\"} 0\n");
}

Test(prometheus, has_the_sites_own_series_where_no_site_could_be_read)
{
	struct sample s;

	init(&s);
	s.report.site = NULL;
	s.report.verification = NULL;
	s.report.exit = 3;
	s.report.last_success = 1795560000;
	s.error = (struct halb_error){ HALB_E_SITE, "no such file", "" };
	s.report.error = &s.error;
	expect_metric(&s, "halb_dns_up", "halb_dns_up{" SITE "} 0\n");
	expect_metric(&s, "halb_dns_error", "halb_dns_error{" SITE ",category=\"site-file\"} 1\n");
	expect_metric(&s, "halb_dns_last_success_timestamp_seconds",
		      "halb_dns_last_success_timestamp_seconds{" SITE "} 1795560000\n");
}

Test(prometheus, calls_no_balancer_up_that_was_not_looked_at)
{
	struct sample s;

	init(&s);
	s.report.verification = NULL;
	expect_metric(&s, "halb_dns_balancer_up",
		      "halb_dns_balancer_up{" SITE ",balancer=\"k8s1\",vip=\"192.168.11.11\"} 0\n");
}

Test(prometheus, calls_a_balancer_up_by_what_was_found_of_it)
{
	static const struct {
		const char *balancer;
		enum halb_severity severity;
		char up;
	} cases[] = {
		{ "k8s1", HALB_SEV_WARNING, '1' }, { "k8s1", HALB_SEV_UNKNOWN, '0' },
		{ "k8s1", HALB_SEV_CRITICAL, '0' }, { "k8s2", HALB_SEV_CRITICAL, '1' },
		{ NULL, HALB_SEV_CRITICAL, '1' },   { NULL, HALB_SEV_UNKNOWN, '0' },
	};
	struct sample s;

	init(&s);
	s.verification.findings = (struct halb_findings){ .items = s.found, .n = 1 };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char want[] = "halb_dns_balancer_up{" SITE ",balancer=\"k8s1\",vip="
			      "\"192.168.11.11\"} 1\n";

		want[sizeof want - 3] = cases[i].up;
		s.found[0].balancer = (char *)(uintptr_t)cases[i].balancer;
		s.found[0].severity = cases[i].severity;
		expect_metric(&s, "halb_dns_balancer_up", want);
	}
}

Test(prometheus, reads_the_last_success_back)
{
	struct sample s;
	char *text;

	init(&s);
	text = sample_print(&s, "prometheus");
	cr_expect_eq(halb_report_last_success(text), s.report.time);
	free(text);
	s.report.exit = 1;
	s.report.last_success = 12345;
	text = sample_print(&s, "prometheus");
	cr_expect_eq(halb_report_last_success(text), 12345);
	free(text);
	cr_expect_eq(halb_report_last_success(""), 0);
	cr_expect_eq(halb_report_last_success("\nhalb_dns_last_success_timestamp_seconds{"), 0);
}

Test(prometheus, escapes_labels_and_repeats_no_series)
{
	struct sample s;
	struct halb_finding twice[2];

	init(&s);
	s.report.only = "k\"8\\s\n1";
	twice[0] = twice[1] = s.found[0];
	twice[1].actual = NULL;
	s.verification.findings = (struct halb_findings){ .items = twice, .n = 2,
							  .worst = HALB_SEV_CRITICAL };
	expect_metric(&s, "halb_dns_finding",
		      "halb_dns_finding{" SITE ",only=\"k\\\"8\\\\s\\\\x0a1\",code=\"record-foreign\","
		      "severity=\"critical\",balancer=\"k8s1\",object=\"k8s1.lime.lan\","
		      "server=\"\"} 1\n");
}

Test(prometheus, says_of_each_metric_once_what_it_is)
{
	struct sample s;
	char *text, *rest, *line;
	size_t helps = 0, types = 0;

	init(&s);
	sample_break(&s);
	text = sample_print(&s, "prometheus");
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		helps += strncmp(line, "# HELP ", 7) == 0;
		types += strncmp(line, "# TYPE ", 7) == 0;
	}
	cr_expect_eq(helps, types);
	cr_expect_eq(helps, 16, "%zu metrics", helps);
	free(text);
}
