/* SPDX-License-Identifier: Apache-2.0 */
#include "lime.h"

#include <criterion/criterion.h>
#include <string.h>

static struct lime lime;
static struct dc *resolver;
static struct canned *table;

static void setup(void)
{
	lime_init(&lime, 1);
	resolver = &lime.servers[1];
	table = lime.tables[1];
}

static void teardown(void)
{
	lime_clear(&lime);
}

TestSuite(names, .init = setup, .fini = teardown);

Test(names, shows_the_chain_and_the_addresses)
{
	const struct halb_name apex = parsed(K8S1), alias = parsed(KUBE);
	const struct halb_name_state *names;

	lime_verify(&lime);
	names = lime.seen.names;
	cr_assert_eq(lime.seen.n_names, 2);
	cr_assert(halb_name_equal(&names[0].name, &apex));
	cr_assert(halb_name_equal(&names[1].name, &alias));
	cr_assert_eq(names[0].n_chain, 1);
	cr_assert_eq(names[1].n_chain, 2);
	cr_assert(halb_name_equal(&names[1].chain[0], &alias));
	cr_assert(halb_name_equal(&names[1].chain[1], &apex));
	for (int i = 0; i < 2; i++) {
		cr_assert(names[i].right);
		cr_assert_eq(names[i].n_addresses, 1);
		cr_assert(halb_addr_equal(&names[i].addresses[0], &lime.balancer.vip));
		cr_assert_gt(names[i].took, 0);
		cr_assert_str_empty(names[i].text);
	}
}

Test(names, takes_what_a_cache_says)
{
	for (int row = ROW_APEX; row <= ROW_ALIAS; row++) {
		table[row].foreign = true;
		table[row].ttl = 17;
	}
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert(lime.seen.names[0].right && lime.seen.names[1].right);
}

Test(names, blames_the_resolver_where_a_dc_is_right)
{
	table[ROW_APEX].addresses[0] = "192.168.11.99";
	lime_verify(&lime);
	expect_finding(&lime, "resolver", HALB_CODE_DNS_MISMATCH, HALB_SEV_CRITICAL,
		       "k8s1.lime.lan A 192.168.11.99");
	cr_expect(strstr(finding_at(&lime, "resolver")->hint, "does not forward lime.lan"));
	cr_expect_not(lime.seen.names[0].right);
	cr_expect_str_eq(lime.seen.names[0].text, "k8s1.lime.lan A 192.168.11.99");
	cr_expect(lime.seen.names[1].right);
}

Test(names, points_at_the_dcs_where_none_is_right)
{
	table[ROW_APEX].addresses[0] = "192.168.11.99";
	lime.tables[0][ROW_APEX].addresses[0] = "192.168.11.99";
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 2);
	cr_expect(strstr(finding_at(&lime, "resolver")->hint, "see to them first"));
}

Test(names, cannot_tell_where_the_resolver_is_silent)
{
	lime.options.query_timeout = PATIENT;
	resolver->silent = true;
	lime_verify(&lime);
	expect_finding(&lime, "resolver", HALB_CODE_DNS_UNREACHABLE, HALB_SEV_UNKNOWN,
		       "no answer in ");
	cr_expect(strstr(finding_at(&lime, "resolver")->hint, "forward lime.lan to the DCs"), "%s",
		  finding_at(&lime, "resolver")->hint);
	cr_expect_not(lime.seen.names[0].right);
	cr_expect_eq(lime.seen.names[0].n_chain, 0);
	cr_expect(strstr(lime.seen.names[0].text, "no answer in "));
}

Test(names, does_not_ask_a_resolver_that_it_shall_skip)
{
	lime.options.skip_system = true;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.n_names, 0);
	cr_assert_eq(resolver->asked, 0);
}

Test(names, asks_the_resolver_for_no_ptr_and_no_serial)
{
	lime.balancer.ptr = HALB_PTR_YES;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(resolver->asked, 2);
}

Test(names, waits_for_the_resolver_too)
{
	lime.options.wait = LONG_ENOUGH;
	table[ROW_ALIAS].lacks = 2;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert(lime.seen.names[1].right);
	cr_assert_eq(lime.seen.names[1].n_chain, 2);
}
