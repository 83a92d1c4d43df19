/* SPDX-License-Identifier: Apache-2.0 */
#include "lime.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct lime lime;

static void teardown(void)
{
	lime_clear(&lime);
}

TestSuite(servers, .fini = teardown);

Test(servers, finds_nothing_where_all_answer_right)
{
	lime_init(&lime, 2);
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.seen.findings.worst, HALB_SEV_OK);
	cr_assert_eq(lime.seen.n_servers, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct halb_server_state *dc = &lime.seen.servers[i];

		cr_expect_str_eq(dc->name, lime.dc_items[i].name);
		cr_expect(halb_addr_equal(&dc->address, &lime.dc_items[i].address));
		cr_expect_eq(dc->dns_reachable, HALB_SEEN_YES);
		cr_expect_eq(dc->authoritative, HALB_SEEN_YES);
		cr_expect_eq(dc->resolving, HALB_SEEN_YES);
		cr_expect_eq(dc->ldap_reachable, HALB_SEEN_UNKNOWN);
		cr_expect_eq(dc->ldap_written, HALB_SEEN_UNKNOWN);
		cr_expect_eq(dc->names_right, 2);
		cr_expect(dc->has_serial);
		cr_expect_eq(dc->serial, 110 + i);
		cr_expect_gt(dc->took, 0);
		cr_expect_str_empty(dc->text);
	}
	cr_expect_gt(lime.seen.took, 0);
}

Test(servers, compares_names_without_case)
{
	lime_init(&lime, 1);
	lime.tables[0][ROW_ALIAS].cname = "K8S1.Lime.LAN";
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
}

Test(servers, asks_aaaa_for_a_vip_of_ipv6)
{
	lime_init(&lime, 1);
	cr_assert(halb_addr_parse("fd00::11", &lime.balancer.vip));
	for (int i = 0; i < 2; i++)
		for (int row = ROW_APEX; row <= ROW_ALIAS; row++)
			lime.tables[i][row].addresses[0] = "fd00::11";
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.seen.servers[0].names_right, 2);
}

Test(servers, needs_no_serial)
{
	lime_init(&lime, 1);
	lime.servers[0].serial = 0;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_not(lime.seen.servers[0].has_serial);
}

Test(servers, waits_for_a_record_that_comes_late)
{
	lime_init(&lime, 2);
	lime.options.wait = LONG_ENOUGH;
	lime.tables[1][ROW_ALIAS].lacks = 3;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.tables[1][ROW_ALIAS].asked, 4);
	cr_assert_lt(lime.seen.took, LONG_ENOUGH);
}

Test(servers, asks_again_only_what_is_not_right)
{
	lime_init(&lime, 2);
	lime.options.wait = LONG_ENOUGH;
	lime.tables[1][ROW_ALIAS].lacks = 2;
	lime_verify(&lime);
	cr_assert_eq(lime.tables[0][ROW_ALIAS].asked, 1);
	cr_assert_eq(lime.tables[1][ROW_APEX].asked, 1);
	cr_assert_eq(lime.tables[1][ROW_ALIAS].asked, 3);
}

Test(servers, waits_for_a_server_that_answers_late)
{
	lime_init(&lime, 1);
	lime.options.wait = LONG_ENOUGH;
	lime.options.query_timeout = SHORT;
	lime.servers[0].deaf = 12; /* c-ares repeats each question within its time */
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.seen.servers[0].dns_reachable, HALB_SEEN_YES);
}

Test(servers, looks_once_when_not_told_to_wait)
{
	lime_init(&lime, 1);
	lime.tables[0][ROW_ALIAS].lacks = 1;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.worst, HALB_SEV_CRITICAL);
	cr_assert_eq(lime.tables[0][ROW_ALIAS].asked, 1);
}

Test(servers, gives_up_when_the_time_is_over)
{
	lime_init(&lime, 1);
	lime.options.wait = PATIENT;
	lime.tables[0][ROW_ALIAS].lacks = 1000;
	lime_verify(&lime);
	expect_finding(&lime, "dc1.lime.lan", HALB_CODE_DNS_MISMATCH, HALB_SEV_CRITICAL,
		       "NXDOMAIN");
	cr_assert_gt(lime.tables[0][ROW_ALIAS].asked, 1);
	cr_assert_geq(lime.seen.took, lime.options.wait);
	cr_assert_lt(lime.seen.took, LONG_ENOUGH);
}

