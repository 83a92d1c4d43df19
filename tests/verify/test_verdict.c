/* SPDX-License-Identifier: Apache-2.0 */
#include "lime.h"

#include <criterion/criterion.h>
#include <string.h>

static struct lime lime;

static void setup(void)
{
	lime_init(&lime, 2);
	lime.options.skip_system = true;
}

static void teardown(void)
{
	lime_clear(&lime);
}

TestSuite(verdict, .init = setup, .fini = teardown);

static struct canned *second(int row)
{
	return &lime.tables[1][row];
}

static const struct halb_finding *at_second(void)
{
	const struct halb_finding *f = finding_at(&lime, "dc2.lime.lan");

	cr_assert_not_null(f);
	return f;
}

Test(verdict, names_what_was_expected_and_what_was_seen)
{
	second(ROW_ALIAS)->rcode = 3;
	second(ROW_ALIAS)->cname = second(ROW_ALIAS)->addresses[0] = NULL;
	lime_verify(&lime);
	expect_finding(&lime, "dc2.lime.lan", HALB_CODE_DNS_MISMATCH, HALB_SEV_CRITICAL,
		       "NXDOMAIN");
	cr_expect_str_eq(at_second()->balancer, "k8s1");
	cr_expect_str_eq(at_second()->object, KUBE);
	cr_expect_str_eq(at_second()->expected,
			 "kube.lime.lan CNAME k8s1.lime.lan, A 192.168.11.11");
	cr_expect_str_eq(lime.seen.servers[1].text, "kube.lime.lan: NXDOMAIN");
	cr_expect_eq(lime.seen.servers[1].resolving, HALB_SEEN_NO);
	cr_expect_eq(lime.seen.servers[1].names_right, 1);
}

Test(verdict, blames_replication_where_another_dc_is_right)
{
	second(ROW_APEX)->addresses[0] = "192.168.11.99";
	lime_verify(&lime);
	cr_assert(strstr(at_second()->hint, "repadmin /showrepl dc2"));
	cr_assert(strstr(at_second()->hint, "samba-tool drs showrepl dc2"));
}

Test(verdict, does_not_blame_replication_where_no_dc_is_right)
{
	second(ROW_APEX)->addresses[0] = "192.168.11.99";
	lime.tables[0][ROW_APEX].addresses[0] = "192.168.11.99";
	lime_verify(&lime);
	cr_assert_not(strstr(at_second()->hint, "replication"));
	cr_assert(strstr(at_second()->hint, "halb-dns plan"));
}

Test(verdict, points_at_the_zone_where_a_dc_does_not_hold_it)
{
	lime.servers[1].n_canned = 0;
	lime.servers[1].foreign = true;
	lime.balancer.n_aliases = 0;
	lime_verify(&lime);
	expect_finding(&lime, "dc2.lime.lan", HALB_CODE_DNS_MISMATCH, HALB_SEV_CRITICAL, "REFUSED");
	cr_expect(strstr(at_second()->hint, "does not hold the zone"));
	cr_expect_eq(lime.seen.servers[1].authoritative, HALB_SEEN_NO);
}

Test(verdict, does_not_blame_replication_where_the_dns_server_fails)
{
	second(ROW_APEX)->rcode = 2;
	second(ROW_APEX)->addresses[0] = NULL;
	lime_verify(&lime);
	expect_finding(&lime, "dc2.lime.lan", HALB_CODE_DNS_MISMATCH, HALB_SEV_CRITICAL,
		       "SERVFAIL");
	cr_expect_not(strstr(at_second()->hint, "replication"), "%s", at_second()->hint);
	cr_expect(strstr(at_second()->hint, "dc2.lime.lan's DNS server fails"), "%s",
		  at_second()->hint);
}

