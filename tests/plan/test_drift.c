/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a directory that somebody changed after all was registered there. */
#include "halb/plan/drift.h"

#include <criterion/criterion.h>
#include <string.h>

#include "world.h"

#define HOURS_2026_11_25 3733344 /* since 1601 */

static struct world w;
static struct halb_zone_aging aging[4];
static struct halb_findings found;

static void setup(void)
{
	world_init(&w);
	world_settle(&w);
	w.options = HALB_DRIFT_OPTIONS;
}

static void teardown(void)
{
	halb_findings_clear(&found);
	world_clear(&w);
}

TestSuite(drift, .init = setup, .fini = teardown);

static void look(void)
{
	struct halb_error err = { 0 };

	world_register(&w);
	halb_findings_clear(&found);
	cr_assert_eq(halb_drift_find(&w.plan, &w.zones, aging, &found, &err), HALB_OK, "%s",
		     err.text);
}

static const struct halb_finding *finding(enum halb_code code)
{
	const struct halb_finding *one = NULL;

	for (size_t i = 0; i < found.n; i++) {
		if (found.items[i].code != code)
			continue;
		cr_assert_not(one, "two findings %s", halb_code_name(code));
		one = &found.items[i];
	}
	cr_assert(one, "no finding %s", halb_code_name(code));
	return one;
}

/* The one finding, about k8s1's object of that name. */
static const struct halb_finding *only(enum halb_code code, enum halb_severity severity,
				       const char *object)
{
	look();
	cr_assert_eq(found.n, 1, "%zu findings, first %s", found.n,
		     found.n ? halb_code_name(found.items[0].code) : "none");
	cr_assert_eq(found.items[0].code, code, "%s", halb_code_name(found.items[0].code));
	cr_expect_eq(found.items[0].severity, severity);
	cr_expect_str_eq(found.items[0].balancer, "k8s1");
	cr_expect_str_eq(found.items[0].object, object);
	cr_expect(strstr(found.items[0].hint, "halb-dns register"), "%s", found.items[0].hint);
	return &found.items[0];
}

static void set_record(const char *dn, struct halb_record rec)
{
	memdir_unset(&w.dir, dn, "dnsRecord");
	memdir_record(&w.dir, dn, &rec);
}

Test(drift, is_none_where_all_is_as_it_was_registered)
{
	look();
	cr_expect_eq(found.n, 0);
	cr_expect_eq(found.worst, HALB_SEV_OK);
}

Test(drift, of_a_record_that_is_gone_is_critical)
{
	const struct halb_finding *f;

	memdir_drop(&w.dir, ALIAS);
	f = only(HALB_CODE_RECORD_MISSING, HALB_SEV_CRITICAL, "kube.lime.lan");
	cr_expect_str_eq(f->expected, "CNAME k8s1.lime.lan");
	cr_expect_str_eq(f->actual, "no such record");
}

Test(drift, of_an_apex_that_is_gone_says_that_its_alias_dangles)
{
	memdir_drop(&w.dir, APEX);
	look();
	cr_expect_eq(found.n, 2);
	cr_expect_str_eq(finding(HALB_CODE_RECORD_MISSING)->object, "k8s1.lime.lan");
	cr_expect_str_eq(finding(HALB_CODE_TARGET_DANGLING)->object, "kube.lime.lan");
	cr_expect_str_eq(finding(HALB_CODE_TARGET_DANGLING)->expected, "an address at k8s1.lime.lan");
}

Test(drift, of_another_value_shows_both)
{
	const struct halb_finding *f;

	set_record(APEX, rec_address("192.168.11.99", 900));
	f = only(HALB_CODE_RECORD_DIFFERS, HALB_SEV_CRITICAL, "k8s1.lime.lan");
	cr_expect_str_eq(f->expected, "A 192.168.11.11");
	cr_expect_str_eq(f->actual, "A 192.168.11.99");
	cr_expect_not(strstr(f->hint, "--replace"));
}

Test(drift, of_another_value_without_our_mark_needs_replace)
{
	set_record(APEX, rec_address("192.168.11.99", 900));
	memdir_unset(&w.dir, APEX, "adminDescription");
	cr_expect(strstr(only(HALB_CODE_RECORD_DIFFERS, HALB_SEV_CRITICAL, "k8s1.lime.lan")->hint,
			 "--replace"));
}

Test(drift, of_a_second_value_is_extra)
{
	struct halb_record other = rec_address("192.168.11.99", 900);

	memdir_record(&w.dir, APEX, &other);
	cr_expect_str_eq(only(HALB_CODE_RECORD_EXTRA, HALB_SEV_CRITICAL, "k8s1.lime.lan")->actual,
			 "A 192.168.11.11, 192.168.11.99");
}

Test(drift, of_a_ttl_is_a_warning)
{
	const struct halb_finding *f;

	set_record(APEX, rec_address("192.168.11.11", 60));
	f = only(HALB_CODE_TTL_DIFFERS, HALB_SEV_WARNING, "k8s1.lime.lan");
	cr_expect_str_eq(f->expected, "TTL 900");
	cr_expect_str_eq(f->actual, "TTL 60");
}

