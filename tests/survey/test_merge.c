/* SPDX-License-Identifier: Apache-2.0 */
/* What two DCs and their DNS servers say, put together. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "survey_priv.h"
#include "world.h"

static struct world w;
static struct halb_dc_look looks[2];
static struct halb_survey_result result;
static struct halb_verification seen;
static struct halb_error err;

static struct halb_finding drift(enum halb_code code, const char *object)
{
	return (struct halb_finding){ .code = code,
				      .severity = HALB_SEV_CRITICAL,
				      .balancer = "k8s1",
				      .object = (char *)(uintptr_t)object,
				      .expected = "A 192.168.11.11",
				      .actual = "no such record",
				      .hint = "halb-dns register" };
}

static void add(struct halb_findings *list, const struct halb_finding *finding)
{
	cr_assert_eq(halb_findings_add(list, finding, &err), HALB_OK);
}

static void add_dns(const char *server, enum halb_code code, const char *object)
{
	struct halb_finding finding = drift(code, object);

	finding.server = (char *)(uintptr_t)server;
	finding.hint = "replication has not reached it yet";
	add(&seen.findings, &finding);
}

static void setup(void)
{
	world_init(&w);
	seen = (struct halb_verification){ .servers = calloc(1, sizeof *seen.servers),
					   .n_servers = 1 };
	snprintf(seen.servers[0].name, sizeof seen.servers[0].name, "DC1.lime.lan");
	seen.servers[0].dns_reachable = HALB_SEEN_YES;
	for (size_t i = 0; i < 2; i++) {
		looks[i] = (struct halb_dc_look){ .reachable = HALB_SEEN_YES,
						  .read = true,
						  .has_zones = true,
						  .domain_dn = "DC=lime,DC=lan",
						  .dns_dn = "DC=DomainDnsZones,DC=lime,DC=lan" };
		snprintf(looks[i].name, sizeof looks[i].name, "dc%zu.lime.lan", i + 1);
	}
	result = (struct halb_survey_result){ .looks = looks, .n = 2 };
}

static void teardown(void)
{
	for (size_t i = 0; i < 2; i++) {
		halb_findings_clear(&looks[i].drift);
		halb_findings_clear(&looks[i].trouble);
	}
	halb_verification_clear(&seen);
	world_clear(&w);
}

TestSuite(merge, .init = setup, .fini = teardown);

static void merge(void)
{
	cr_assert_eq(halb_survey_merge(&w.site, &result, &seen, &err), HALB_OK);
}

static const struct halb_finding *only(enum halb_code code, const char *server)
{
	const struct halb_finding *f;

	merge();
	cr_assert_eq(seen.findings.n, 1, "%zu findings", seen.findings.n);
	f = seen.findings.items;
	cr_assert_eq(f->code, code, "%s", halb_code_name(f->code));
	cr_expect_str_eq(f->server, server);
	return f;
}

Test(merge, of_what_is_well_says_what_was_seen)
{
	merge();
	cr_expect_eq(seen.findings.n, 0);
	cr_expect(seen.surveyed);
	cr_assert_eq(seen.n_servers, 2, "a DC that is no DNS server is shown, too");
	cr_expect_str_eq(seen.servers[1].name, "dc2.lime.lan");
	cr_expect_eq(seen.servers[1].dns_reachable, HALB_SEEN_UNKNOWN);
	for (size_t i = 0; i < 2; i++) {
		cr_expect_eq(seen.servers[i].ldap_reachable, HALB_SEEN_YES);
		cr_expect_eq(seen.servers[i].ldap_written, HALB_SEEN_YES);
	}
}

Test(merge, says_once_what_all_dcs_say)
{
	const struct halb_finding f = drift(HALB_CODE_RECORD_MISSING, "k8s1.lime.lan");

	add(&looks[0].drift, &f);
	add(&looks[1].drift, &f);
	only(HALB_CODE_RECORD_MISSING, "dc1.lime.lan, dc2.lime.lan");
	cr_expect_eq(seen.servers[1].ldap_written, HALB_SEEN_NO);
}

Test(merge, of_dcs_that_differ_is_a_lag_that_names_both)
{
	const struct halb_finding f = drift(HALB_CODE_RECORD_MISSING, "k8s1.lime.lan");
	const struct halb_finding *lag;

	add(&looks[1].drift, &f);
	lag = only(HALB_CODE_REPLICA_LAG, "dc2.lime.lan");
	cr_expect_eq(lag->severity, HALB_SEV_WARNING);
	cr_expect_str_eq(lag->expected, "A 192.168.11.11, as at dc1.lime.lan");
	cr_expect_str_eq(lag->actual, "record-missing: no such record");
	cr_expect(strstr(lag->hint, "samba-tool drs replicate dc2.lime.lan dc1.lime.lan "
				    "DC=DomainDnsZones,DC=lime,DC=lan"));
	cr_expect_eq(seen.servers[0].ldap_written, HALB_SEEN_YES);
	cr_expect_eq(seen.servers[1].ldap_written, HALB_SEEN_NO);
}

Test(merge, of_a_lagging_reservation_replicates_the_domain)
{
	const struct halb_finding f = drift(HALB_CODE_RESERVATION_MISSING, "k8s1");

	add(&looks[0].drift, &f);
	cr_expect(strstr(only(HALB_CODE_REPLICA_LAG, "dc1.lime.lan")->hint,
			 "dc1.lime.lan dc2.lime.lan DC=lime,DC=lan"));
}

Test(merge, of_one_dc_alone_knows_no_lag)
{
	const struct halb_finding f = drift(HALB_CODE_RECORD_MISSING, "k8s1.lime.lan");

	add(&looks[1].drift, &f);
	looks[0].read = false;
	only(HALB_CODE_RECORD_MISSING, "dc2.lime.lan");
	cr_expect_eq(seen.servers[0].ldap_written, HALB_SEEN_UNKNOWN);
}

Test(merge, of_two_objects_of_one_name_is_no_lag)
{
	const struct halb_finding f = drift(HALB_CODE_RECORD_DUPLICATE, "k8s1.lime.lan");

	add(&looks[1].drift, &f);
	only(HALB_CODE_RECORD_DUPLICATE, "dc2.lime.lan");
}

Test(merge, keeps_what_is_wrong_in_two_ways)
{
	struct halb_finding f = drift(HALB_CODE_RECORD_MISSING, "k8s1.lime.lan");

	add(&looks[0].drift, &f);
	f.code = HALB_CODE_RECORD_DIFFERS;
	add(&looks[1].drift, &f);
	merge();
	cr_assert_eq(seen.findings.n, 2);
	cr_expect_eq(seen.findings.items[0].code, HALB_CODE_RECORD_MISSING);
	cr_expect_eq(seen.findings.items[1].code, HALB_CODE_RECORD_DIFFERS);
}

Test(merge, does_not_ask_a_dc_without_zones_about_records)
{
	const struct halb_finding zone = drift(HALB_CODE_ZONE_MISSING, "k8s1.lime.lan");
	const struct halb_finding res = drift(HALB_CODE_RESERVATION_MISSING, "k8s1");

	looks[1].has_zones = false;
	add(&looks[1].drift, &zone);
	merge();
	cr_expect_eq(seen.findings.n, 0);
	looks[0].has_zones = false;
	add(&looks[0].drift, &zone);
	add(&looks[0].drift, &res);
	add(&looks[1].drift, &res);
	merge();
	cr_assert_eq(seen.findings.n, 2);
	cr_expect_str_eq(seen.findings.items[1].server, "dc1.lime.lan, dc2.lime.lan");
}

Test(merge, says_a_trouble_of_all_once)
{
	struct halb_finding f = { .code = HALB_CODE_PERMISSION_DENIED,
				  .severity = HALB_SEV_UNKNOWN,
				  .actual = "Preauthentication failed" };

	for (size_t i = 0; i < 2; i++) {
		looks[i].read = false;
		f.server = looks[i].name;
		add(&looks[i].trouble, &f);
	}
	only(HALB_CODE_PERMISSION_DENIED, "dc1.lime.lan, dc2.lime.lan");
	cr_expect_eq(seen.findings.worst, HALB_SEV_UNKNOWN);
}

/* ---- DNS ---- */

