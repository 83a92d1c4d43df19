/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "world.h"

static struct world w;
static struct halb_record vip, other, cname;

static void setup(void)
{
	world_init(&w);
	vip = rec_address("192.168.11.11", 900);
	other = rec_address("192.168.11.99", 900);
	cname = rec_name(HALB_RR_CNAME, "k8s1.lime.lan", 900);
}

static void teardown(void)
{
	world_clear(&w);
}

TestSuite(records, .init = setup, .fini = teardown);

static const struct halb_change *apex(void)
{
	return world_change(&w, "A", "k8s1.lime.lan");
}

static const struct halb_change *alias(void)
{
	return world_change(&w, "CNAME", "kube.lime.lan");
}

static size_t dropped(const struct halb_change *change)
{
	size_t n = 0;

	for (size_t i = 0; i < change->node->n_values; i++)
		n += change->drop[i];
	return n;
}

static void expect_action(const struct halb_change *change, enum halb_action action)
{
	cr_assert(change, "no such change");
	cr_expect_eq(change->action, action, "%s", halb_action_name(change->action));
	cr_expect_eq(w.plan.verdict, HALB_OK);
}

/* The plan says no, for that reason, and the record is not in it. */
static const struct halb_finding *expect_blocked(const struct halb_change *change,
						 enum halb_status verdict, enum halb_code code)
{
	const struct halb_finding *finding = world_finding(&w, code);

	cr_expect_eq(w.plan.verdict, verdict, "%s", halb_status_name(w.plan.verdict));
	cr_assert(finding, "no finding %s", halb_code_name(code));
	cr_expect_eq(finding->severity, HALB_SEV_CRITICAL);
	cr_expect_str_eq(finding->balancer, "k8s1");
	cr_expect(finding->hint && *finding->hint);
	cr_expect_null(change);
	return finding;
}

/* ---- nothing there ---- */

Test(records, adds_all_to_an_empty_zone_in_the_sites_order)
{
	world_reverse(&w);
	world_register(&w);
	cr_assert_eq(w.plan.n, 4);
	cr_expect_str_eq(w.plan.changes[0].type, "A");
	cr_expect_str_eq(w.plan.changes[1].type, "CNAME");
	cr_expect_str_eq(w.plan.changes[2].type, "PTR");
	cr_expect_str_eq(w.plan.changes[3].type, "DHCP");
	for (size_t i = 0; i < 4; i++) {
		expect_action(&w.plan.changes[i], HALB_ACTION_ADD);
		cr_expect_null(w.plan.changes[i].before);
		cr_expect_str_eq(w.plan.changes[i].mark, MARK);
	}
	cr_expect_str_eq(w.plan.changes[0].after, "192.168.11.11");
	cr_expect_str_eq(w.plan.changes[1].after, "k8s1.lime.lan");
	cr_expect_str_eq(w.plan.changes[2].after, "k8s1.lime.lan");
	cr_expect_str_eq(w.plan.changes[0].dn, APEX);
	cr_expect_str_eq(w.plan.changes[2].zone, "11.168.192.in-addr.arpa");
	cr_expect_eq(halb_plan_writes(&w.plan), 4);
	cr_expect_eq(w.plan.findings.n, 0);
}

Test(records, a_new_record_is_static_and_has_the_zones_next_serial)
{
	world_register(&w);
	cr_expect_eq(apex()->record.serial, WORLD_SERIAL + 1);
	cr_expect_eq(apex()->record.timestamp, 0);
	cr_expect_eq(apex()->record.rank, HALB_RANK_ZONE);
	cr_expect_eq(apex()->record.ttl, 900);
	cr_expect_eq(apex()->ttl, 900);
}

