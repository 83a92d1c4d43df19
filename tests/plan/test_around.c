/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "world.h"

#define LOST	  "\\0ACNF:8801ee2a-bd00-444e-a03a-f88a6ad7fe24,"
#define RR_DNAME  39
#define SUB_ZONE  "DC=sub.lime.lan," DOMAIN_ZONES

static struct world w;
static struct halb_record other;

static void setup(void)
{
	world_init(&w);
	other = rec_address("192.168.11.99", 300);
}

static void teardown(void)
{
	world_clear(&w);
}

TestSuite(around, .init = setup, .fini = teardown);

static const struct halb_finding *expect(enum halb_code code, enum halb_severity severity,
					 const char *object)
{
	const struct halb_finding *finding = world_finding(&w, code);

	cr_assert(finding, "no finding %s", halb_code_name(code));
	cr_expect_eq(finding->severity, severity);
	cr_expect_str_eq(finding->object, object);
	cr_expect_str_eq(finding->balancer, "k8s1");
	cr_expect(finding->hint && *finding->hint);
	return finding;
}

static const struct halb_finding *expect_blocked(enum halb_code code, const char *object)
{
	cr_expect_eq(w.plan.verdict, HALB_E_CONFLICT, "%s", halb_status_name(w.plan.verdict));
	return expect(code, HALB_SEV_CRITICAL, object);
}

static void deepen(void)
{
	w.site.balancers[0].apex = name_of("k8s1.sub.lime.lan");
}

/* ---- delegations ---- */

Test(around, a_name_below_a_delegation_is_not_this_zones)
{
	const struct halb_record ns = rec_name(HALB_RR_NS, "ns.elsewhere.lan", 900);
	const struct halb_finding *finding;

	deepen();
	world_node(&w, "DC=sub," LIME, &ns, NULL);
	world_register(&w);
	finding = expect_blocked(HALB_CODE_DNS_NOT_AUTHORITATIVE, "k8s1.sub.lime.lan");
	cr_expect_str_eq(finding->actual, "sub.lime.lan is delegated to ns.elsewhere.lan");
	cr_expect(strstr(finding->hint, "ns.elsewhere.lan"));
	cr_expect_null(world_change(&w, "A", "k8s1.sub.lime.lan"));
}

Test(around, a_name_that_is_delegated_itself_is_not_this_zones)
{
	const struct halb_record ns = rec_name(HALB_RR_NS, "ns.elsewhere.lan", 900);

	world_node(&w, APEX, &ns, NULL);
	world_register(&w);
	expect_blocked(HALB_CODE_DNS_NOT_AUTHORITATIVE, "k8s1.lime.lan");
}

Test(around, neither_replace_nor_force_puts_a_record_below_a_delegation)
{
	const struct halb_record ns = rec_name(HALB_RR_NS, "ns.elsewhere.lan", 900);

	deepen();
	w.options = (struct halb_plan_options){ .adopt = true, .replace = true, .force = true };
	world_node(&w, "DC=sub," LIME, &ns, NULL);
	world_register(&w);
	expect_blocked(HALB_CODE_DNS_NOT_AUTHORITATIVE, "k8s1.sub.lime.lan");
}

Test(around, the_zones_own_servers_delegate_nothing)
{
	const struct halb_record ns = rec_name(HALB_RR_NS, "dc1.lime.lan", 900);

	memdir_record(&w.dir, "DC=@," LIME, &ns);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_eq(w.plan.findings.n, 0);
}

Test(around, a_delegation_that_is_a_tombstone_is_none)
{
	deepen();
	world_tombstone(&w, "DC=sub," LIME, NULL);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
}

Test(around, a_dname_takes_what_is_below_it_and_leaves_its_own_name)
{
	struct halb_record dname = { .type = RR_DNAME, .rank = HALB_RANK_ZONE, .ttl = 900 };
	static uint8_t bytes[] = { 5, 1, 3, 'l', 'a', 'n', 0 };

	dname.raw.bytes = bytes;
	dname.raw.len = sizeof bytes;
	world_node(&w, "DC=sub," LIME, &dname, NULL);
	w.site.balancers[0].apex = name_of("sub.lime.lan");
	w.options.adopt = true;
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	deepen();
	world_register(&w);
	expect_blocked(HALB_CODE_DNS_NOT_AUTHORITATIVE, "k8s1.sub.lime.lan");
}