Test(merge, leaves_out_what_dns_cannot_but_say)
{
	const struct halb_finding f = drift(HALB_CODE_RECORD_MISSING, "k8s1.lime.lan");

	add(&looks[0].drift, &f);
	add(&looks[1].drift, &f);
	add_dns("dc1.lime.lan", HALB_CODE_DNS_MISMATCH, "k8s1.lime.lan");
	add_dns("dc2.lime.lan", HALB_CODE_DNS_MISMATCH, "kube.lime.lan"); /* which leads there */
	add_dns("resolver", HALB_CODE_DNS_MISMATCH, "k8s1.lime.lan");
	only(HALB_CODE_RECORD_MISSING, "dc1.lime.lan, dc2.lime.lan");
}

Test(merge, keeps_what_the_resolver_says_where_a_dc_has_it_right)
{
	const struct halb_finding f = drift(HALB_CODE_RECORD_MISSING, "k8s1.lime.lan");

	add(&looks[1].drift, &f);
	add_dns("dc2.lime.lan", HALB_CODE_DNS_MISMATCH, "k8s1.lime.lan");
	add_dns("resolver", HALB_CODE_DNS_MISMATCH, "k8s1.lime.lan");
	merge();
	cr_assert_eq(seen.findings.n, 2);
	cr_expect_eq(seen.findings.items[0].code, HALB_CODE_REPLICA_LAG);
	cr_expect_str_eq(seen.findings.items[1].server, "resolver");
	cr_expect_eq(seen.findings.worst, HALB_SEV_CRITICAL);
}

