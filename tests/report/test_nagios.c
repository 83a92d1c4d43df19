/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_priv.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct halb_site site;

static void expect_nagios(const struct sample *s, const char *want)
{
	char *got = sample_print(s, "nagios");

	cr_assert_str_eq(got, want, "\n%s---- instead of\n%s", got, want);
	free(got);
}

static void init(struct sample *s)
{
	sample_init(s);
	site = (struct halb_site){ .balancers = &s->balancer, .n_balancers = 1 };
	s->report.site = &site;
	s->report.verification = &s->verification;
}

Test(nagios, says_in_one_line_that_all_is_well_and_what_was_measured)
{
	struct sample s;

	init(&s);
	expect_nagios(&s, "HALB-DNS OK - 2 DCs, 1 name, 1 vIP: all as the site file says |"
			  " 'warning'=0;;;0 'unknown'=0;;;0 'critical'=0;;;0 'time'=1.300000s;;;0"
			  " 'dns dc1.lime.lan'=0.001235s;;;0 'dns dc2.lime.lan'=0.001235s;;;0"
			  " 'tcp 192.168.11.11:6443'=0.000400s;;;0"
			  " 'tls 192.168.11.11:6443'=0.003100s;;;0"
			  " 'http 192.168.11.11:6443'=0.002000s;;;0"
			  " 'holder 192.168.11.11'=1;;;1;2 'hosts 192.168.11.11:6443'=1;;;0;2\n");
}

Test(nagios, says_the_worst_first_and_then_all_of_them)
{
	struct sample s;
	struct halb_finding critical;

	init(&s);
	sample_break(&s);
	critical = s.found[0];
	s.found[0] = s.found[1];
	s.found[1] = critical;
	s.report.exit = 2;
	expect_nagios(&s, "HALB-DNS CRITICAL - record-foreign k8s1.lime.lan: expected A "
			  "192.168.11.11, found A 10.0.0.1 (and 1 more) |"
			  " 'warning'=1;;;0 'unknown'=0;;;0 'critical'=1;;;0 'time'=90.000000s;;;0"
			  " 'dns dc1.lime.lan'=0.001235s;;;0"
			  " 'tcp 192.168.11.11:6443'=0.000400s;;;0"
			  " 'hosts 192.168.11.11:6443'=1;;;0;2\n"
			  "critical record-foreign k8s1.lime.lan: expected A 192.168.11.11, found A "
			  "10.0.0.1 -> if it may go, --replace\n"
			  "warning replica-lag kube.lime.lan: found NXDOMAIN [dc2.lime.lan]\n");
}

Test(nagios, counts_no_hosts_that_were_not_looked_at_and_tells_a_holder_once)
{
	struct halb_vip_state ports[2];
	struct sample s;

	init(&s);
	s.verification.n_servers = 0;
	s.hosts[1].result.tcp.state = HALB_LAYER_SKIPPED;
	ports[0] = s.vips[0];
	ports[0].result = (struct halb_probe_result){ 0 };
	ports[1] = ports[0];
	s.verification.vips = ports;
	s.verification.n_vips = 2;
	s.verification.took = 0;
	expect_nagios(&s, "HALB-DNS OK - 0 DCs, 1 name, 1 vIP: all as the site file says |"
			  " 'warning'=0;;;0 'unknown'=0;;;0 'critical'=0;;;0"
			  " 'holder 192.168.11.11'=1;;;1;2\n");
}

Test(nagios, says_an_error_as_unknown)
{
	struct sample s;

	init(&s);
	s.report.verification = NULL;
	s.report.exit = 3;
	s.error = (struct halb_error){ HALB_E_UNREACHABLE, "no DC|\nanswers", "is one up?" };
	s.report.error = &s.error;
	expect_nagios(&s, "HALB-DNS UNKNOWN - no DC\\x7c\\x0aanswers\n-> is one up?\n");
}

/* The bar ends the text, a line's end the line, and neither a quote nor '=' may end a label. */
Test(nagios, lets_no_text_break_its_form)
{
	struct sample s;

	init(&s);
	strcpy(s.servers[0].name, "d'c=1|2");
	s.verification.n_servers = 1;
	s.verification.n_vips = 0;
	s.verification.took = 0;
	s.found[1].hint = (char *)(uintptr_t)"first\nsecond|third";
	s.verification.findings = (struct halb_findings){ .items = &s.found[1], .n = 1,
							  .worst = HALB_SEV_WARNING };
	s.report.exit = 1;
	expect_nagios(&s, "HALB-DNS WARNING - replica-lag kube.lime.lan: found NXDOMAIN "
			  "[dc2.lime.lan] | 'warning'=1;;;0 'unknown'=0;;;0 'critical'=0;;;0 "
			  "'dns d''c_1_2'=0.001235s;;;0\n"
			  "warning replica-lag kube.lime.lan: found NXDOMAIN [dc2.lime.lan] -> "
			  "first\\x0asecond\\x7cthird\n");
}