/* ---- zones of others ---- */

/* [MS-DNSP] 2.3.2.1: the zone's type. */
static void set_type(const char *zone, uint8_t type)
{
	const uint8_t property[] = { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
				     1, 0, 0, 0, type, 0, 0, 0, 0, 0, 0, 0 };

	if (memdir_attr(memdir_find(&w.dir, zone), "dNSProperty"))
		memdir_unset(&w.dir, zone, "dNSProperty");
	memdir_add(&w.dir, zone, "dNSProperty", property, sizeof property);
}

enum { PRIMARY = 1, STUB = 3, FORWARDER = 4 };

Test(around, a_name_in_a_forwarded_zone_is_not_this_directorys)
{
	static const uint8_t types[] = { STUB, FORWARDER };

	world_zone(&w, "sub.lime.lan", FOREST_ZONES);
	deepen();
	w.options = (struct halb_plan_options){ .adopt = true, .replace = true, .force = true };
	for (size_t i = 0; i < sizeof types; i++) {
		const struct halb_finding *finding;

		set_type("DC=sub.lime.lan," FOREST_ZONES, types[i]);
		world_register(&w);
		finding = expect_blocked(HALB_CODE_DNS_NOT_AUTHORITATIVE, "k8s1.sub.lime.lan");
		cr_expect(strstr(finding->actual, "sub.lime.lan is a stub"), "%s", finding->actual);
		cr_expect_null(world_change(&w, "A", "k8s1.sub.lime.lan"));
	}
	set_type("DC=sub.lime.lan," FOREST_ZONES, PRIMARY);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
}

Test(around, a_forwarded_reverse_zone_is_none_for_ptr_auto)
{
	world_reverse(&w);
	set_type(REVERSE, FORWARDER);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_null(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"));
	w.site.balancers[0].ptr = HALB_PTR_YES;
	world_register(&w);
	cr_expect(strstr(expect_blocked(HALB_CODE_DNS_NOT_AUTHORITATIVE,
					"11.11.168.192.in-addr.arpa")->hint,
			 "ptr: no"));
}

/* ---- wildcards ---- */

Test(around, a_wildcard_that_answered_so_far_is_told_of)
{
	const struct halb_finding *finding;

	world_node(&w, "DC=*," LIME, &other, NULL);
	world_set_alias(&w.site.balancers[0], NULL);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK, "registering is still right");
	finding = expect(HALB_CODE_RECORD_EXTRA, HALB_SEV_WARNING, "k8s1.lime.lan");
	cr_expect_str_eq(finding->actual, "*.lime.lan has answered for it so far");
	cr_expect(strstr(finding->hint, "for 300 s"), "%s", finding->hint);
	cr_expect_eq(world_change(&w, "A", "k8s1.lime.lan")->action, HALB_ACTION_ADD);
}

Test(around, of_two_wildcards_the_nearer_one_answers)
{
	deepen();
	world_set_alias(&w.site.balancers[0], NULL);
	world_node(&w, "DC=*," LIME, &other, NULL);
	world_node(&w, "DC=*.sub," LIME, &other, NULL);
	world_register(&w);
	cr_expect_str_eq(expect(HALB_CODE_RECORD_EXTRA, HALB_SEV_WARNING, "k8s1.sub.lime.lan")
				 ->actual,
			 "*.sub.lime.lan has answered for it so far");
	cr_expect_eq(w.plan.findings.n, 1);
}

Test(around, a_name_that_exists_hides_the_wildcard_already)
{
	world_settle(&w);
	world_node(&w, "DC=*," LIME, &other, NULL);
	world_register(&w);
	cr_expect_eq(w.plan.findings.n, 0);
	cr_expect_eq(halb_plan_writes(&w.plan), 0);
}

/* ---- strays ---- */

