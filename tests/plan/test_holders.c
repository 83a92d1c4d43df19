/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "world.h"

static struct world w;
static struct halb_stack_host lbs[2] = { { .name = (char *)"lb1" }, { .name = (char *)"lb2" } };
static struct halb_sight vip, hosts[2];

static struct halb_sight sight_of(const char *mac)
{
	struct halb_sight sight = { .answers = true, .n_macs = 1 };

	cr_assert(halb_mac_parse(mac, &sight.macs[0]));
	return sight;
}

static void setup(void)
{
	world_init(&w);
	w.site.has_stack = true;
	w.site.stack.hosts = lbs;
	w.site.stack.n_hosts = 2;
	hosts[0] = sight_of("02:00:00:00:00:0c");
	hosts[1] = sight_of("02:00:00:00:00:0d");
	vip = sight_of("02:00:00:00:00:63");
}

static void teardown(void)
{
	world_clear(&w);
}

TestSuite(holders, .init = setup, .fini = teardown);

static void check(void)
{
	struct halb_error err;

	cr_assert_eq(halb_plan_check_holders(&w.site, &vip, hosts, &w.options, &w.plan, &err),
		     HALB_OK, "%s", err.text);
}

static void plan_and_check(void)
{
	world_register(&w);
	check();
}

static void expect_silence(void)
{
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_eq(w.plan.findings.n, 0);
}

static const struct halb_finding *expect(enum halb_status verdict, enum halb_severity severity)
{
	const struct halb_finding *finding = world_finding(&w, HALB_CODE_ADDRESS_TAKEN);

	cr_expect_eq(w.plan.verdict, verdict, "%s", halb_status_name(w.plan.verdict));
	cr_assert(finding);
	cr_expect_eq(finding->severity, severity);
	cr_expect_str_eq(finding->object, "192.168.11.11");
	cr_expect_str_eq(finding->balancer, "k8s1");
	return finding;
}

Test(holders, silence_is_as_it_should_be)
{
	vip = (struct halb_sight){ 0 };
	plan_and_check();
	expect_silence();
}

Test(holders, one_of_the_stacks_hosts_is_as_it_should_be)
{
	vip = hosts[1];
	plan_and_check();
	expect_silence();
}

Test(holders, a_machine_outside_the_stack_is_a_conflict_that_names_it)
{
	plan_and_check();
	cr_expect_str_eq(expect(HALB_E_CONFLICT, HALB_SEV_CRITICAL)->actual,
			 "02:00:00:00:00:63 answers there");
	cr_expect(strstr(world_finding(&w, HALB_CODE_ADDRESS_TAKEN)->expected, "lb1, lb2"));
}

Test(holders, one_of_two_machines_that_answer_is_enough_for_a_conflict)
{
	vip.macs[1] = vip.macs[0];
	vip.macs[0] = hosts[0].macs[0];
	vip.n_macs = 2;
	plan_and_check();
	expect(HALB_E_CONFLICT, HALB_SEV_CRITICAL);
}

Test(holders, replace_and_adopt_do_not_override_a_machine)
{
	w.options = (struct halb_plan_options){ .adopt = true, .replace = true };
	plan_and_check();
	expect(HALB_E_CONFLICT, HALB_SEV_CRITICAL);
}

Test(holders, force_does)
{
	w.options.force = true;
	plan_and_check();
	expect(HALB_OK, HALB_SEV_WARNING);
}

Test(holders, what_is_registered_already_is_never_blocked)
{
	world_settle(&w);
	w.site.balancers[0].ttl = 60;
	plan_and_check();
	expect(HALB_OK, HALB_SEV_WARNING);
}

Test(holders, a_new_vip_of_an_old_name_is_not_registered_yet)
{
	world_settle(&w);
	cr_assert(halb_addr_parse("192.168.11.12", &w.site.balancers[0].vip));
	world_register(&w);
	check();
	cr_expect_eq(w.plan.verdict, HALB_E_CONFLICT);
}

Test(holders, a_host_whose_mac_is_not_known_leaves_it_open)
{
	hosts[1] = (struct halb_sight){ 0 };
	plan_and_check();
	expect(HALB_OK, HALB_SEV_WARNING);
}

Test(holders, without_a_stack_it_is_left_open)
{
	w.site.has_stack = false;
	w.site.stack.n_hosts = 0;
	plan_and_check();
	expect(HALB_OK, HALB_SEV_WARNING);
}

Test(holders, behind_a_router_it_is_left_open_and_said_once_only)
{
	vip.n_macs = 0;
	plan_and_check();
	expect(HALB_OK, HALB_SEV_WARNING);
	world_settle(&w);
	w.site.balancers[0].ttl = 60;
	plan_and_check();
	expect_silence();
}

Test(holders, the_vips_own_mac_is_the_stacks)
{
	vip.macs[0] = w.site.balancers[0].mac;
	plan_and_check();
	expect_silence();
}

Test(holders, a_vrrp_mac_is_the_stacks_if_it_has_its_router_id)
{
	vip = sight_of("00:00:5e:00:01:33");
	w.site.stack.router_id = 51;
	plan_and_check();
	expect_silence();
	w.site.stack.router_id = 52;
	plan_and_check();
	expect(HALB_E_CONFLICT, HALB_SEV_CRITICAL);
	w.site.stack.router_id = 0;
	plan_and_check();
	expect(HALB_OK, HALB_SEV_WARNING);
}

Test(holders, this_machine_may_have_it_where_it_is_one_of_the_stack)
{
	vip = (struct halb_sight){ .answers = true, .local = true };
	hosts[0] = vip;
	plan_and_check();
	expect_silence();
	hosts[0] = sight_of("02:00:00:00:00:0c");
	plan_and_check();
	cr_expect_str_eq(expect(HALB_E_CONFLICT, HALB_SEV_CRITICAL)->actual,
			 "this machine answers there");
}

Test(holders, only_a_plan_that_gives_the_vip_away_is_worth_a_look)
{
	const struct halb_balancer *b = &w.site.balancers[0];

	world_register(&w);
	cr_expect(halb_plan_gives_vip(&w.plan, b));
	world_settle(&w);
	world_register(&w);
	cr_expect_not(halb_plan_gives_vip(&w.plan, b));
	memdir_drop(&w.dir, ALIAS);
	world_register(&w);
	cr_expect_eq(halb_plan_writes(&w.plan), 1);
	cr_expect_not(halb_plan_gives_vip(&w.plan, b), "an alias gives no address away");
}