Test(records, an_ipv6_vip_is_aaaa_and_ip6_arpa)
{
	static const char name[] =
		"1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa";

	w.site.dhcp_backend = HALB_DHCP_NONE;
	cr_assert(halb_addr_parse("fd00::11", &w.site.balancers[0].vip));
	world_zone(&w, "0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", DOMAIN_ZONES);
	world_register(&w);
	expect_action(world_change(&w, "AAAA", "k8s1.lime.lan"), HALB_ACTION_ADD);
	expect_action(world_change(&w, "PTR", name), HALB_ACTION_ADD);
	cr_expect_null(apex());
}

Test(records, a_node_that_is_there_and_empty_is_used)
{
	memdir_put(&w.dir, APEX, "dnsNode");
	world_register(&w);
	expect_action(apex(), HALB_ACTION_ADD);
	cr_expect(apex()->node->exists);
}

/* ---- zones ---- */

Test(records, a_missing_zone_is_the_sites_mistake)
{
	memdir_drop(&w.dir, LIME);
	world_register(&w);
	expect_blocked(apex(), HALB_E_SITE, HALB_CODE_ZONE_MISSING);
	cr_expect_eq(w.plan.findings.n, 2, "one for each name");
}

Test(records, a_zone_in_two_partitions_is_a_conflict_that_names_the_other)
{
	const struct halb_finding *finding;

	world_zone(&w, "lime.lan", FOREST_ZONES);
	world_register(&w);
	finding = expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_ZONE_AMBIGUOUS);
	cr_expect(strstr(finding->hint, FOREST_ZONES), "%s", finding->hint);
}