Test(drift, of_a_dynamic_record_dates_its_removal_where_the_zone_ages)
{
	struct halb_record rec = rec_address("192.168.11.11", 900);

	rec.timestamp = HOURS_2026_11_25;
	set_record(APEX, rec);
	cr_expect(strstr(only(HALB_CODE_RECORD_AGING, HALB_SEV_WARNING, "k8s1.lime.lan")->actual,
			 "once aging is on"));
	cr_expect(halb_change_is_dynamic(world_change(&w, "A", "k8s1.lime.lan")));
	cr_expect_not(halb_change_is_dynamic(world_change(&w, "CNAME", "kube.lime.lan")));
	for (size_t i = 0; i < sizeof aging / sizeof aging[0]; i++)
		aging[i] = (struct halb_zone_aging){ true, 168, 168 };
	cr_expect(strstr(only(HALB_CODE_RECORD_AGING, HALB_SEV_WARNING, "k8s1.lime.lan")->actual,
			 "from 2026-12-09 00:00Z on"),
		  "%s", found.items[0].actual);
}

Test(drift, of_a_dynamic_record_with_another_ttl_says_both)
{
	struct halb_record rec = rec_address("192.168.11.11", 60);

	rec.timestamp = HOURS_2026_11_25;
	set_record(APEX, rec);
	look();
	cr_expect_eq(found.n, 2);
	finding(HALB_CODE_TTL_DIFFERS);
	finding(HALB_CODE_RECORD_AGING);
}

/* WORLD_NOW is 2023-11-14 22:13:20; the tombstone is an hour old. */
Test(drift, of_a_tombstone_dates_its_purge)
{
	memdir_drop(&w.dir, ALIAS);
	world_tombstone(&w, ALIAS, MARK);
	cr_expect_str_eq(only(HALB_CODE_RECORD_TOMBSTONED, HALB_SEV_CRITICAL, "kube.lime.lan")->actual,
			 "a tombstone, which is purged on 2023-11-28 21:00Z");
}

Test(drift, of_a_mark_that_is_gone_is_a_warning)
{
	memdir_unset(&w.dir, APEX, "adminDescription");
	cr_expect(strstr(only(HALB_CODE_RECORD_FOREIGN, HALB_SEV_WARNING, "k8s1.lime.lan")->hint,
			 "--adopt"));
	memdir_text(&w.dir, APEX, "adminDescription", "halb-dns lime.lan/other");
	cr_expect(strstr(only(HALB_CODE_RECORD_FOREIGN, HALB_SEV_WARNING, "k8s1.lime.lan")->actual,
			 "marked 'halb-dns lime.lan/other'"));
}

Test(drift, of_an_address_where_the_alias_was_is_a_conflict)
{
	memdir_drop(&w.dir, ALIAS);
	world_node(&w, ALIAS, &(struct halb_record){ 0 }, NULL);
	set_record(ALIAS, rec_address("192.168.11.99", 900));
	only(HALB_CODE_CNAME_CONFLICT, HALB_SEV_CRITICAL, "kube.lime.lan");
}

Test(drift, of_an_alias_that_the_site_no_longer_has_is_a_warning)
{
	world_set_alias(&w.site.balancers[0], NULL);
	cr_expect_str_eq(only(HALB_CODE_RECORD_EXTRA, HALB_SEV_WARNING, "kube.lime.lan")->actual,
			 "CNAME k8s1.lime.lan");
}

Test(drift, of_a_ptr_weighs_what_the_site_says)
{
	world_reverse(&w);
	only(HALB_CODE_PTR_MISSING, HALB_SEV_WARNING, "11.11.168.192.in-addr.arpa");
	w.site.balancers[0].ptr = HALB_PTR_YES;
	only(HALB_CODE_PTR_MISSING, HALB_SEV_CRITICAL, "11.11.168.192.in-addr.arpa");
	world_settle(&w);
	set_record(PTR, rec_name(HALB_RR_PTR, "other.lime.lan", 900));
	only(HALB_CODE_PTR_DIFFERS, HALB_SEV_CRITICAL, "11.11.168.192.in-addr.arpa");
}

Test(drift, of_the_reservation_is_critical)
{
	const struct halb_finding *f;

	memdir_unset(&w.dir, HOST, "dhcpStatements");
	memdir_text(&w.dir, HOST, "dhcpStatements", "fixed-address 192.168.11.99");
	f = only(HALB_CODE_RESERVATION_DIFFERS, HALB_SEV_CRITICAL, "k8s1");
	cr_expect_str_eq(f->expected, "02:00:00:00:01:01 192.168.11.11");
	cr_expect_str_eq(f->actual, "02:00:00:00:01:01 192.168.11.99");
	memdir_drop(&w.dir, HOST);
	only(HALB_CODE_RESERVATION_MISSING, HALB_SEV_CRITICAL, "k8s1");
}

Test(drift, of_what_blocks_a_plan_is_what_the_plan_says)
{
	memdir_unset(&w.dir, APEX, "dnsRecord");
	memdir_add(&w.dir, APEX, "dnsRecord", "junk", 4);
	look();
	cr_expect_eq(finding(HALB_CODE_RECORD_MALFORMED)->severity, HALB_SEV_CRITICAL);
	cr_expect_str_eq(finding(HALB_CODE_TARGET_DANGLING)->object, "kube.lime.lan");
}