Test(verdict, refuses_wrong_data)
{
	static const struct {
		int row;
		struct canned canned;
		const char *actual;
	} cases[] = {
		{ ROW_APEX, { .addresses = { "192.168.11.99" } }, "k8s1.lime.lan A 192.168.11.99" },
		{ ROW_APEX,
		  { .addresses = { VIP, "192.168.11.99" } },
		  "k8s1.lime.lan A 192.168.11.11, A 192.168.11.99" },
		{ ROW_APEX,
		  { .addresses = { VIP, VIP } },
		  "k8s1.lime.lan A 192.168.11.11, A 192.168.11.11" },
		{ ROW_APEX, { .addresses = { "fd00::11" } }, "no A record" },
		{ ROW_APEX, { .rcode = 2 }, "SERVFAIL" },
		{ ROW_APEX,
		  { .cname = KUBE, .addresses = { VIP } },
		  "k8s1.lime.lan CNAME kube.lime.lan, A 192.168.11.11" },
		{ ROW_ALIAS, { .addresses = { VIP } }, "kube.lime.lan A 192.168.11.11" },
		{ ROW_ALIAS,
		  { .cname = "old.lime.lan", .addresses = { VIP } },
		  "kube.lime.lan CNAME old.lime.lan, A 192.168.11.11" },
		{ ROW_ALIAS,
		  { .cname = K8S1, .rcode = 3 },
		  "kube.lime.lan CNAME k8s1.lime.lan, NXDOMAIN" },
		/* It looks right but for the code. */
		{ ROW_APEX,
		  { .addresses = { VIP }, .rcode = 3 },
		  "k8s1.lime.lan A 192.168.11.11, NXDOMAIN" },
		{ ROW_ALIAS,
		  { .cname = K8S1, .addresses = { VIP }, .rcode = 2 },
		  "kube.lime.lan CNAME k8s1.lime.lan, A 192.168.11.11, SERVFAIL" },
		/* A client may take any of them. */
		{ ROW_ALIAS,
		  { .cname = K8S1, .addresses = { VIP }, .beside = "192.168.11.99" },
		  "kube.lime.lan CNAME k8s1.lime.lan, A 192.168.11.11; beside the CNAME "
		  "A 192.168.11.99" },
		{ ROW_ALIAS,
		  { .cname = K8S1, .addresses = { VIP }, .beside = VIP },
		  "kube.lime.lan CNAME k8s1.lime.lan, A 192.168.11.11; beside the CNAME "
		  "A 192.168.11.11" },
	};
	const char *name[] = { [ROW_APEX] = K8S1, [ROW_ALIAS] = KUBE };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		setup();
		*second(cases[i].row) = cases[i].canned;
		second(cases[i].row)->name = name[cases[i].row];
		lime_verify(&lime);
		expect_finding(&lime, "dc2.lime.lan", HALB_CODE_DNS_MISMATCH, HALB_SEV_CRITICAL,
			       cases[i].actual);
		lime_clear(&lime);
	}
}

Test(verdict, shows_the_end_of_a_long_answer)
{
	second(ROW_ALIAS)->cname =
		"a-name-that-is-as-long-as-a-label-can-be-or-nearly-so-in-truth."
		"a-name-that-is-as-long-as-a-label-can-be-or-nearly-so-in-truth."
		"a-name-that-is-as-long-as-a-label-can-be-or-nearly-so-in-truth.lime.lan";
	second(ROW_ALIAS)->addresses[0] = "192.168.11.99";
	lime_verify(&lime);
	expect_finding(&lime, "dc2.lime.lan", HALB_CODE_DNS_MISMATCH, HALB_SEV_CRITICAL, "...");
	cr_expect(strstr(at_second()->actual, "in-truth.lime.lan, A 192.168.11.99"), "%s",
		  at_second()->actual);
}

Test(verdict, calls_a_circle_of_cnames_wrong_and_not_unknown)
{
	second(ROW_ALIAS)->circle = true;
	lime_verify(&lime);
	expect_finding(&lime, "dc2.lime.lan", HALB_CODE_DNS_MISMATCH, HALB_SEV_CRITICAL, "");
	cr_expect(strstr(at_second()->actual, "circle"));
	cr_expect_eq(lime.seen.servers[1].resolving, HALB_SEEN_NO);
}

Test(verdict, warns_of_another_ttl_and_calls_it_resolving)
{
	second(ROW_ALIAS)->ttl = 300;
	lime_verify(&lime);
	expect_finding(&lime, "dc2.lime.lan", HALB_CODE_TTL_DIFFERS, HALB_SEV_WARNING, "TTL 300");
	cr_expect_str_eq(at_second()->expected, "TTL 900");
	cr_expect_str_eq(lime.seen.servers[1].text, "kube.lime.lan: TTL 300");
	cr_expect_eq(lime.seen.servers[1].resolving, HALB_SEEN_YES);
	cr_expect_eq(lime.seen.servers[1].names_right, 2);
}

Test(verdict, warns_where_a_dc_is_not_authoritative)
{
	second(ROW_APEX)->foreign = true;
	second(ROW_APEX)->ttl = 20;
	lime_verify(&lime);
	expect_finding(&lime, "dc2.lime.lan", HALB_CODE_DNS_NOT_AUTHORITATIVE, HALB_SEV_WARNING,
		       "the answer is not authoritative");
	cr_expect_eq(lime.seen.servers[1].authoritative, HALB_SEEN_NO);
	cr_expect_eq(lime.seen.servers[1].resolving, HALB_SEEN_YES);
}

Test(verdict, cannot_tell_from_an_answer_that_makes_no_sense)
{
	second(ROW_APEX)->garbage = true;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 1);
	cr_expect_eq(at_second()->code, HALB_CODE_RECORD_MALFORMED);
	cr_expect_eq(at_second()->severity, HALB_SEV_UNKNOWN);
	cr_expect_eq(lime.seen.servers[1].dns_reachable, HALB_SEEN_YES);
	cr_expect_eq(lime.seen.servers[1].resolving, HALB_SEEN_UNKNOWN);
}