Test(records, ptr_auto_without_its_zone_is_no_ptr)
{
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_null(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"));
}

Test(records, ptr_auto_with_its_zone_is_one)
{
	world_reverse(&w);
	world_register(&w);
	expect_action(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"), HALB_ACTION_ADD);
}

#define CLASSLESS_ZONE "0-127.11.168.192.in-addr.arpa"
#define CLASSLESS      "11." CLASSLESS_ZONE

static void point_ptr(const char *target)
{
	struct halb_record away = rec_name(HALB_RR_CNAME, target, 900);

	world_node(&w, PTR, &away, NULL);
}

Test(records, the_ptr_stands_in_a_classless_zone_where_its_name_leads_there)
{
	world_reverse(&w);
	world_zone(&w, CLASSLESS_ZONE, FOREST_ZONES);
	point_ptr("11.0-127.11.168.192.IN-ADDR.arpa");
	world_register(&w);
	expect_action(world_change(&w, "PTR", CLASSLESS), HALB_ACTION_ADD);
	cr_expect_str_eq(world_change(&w, "PTR", CLASSLESS)->dn,
			 "DC=11,DC=" CLASSLESS_ZONE "," FOREST_ZONES);
	cr_expect_null(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"));
	world_settle(&w);
	world_register(&w);
	cr_expect_eq(halb_plan_writes(&w.plan), 0);
	world_unregister(&w);
	expect_action(world_change(&w, "PTR", CLASSLESS), HALB_ACTION_DELETE);
}

Test(records, the_ptr_stands_in_a_classless_zone_where_somebody_else_holds_its_name)
{
	world_zone(&w, CLASSLESS_ZONE, DOMAIN_ZONES);
	world_register(&w);
	expect_action(world_change(&w, "PTR", CLASSLESS), HALB_ACTION_ADD);
}

Test(records, a_classless_zone_that_nothing_leads_to_has_no_ptr)
{
	world_reverse(&w);
	world_zone(&w, CLASSLESS_ZONE, DOMAIN_ZONES);
	world_register(&w);
	expect_action(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"), HALB_ACTION_ADD);
	cr_expect_null(world_change(&w, "PTR", CLASSLESS));
}

Test(records, a_ptr_that_left_for_a_classless_zone_moves)
{
	const struct halb_record away = rec_name(HALB_RR_CNAME, CLASSLESS, 900);
	const struct halb_change *gone;

	world_reverse(&w);
	world_settle(&w);
	world_zone(&w, CLASSLESS_ZONE, DOMAIN_ZONES);
	memdir_record(&w.dir, PTR, &away);
	world_register(&w);
	expect_action(world_change(&w, "PTR", CLASSLESS), HALB_ACTION_ADD);
	gone = world_change(&w, "PTR", "11.11.168.192.in-addr.arpa");
	expect_action(gone, HALB_ACTION_DELETE);
	cr_expect_eq(dropped(gone), 1, "not the alias");
}

Test(records, where_the_ptrs_name_leads_elsewhere_the_alias_is_not_to_be_replaced)
{
	const struct halb_finding *finding;

	world_reverse(&w);
	point_ptr("11.subnet1.11.168.192.in-addr.arpa");
	world_register(&w);
	finding = expect_blocked(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"),
				 HALB_E_CONFLICT, HALB_CODE_CNAME_CONFLICT);
	cr_expect(strstr(finding->hint, "RFC 2317"), "%s", finding->hint);
	cr_expect(strstr(finding->hint, "ptr: no"), "%s", finding->hint);
	cr_expect_null(strstr(finding->hint, "--replace"), "%s", finding->hint);
}

Test(records, a_foreign_ptr_that_blocks_can_be_done_without)
{
	struct halb_record ptr = rec_name(HALB_RR_PTR, "printer.lime.lan", 900);
	const struct halb_finding *finding;

	world_reverse(&w);
	world_node(&w, PTR, &ptr, NULL);
	world_register(&w);
	finding = expect_blocked(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"),
				 HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN);
	cr_expect(strstr(finding->hint, "--replace"), "%s", finding->hint);
	cr_expect(strstr(finding->hint, "ptr: no"), "%s", finding->hint);
	w.site.balancers[0].ptr = HALB_PTR_NO;
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_null(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"));
}

Test(records, ptr_yes_without_its_zone_is_the_sites_mistake)
{
	const struct halb_finding *finding;

	w.site.balancers[0].ptr = HALB_PTR_YES;
	world_register(&w);
	finding = expect_blocked(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"), HALB_E_SITE,
				 HALB_CODE_ZONE_MISSING);
	cr_expect(strstr(finding->hint, "zonecreate dc1.lime.lan 11.168.192.in-addr.arpa"), "%s",
		  finding->hint);
}

Test(records, the_zone_that_an_ipv6_ptr_lacks_is_a_subnets)
{
	w.site.dhcp_backend = HALB_DHCP_NONE;
	w.site.balancers[0].ptr = HALB_PTR_YES;
	cr_assert(halb_addr_parse("fd00::1:2:3:11", &w.site.balancers[0].vip));
	world_register(&w);
	cr_expect(strstr(world_finding(&w, HALB_CODE_ZONE_MISSING)->hint,
			 "zonecreate dc1.lime.lan 0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa"),
		  "%s", world_finding(&w, HALB_CODE_ZONE_MISSING)->hint);
}

Test(records, ptr_no_with_its_zone_is_none)
{
	w.site.balancers[0].ptr = HALB_PTR_NO;
	world_reverse(&w);
	world_register(&w);
	cr_expect_null(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"));
}

/* ---- ours ---- */

Test(records, keeps_what_is_ours_and_right)
{
	world_node(&w, APEX, &vip, MARK);
	world_node(&w, ALIAS, &cname, MARK);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_KEEP);
	expect_action(alias(), HALB_ACTION_KEEP);
	cr_expect_eq(halb_plan_writes(&w.plan), 1, "the reservation");
}

Test(records, the_case_of_names_is_no_difference)
{
	struct halb_record loud = rec_name(HALB_RR_CNAME, "K8S1.Lime.LAN", 900);

	world_node(&w, "DC=KUBE," LIME, &loud, MARK);
	world_register(&w);
	expect_action(world_change(&w, "CNAME", "KUBE.lime.lan"), HALB_ACTION_KEEP);
}

Test(records, replaces_a_ttl_that_drifted)
{
	vip.ttl = 3600;
	world_node(&w, APEX, &vip, MARK);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_REPLACE);
	cr_expect_eq(apex()->ttl_before, 3600);
	cr_expect_eq(apex()->ttl, 900);
	cr_expect_eq(dropped(apex()), 1);
}

Test(records, replaces_a_dynamic_record_that_would_be_scavenged)
{
	vip.timestamp = 3700000;
	world_node(&w, APEX, &vip, MARK);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_REPLACE);
	cr_expect_eq(apex()->record.timestamp, 0);
	cr_expect(strstr(apex()->before, "dynamic"), "%s", apex()->before);
}

Test(records, replaces_an_address_that_changed)
{
	world_node(&w, APEX, &other, MARK);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_REPLACE);
	cr_expect_str_eq(apex()->before, "192.168.11.99");
	cr_expect_str_eq(apex()->after, "192.168.11.11");
}

Test(records, collapses_duplicates_with_other_ttls_into_one)
{
	struct halb_record again = rec_address("192.168.11.11", 60);

	for (int order = 0; order < 2; order++) {
		world_node(&w, APEX, order ? &again : &vip, MARK);
		memdir_record(&w.dir, APEX, order ? &vip : &again);
		world_register(&w);
		expect_action(apex(), HALB_ACTION_REPLACE);
		cr_expect_eq(dropped(apex()), 2);
		cr_expect(apex()->has_record);
		memdir_drop(&w.dir, APEX);
	}
}

Test(records, the_serial_alone_is_no_difference)
{
	vip.serial = 12345;
	world_node(&w, APEX, &vip, MARK);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_KEEP);
}

Test(records, a_second_address_beside_ours_blocks)
{
	world_node(&w, APEX, &vip, MARK);
	memdir_record(&w.dir, APEX, &other);
	world_register(&w);
	expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_RECORD_EXTRA);
}