Test(servers, cannot_tell_of_a_silent_server)
{
	const struct halb_server_state *dead = NULL;

	lime_init(&lime, 2);
	lime.options.query_timeout = PATIENT;
	lime.servers[1].silent = true;
	lime_verify(&lime);
	expect_finding(&lime, "dc2.lime.lan", HALB_CODE_DNS_UNREACHABLE, HALB_SEV_UNKNOWN,
		       "no answer in ");
	cr_assert_str_eq(finding_at(&lime, "dc2.lime.lan")->object, "127.0.0.2");
	dead = &lime.seen.servers[1];
	cr_assert_eq(dead->dns_reachable, HALB_SEEN_NO);
	cr_assert_eq(dead->authoritative, HALB_SEEN_UNKNOWN);
	cr_assert_eq(dead->resolving, HALB_SEEN_UNKNOWN);
	cr_assert_eq(dead->names_right, 0);
	cr_assert_eq(dead->took, 0);
	cr_assert(strstr(dead->text, "no answer in "));
	cr_assert_eq(lime.seen.servers[0].resolving, HALB_SEEN_YES);
}

Test(servers, notes_a_silent_server_also_when_waiting_is_shorter_than_a_question)
{
	lime_init(&lime, 1);
	lime.options.wait = SHORT;
	lime.servers[0].silent = true;
	lime_verify(&lime);
	expect_finding(&lime, "dc1.lime.lan", HALB_CODE_DNS_UNREACHABLE, HALB_SEV_UNKNOWN,
		       "no answer in ");
	cr_assert_lt(lime.seen.took, LONG_ENOUGH);
}

Test(servers, cannot_tell_of_a_server_without_an_address)
{
	lime_init(&lime, 2);
	lime.dc_items[1].address = (struct halb_addr){ 0 };
	lime_verify(&lime);
	expect_finding(&lime, "dc2.lime.lan", HALB_CODE_DNS_UNREACHABLE, HALB_SEV_UNKNOWN,
		       "its name has no address");
	cr_assert_eq(lime.seen.servers[1].dns_reachable, HALB_SEEN_NO);
	cr_assert_str_eq(lime.seen.servers[1].text, "its name has no address");
}

Test(servers, counts_what_was_not_answered_as_unknown_not_as_wrong)
{
	lime_init(&lime, 1);
	lime.options.query_timeout = PATIENT;
	lime.tables[0][ROW_ALIAS].silent = true;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 1);
	cr_assert_eq(lime.seen.findings.worst, HALB_SEV_UNKNOWN);
	cr_assert_eq(lime.seen.servers[0].resolving, HALB_SEEN_UNKNOWN);
	cr_assert_eq(lime.seen.servers[0].names_right, 1);
}

/* ---- many balancers ---- */

#define MANY 1000

static struct halb_balancer balancers[MANY];
static struct canned tables[2][MANY];
static char names[MANY][32], addresses[MANY][32];

static void make_many(void)
{
	static char name[] = "many";

	for (unsigned i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof names[i], "k%u.lime.lan", i);
		snprintf(addresses[i], sizeof addresses[i], "10.9.%u.%u", i / 250, i % 250);
		balancers[i] = (struct halb_balancer){
			.name = name, .apex = parsed(names[i]), .ttl = 900, .ptr = HALB_PTR_NO
		};
		cr_assert(halb_addr_parse(addresses[i], &balancers[i].vip));
		for (int k = 0; k < 2; k++) {
			tables[k][i].name = names[i];
			tables[k][i].addresses[0] = addresses[i];
		}
	}
	lime.site.balancers = balancers;
	lime.site.n_balancers = MANY;
	for (int k = 0; k < 2; k++) {
		lime.servers[k].canned = tables[k];
		lime.servers[k].n_canned = MANY;
	}
}

Test(servers, holds_a_thousand_balancers)
{
	lime_init(&lime, 1);
	make_many();
	lime.options.wait = LONG_ENOUGH;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.seen.servers[0].names_right, MANY);
	cr_assert_eq(lime.seen.n_names, MANY);
	cr_assert(lime.seen.names[MANY - 1].right);
}

Test(servers, does_not_ask_a_silent_server_for_every_name)
{
	lime_init(&lime, 1);
	make_many();
	lime.options.query_timeout = SHORT;
	lime.options.skip_system = true;
	lime.servers[0].silent = true;
	lime_verify(&lime);
	expect_finding(&lime, "dc1.lime.lan", HALB_CODE_DNS_UNREACHABLE, HALB_SEV_UNKNOWN,
		       "no answer in ");
	cr_assert_leq(dc_count_names(&lime.servers[0]), 64);
	cr_assert_eq(lime.seen.servers[0].names_right, 0);
}
