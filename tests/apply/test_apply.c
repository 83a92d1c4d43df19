/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/apply/apply.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "halb/dns/adrec.h"
#include "world.h"

#define STRANGER "CN=stranger," SERVICE

static struct world w;
static struct halb_error err;
static size_t applied;

static void setup(void)
{
	world_init(&w);
	world_reverse(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

TestSuite(apply, .init = setup, .fini = teardown);

static enum halb_status apply(void)
{
	err = (struct halb_error){ 0 };
	return world_apply(&w, &applied, &err);
}

static void expect_text(const char *part)
{
	cr_expect(strstr(err.text, part), "'%s' is not in '%s'", part, err.text);
}

static void expect_no_text(const char *part)
{
	cr_expect_null(strstr(err.text, part), "'%s' is in '%s'", part, err.text);
}

/* ---- what is written ---- */

static void expect_record(const char *dn, const struct halb_record *rec)
{
	const struct memdir_attr *attr = memdir_attr(memdir_find(&w.dir, dn), "dnsRecord");
	struct halb_buf blob = { 0 };
	bool found = false;

	halb_adrec_encode(rec, &blob);
	for (size_t i = 0; attr && i < attr->n; i++)
		found |= attr->values[i].len == blob.len &&
			 memcmp(attr->values[i].bytes, blob.data, blob.len) == 0;
	cr_expect(found, "%s has not that record", dn);
	halb_buf_clear(&blob);
}

static size_t count_values(const char *dn, const char *attr)
{
	const struct memdir_attr *found = memdir_attr(memdir_find(&w.dir, dn), attr);

	return found ? found->n : 0;
}

static struct halb_record as_written(struct halb_record rec)
{
	rec.serial = WORLD_SERIAL + 1;
	return rec;
}

Test(apply, register_writes_the_bytes_that_dns_and_dhcp_read)
{
	static const char *const nodes[] = { APEX, ALIAS, PTR };
	const struct halb_record a = as_written(rec_address("192.168.11.11", 900)),
				 cname = as_written(rec_name(HALB_RR_CNAME, "k8s1.lime.lan", 900)),
				 ptr = as_written(rec_name(HALB_RR_PTR, "k8s1.lime.lan", 900));

	world_settle(&w);
	expect_record(APEX, &a);
	expect_record(ALIAS, &cname);
	expect_record(PTR, &ptr);
	for (size_t i = 0; i < 3; i++) {
		cr_expect(memdir_holds(&w.dir, nodes[i], "objectClass", "dnsNode"));
		cr_expect(memdir_holds(&w.dir, nodes[i], "adminDescription", MARK));
		cr_expect_eq(count_values(nodes[i], "dnsRecord"), 1);
		cr_expect_eq(count_values(nodes[i], "dNSTombstoned"), 0);
	}
	cr_expect(memdir_holds(&w.dir, HOST, "objectClass", "dhcpHost"));
	cr_expect(memdir_holds(&w.dir, HOST, "dhcpHWAddress", "ethernet 02:00:00:00:01:01"));
	cr_expect(memdir_holds(&w.dir, HOST, "dhcpStatements", "fixed-address 192.168.11.11"));
	cr_expect(memdir_holds(&w.dir, HOST, "dhcpOption", "host-name \"k8s1\""));
	cr_expect(memdir_holds(&w.dir, HOST, "adminDescription", MARK));
}

Test(apply, the_first_record_is_these_bytes)
{
	static const uint8_t bytes[] = "\x04\x00\x01\x00\x05\xf0\x00\x00\x2a\x00\x00\x00"
				       "\x00\x00\x03\x84\x00\x00\x00\x00\x00\x00\x00\x00"
				       "\xc0\xa8\x0b\x0b";
	const struct memdir_attr *attr;

	world_settle(&w);
	attr = memdir_attr(memdir_find(&w.dir, APEX), "dnsRecord");
	cr_assert_eq(attr->values[0].len, sizeof bytes - 1);
	cr_expect_arr_eq(attr->values[0].bytes, bytes, sizeof bytes - 1);
}

Test(apply, a_plan_that_only_keeps_writes_nothing)
{
	size_t before;

	world_settle(&w);
	world_register(&w);
	before = w.dir.n_writes;
	cr_expect_eq(apply(), HALB_OK);
	cr_expect_eq(applied, 0);
	cr_expect_eq(w.dir.n_writes, before);
}

Test(apply, a_replaced_value_leaves_its_neighbours_alone)
{
	struct halb_record old = rec_address("192.168.11.99", 60), txt = rec_txt();
	const struct halb_record a = as_written(rec_address("192.168.11.11", 900));

	world_node(&w, APEX, &old, MARK);
	memdir_record(&w.dir, APEX, &txt);
	memdir_text(&w.dir, APEX, "description", "do not touch");
	world_settle(&w);
	cr_expect_eq(count_values(APEX, "dnsRecord"), 2);
	expect_record(APEX, &a);
	expect_record(APEX, &txt);
	cr_expect(memdir_holds(&w.dir, APEX, "description", "do not touch"));
}

Test(apply, adopting_adds_the_mark_and_leaves_the_value)
{
	struct halb_record a = rec_address("192.168.11.11", 900);

	w.options.adopt = true;
	world_node(&w, APEX, &a, NULL);
	world_settle(&w);
	expect_record(APEX, &a);
	cr_expect_eq(count_values(APEX, "dnsRecord"), 1);
	cr_expect(memdir_holds(&w.dir, APEX, "adminDescription", MARK));
}

Test(apply, replacing_a_reservation_leaves_its_other_statements)
{
	world_host(&w, HOST, "ethernet 02:00:00:00:09:09", "192.168.11.99", MARK);
	memdir_text(&w.dir, HOST, "dhcpStatements", "filename \"pxe\"");
	world_settle(&w);
	cr_expect_eq(count_values(HOST, "dhcpStatements"), 2);
	cr_expect(memdir_holds(&w.dir, HOST, "dhcpStatements", "fixed-address 192.168.11.11"));
	cr_expect(memdir_holds(&w.dir, HOST, "dhcpStatements", "filename \"pxe\""));
	world_register(&w);
	cr_expect_eq(halb_plan_writes(&w.plan), 0);
}

/* ---- unregister ---- */

static void unregister(void)
{
	world_unregister(&w);
	cr_assert_eq(w.plan.verdict, HALB_OK);
	cr_assert_eq(apply(), HALB_OK, "%s", err.text);
}

Test(apply, replacing_a_reservation_leaves_one_of_several_addresses_and_names)
{
	world_host(&w, HOST, "ethernet 02-00-00-00-01-01", "192.168.11.99", MARK);
	memdir_text(&w.dir, HOST, "dhcpStatements", "fixed-address\t192.168.11.11");
	memdir_text(&w.dir, HOST, "dhcpStatements", "filename \"pxe\"");
	memdir_text(&w.dir, HOST, "dhcpOption", "host-name \"a\"");
	memdir_text(&w.dir, HOST, "dhcpOption", "host-name\t\"b\"");
	world_settle(&w);
	cr_expect_eq(count_values(HOST, "dhcpStatements"), 2);
	cr_expect(memdir_holds(&w.dir, HOST, "dhcpStatements", "filename \"pxe\""));
	cr_expect(memdir_holds(&w.dir, HOST, "dhcpStatements", "fixed-address 192.168.11.11"));
	cr_expect_eq(count_values(HOST, "dhcpOption"), 1);
	cr_expect(memdir_holds(&w.dir, HOST, "dhcpHWAddress", "ethernet 02:00:00:00:01:01"));
	world_register(&w);
	cr_expect_eq(halb_plan_writes(&w.plan), 0);
}

Test(apply, unregister_leaves_dated_tombstones_without_mark)
{
	static const uint8_t header[24] = { 8, 0, 0, 0, 5, 0, 0, 0, WORLD_SERIAL + 1 };
	static const char *const nodes[] = { APEX, ALIAS, PTR };
	/* [MS-DTYP] 2.3.3: 100 ns since 1601 */
	const uint64_t filetime = (UINT64_C(1700000000) + UINT64_C(11644473600)) * 10000000;
	uint64_t written = 0;

	world_settle(&w);
	unregister();
	cr_expect_eq(applied, 4);
	for (size_t i = 0; i < 3; i++) {
		const struct memdir_attr *attr =
			memdir_attr(memdir_find(&w.dir, nodes[i]), "dnsRecord");

		cr_assert(attr && attr->n == 1 && attr->values[0].len == 32);
		cr_expect_arr_eq(attr->values[0].bytes, header, sizeof header);
		written = 0;
		for (size_t b = 0; b < 8; b++)
			written |= (uint64_t)attr->values[0].bytes[24 + b] << (8 * b);
		cr_expect_eq(written, filetime);
		cr_expect(memdir_holds(&w.dir, nodes[i], "dNSTombstoned", "TRUE"));
		cr_expect_eq(count_values(nodes[i], "adminDescription"), 0);
	}
	cr_expect_null(memdir_find(&w.dir, HOST));
}

Test(apply, what_was_unregistered_comes_back)
{
	const struct halb_record a = as_written(rec_address("192.168.11.11", 900));

	world_settle(&w);
	unregister();
	world_register(&w);
	cr_expect_eq(w.plan.changes[0].action, HALB_ACTION_RESURRECT);
	cr_expect_eq(apply(), HALB_OK, "%s", err.text);
	expect_record(APEX, &a);
	cr_expect_eq(count_values(APEX, "dnsRecord"), 1, "the ZERO record is still there");
	cr_expect(memdir_holds(&w.dir, APEX, "dNSTombstoned", "FALSE"));
	cr_expect(memdir_holds(&w.dir, APEX, "adminDescription", MARK));
	cr_expect(memdir_find(&w.dir, HOST));
	world_register(&w);
	cr_expect_eq(halb_plan_writes(&w.plan), 0);
	unregister();
	cr_expect(memdir_holds(&w.dir, APEX, "dNSTombstoned", "TRUE"));
}

Test(apply, unregister_leaves_a_node_that_others_use_alive)
{
	struct halb_record txt = rec_txt();

	world_settle(&w);
	memdir_record(&w.dir, APEX, &txt);
	unregister();
	cr_expect_eq(count_values(APEX, "dnsRecord"), 1);
	expect_record(APEX, &txt);
	cr_expect_eq(count_values(APEX, "dNSTombstoned"), 0);
	cr_expect_eq(count_values(APEX, "adminDescription"), 0);
}

Test(apply, a_node_that_keeps_only_the_rest_of_a_tombstone_becomes_one)
{
	struct halb_record a = rec_address("192.168.11.11", 900);

	world_tombstone(&w, APEX, MARK);
	memdir_unset(&w.dir, APEX, "dNSTombstoned");
	memdir_record(&w.dir, APEX, &a);
	unregister();
	cr_expect_eq(count_values(APEX, "dnsRecord"), 1);
	cr_expect(memdir_holds(&w.dir, APEX, "dNSTombstoned", "TRUE"));
}

/* ---- failures ---- */

/* A world whose plan of register adds, replaces, resurrects and deletes: nine writes. */
static void mixed_plan(void)
{
	struct halb_record a = rec_address("192.168.11.99", 60), txt = rec_txt();

	world_set_alias(world_balancer(&w, "k8s2", "192.168.11.12", "02:00:00:00:01:02",
				       "k8s2.lime.lan"),
			"kube2.lime.lan");
	world_node(&w, APEX, &a, MARK);
	memdir_record(&w.dir, APEX, &txt);
	world_tombstone(&w, ALIAS, NULL);
	world_node(&w, "DC=left," LIME, &a, MARK);
	world_host(&w, HOST, "ethernet 02:00:00:00:01:01", "192.168.11.99", MARK);
	world_register(&w);
	cr_assert_eq(w.plan.verdict, HALB_OK);
	cr_assert_eq(halb_plan_writes(&w.plan), 9);
}

/* Each write fails once, answers after it or none being under way already. */
static void fail_each(void (*plan)(void), enum halb_status with, enum halb_status expected)
{
	size_t n;

	world_clear(&w);
	setup();
	plan();
	n = halb_plan_writes(&w.plan);
	for (size_t at = 0; at < 2 * n; at++) {
		world_clear(&w);
		setup();
		plan();
		w.dir.n_writes = 0;
		w.dir.ahead = at < n ? 0 : 31;
		memdir_fail(&w.dir, at % n, with, false);
		world_remember(&w);
		cr_expect_eq(apply(), expected, "write %zu: %s", at, err.text);
		cr_expect_eq(err.status, expected);
		cr_expect_eq(applied, 0);
		expect_text("nothing was changed");
		cr_expect(*err.hint);
		world_expect_as_remembered(&w);
	}
}

static void register_plan(void)
{
	world_register(&w);
}

static void unregister_plan(void)
{
	world_balancer(&w, "k8s2", "192.168.11.12", "02:00:00:00:01:02", "k8s2.lime.lan");
	world_settle(&w);
	world_unregister(&w);
	cr_assert_eq(halb_plan_writes(&w.plan), 7);
}

Test(apply, a_refused_write_puts_everything_back)
{
	fail_each(register_plan, HALB_E_DENIED, HALB_E_DENIED);
	fail_each(mixed_plan, HALB_E_DENIED, HALB_E_DENIED);
	fail_each(unregister_plan, HALB_E_DENIED, HALB_E_DENIED);
}

Test(apply, a_lost_race_puts_everything_back)
{
	fail_each(register_plan, HALB_E_RETRY, HALB_E_RETRY);
	fail_each(mixed_plan, HALB_E_RETRY, HALB_E_RETRY);
	fail_each(unregister_plan, HALB_E_RETRY, HALB_E_RETRY);
}

Test(apply, an_object_that_vanished_is_a_lost_race)
{
	fail_each(mixed_plan, HALB_E_NOTFOUND, HALB_E_RETRY);
}

Test(apply, a_write_that_got_lost_on_its_way_puts_everything_back)
{
	fail_each(mixed_plan, HALB_E_UNREACHABLE, HALB_E_UNREACHABLE);
	fail_each(unregister_plan, HALB_E_UNREACHABLE, HALB_E_UNREACHABLE);
}

/* Done, but the answer never came: that one is put back too, since it may be there. */
Test(apply, a_lost_answer_puts_everything_back)
{
	static void (*const plans[])(void) = { register_plan, mixed_plan, unregister_plan };

	for (size_t p = 0; p < 3; p++) {
		for (size_t at = 0, n = 1; at < n; at++) {
			world_clear(&w);
			setup();
			plans[p]();
			n = halb_plan_writes(&w.plan);
			w.dir.n_writes = 0;
			memdir_fail(&w.dir, at, HALB_E_UNREACHABLE, true);
			world_remember(&w);
			cr_expect_eq(apply(), HALB_E_UNREACHABLE);
			cr_expect_eq(applied, 0);
			expect_text("nothing was changed");
			world_expect_as_remembered(&w);
		}
	}
}

Test(apply, a_connection_that_is_gone_says_what_remains_and_what_is_not_known)
{
	world_register(&w);
	w.dir.cut = true;
	memdir_fail(&w.dir, 2, HALB_E_UNREACHABLE, true);
	cr_expect_eq(apply(), HALB_E_UNREACHABLE);
	cr_expect_eq(applied, 3);
	expect_text("could not be put back: A k8s1.lime.lan, CNAME kube.lime.lan;");
	expect_text("whether these were written is not known: PTR 11.11.168.192.in-addr.arpa");
	expect_no_text("nothing was changed");
	expect_no_text("DHCP");
}

Test(apply, a_connection_that_is_gone_before_anything_knows_of_nothing)
{
	world_register(&w);
	w.dir.gone = true;
	world_remember(&w);
	cr_expect_eq(apply(), HALB_E_UNREACHABLE);
	cr_expect_eq(applied, 0);
	expect_text("nothing was changed");
	world_expect_as_remembered(&w);
}

Test(apply, a_failure_while_going_back_names_exactly_what_remains)
{
	const struct halb_record a = as_written(rec_address("192.168.11.11", 900));

	mixed_plan();
	memdir_fail(&w.dir, 2, HALB_E_DENIED, false); /* the PTR */
	memdir_fail(&w.dir, 3, HALB_E_DENIED, false); /* the apex, going back */
	cr_expect_eq(apply(), HALB_E_DENIED);
	cr_expect_eq(applied, 1);
	expect_text("could not be put back: A k8s1.lime.lan");
	expect_no_text("CNAME");
	expect_no_text("nothing was changed");
	expect_record(APEX, &a);
	cr_expect(memdir_holds(&w.dir, ALIAS, "dNSTombstoned", "TRUE"));
}

Test(apply, a_long_list_of_what_remains_is_counted)
{
	for (int i = 0; i < 8; i++) {
		char name[16], vip[24], mac[24], apex[80];

		snprintf(name, sizeof name, "b%d", i);
		snprintf(vip, sizeof vip, "192.168.11.%d", 20 + i);
		snprintf(mac, sizeof mac, "02:00:00:00:02:0%d", i);
		snprintf(apex, sizeof apex, "b%d-with-a-name-that-is-as-long-as-names-are.lime.lan",
			 i);
		world_balancer(&w, name, vip, mac, apex);
	}
	world_register(&w);
	w.dir.cut = true;
	memdir_fail(&w.dir, halb_plan_writes(&w.plan) - 1, HALB_E_UNREACHABLE, false);
	cr_expect_eq(apply(), HALB_E_UNREACHABLE);
	cr_expect_eq(applied, halb_plan_writes(&w.plan));
	expect_text("more; whether these were written is not known: DHCP b7");
}

/* ---- another writer in between ---- */

static size_t meddle_at;
static void (*meddle)(void);

static void before_write(struct memdir *dir, size_t at)
{
	(void)dir;
	if (at == meddle_at)
		meddle();
}

static void meddle_before(size_t at, void (*with)(void))
{
	meddle_at = at;
	meddle = with;
	w.dir.n_writes = 0;
	w.dir.before_write = before_write;
}

static void change_apex(void)
{
	struct halb_record rec = rec_address("192.168.11.77", 60);

	memdir_unset(&w.dir, APEX, "dnsRecord");
	memdir_record(&w.dir, APEX, &rec);
}

static void make_alias(void)
{
	struct halb_record rec = rec_address("192.168.11.77", 60);

	world_node(&w, ALIAS, &rec, NULL);
}

static void add_beside(void)
{
	struct halb_record rec = rec_address("192.168.11.77", 60);

	memdir_record(&w.dir, APEX, &rec);
}

static void drop_apex(void)
{
	memdir_drop(&w.dir, APEX);
}

static void change_host(void)
{
	memdir_unset(&w.dir, HOST, "dhcpStatements");
	memdir_text(&w.dir, HOST, "dhcpStatements", "fixed-address 192.168.11.77");
}

Test(apply, a_value_that_changed_since_the_plan_is_left_as_it_is)
{
	struct halb_record old = rec_address("192.168.11.99", 60),
			   theirs = rec_address("192.168.11.77", 60);

	world_node(&w, APEX, &old, MARK);
	world_register(&w);
	change_apex();
	world_remember(&w);
	cr_expect_eq(apply(), HALB_E_RETRY);
	expect_text("nothing was changed");
	expect_record(APEX, &theirs);
	world_expect_as_remembered(&w);
}

Test(apply, a_node_that_somebody_made_meanwhile_is_left_as_it_is)
{
	struct halb_record theirs = rec_address("192.168.11.77", 60);

	world_register(&w);
	meddle_before(1, make_alias);
	cr_expect_eq(apply(), HALB_E_RETRY);
	cr_expect_eq(applied, 0);
	expect_record(ALIAS, &theirs);
	cr_expect_eq(count_values(ALIAS, "dnsRecord"), 1);
	cr_expect_null(memdir_find(&w.dir, APEX), "ours is put back");
}

Test(apply, a_node_that_vanished_meanwhile_is_a_lost_race)
{
	struct halb_record old = rec_address("192.168.11.99", 60);

	world_node(&w, APEX, &old, MARK);
	world_register(&w);
	meddle_before(0, drop_apex);
	cr_expect_eq(apply(), HALB_E_RETRY);
	expect_text("nothing was changed");
	cr_expect_null(memdir_find(&w.dir, APEX));
}

/* Going back must not take away what somebody put beside our new record. */
Test(apply, going_back_keeps_a_new_node_that_somebody_else_uses)
{
	struct halb_record theirs = rec_address("192.168.11.77", 60);

	world_register(&w);
	memdir_fail(&w.dir, 3, HALB_E_DENIED, false);
	meddle_before(1, add_beside);
	cr_expect_eq(apply(), HALB_E_DENIED);
	cr_expect_eq(applied, 1);
	expect_record(APEX, &theirs);
	expect_text("could not be put back: A k8s1.lime.lan");
	cr_expect_null(memdir_find(&w.dir, ALIAS));
}

Test(apply, a_lost_write_is_not_put_back_over_what_somebody_else_made)
{
	struct halb_record theirs = rec_address("192.168.11.77", 60);

	world_register(&w);
	memdir_fail(&w.dir, 1, HALB_E_UNREACHABLE, false);
	meddle_before(1, make_alias);
	cr_expect_eq(apply(), HALB_E_UNREACHABLE);
	expect_record(ALIAS, &theirs);
	cr_expect_null(memdir_find(&w.dir, APEX));
	expect_text("nothing was changed");
}

Test(apply, a_new_node_that_somebody_removed_is_no_loss)
{
	world_register(&w);
	memdir_fail(&w.dir, 3, HALB_E_DENIED, false);
	meddle_before(2, drop_apex);
	world_remember(&w);
	cr_expect_eq(apply(), HALB_E_DENIED);
	cr_expect_eq(applied, 0);
	expect_text("nothing was changed");
	world_expect_as_remembered(&w);
}

Test(apply, a_reservation_that_changed_since_the_plan_is_not_removed)
{
	world_settle(&w);
	world_unregister(&w);
	meddle_before(0, change_host);
	cr_expect_eq(apply(), HALB_E_RETRY);
	cr_expect_eq(applied, 0);
	expect_text("nothing was changed");
	expect_text(HOST);
	cr_expect(memdir_holds(&w.dir, HOST, "dhcpStatements", "fixed-address 192.168.11.77"));
	cr_expect(memdir_holds(&w.dir, APEX, "adminDescription", MARK));
}

Test(apply, a_reservation_with_more_in_it_than_we_know_is_still_ours_to_remove)
{
	world_settle(&w);
	memdir_text(&w.dir, HOST, "dhcpStatements", "filename \"pxe\"");
	unregister();
	cr_expect_null(memdir_find(&w.dir, HOST));
}

static void go_deaf(struct memdir *dir, size_t at)
{
	(void)at;
	dir->deaf = HOST;
}

Test(apply, a_removal_that_cannot_be_looked_at_is_not_done)
{
	world_settle(&w);
	world_unregister(&w);
	world_remember(&w);
	w.dir.before_write = go_deaf;
	cr_expect_eq(apply(), HALB_E_UNREACHABLE);
	expect_text("nothing was changed");
	world_expect_as_remembered(&w);
}

/* What is not ours survives whatever we do, in any order of failures. */
Test(apply, nothing_of_others_is_ever_lost)
{
	struct halb_record rec = rec_address("192.168.11.50", 60);

	for (size_t at = 0; at < 9; at++) {
		world_clear(&w);
		setup();
		world_node(&w, "DC=www," LIME, &rec, NULL);
		world_host(&w, STRANGER, "ethernet 02:00:00:00:09:09", "192.168.11.50", NULL);
		mixed_plan();
		memdir_fail(&w.dir, at, HALB_E_DENIED, false);
		memdir_fail(&w.dir, at + 2, HALB_E_DENIED, false);
		(void)!apply();
		expect_record("DC=www," LIME, &rec);
		cr_expect(memdir_holds(&w.dir, STRANGER, "dhcpStatements",
				       "fixed-address 192.168.11.50"));
		cr_expect_eq(count_values(APEX, "dnsRecord"), 2);
	}
}

/* ---- two runs of one site at once ---- */

static void twin_apex(void)
{
	world_node(&w, APEX, &world_change(&w, "A", "k8s1.lime.lan")->record, MARK);
}

static void twin_host(void)
{
	world_host(&w, HOST, "ethernet 02:00:00:00:01:01", "192.168.11.11", MARK);
	memdir_text(&w.dir, HOST, "dhcpOption", "host-name \"k8s1\"");
}

static void twin_apex_and_strange_alias(void)
{
	twin_apex();
	make_alias();
}

Test(apply, what_another_run_wrote_just_so_is_as_good_as_written)
{
	world_register(&w);
	meddle_before(0, twin_apex);
	cr_expect_eq(apply(), HALB_OK, "%s", err.text);
	cr_expect_eq(applied, halb_plan_writes(&w.plan) - 1, "the other one is not counted");
	world_register(&w);
	cr_expect_eq(halb_plan_writes(&w.plan), 0);
}

Test(apply, a_second_run_finds_the_first_one_anywhere_on_its_way)
{
	for (w.dir.ahead = 0; w.dir.ahead < 5; w.dir.ahead++) {
		world_register(&w);
		meddle_before(1, twin_host);
		cr_expect_eq(apply(), HALB_OK, "%s", err.text);
		w.dir.before_write = NULL;
		world_unregister(&w);
		cr_assert_eq(apply(), HALB_OK);
	}
}

Test(apply, what_another_run_wrote_is_not_ours_to_undo)
{
	struct halb_runs runs;

	world_register(&w);
	meddle_before(0, twin_apex);
	cr_expect_eq(apply(), HALB_OK, "%s", err.text);
	w.dir.before_write = NULL;
	runs = world_history(&w);
	cr_expect_str_eq(halb_run_end_name(&runs.items[0]), "applied");
	cr_expect_eq(runs.items[0].steps.items[0].state, HALB_STEP_TWIN);
	cr_expect_eq(halb_run_changes(&runs.items[0]), 3);
	halb_runs_clear(&runs);
	cr_expect_eq(world_undo(&w, NULL, &err), HALB_OK, "%s", err.text);
	cr_expect(memdir_holds(&w.dir, APEX, "adminDescription", MARK));
	cr_expect_null(memdir_find(&w.dir, HOST));
}

Test(apply, what_another_run_wrote_is_not_put_back)
{
	world_register(&w);
	meddle_before(0, twin_apex_and_strange_alias);
	cr_expect_eq(apply(), HALB_E_RETRY);
	expect_text("nothing was changed");
	cr_expect(memdir_holds(&w.dir, APEX, "adminDescription", MARK));
	cr_expect_null(memdir_find(&w.dir, HOST));
}