Test(records, two_addresses_of_which_none_is_right_block)
{
	struct halb_record third = rec_address("192.168.11.98", 900);

	world_node(&w, APEX, &third, MARK);
	memdir_record(&w.dir, APEX, &other);
	world_register(&w);
	expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_RECORD_EXTRA);
}

Test(records, replace_takes_a_second_address_away)
{
	w.options.replace = true;
	world_node(&w, APEX, &vip, MARK);
	memdir_record(&w.dir, APEX, &other);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_REPLACE);
	cr_expect_eq(dropped(apex()), 2);
}

Test(records, somebodys_other_types_beside_ours_stay)
{
	struct halb_record txt = rec_txt(), six = rec_address("fd00::9", 900);

	world_node(&w, APEX, &other, MARK);
	memdir_record(&w.dir, APEX, &txt);
	memdir_record(&w.dir, APEX, &six);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_REPLACE);
	cr_expect_eq(dropped(apex()), 1);
	cr_expect(apex()->drop[0]);
}

/* A mark speaks of one record: here of the address that the vIP had before. */
Test(records, the_old_a_goes_where_the_vip_became_ipv6)
{
	struct halb_record txt = rec_txt();
	const struct halb_change *change;

	w.site.dhcp_backend = HALB_DHCP_NONE;
	cr_assert(halb_addr_parse("fd00::11", &w.site.balancers[0].vip));
	world_node(&w, APEX, &vip, MARK);
	memdir_record(&w.dir, APEX, &txt);
	world_register(&w);
	change = world_change(&w, "AAAA", "k8s1.lime.lan");
	expect_action(change, HALB_ACTION_REPLACE);
	cr_expect(change->drop[0]);
	cr_expect_not(change->drop[1]);
	cr_expect_str_eq(change->before, "A 192.168.11.11");
}

/* ---- not ours ---- */

