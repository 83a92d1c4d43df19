/* SPDX-License-Identifier: Apache-2.0 */
/* Plans as wholes: the guard, the checksum, the names and marks. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static struct world w;

static void setup(void)
{
	world_init(&w);
	world_reverse(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

TestSuite(plan, .init = setup, .fini = teardown);

/* ---- names and marks ---- */

Test(plan, names_all_that_it_will_look_at)
{
	struct halb_names names;
	struct halb_error err;

	world_balancer(&w, "k8s2", "10.0.0.1", "02:00:00:00:01:02", "k8s2.lime.lan");
	world_read(&w);
	cr_assert_eq(halb_plan_names(&w.site, &w.zones, &names, &err), HALB_OK);
	cr_assert_eq(names.n, 6, "10.0.0.1 has no reverse zone; each zone has one wildcard");
	w.site.balancers[1].ptr = HALB_PTR_YES;
	free(names.items);
	cr_assert_eq(halb_plan_names(&w.site, &w.zones, &names, &err), HALB_OK);
	cr_expect_eq(names.n, 7);
	free(names.items);
}

Test(plan, a_mark_says_which_site_and_which_balancer)
{
	struct halb_marks marks;
	struct halb_error err;

	world_balancer(&w, "k8s2", "10.0.0.1", "02:00:00:00:01:02", "k8s2.lime.lan");
	cr_assert_eq(halb_plan_marks(&w.site, &marks, &err), HALB_OK);
	cr_assert_eq(marks.n, 2);
	cr_expect_str_eq(marks.items[0], "halb-dns lime.lan/k8s1");
	cr_expect_str_eq(marks.items[1], "halb-dns lime.lan/k8s2");
	halb_marks_clear(&marks);
}

Test(plan, every_action_has_a_word)
{
	for (int a = HALB_ACTION_ADD; a <= HALB_ACTION_KEEP; a++)
		cr_expect(halb_action_name((enum halb_action)a));
	cr_expect_str_eq(halb_action_name(HALB_ACTION_RESURRECT), "resurrect");
}

/* ---- the whole ---- */

Test(plan, the_second_run_keeps_everything)
{
	world_settle(&w);
	world_register(&w);
	cr_assert_eq(w.plan.n, 4);
	for (size_t i = 0; i < w.plan.n; i++)
		cr_expect_eq(w.plan.changes[i].action, HALB_ACTION_KEEP);
	cr_expect_eq(halb_plan_writes(&w.plan), 0);
}

Test(plan, several_balancers_settle_too)
{
	world_set_alias(world_balancer(&w, "k8s2", "192.168.11.12", "02:00:00:00:01:02",
				       "k8s2.lime.lan"),
			"deep.sub.lime.lan");
	world_settle(&w);
	world_register(&w);
	cr_expect_eq(w.plan.n, 8);
	cr_expect_eq(halb_plan_writes(&w.plan), 0);
}

Test(plan, the_first_reason_is_the_verdict_and_all_are_told)
{
	struct halb_record rec = rec_address("192.168.11.99", 900);

	world_node(&w, APEX, &rec, NULL);
	memdir_drop(&w.dir, SERVICE);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_E_CONFLICT);
	cr_expect(world_finding(&w, HALB_CODE_RECORD_FOREIGN));
	cr_expect(world_finding(&w, HALB_CODE_RESERVATION_MISSING));
	cr_expect_eq(w.plan.findings.worst, HALB_SEV_CRITICAL);
}

/* ---- the guard ---- */

/* `n` records of ours that the site does not name. */
static void put_left_over(int n)
{
	struct halb_record rec = rec_address("192.168.11.99", 900);

	for (int i = 0; i < n; i++) {
		char dn[100];

		snprintf(dn, sizeof dn, "DC=left%d," LIME, i);
		world_node(&w, dn, &rec, MARK);
	}
}

Test(plan, half_of_what_is_ours_may_go)
{
	world_settle(&w);
	put_left_over(4);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_eq(halb_plan_writes(&w.plan), 4);
}

Test(plan, more_than_half_of_what_is_ours_does_not_go_unasked)
{
	world_settle(&w);
	put_left_over(5);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_E_CONFLICT);
	cr_assert(world_finding(&w, HALB_CODE_RECORD_EXTRA));
	cr_expect_str_eq(world_finding(&w, HALB_CODE_RECORD_EXTRA)->actual,
			 "5 of 9 objects would go");
	w.options.force = true;
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
}

Test(plan, the_dead_do_not_count_as_ours)
{
	world_settle(&w);
	put_left_over(5);
	world_tombstone(&w, "DC=dead1," LIME, MARK);
	world_tombstone(&w, "DC=dead2," LIME, MARK);
	world_register(&w);
	cr_expect_eq(w.plan.verdict, HALB_E_CONFLICT);
}

Test(plan, unregister_takes_all_without_being_asked_twice)
{
	world_settle(&w);
	world_unregister(&w);
	cr_expect_eq(w.plan.verdict, HALB_OK);
	cr_expect_eq(halb_plan_writes(&w.plan), 4);
}

