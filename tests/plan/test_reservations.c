/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "world.h"

#define MAC	 "ethernet 02:00:00:00:01:01"
#define OTHER	 "ethernet 02:00:00:00:09:09"
#define STRANGER "CN=stranger," SERVICE

static struct world w;

static void setup(void)
{
	world_init(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

TestSuite(reservations, .init = setup, .fini = teardown);

static void put(const char *dn, const char *hardware, const char *address, const char *mark)
{
	world_host(&w, dn, hardware, address, mark);
	memdir_text(&w.dir, dn, "dhcpOption", "host-name \"k8s1\"");
}

static const struct halb_change *expect_action(const char *name, enum halb_action action)
{
	const struct halb_change *change = world_change(&w, "DHCP", name);

	cr_assert(change, "no such change");
	cr_expect_eq(change->action, action, "%s", halb_action_name(change->action));
	cr_expect_eq(w.plan.verdict, HALB_OK);
	return change;
}

static const struct halb_finding *expect_blocked(enum halb_status verdict, enum halb_code code)
{
	const struct halb_finding *finding = world_finding(&w, code);

	cr_expect_eq(w.plan.verdict, verdict, "%s", halb_status_name(w.plan.verdict));
	cr_assert(finding, "no finding %s", halb_code_name(code));
	cr_expect_eq(finding->severity, HALB_SEV_CRITICAL);
	cr_expect(finding->hint && *finding->hint);
	return finding;
}

static const struct halb_finding *expect_none(enum halb_status verdict, enum halb_code code)
{
	for (size_t i = 0; i < w.plan.n; i++)
		cr_expect_neq(w.plan.changes[i].subject, HALB_SUBJECT_RESERVATION);
	return expect_blocked(verdict, code);
}

Test(reservations, adds_one)
{
	const struct halb_change *change;

	world_register(&w);
	change = expect_action("k8s1", HALB_ACTION_ADD);
	cr_expect_str_eq(change->dn, HOST);
	cr_expect_str_eq(change->after, "02:00:00:00:01:01 192.168.11.11");
	cr_expect_str_eq(change->mark, MARK);
	cr_expect_null(change->reservation);
}

Test(reservations, no_backend_means_no_reservation)
{
	w.site.dhcp_backend = HALB_DHCP_NONE;
	world_register(&w);
	cr_expect_null(world_change(&w, "DHCP", "k8s1"));
	cr_expect_eq(w.plan.verdict, HALB_OK);
}

Test(reservations, keeps_what_is_ours_and_right)
{
	put(HOST, MAC, "192.168.11.11", MARK);
	world_register(&w);
	expect_action("k8s1", HALB_ACTION_KEEP);
}

Test(reservations, replaces_what_is_ours_and_wrong)
{
	static const struct {
		const char *hardware, *address;
	} cases[] = {
		{ OTHER, "192.168.11.11" },
		{ MAC, "192.168.11.99" },
		{ OTHER, "192.168.11.99" },
		{ MAC, "192.168.11.11, 192.168.11.12" },
		{ MAC, "192.168.11.11, other.lime.lan" },
		{ MAC, "192.168.11.11; fixed-address 192.168.11.11" },
		{ "ethernet 02-00-00-00-01-01", "192.168.11.11" }, /* dhcpd would not find it */
		{ "ethernet  02:00:00:00:01:01", "192.168.11.11" },
		{ NULL, "192.168.11.11" },
		{ MAC, NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct halb_change *change;

		put(HOST, cases[i].hardware, cases[i].address, MARK);
		world_register(&w);
		change = expect_action("k8s1", HALB_ACTION_REPLACE);
		cr_expect_str_neq(change->before, change->after);
		memdir_drop(&w.dir, HOST);
	}
}

Test(reservations, replaces_a_host_name_that_the_apex_had_before)
{
	const struct halb_change *change;

	world_host(&w, HOST, MAC, "192.168.11.11", MARK);
	memdir_text(&w.dir, HOST, "dhcpOption", "host-name \"old\"");
	world_register(&w);
	change = expect_action("k8s1", HALB_ACTION_REPLACE);
	cr_expect_str_eq(change->before, "02:00:00:00:01:01 192.168.11.11 host-name old");
	cr_expect_str_eq(change->after, "02:00:00:00:01:01 192.168.11.11 host-name k8s1");
}

Test(reservations, ours_stays_where_an_administrator_moved_it)
{
	memdir_put(&w.dir, "CN=vips," SERVICE, "dhcpGroup");
	put("CN=vip," "CN=vips," SERVICE, MAC, "192.168.11.99", MARK);
	world_register(&w);
	cr_expect_str_eq(expect_action("vip", HALB_ACTION_REPLACE)->dn,
			 "CN=vip,CN=vips," SERVICE);
}

Test(reservations, a_foreign_one_that_is_right_needs_adopt)
{
	const struct halb_finding *finding;

	put(STRANGER, MAC, "192.168.11.11", NULL);
	world_register(&w);
	finding = expect_none(HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN);
	cr_expect_str_eq(finding->object, STRANGER);
	cr_expect(strstr(finding->hint, "--adopt"));
	w.options.adopt = true;
	world_register(&w);
	cr_expect_str_eq(expect_action("stranger", HALB_ACTION_ADOPT)->dn, STRANGER);
}

Test(reservations, somebody_elses_mark_blocks_even_with_adopt)
{
	const struct halb_finding *finding;

	w.options.adopt = true;
	put(STRANGER, MAC, "192.168.11.11", "the web team's");
	world_register(&w);
	finding = expect_none(HALB_E_CONFLICT, HALB_CODE_RECORD_FOREIGN);
	cr_expect_null(strstr(finding->hint, "--adopt"), "%s", finding->hint);
	w.options.replace = true;
	world_register(&w);
	expect_action("stranger", HALB_ACTION_ADOPT);
}

Test(reservations, a_foreign_one_with_our_mac_address_or_name_blocks)
{
	static const struct {
		const char *dn, *hardware, *address;
	} cases[] = {
		{ STRANGER, MAC, "192.168.11.99" },
		{ STRANGER, "ethernet 02:00:00:00:01:01", NULL },
		{ STRANGER, "ETHERNET  02-00-00-00-01-01", NULL },
		{ STRANGER, "ethernet 2:0:0:0:1:1", NULL },
		{ STRANGER, OTHER, "192.168.11.11" },
		{ STRANGER, OTHER, "192.168.11.99, 192.168.11.11" },
		{ STRANGER, NULL, "192.168.11.11" },
		{ STRANGER, OTHER, "k8s1.lime.lan" }, /* dhcpd looks it up */
		{ STRANGER, OTHER, "192.168.11.99, KUBE.lime.lan." },
		{ STRANGER, OTHER, "kube" },
		{ HOST, OTHER, "192.168.11.99" },
		{ "CN=K8S1," SERVICE, NULL, NULL },
	};

	w.options.adopt = true;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		put(cases[i].dn, cases[i].hardware, cases[i].address, NULL);
		world_register(&w);
		cr_expect_str_eq(expect_none(HALB_E_CONFLICT, HALB_CODE_ADDRESS_TAKEN)->object,
				 cases[i].dn);
		memdir_drop(&w.dir, cases[i].dn);
	}
}

Test(reservations, a_second_statement_that_gives_our_address_blocks)
{
	put(STRANGER, OTHER, "192.168.11.99", NULL);
	memdir_text(&w.dir, STRANGER, "dhcpStatements",
		    "filename \"x\"; fixed-address 192.168.11.11");
	world_register(&w);
	cr_expect_str_eq(expect_none(HALB_E_CONFLICT, HALB_CODE_ADDRESS_TAKEN)->actual,
			 "02:00:00:00:09:09 192.168.11.99 192.168.11.11");
}

Test(reservations, a_host_name_of_somebody_else_is_nothing_to_us)
{
	put(STRANGER, OTHER, "k8s1.other.lan, printer", NULL);
	world_register(&w);
	expect_action("k8s1", HALB_ACTION_ADD);
}

/* Swapping the value would take the other statement along. */
Test(reservations, what_shares_a_value_with_other_statements_is_kept_or_blocks)
{
	world_host(&w, HOST, MAC, "192.168.11.11; filename \"x\"", MARK);
	memdir_text(&w.dir, HOST, "dhcpOption", "host-name \"k8s1\"");
	world_register(&w);
	expect_action("k8s1", HALB_ACTION_KEEP);
	memdir_drop(&w.dir, HOST);
	w.options.adopt = w.options.replace = true;
	for (int i = 0; i < 3; i++) {
		put(HOST, MAC, i ? "192.168.11.11; filename \"x\"" : "10.0.0.1; filename \"x\"",
		    i == 1 ? NULL : MARK);
		if (i == 2)
			memdir_text(&w.dir, HOST, "dhcpOption", "host-name \"b\"");
		world_register(&w);
		cr_expect(strstr(expect_none(HALB_E_CONFLICT, HALB_CODE_RESERVATION_DIFFERS)->hint,
				 "a value of each"));
		memdir_drop(&w.dir, HOST);
	}
}

Test(reservations, replace_takes_over_what_is_wrong_where_it_stands)
{
	w.options.replace = true;
	put(STRANGER, MAC, "192.168.11.99", NULL);
	world_register(&w);
	cr_expect_str_eq(expect_action("stranger", HALB_ACTION_REPLACE)->dn, STRANGER);
}

Test(reservations, one_that_has_nothing_of_ours_is_nothing_to_us)
{
	put(STRANGER, OTHER, "192.168.11.99", NULL);
	world_register(&w);
	expect_action("k8s1", HALB_ACTION_ADD);
	cr_expect_null(world_change(&w, "DHCP", "stranger"));
}

Test(reservations, a_second_one_with_our_mac_address_or_name_blocks)
{
	static const struct {
		const char *dn, *hardware, *address, *mark;
	} cases[] = {
		{ STRANGER, MAC, "192.168.11.99", NULL },
		{ STRANGER, OTHER, "192.168.11.11", NULL },
		{ STRANGER, MAC, "192.168.11.11", NULL },
		{ STRANGER, OTHER, "192.168.11.99", MARK },
		{ "CN=k8s1," SUBNET, OTHER, "192.168.11.99", NULL },
	};

	w.options.adopt = w.options.replace = true;
	for (size_t order = 0; order < 2; order++) {
		for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
			if (order)
				put(HOST, MAC, "192.168.11.11", MARK);
			put(cases[i].dn, cases[i].hardware, cases[i].address, cases[i].mark);
			if (!order)
				put(HOST, MAC, "192.168.11.11", MARK);
			world_register(&w);
			expect_none(HALB_E_CONFLICT, HALB_CODE_RESERVATION_DUPLICATE);
			memdir_drop(&w.dir, HOST);
			memdir_drop(&w.dir, cases[i].dn);
		}
	}
}

Test(reservations, two_foreign_ones_block_whatever_is_allowed)
{
	w.options.adopt = w.options.replace = true;
	put(STRANGER, MAC, "192.168.11.99", NULL);
	put("CN=other," SERVICE, OTHER, "192.168.11.11", NULL);
	world_register(&w);
	expect_none(HALB_E_CONFLICT, HALB_CODE_RESERVATION_DUPLICATE);
}

Test(reservations, the_duplicate_that_is_named_is_not_ours)
{
	put(STRANGER, MAC, "192.168.11.11", NULL);
	put(HOST, MAC, "192.168.11.11", MARK);
	world_register(&w);
	cr_expect_str_eq(expect_none(HALB_E_CONFLICT, HALB_CODE_RESERVATION_DUPLICATE)->object,
			 STRANGER);
}

/* ---- address, MAC, service ---- */

Test(reservations, an_address_that_is_handed_out_blocks)
{
	static const char *const vips[] = { "192.168.11.100", "192.168.11.150", "192.168.11.199" };

	for (size_t i = 0; i < 3; i++) {
		const struct halb_finding *finding;

		cr_assert(halb_addr_parse(vips[i], &w.site.balancers[0].vip));
		world_register(&w);
		finding = expect_blocked(HALB_E_CONFLICT, HALB_CODE_ADDRESS_IN_POOL);
		cr_expect_str_eq(finding->object, vips[i]);
		cr_expect(strstr(finding->hint, "192.168.11.100 to 192.168.11.199"), "%s",
			  finding->hint);
		cr_expect(strstr(finding->hint, SUBNET), "%s", finding->hint);
	}
}

Test(reservations, the_addresses_around_a_range_are_free)
{
	static const char *const vips[] = { "192.168.11.99", "192.168.11.200" };

	for (size_t i = 0; i < 2; i++) {
		cr_assert(halb_addr_parse(vips[i], &w.site.balancers[0].vip));
		world_register(&w);
		cr_expect_eq(w.plan.verdict, HALB_OK, "%s", vips[i]);
	}
}

Test(reservations, an_address_that_is_handed_out_blocks_what_is_there_already_too)
{
	cr_assert(halb_addr_parse("192.168.11.150", &w.site.balancers[0].vip));
	put(HOST, MAC, "192.168.11.150", MARK);
	world_register(&w);
	expect_blocked(HALB_E_CONFLICT, HALB_CODE_ADDRESS_IN_POOL);
}

Test(reservations, an_address_that_is_no_hosts_in_any_subnet_is_the_sites_mistake)
{
	static const char *const vips[] = { "192.168.12.11", "192.168.11.0", "192.168.11.255" };

	for (size_t i = 0; i < 3; i++) {
		cr_assert(halb_addr_parse(vips[i], &w.site.balancers[0].vip));
		world_register(&w);
		cr_expect(strstr(expect_blocked(HALB_E_SITE, HALB_CODE_RESERVATION_DIFFERS)->hint,
				 SERVICE));
	}
}

Test(reservations, an_ipv6_vip_has_none_and_says_what_to_do)
{
	cr_assert(halb_addr_parse("fd00::11", &w.site.balancers[0].vip));
	world_register(&w);
	cr_expect(strstr(expect_blocked(HALB_E_SITE, HALB_CODE_RESERVATION_DIFFERS)->hint,
			 "backend: none"));
}

Test(reservations, a_service_that_is_not_there_is_the_sites_mistake)
{
	memdir_drop(&w.dir, SERVICE);
	world_register(&w);
	cr_expect_str_eq(expect_none(HALB_E_SITE, HALB_CODE_RESERVATION_MISSING)->object, SERVICE);
}

Test(reservations, a_schema_without_the_classes_says_how_to_get_them)
{
	memdir_drop(&w.dir, "CN=isc-dhcpHost,CN=Schema,CN=Configuration,DC=lime,DC=lan");
	world_register(&w);
	cr_expect(strstr(expect_none(HALB_E_UNREACHABLE, HALB_CODE_SCHEMA_MISSING)->hint,
			 "halb-dns schema"));
}

Test(reservations, a_mac_that_a_vendor_may_have_given_is_a_warning)
{
	const struct halb_finding *finding;

	cr_assert(halb_mac_parse("00:50:56:00:00:01", &w.site.balancers[0].mac));
	world_register(&w);
	expect_action("k8s1", HALB_ACTION_ADD);
	finding = world_finding(&w, HALB_CODE_MAC_NOT_LOCAL);
	cr_assert(finding);
	cr_expect_eq(finding->severity, HALB_SEV_WARNING);
	cr_expect_str_eq(finding->object, "00:50:56:00:00:01");
}

/* ---- several balancers ---- */

static void second(void)
{
	world_balancer(&w, "k8s2", "192.168.11.12", "02:00:00:00:01:02", "k8s2.lime.lan");
}

Test(reservations, each_balancer_has_its_own)
{
	second();
	put(HOST, MAC, "192.168.11.11", MARK);
	world_register(&w);
	expect_action("k8s1", HALB_ACTION_KEEP);
	cr_expect_str_eq(expect_action("k8s2", HALB_ACTION_ADD)->mark, "halb-dns lime.lan/k8s2");
}

/* It would be changed twice in one plan. */
Test(reservations, one_balancer_never_takes_another_ones)
{
	second();
	w.options.adopt = w.options.replace = true;
	put(HOST, "ethernet 02:00:00:00:01:02", "192.168.11.12", MARK);
	world_register(&w);
	expect_blocked(HALB_E_CONFLICT, HALB_CODE_ADDRESS_TAKEN);
	cr_expect_null(world_change(&w, "DHCP", "k8s2"));
}

Test(reservations, unregister_removes_ours_only)
{
	second();
	put(HOST, OTHER, "192.168.11.99", MARK);
	put("CN=k8s2," SERVICE, "ethernet 02:00:00:00:01:02", "192.168.11.12", NULL);
	put(STRANGER, MAC, "192.168.11.11", "halb-dns lime.lan/k8s3");
	world_unregister(&w);
	cr_assert_eq(w.plan.n, 1);
	expect_action("k8s1", HALB_ACTION_DELETE);
	cr_expect_null(w.plan.changes[0].after);
	cr_expect_str_eq(w.plan.changes[0].before, "02:00:00:00:09:09 192.168.11.99");
}

/* ---- replication's losers ---- */

Test(reservations, what_replication_renamed_is_a_duplicate_with_the_command_that_removes_it)
{
	static const char lost[] = "CN=k8s1\\0ACNF:8801ee2a-bd00-444e-a03a-f88a6ad7fe24," SERVICE;
	const struct halb_finding *finding;

	world_settle(&w);
	put(lost, OTHER, "192.168.11.99", NULL);
	world_register(&w);
	finding = expect_none(HALB_E_CONFLICT, HALB_CODE_RESERVATION_DUPLICATE);
	cr_expect(strstr(finding->hint, "ldapdelete -H ldap://dc1.lime.lan 'CN=k8s1\\0ACNF:"), "%s",
		  finding->hint);
}

Test(reservations, somebody_elses_duplicates_are_theirs)
{
	put("CN=x\\0ACNF:8801ee2a-bd00-444e-a03a-f88a6ad7fe24," SERVICE, OTHER, "192.168.11.99",
	    NULL);
	world_register(&w);
	expect_action("k8s1", HALB_ACTION_ADD);
}