Test(records, a_foreign_record_that_is_right_blocks)
{
	const struct halb_finding *finding;

	world_node(&w, APEX, &vip, NULL);
	world_register(&w);
	finding = expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN);
	cr_expect_str_eq(finding->object, "k8s1.lime.lan");
	cr_expect_str_eq(finding->expected, "A 192.168.11.11");
	cr_expect_str_eq(finding->actual, "A 192.168.11.11");
	cr_expect(strstr(finding->hint, "--adopt"), "%s", finding->hint);
}

Test(records, adopt_takes_over_what_is_right_without_a_new_value)
{
	w.options.adopt = true;
	world_node(&w, APEX, &vip, NULL);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_ADOPT);
	cr_expect_not(apex()->has_record);
	cr_expect_str_eq(apex()->mark, MARK);
}

Test(records, adopt_makes_what_is_right_static_with_our_ttl)
{
	w.options.adopt = true;
	vip.timestamp = 3700000;
	world_node(&w, APEX, &vip, NULL);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_REPLACE);
	cr_expect(apex()->has_record);
}

Test(records, a_foreign_record_that_is_wrong_blocks_even_with_adopt)
{
	const struct halb_finding *finding;

	w.options.adopt = true;
	world_node(&w, APEX, &other, NULL);
	world_register(&w);
	finding = expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN);
	cr_expect(strstr(finding->hint, "--replace"), "%s", finding->hint);
}

Test(records, a_foreign_address_beside_the_right_one_blocks_even_with_adopt)
{
	w.options.adopt = true;
	world_node(&w, APEX, &vip, NULL);
	memdir_record(&w.dir, APEX, &other);
	world_register(&w);
	expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN);
}

Test(records, replace_takes_over_what_is_wrong)
{
	w.options.replace = true;
	world_node(&w, APEX, &other, NULL);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_REPLACE);
	cr_expect_eq(dropped(apex()), 1);
}

Test(records, replace_adopts_what_is_right)
{
	w.options.replace = true;
	world_node(&w, APEX, &vip, NULL);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_ADOPT);
}

Test(records, somebody_elses_mark_blocks_even_with_adopt)
{
	const struct halb_finding *finding;

	w.options.adopt = true;
	world_node(&w, APEX, &vip, "the web team's, ask 4711");
	world_register(&w);
	finding = expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN);
	cr_expect(strstr(finding->actual, "ask 4711"), "%s", finding->actual);
	cr_expect_null(strstr(finding->hint, "--adopt"), "%s", finding->hint);
}

Test(records, somebody_elses_mark_on_an_empty_node_blocks)
{
	memdir_put(&w.dir, APEX, "dnsNode");
	memdir_text(&w.dir, APEX, "adminDescription", "reserved");
	world_register(&w);
	expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN);
}

Test(records, a_mark_that_only_begins_like_ours_is_not_ours)
{
	world_node(&w, APEX, &other, MARK "0");
	world_register(&w);
	expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN);
}

Test(records, replace_takes_over_what_is_marked)
{
	w.options.replace = true;
	world_node(&w, APEX, &vip, "the web team's");
	world_register(&w);
	expect_action(apex(), HALB_ACTION_ADOPT);
}

Test(records, an_address_beside_somebodys_text_needs_adopt)
{
	struct halb_record txt = rec_txt();
	const struct halb_finding *finding;

	world_node(&w, APEX, &txt, NULL);
	world_register(&w);
	finding = expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN);
	cr_expect(strstr(finding->hint, "--adopt"), "%s", finding->hint);
	w.options.adopt = true;
	world_register(&w);
	expect_action(apex(), HALB_ACTION_ADD);
	cr_expect_eq(dropped(apex()), 0);
}

/* ---- CNAME and other data ---- */

Test(records, a_foreign_cname_where_an_address_shall_be_blocks)
{
	struct halb_record away = rec_name(HALB_RR_CNAME, "old.lime.lan", 900);

	w.options.adopt = true;
	world_node(&w, APEX, &away, NULL);
	world_register(&w);
	expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_CNAME_CONFLICT);
}