/* ---- the checksum ---- */

static void expect_checksum(const char *of, const char *before, bool same)
{
	cr_expect_eq(strcmp(w.plan.checksum, before) == 0, same, "%s", of);
	cr_expect_eq(strlen(w.plan.checksum), 64);
	cr_expect_eq(strspn(w.plan.checksum, "0123456789abcdef"), 64);
}

Test(plan, the_same_plan_has_the_same_checksum)
{
	char before[65];

	world_register(&w);
	memcpy(before, w.plan.checksum, sizeof before);
	world_register(&w);
	expect_checksum("again", before, true);
}

Test(plan, the_checksum_does_not_depend_on_the_dc)
{
	struct halb_record soa = { .type = HALB_RR_SOA, .rank = HALB_RANK_ZONE };
	char before[65];

	world_register(&w);
	memcpy(before, w.plan.checksum, sizeof before);
	memdir_unset(&w.dir, "DC=@," LIME, "dnsRecord");
	soa.soa.serial = 99;
	soa.soa.mname = soa.soa.rname = name_of("dc2.lime.lan");
	memdir_record(&w.dir, "DC=@," LIME, &soa);
	world_register(&w);
	expect_checksum("another serial", before, true);
}

Test(plan, the_checksum_does_not_depend_on_what_is_kept)
{
	char before[65];

	world_settle(&w);
	world_register(&w);
	memcpy(before, w.plan.checksum, sizeof before);
	world_balancer(&w, "k8s2", "192.168.11.12", "02:00:00:00:01:02", "k8s2.lime.lan");
	world_settle(&w);
	world_register(&w);
	cr_assert_eq(w.plan.n, 7);
	expect_checksum("seven kept instead of four", before, true);
}

static void change_vip(void)
{
	cr_assert(halb_addr_parse("192.168.11.12", &w.site.balancers[0].vip));
}

static void change_ttl(void)
{
	w.site.balancers[0].ttl = 901;
}

static void change_mac(void)
{
	w.site.balancers[0].mac.bytes[5]++;
}

static void change_alias(void)
{
	world_set_alias(&w.site.balancers[0], "kubf.lime.lan");
}

static void drop_alias(void)
{
	world_set_alias(&w.site.balancers[0], NULL);
}

static void change_apex(void)
{
	w.site.balancers[0].apex = name_of("k8s9.lime.lan");
}

static void change_ptr(void)
{
	w.site.balancers[0].ptr = HALB_PTR_NO;
}

static void change_mark(void)
{
	w.site.domain = name_of("lime.example");
}

static void change_present(void)
{
	struct halb_record rec = rec_address("192.168.11.99", 900);

	world_node(&w, APEX, &rec, MARK);
}

static void change_present_ttl(void)
{
	struct halb_record rec = rec_address("192.168.11.11", 901);

	world_node(&w, APEX, &rec, MARK);
}

static void change_present_ttl_more(void)
{
	struct halb_record rec = rec_address("192.168.11.11", 902);

	world_node(&w, APEX, &rec, MARK);
}

static void bury(void)
{
	world_tombstone(&w, APEX, NULL);
}

static void keep(void)
{
	struct halb_record rec = rec_address("192.168.11.11", 900);

	world_node(&w, APEX, &rec, MARK);
}

static void adopt(void)
{
	struct halb_record rec = rec_address("192.168.11.11", 900);

	w.options.adopt = true;
	world_node(&w, APEX, &rec, NULL);
}

Test(plan, any_other_change_has_another_checksum)
{
	static const struct {
		const char *what;
		void (*change)(void);
	} cases[] = {
		{ "nothing", NULL },
		{ "vip", change_vip },
		{ "ttl", change_ttl },
		{ "mac", change_mac },
		{ "alias", change_alias },
		{ "no alias", drop_alias },
		{ "apex", change_apex },
		{ "ptr", change_ptr },
		{ "mark", change_mark },
		{ "replace", change_present },
		{ "ttl before", change_present_ttl },
		{ "another ttl before", change_present_ttl_more },
		{ "resurrect", bury },
		{ "keep", keep },
		{ "adopt", adopt },
	};
	enum { N = sizeof cases / sizeof cases[0] };
	char sums[N][65];

	for (size_t i = 0; i < N; i++) {
		world_clear(&w);
		setup();
		if (cases[i].change)
			cases[i].change();
		world_register(&w);
		memcpy(sums[i], w.plan.checksum, sizeof sums[i]);
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(sums[i], sums[k], "%s and %s", cases[i].what,
					  cases[k].what);
	}
}

Test(plan, a_removal_has_another_checksum_than_the_plan_that_made_it)
{
	char before[65];

	world_register(&w);
	memcpy(before, w.plan.checksum, sizeof before);
	world_settle(&w);
	world_unregister(&w);
	expect_checksum("unregister", before, false);
}