Test(merge, of_a_dc_that_has_it_and_does_not_answer_it_says_why)
{
	add_dns("dc2.lime.lan", HALB_CODE_DNS_MISMATCH, "k8s1.lime.lan");
	cr_expect(strstr(only(HALB_CODE_DNS_MISMATCH, "dc2.lime.lan")->hint, "has not loaded it"));
}

Test(merge, does_not_take_a_warning_for_the_reason_of_another_thing)
{
	struct halb_finding f = drift(HALB_CODE_RECORD_AGING, "k8s1.lime.lan");

	f.severity = HALB_SEV_WARNING;
	add(&looks[0].drift, &f);
	add(&looks[1].drift, &f);
	add_dns("dc1.lime.lan", HALB_CODE_TTL_DIFFERS, "k8s1.lime.lan");
	merge();
	cr_expect_eq(seen.findings.n, 2);
}

Test(merge, leaves_alone_what_is_not_of_records)
{
	looks[0].read = false;
	add_dns("dc1.lime.lan", HALB_CODE_DNS_UNREACHABLE, "192.168.11.2");
	only(HALB_CODE_DNS_UNREACHABLE, "dc1.lime.lan");
}

Test(merge, joins_the_servers_that_answer_the_same_where_no_directory_was_read)
{
	looks[0].read = looks[1].read = false;
	add_dns("dc1.lime.lan", HALB_CODE_DNS_MISMATCH, "k8s1.lime.lan");
	add_dns("dc1.lime.lan", HALB_CODE_DNS_MISMATCH, "kube.lime.lan");
	add_dns("dc2.lime.lan", HALB_CODE_DNS_MISMATCH, "k8s1.lime.lan");
	add_dns("dc2.lime.lan", HALB_CODE_DNS_MISMATCH, "kube.lime.lan");
	add_dns("resolver", HALB_CODE_DNS_MISMATCH, "k8s1.lime.lan");
	merge();
	cr_assert_eq(seen.findings.n, 3);
	cr_expect_str_eq(seen.findings.items[0].server, "dc1.lime.lan, dc2.lime.lan");
	cr_expect_str_eq(seen.findings.items[1].object, "kube.lime.lan");
	cr_expect_str_eq(seen.findings.items[1].server, "dc1.lime.lan, dc2.lime.lan");
	cr_expect_str_eq(seen.findings.items[2].server, "resolver");
}