Test(records, a_foreign_address_where_an_alias_shall_be_blocks)
{
	w.options.adopt = true;
	world_node(&w, ALIAS, &other, NULL);
	world_register(&w);
	expect_blocked(alias(), HALB_E_CONFLICT, HALB_CODE_CNAME_CONFLICT);
}

Test(records, our_cname_becomes_an_address)
{
	struct halb_record away = rec_name(HALB_RR_CNAME, "old.lime.lan", 900);

	world_node(&w, APEX, &away, MARK);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_REPLACE);
	cr_expect_str_eq(apex()->before, "CNAME old.lime.lan");
	cr_expect_eq(dropped(apex()), 1);
}

Test(records, our_address_becomes_an_alias)
{
	world_node(&w, ALIAS, &other, MARK);
	world_register(&w);
	expect_action(alias(), HALB_ACTION_REPLACE);
	cr_expect_str_eq(alias()->before, "A 192.168.11.99");
}

/* Samba lets anybody write that; which of the two is somebody else's is plain, but not asked. */
Test(records, a_rival_beside_our_own_blocks)
{
	world_node(&w, ALIAS, &cname, MARK);
	memdir_record(&w.dir, ALIAS, &other);
	world_register(&w);
	expect_blocked(alias(), HALB_E_CONFLICT, HALB_CODE_CNAME_CONFLICT);
}

Test(records, replace_takes_a_rival_away)
{
	w.options.replace = true;
	world_node(&w, ALIAS, &cname, MARK);
	memdir_record(&w.dir, ALIAS, &other);
	world_register(&w);
	expect_action(alias(), HALB_ACTION_REPLACE);
	cr_expect_eq(dropped(alias()), 2);
}

Test(records, what_we_never_write_we_never_remove)
{
	const struct halb_record stubborn[] = { rec_txt(), rec_mx() };

	w.options.replace = w.options.adopt = true;
	for (size_t i = 0; i < 2; i++) {
		world_node(&w, ALIAS, &stubborn[i], i ? MARK : NULL);
		world_register(&w);
		expect_blocked(alias(), HALB_E_CONFLICT, HALB_CODE_CNAME_CONFLICT);
		memdir_drop(&w.dir, ALIAS);
	}
}

/* ---- tombstones and what makes no sense ---- */

Test(records, a_tombstone_comes_back_without_its_record)
{
	static const char *const marks[] = { NULL, MARK, "somebody's, long ago" };

	for (size_t i = 0; i < 3; i++) {
		world_tombstone(&w, APEX, marks[i]);
		world_register(&w);
		expect_action(apex(), HALB_ACTION_RESURRECT);
		cr_expect_eq(dropped(apex()), 1);
		cr_expect(apex()->has_record);
		cr_expect_str_eq(apex()->before, "tombstone");
		cr_expect_eq(apex()->ttl_before, 0);
		memdir_drop(&w.dir, APEX);
	}
}

Test(records, a_tombstone_with_other_records_left_in_it_loses_them_all)
{
	world_tombstone(&w, APEX, NULL);
	memdir_record(&w.dir, APEX, &other);
	memdir_add(&w.dir, APEX, "dnsRecord", "junk", 4);
	world_register(&w);
	expect_action(apex(), HALB_ACTION_RESURRECT);
	cr_expect_eq(dropped(apex()), 3);
}

/* Some tools clear the flag and leave the ZERO record. */
Test(records, a_tombstone_without_its_flag_is_one_all_the_same)
{
	world_tombstone(&w, APEX, NULL);
	memdir_unset(&w.dir, APEX, "dNSTombstoned");
	world_register(&w);
	expect_action(apex(), HALB_ACTION_RESURRECT);
	cr_expect_eq(dropped(apex()), 1);
}