Test(around, what_replication_renamed_is_a_duplicate_with_the_command_that_removes_it)
{
	const struct halb_finding *finding;

	world_node(&w, "DC=k8s1" LOST LIME, &other, NULL);
	world_register(&w);
	finding = expect_blocked(HALB_CODE_RECORD_DUPLICATE, "k8s1.lime.lan");
	cr_expect(strstr(finding->hint,
			 "ldapdelete -H ldap://dc1.lime.lan 'DC=k8s1" LOST LIME "'"),
		  "%s", finding->hint);
	cr_expect_null(world_change(&w, "A", "k8s1.lime.lan"));
}

Test(around, a_renamed_one_blocks_beside_a_right_record_too)
{
	world_settle(&w);
	world_node(&w, "DC=kube" LOST LIME, &other, MARK);
	world_register(&w);
	expect_blocked(HALB_CODE_RECORD_DUPLICATE, "kube.lime.lan");
	cr_expect_eq(w.plan.findings.n, 1, "found by its mark and by its name, told once");
}

Test(around, a_renamed_tombstone_is_nothing)
{
	world_tombstone(&w, "DC=k8s1" LOST LIME, NULL);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_eq(w.plan.findings.n, 0);
}

Test(around, somebody_elses_duplicates_are_theirs)
{
	world_node(&w, "DC=printer" LOST LIME, &other, NULL);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_eq(w.plan.findings.n, 0);
}

Test(around, a_node_that_a_longer_zone_hides_is_told_of)
{
	const struct halb_finding *finding;

	world_zone(&w, "sub.lime.lan", DOMAIN_ZONES);
	deepen();
	world_node(&w, "DC=k8s1.sub," LIME, &other, NULL);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	finding = expect(HALB_CODE_RECORD_EXTRA, HALB_SEV_WARNING, "k8s1.sub.lime.lan");
	cr_expect_str_eq(finding->actual, "DC=k8s1.sub," LIME);
	cr_expect(strstr(finding->hint, "ldapdelete -H ldap://dc1.lime.lan 'DC=k8s1.sub," LIME "'"),
		  "%s", finding->hint);
	cr_expect_str_eq(world_change(&w, "A", "k8s1.sub.lime.lan")->dn, "DC=k8s1," SUB_ZONE);
}

/* The zone above leads there by it (RFC 1034 4.2.1). */
Test(around, the_delegation_of_a_zone_that_is_here_too_is_nothing_to_remove)
{
	const struct halb_record ns = rec_name(HALB_RR_NS, "dc1.lime.lan", 900);

	world_zone(&w, "k8s1.lime.lan", DOMAIN_ZONES);
	world_node(&w, APEX, &ns, NULL);
	w.options.adopt = true;
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_eq(w.plan.findings.n, 0);
	cr_expect_str_eq(world_change(&w, "A", "k8s1.lime.lan")->dn,
			 "DC=@,DC=k8s1.lime.lan," DOMAIN_ZONES);
}

/* ---- aliases ---- */

Test(around, an_alias_of_an_apex_that_is_blocked_would_dangle)
{
	const struct halb_finding *finding;

	world_node(&w, APEX, &other, NULL);
	world_register(&w);
	finding = expect_blocked(HALB_CODE_TARGET_DANGLING, "kube.lime.lan");
	cr_expect_str_eq(finding->expected, "CNAME k8s1.lime.lan");
	cr_expect_str_eq(finding->actual, "the apex cannot be had");
	cr_expect_eq(w.plan.findings.n, 2);
}

Test(around, an_apex_that_is_an_alias_of_the_alias_would_loop)
{
	const struct halb_record cname = rec_name(HALB_RR_CNAME, "kube.lime.lan", 900);

	world_node(&w, APEX, &cname, NULL);
	world_register(&w);
	cr_expect(strstr(expect_blocked(HALB_CODE_TARGET_DANGLING, "kube.lime.lan")->actual,
			 "a loop"));
}

Test(around, replacing_the_apex_undoes_the_loop)
{
	const struct halb_record cname = rec_name(HALB_RR_CNAME, "kube.lime.lan", 900);

	world_node(&w, APEX, &cname, NULL);
	w.options.replace = true;
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_eq(w.plan.findings.n, 0);
}