Test(verdict, puts_the_worst_into_the_servers_text)
{
	second(ROW_APEX)->ttl = 300;
	second(ROW_ALIAS)->addresses[0] = "192.168.11.99";
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 2);
	cr_assert_eq(lime.seen.findings.worst, HALB_SEV_CRITICAL);
	cr_assert_str_eq(lime.seen.servers[1].text,
			 "kube.lime.lan CNAME k8s1.lime.lan, A 192.168.11.99 (+1 more)");
}

/* ---- PTR ---- */

Test(verdict, takes_a_ptr_that_is_right)
{
	lime.balancer.ptr = HALB_PTR_YES;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.tables[1][ROW_PTR].asked, 1);
}

Test(verdict, does_not_ask_for_a_ptr_that_is_not_wanted)
{
	lime_verify(&lime);
	cr_assert_eq(lime.tables[0][ROW_PTR].asked, 0);
}

Test(verdict, judges_a_ptr_by_whether_it_was_demanded)
{
	static const struct {
		enum halb_ptr ptr;
		struct canned canned;
		enum halb_code code;
		enum halb_severity severity;
		const char *actual;
	} cases[] = {
		{ HALB_PTR_AUTO,
		  { .rcode = 3 },
		  HALB_CODE_PTR_MISSING,
		  HALB_SEV_WARNING,
		  "NXDOMAIN" },
		{ HALB_PTR_YES,
		  { .rcode = 3 },
		  HALB_CODE_PTR_MISSING,
		  HALB_SEV_CRITICAL,
		  "NXDOMAIN" },
		{ HALB_PTR_AUTO,
		  { .ptr = "old.lime.lan" },
		  HALB_CODE_PTR_DIFFERS,
		  HALB_SEV_WARNING,
		  REVERSE " PTR old.lime.lan" },
		{ HALB_PTR_YES,
		  { .ptr = "old.lime.lan" },
		  HALB_CODE_PTR_DIFFERS,
		  HALB_SEV_CRITICAL,
		  REVERSE " PTR old.lime.lan" },
		{ HALB_PTR_YES,
		  { .rcode = 5, .foreign = true },
		  HALB_CODE_PTR_MISSING,
		  HALB_SEV_CRITICAL,
		  "REFUSED" },
		{ HALB_PTR_AUTO,
		  { .ptr = K8S1, .ttl = 60 },
		  HALB_CODE_TTL_DIFFERS,
		  HALB_SEV_WARNING,
		  "TTL 60" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		setup();
		lime.balancer.ptr = cases[i].ptr;
		*second(ROW_PTR) = cases[i].canned;
		second(ROW_PTR)->name = REVERSE;
		lime_verify(&lime);
		expect_finding(&lime, "dc2.lime.lan", cases[i].code, cases[i].severity,
			       cases[i].actual);
		cr_expect_str_eq(at_second()->object, REVERSE);
		cr_expect_eq(lime.seen.servers[1].resolving, HALB_SEEN_YES);
		lime_clear(&lime);
	}
}

Test(verdict, does_not_judge_a_ptr_where_the_dc_has_not_the_zone)
{
	lime.balancer.ptr = HALB_PTR_AUTO;
	lime.options.wait = LONG_ENOUGH; /* nor waits for it */
	second(ROW_PTR)->foreign = true;
	second(ROW_PTR)->ptr = "router.lime.lan";
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.seen.servers[1].authoritative, HALB_SEEN_YES);
}

#define CLASSLESS "11.0-127.11.168.192.in-addr.arpa"

Test(verdict, a_ptr_behind_an_alias_is_judged_where_the_dc_says_it)
{
	static const struct {
		struct canned canned;
		size_t findings;
	} cases[] = {
		{ { .cname = CLASSLESS, .ptr = K8S1 }, 0 },
		{ { .cname = CLASSLESS }, 0 }, /* Samba */
		{ { .cname = CLASSLESS, .rcode = 3 }, 1 },
		{ { .cname = CLASSLESS, .ptr = "old.lime.lan" }, 1 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		setup();
		lime.balancer.ptr = HALB_PTR_YES;
		*second(ROW_PTR) = cases[i].canned;
		second(ROW_PTR)->name = REVERSE;
		lime_verify(&lime);
		cr_expect_eq(lime.seen.findings.n, cases[i].findings, "%zu", i);
		lime_clear(&lime);
	}
}

Test(verdict, does_not_blame_a_dc_that_forwards_the_ptr_into_the_void)
{
	lime.balancer.ptr = HALB_PTR_AUTO;
	lime.options.query_timeout = PATIENT;
	second(ROW_PTR)->silent = true;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.seen.servers[1].dns_reachable, HALB_SEEN_YES);
}