Test(records, the_rest_of_a_tombstone_in_our_node_goes)
{
	world_tombstone(&w, ALIAS, MARK);
	memdir_unset(&w.dir, ALIAS, "dNSTombstoned");
	memdir_record(&w.dir, ALIAS, &cname);
	world_register(&w);
	expect_action(alias(), HALB_ACTION_REPLACE);
	cr_expect_eq(dropped(alias()), 2);
	cr_expect_eq(alias()->ttl_before, 900);
}

Test(records, bytes_that_are_no_record_block_everything)
{
	const struct halb_finding *finding;

	w.options.adopt = w.options.replace = true;
	world_node(&w, APEX, &vip, MARK);
	memdir_add(&w.dir, APEX, "dnsRecord", "junk", 4);
	world_register(&w);
	finding = expect_blocked(apex(), HALB_E_MALFORMED, HALB_CODE_RECORD_MALFORMED);
	cr_expect_str_eq(finding->actual, "A 192.168.11.11, 4 bytes that are no record (marked '"
					  MARK "')");
	cr_expect(strstr(finding->hint, "'dn: " APEX "' 'changetype: modify' 'delete: dnsRecord' "
					"'dnsRecord:: anVuaw==' | ldapmodify -H "
					"ldap://dc1.lime.lan"),
		  "%s", finding->hint);
}

/* ---- several balancers ---- */

static struct halb_balancer *second(void)
{
	return world_balancer(&w, "k8s2", "192.168.11.12", "02:00:00:00:01:02", "k8s2.lime.lan");
}

Test(records, each_balancer_marks_its_own)
{
	second();
	world_register(&w);
	cr_expect_str_eq(apex()->mark, MARK);
	cr_expect_str_eq(world_change(&w, "A", "k8s2.lime.lan")->mark, "halb-dns lime.lan/k8s2");
	cr_expect_eq(apex()->balancer, &w.site.balancers[0]);
}

Test(records, an_alias_that_moved_to_another_balancer_moves_its_mark)
{
	struct halb_balancer *b = second();

	world_node(&w, ALIAS, &cname, MARK);
	world_set_alias(b, "kube.lime.lan");
	world_set_alias(&w.site.balancers[0], NULL);
	world_register(&w);
	expect_action(alias(), HALB_ACTION_REPLACE);
	cr_expect_str_eq(alias()->mark, "halb-dns lime.lan/k8s2");
	cr_expect_str_eq(alias()->after, "k8s2.lime.lan");
	cr_expect_eq(alias()->balancer, &w.site.balancers[1]);
}

Test(records, a_right_record_with_a_sister_balancers_mark_gets_its_own)
{
	second();
	world_node(&w, APEX, &vip, "halb-dns lime.lan/k8s2");
	world_register(&w);
	expect_action(apex(), HALB_ACTION_ADOPT);
	cr_expect_str_eq(apex()->mark, MARK);
}

/* ---- removals ---- */

static void register_all(void)
{
	world_reverse(&w);
	world_settle(&w);
}

Test(records, an_alias_that_left_the_site_goes)
{
	register_all();
	world_set_alias(&w.site.balancers[0], NULL);
	world_register(&w);
	expect_action(alias(), HALB_ACTION_DELETE);
	cr_expect_null(alias()->after);
	cr_expect_null(alias()->mark);
	cr_expect_str_eq(alias()->before, "k8s1.lime.lan");
	cr_expect_eq(alias()->ttl_before, 900);
	cr_expect_eq(halb_plan_writes(&w.plan), 1);
}

Test(records, a_foreign_record_that_the_site_does_not_name_is_nothing_to_us)
{
	register_all();
	world_node(&w, "DC=www," LIME, &other, NULL);
	world_node(&w, "DC=mail," LIME, &other, "halb-dns other.lan/k8s1");
	world_register(&w);
	cr_expect_eq(halb_plan_writes(&w.plan), 0);
}

Test(records, the_ptr_of_the_subnet_that_the_vip_left_goes)
{
	register_all();
	w.site.dhcp_backend = HALB_DHCP_NONE;
	cr_assert(halb_addr_parse("10.0.0.11", &w.site.balancers[0].vip));
	world_register(&w);
	expect_action(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"), HALB_ACTION_DELETE);
	expect_action(apex(), HALB_ACTION_REPLACE);
}

Test(records, the_ptr_goes_when_the_site_wants_none_any_more)
{
	register_all();
	w.site.balancers[0].ptr = HALB_PTR_NO;
	world_register(&w);
	expect_action(world_change(&w, "PTR", "11.11.168.192.in-addr.arpa"), HALB_ACTION_DELETE);
}

Test(records, a_removal_leaves_what_is_not_ours_in_the_node)
{
	struct halb_record txt = rec_txt();

	register_all();
	memdir_record(&w.dir, APEX, &txt);
	world_unregister(&w);
	expect_action(apex(), HALB_ACTION_DELETE);
	cr_expect_eq(dropped(apex()), 1);
	cr_expect(apex()->drop[0]);
}

Test(records, unregister_removes_all_that_is_ours_and_nothing_else)
{
	register_all();
	world_node(&w, "DC=www," LIME, &other, NULL);
	world_unregister(&w);
	cr_assert_eq(w.plan.n, 4);
	for (size_t i = 0; i < 4; i++)
		expect_action(&w.plan.changes[i], HALB_ACTION_DELETE);
	cr_expect(world_change(&w, "DHCP", "k8s1"));
}

Test(records, unregister_of_nothing_is_nothing)
{
	world_node(&w, APEX, &vip, NULL);
	world_unregister(&w);
	cr_expect_eq(w.plan.n, 0);
	cr_expect_eq(w.plan.verdict, HALB_OK);
}

Test(records, unregister_takes_ours_alone_from_beside_somebodys)
{
	struct halb_record elsewhere = rec_name(HALB_RR_CNAME, "www.lime.lan", 900);

	register_all();
	memdir_record(&w.dir, APEX, &other);
	memdir_record(&w.dir, ALIAS, &elsewhere);
	world_unregister(&w);
	expect_action(apex(), HALB_ACTION_DELETE);
	cr_expect_eq(dropped(apex()), 1);
	cr_expect(apex()->drop[0]);
	cr_expect_str_eq(apex()->before, "192.168.11.11");
	expect_action(alias(), HALB_ACTION_DELETE);
	cr_expect_eq(dropped(alias()), 1);
	cr_expect_str_eq(alias()->before, "k8s1.lime.lan");
}

Test(records, unregister_takes_each_copy_of_ours)
{
	struct halb_record copy = rec_address("192.168.11.11", 60);

	register_all();
	memdir_record(&w.dir, APEX, &copy);
	world_unregister(&w);
	expect_action(apex(), HALB_ACTION_DELETE);
	cr_expect_eq(dropped(apex()), 2);
}

Test(records, unregister_leaves_several_of_which_none_says_the_vip)
{
	struct halb_record third = rec_address("192.168.11.98", 900);

	world_node(&w, APEX, &other, MARK);
	memdir_record(&w.dir, APEX, &third);
	world_unregister(&w);
	expect_blocked(apex(), HALB_E_CONFLICT, HALB_CODE_RECORD_EXTRA);
}

Test(records, unregister_leaves_a_tombstone_alone)
{
	world_tombstone(&w, APEX, MARK);
	world_unregister(&w);
	cr_expect_eq(w.plan.n, 0);
}

Test(records, unregister_leaves_a_node_where_ours_is_gone_already)
{
	struct halb_record txt = rec_txt();

	world_node(&w, APEX, &txt, MARK);
	world_unregister(&w);
	cr_expect_eq(w.plan.n, 0);
	cr_expect_eq(w.plan.verdict, HALB_OK);
}
