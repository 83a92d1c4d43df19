/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/directory/zone.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static struct world w;
static struct halb_error err;

static void setup(void)
{
	world_init(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

TestSuite(zone, .init = setup, .fini = teardown);

static void read_zones(void)
{
	halb_zones_clear(&w.zones);
	cr_assert_eq(halb_zones_read(&w.dir.directory, &w.zones, &err), HALB_OK, "%s", err.text);
}

static enum halb_status try_nodes(const char *const *texts, size_t n, const char *mark)
{
	struct halb_name *names = calloc(n + 1, sizeof *names);
	enum halb_status st;

	cr_assert(names);
	for (size_t i = 0; i < n; i++)
		names[i] = name_of(texts[i]);
	halb_nodes_clear(&w.nodes);
	st = halb_nodes_read(&w.dir.directory, &w.zones, names, n, &mark, mark != NULL, NULL,
			     &w.nodes, &err);
	free(names);
	return st;
}

static void read_nodes(const char *const *texts, size_t n, const char *mark)
{
	cr_assert_eq(try_nodes(texts, n, mark), HALB_OK, "%s", err.text);
}

static const struct halb_node *read_node(const char *text)
{
	struct halb_name name = name_of(text);

	read_zones();
	read_nodes(&text, 1, NULL);
	cr_assert_eq(w.nodes.n, 1);
	return halb_nodes_find(&w.nodes, &name);
}

static const struct halb_zone *zone_of(const char *text)
{
	struct halb_name name = name_of(text);

	return halb_zones_find(&w.zones, &name, NULL);
}

Test(zone, reads_the_three_partitions)
{
	world_zone(&w, "_msdcs.lime.lan", FOREST_ZONES);
	world_zone(&w, "old.lan", SYSTEM_ZONES);
	read_zones();
	cr_assert_eq(w.zones.n, 3);
	cr_expect_eq(zone_of("lime.lan")->partition, HALB_PART_DOMAIN);
	cr_expect_eq(zone_of("_msdcs.lime.lan")->partition, HALB_PART_FOREST);
	cr_expect_eq(zone_of("old.lan")->partition, HALB_PART_SYSTEM);
	cr_expect_str_eq(zone_of("lime.lan")->dn, LIME);
}

Test(zone, a_partition_that_is_not_there_is_no_error)
{
	memdir_drop(&w.dir, SYSTEM_ZONES);
	memdir_drop(&w.dir, "DC=ForestDnsZones,DC=lime,DC=lan");
	read_zones();
	cr_assert_eq(w.zones.n, 1);
}

Test(zone, leaves_pseudo_zones_and_bad_names_out)
{
	static const char *const none[] = { "RootDNSServers", "rootdnsservers2..", "..TrustAnchors",
					    "..InProgress-1-x.lan", "a..b",
					    "lime.lan\\0ACNF:8801ee2a-bd00-444e-a03a-f88a6ad7fe24" };

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		char dn[200];

		snprintf(dn, sizeof dn, "DC=%s," DOMAIN_ZONES, none[i]);
		memdir_put(&w.dir, dn, "dnsZone");
	}
	read_zones();
	cr_assert_eq(w.zones.n, 1);
}

/* A property that nobody can read is none. */
Test(zone, knows_which_zones_are_answered_for_elsewhere)
{
	static const struct {
		uint8_t bytes[28];
		size_t len;
		bool elsewhere;
	} cases[] = {
		{ { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 4 }, 28, true },
		{ { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3 }, 28, true },
		{ { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1 }, 28, false },
		{ { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 4 }, 21, false },
		{ { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 4 }, 25, false },
		{ { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4 }, 28, false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		world_zone(&w, "sub.lime.lan", FOREST_ZONES);
		memdir_add(&w.dir, "DC=sub.lime.lan," FOREST_ZONES, "dNSProperty", cases[i].bytes,
			   cases[i].len);
		read_zones();
		cr_expect_eq(zone_of("sub.lime.lan")->elsewhere, cases[i].elsewhere, "%zu", i);
		cr_expect_not(zone_of("lime.lan")->elsewhere);
		memdir_drop(&w.dir, "DC=sub.lime.lan," FOREST_ZONES);
	}
}

Test(zone, a_name_belongs_to_the_longest_zone)
{
	world_zone(&w, "sub.lime.lan", DOMAIN_ZONES);
	read_zones();
	cr_expect_eq(zone_of("deep.sub.lime.lan"), zone_of("sub.lime.lan"));
	cr_expect_neq(zone_of("k8s1.lime.lan"), zone_of("sub.lime.lan"));
	cr_expect_neq(zone_of("xsub.lime.lan"), zone_of("sub.lime.lan"));
	cr_expect_null(zone_of("lan"));
	cr_expect_null(zone_of("lime.com"));
	cr_expect_str_eq(read_node("deep.sub.lime.lan")->dn,
			 "DC=deep,DC=sub.lime.lan," DOMAIN_ZONES);
}

Test(zone, several_labels_are_one_rdn)
{
	struct halb_record rec = rec_address("192.168.11.9", 900);
	const struct halb_node *node;

	world_node(&w, "DC=deep.sub," LIME, &rec, NULL);
	node = read_node("Deep.Sub.Lime.LAN");
	cr_expect(node->exists);
	cr_expect_eq(node->n_values, 1);
}

Test(zone, says_which_zone_stands_in_two_partitions)
{
	const struct halb_zone *first, *twin = NULL;
	struct halb_name name = name_of("k8s1.lime.lan");

	world_zone(&w, "LIME.lan", FOREST_ZONES);
	read_zones();
	first = halb_zones_find(&w.zones, &name, &twin);
	cr_assert(first && twin);
	cr_expect_eq(first->partition, HALB_PART_DOMAIN);
	cr_expect_eq(twin->partition, HALB_PART_FOREST);
}

Test(zone, a_longer_zone_is_not_ambiguous_because_its_parent_is)
{
	const struct halb_zone *twin;
	struct halb_name name = name_of("x.sub.lime.lan");

	world_zone(&w, "lime.lan", FOREST_ZONES);
	world_zone(&w, "sub.lime.lan", DOMAIN_ZONES);
	read_zones();
	cr_assert(halb_zones_find(&w.zones, &name, &twin));
	cr_expect_null(twin);
}

Test(zone, a_failed_read_is_an_error_and_never_no_zones)
{
	static const char *const bases[] = { DOMAIN_ZONES, FOREST_ZONES, SYSTEM_ZONES };

	for (size_t i = 0; i < 3; i++) {
		struct halb_zones zones = { .n = 77 };

		w.dir.deaf = bases[i];
		cr_expect_eq(halb_zones_read(&w.dir.directory, &zones, &err), HALB_E_UNREACHABLE);
		cr_expect_eq(zones.n, 77, "written on failure");
	}
}

Test(zone, a_failed_read_is_an_error_and_never_no_nodes)
{
	static const char *const bases[] = { APEX, "DC=@," LIME, LIME };
	const char *name = "k8s1.lime.lan";

	read_zones();
	for (size_t i = 0; i < 3; i++) {
		w.dir.deaf = bases[i];
		cr_expect_eq(try_nodes(&name, 1, MARK), HALB_E_UNREACHABLE);
		cr_expect_eq(w.nodes.n, 0);
	}
}

Test(zone, a_zone_that_went_away_is_an_error)
{
	const char *name = "k8s1.lime.lan";

	read_zones();
	memdir_drop(&w.dir, LIME);
	cr_assert_eq(try_nodes(&name, 1, MARK), HALB_E_NOTFOUND);
}

Test(zone, what_does_not_exist_is_a_node_all_the_same)
{
	const struct halb_node *node = read_node("k8s1.lime.lan");

	cr_expect_not(node->exists);
	cr_expect_not(node->tombstoned);
	cr_expect_null(node->mark);
	cr_expect_eq(node->n_values, 0);
	cr_expect_str_eq(node->dn, APEX);
	cr_expect_eq(node->zone, &w.zones.items[0]);
}

Test(zone, escapes_an_absent_nodes_name)
{
	cr_assert_str_eq(read_node("a=b\\,c.lime.lan")->dn, "DC=a\\3Db\\2Cc," LIME);
}

Test(zone, finds_a_name_whose_dn_comes_back_escaped)
{
	struct halb_record rec = rec_address("192.168.11.9", 900);

	world_node(&w, "DC=a\\=b," LIME, &rec, NULL);
	cr_assert(read_node("a=b.lime.lan")->exists);
}

/* Everybody may make nodes, and mark them: a name that only reads like another is no other. */
Test(zone, an_escape_in_a_nodes_name_makes_it_no_other_node)
{
	static const char *const lookalikes[] = { "DC=\\5C1078s1," LIME, "DC=\\5Ck8s1," LIME };
	struct halb_record vip = rec_address("192.168.11.11", 900);
	struct halb_record evil = rec_address("192.168.11.66", 900);
	const char *name = "k8s1.lime.lan";

	world_node(&w, APEX, &evil, NULL);
	for (size_t i = 0; i < 2; i++)
		world_node(&w, lookalikes[i], &vip, MARK);
	read_zones();
	read_nodes(&name, 1, MARK);
	cr_assert_eq(w.nodes.n, 3);
	for (size_t i = 0; i < w.nodes.n; i++) {
		struct halb_name wanted = name_of(name);
		bool same = halb_name_equal(&w.nodes.items[i].name, &wanted);

		cr_expect_eq(same, strcmp(w.nodes.items[i].dn, APEX) == 0, "%s",
			     w.nodes.items[i].dn);
	}
}

Test(zone, a_name_in_no_zone_is_left_out)
{
	static const char *const names[] = { "k8s1.lime.lan", "11.11.168.192.in-addr.arpa" };

	read_zones();
	read_nodes(names, 2, NULL);
	cr_assert_eq(w.nodes.n, 1);
}

Test(zone, a_name_asked_for_twice_is_one_node)
{
	static const char *const names[] = { "k8s1.lime.lan", "kube.lime.lan", "K8S1.lime.lan",
					     "KUBE.lime.lan" };
	struct halb_record rec = rec_address("192.168.11.11", 900);

	world_node(&w, APEX, &rec, NULL);
	read_zones();
	read_nodes(names, 4, NULL);
	cr_assert_eq(w.nodes.n, 2);
}

Test(zone, reads_values_with_their_bytes)
{
	struct halb_record a = rec_address("192.168.11.11", 300), txt = rec_txt();
	const struct halb_node *node;

	world_node(&w, APEX, &a, "somebody");
	memdir_record(&w.dir, APEX, &txt);
	node = read_node("k8s1.lime.lan");
	cr_assert_eq(node->n_values, 2);
	cr_expect(halb_record_same_data(&node->values[0].rec, &a));
	cr_expect_eq(node->values[0].rec.ttl, 300);
	cr_expect(halb_record_same_data(&node->values[1].rec, &txt));
	cr_expect_eq(node->values[1].len, 24 + 3);
	cr_expect_str_eq(node->mark, "somebody");
	cr_expect_not(node->has_flag);
}

Test(zone, knows_a_tombstone_by_its_flag)
{
	const struct halb_node *node;

	world_tombstone(&w, APEX, NULL);
	node = read_node("k8s1.lime.lan");
	cr_expect(node->exists && node->tombstoned && node->has_flag);
	cr_expect_eq(node->values[0].rec.type, HALB_RR_TOMBSTONE);
	memdir_unset(&w.dir, APEX, "dNSTombstoned");
	memdir_text(&w.dir, APEX, "dNSTombstoned", "FALSE");
	node = read_node("k8s1.lime.lan");
	cr_expect(node->exists && !node->tombstoned && node->has_flag);
}

Test(zone, keeps_what_it_cannot_decode)
{
	struct halb_record rec = rec_address("192.168.11.11", 900);
	const struct halb_node *node;

	world_node(&w, APEX, &rec, NULL);
	memdir_add(&w.dir, APEX, "dnsRecord", "\1\2\3", 3);
	node = read_node("k8s1.lime.lan");
	cr_assert_eq(node->n_values, 2);
	cr_expect_not(node->values[0].malformed);
	cr_expect(node->values[1].malformed);
	cr_expect_eq(node->values[1].len, 3);
	cr_expect_arr_eq(node->values[1].bytes, "\1\2\3", 3);
}

Test(zone, takes_the_serial_from_the_soa)
{
	read_node("k8s1.lime.lan");
	cr_expect(w.zones.items[0].has_soa);
	cr_expect_eq(w.zones.items[0].serial, WORLD_SERIAL);
}

Test(zone, a_zone_without_soa_has_no_serial)
{
	memdir_drop(&w.dir, "DC=@," LIME);
	read_node("k8s1.lime.lan");
	cr_expect_not(w.zones.items[0].has_soa);
}

Test(zone, the_zones_own_node_can_be_asked_for)
{
	const struct halb_node *node = read_node("lime.lan");

	cr_expect(node->exists);
	cr_expect_str_eq(node->dn, "DC=@," LIME);
}

/* What is marked is found wherever it is, also where the site's names no longer are. */
Test(zone, finds_what_is_marked_in_every_zone)
{
	struct halb_record a = rec_address("192.168.11.9", 900);
	struct halb_record ptr = rec_name(HALB_RR_PTR, "k8s1.lime.lan", 900);
	const char *name = "k8s1.lime.lan";
	struct halb_name left = name_of("left.lime.lan");
	struct halb_name old = name_of("10.11.168.192.in-addr.arpa");

	world_reverse(&w);
	world_node(&w, "DC=left," LIME, &a, MARK);
	world_node(&w, "DC=other," LIME, &a, "halb-dns lime.lan/other");
	world_node(&w, "DC=plain," LIME, &a, NULL);
	world_node(&w, "DC=10," REVERSE, &ptr, MARK);
	read_zones();
	read_nodes(&name, 1, MARK);
	cr_assert_eq(w.nodes.n, 3);
	cr_expect(halb_nodes_find(&w.nodes, &left)->exists);
	cr_assert(halb_nodes_find(&w.nodes, &old));
	cr_expect_eq(halb_nodes_find(&w.nodes, &old)->zone->serial, WORLD_SERIAL);
}

Test(zone, a_mark_is_taken_literally)
{
	struct halb_record a = rec_address("192.168.11.9", 900);
	const char *name = "k8s1.lime.lan";

	world_node(&w, "DC=one," LIME, &a, "halb-dns lime.lan/a");
	world_node(&w, "DC=two," LIME, &a, "HALB-DNS lime.lan/*");
	world_node(&w, "DC=three," LIME, &a, "halb-dns lime.lan/*");
	read_zones();
	read_nodes(&name, 1, "halb-dns lime.lan/*");
	cr_assert_eq(w.nodes.n, 2, "the absent one and the third");
}

/* A delegation hides what its parent zone still holds below it; DNS never answers that. */
Test(zone, a_node_that_a_longer_zone_hides_is_not_the_names_node)
{
	struct halb_record a = rec_address("192.168.11.9", 900);
	const char *name = "x.sub.lime.lan";
	struct halb_name wanted = name_of(name);

	world_zone(&w, "sub.lime.lan", DOMAIN_ZONES);
	world_node(&w, "DC=x.sub," LIME, &a, MARK);
	read_zones();
	read_nodes(&name, 1, MARK);
	cr_assert_eq(w.nodes.n, 1);
	cr_expect_not(halb_nodes_find(&w.nodes, &wanted)->exists);
	cr_expect_str_eq(w.nodes.items[0].dn, "DC=x,DC=sub.lime.lan," DOMAIN_ZONES);
}

#define MANY 100

static char texts[MANY][40];
static const char *many[MANY];

/* Every third name exists. */
static void put_many(void)
{
	struct halb_record a = rec_address("192.168.11.9", 900);

	for (int i = 0; i < MANY; i++) {
		char dn[120];

		snprintf(texts[i], sizeof texts[i], "n%02d.lime.lan", i);
		many[i] = texts[i];
		snprintf(dn, sizeof dn, "DC=N%02d," LIME, i);
		if (i % 3 == 0)
			world_node(&w, dn, &a, i % 2 ? MARK : NULL);
	}
}

Test(zone, many_names_give_the_same_nodes_as_few)
{
	struct halb_record a = rec_address("192.168.11.9", 900);
	size_t before;

	world_zone(&w, "n00.lime.lan", FOREST_ZONES);
	put_many();
	world_node(&w, "DC=left," LIME, &a, MARK);
	world_node(&w, "DC=plain," LIME, &a, NULL);
	read_zones();
	before = w.dir.n_searches;
	read_nodes(many, MANY, MARK);
	cr_expect_lt(w.dir.n_searches - before, 10, "a search for each name");
	cr_assert_eq(w.nodes.n, MANY + 1);
	for (size_t i = 0; i < MANY; i++) {
		struct halb_name name = name_of(many[i]);
		struct halb_nodes all = w.nodes;
		const struct halb_node *of_many = halb_nodes_find(&all, &name), *alone;

		cr_assert(of_many);
		w.nodes = (struct halb_nodes){ 0 };
		read_nodes(&many[i], 1, NULL);
		alone = halb_nodes_find(&w.nodes, &name);
		cr_expect_eq(alone->exists, of_many->exists, "%s", many[i]);
		cr_expect_str_eq(alone->dn, of_many->dn);
		cr_expect_eq(alone->zone, of_many->zone);
		cr_expect_eq(alone->n_values, of_many->n_values);
		halb_nodes_clear(&w.nodes);
		w.nodes = all;
	}
}

Test(zone, many_marks_find_the_same_as_few)
{
	struct halb_record a = rec_address("192.168.11.9", 900);
	struct halb_name name = name_of("k8s1.lime.lan");
	static char marks[MANY][40];
	const char *list[MANY];

	for (int i = 0; i < MANY; i++) {
		snprintf(marks[i], sizeof marks[i], "halb-dns lime.lan/b%d", i);
		list[i] = marks[i];
	}
	world_node(&w, "DC=first," LIME, &a, marks[0]);
	world_node(&w, "DC=last," LIME, &a, marks[MANY - 1]);
	world_node(&w, "DC=other," LIME, &a, "somebody's");
	world_node(&w, "DC=plain," LIME, &a, NULL);
	read_zones();
	for (size_t n = MANY; n >= 50; n -= 50) {
		halb_nodes_clear(&w.nodes);
		cr_assert_eq(halb_nodes_read(&w.dir.directory, &w.zones, &name, 1,
					     list + MANY - n, n, NULL, &w.nodes, &err), HALB_OK);
		cr_expect_eq(w.nodes.n, n == MANY ? 3 : 2);
	}
}

Test(zone, no_names_and_no_marks_ask_nothing)
{
	size_t before;

	read_zones();
	before = w.dir.n_searches;
	read_nodes(NULL, 0, NULL);
	cr_expect_eq(w.dir.n_searches, before);
	cr_expect_eq(w.nodes.n, 0);
}

/* ---- strays ---- */

Test(zone, finds_what_replication_renamed_in_a_small_and_in_a_large_read)
{
	static const char dn[] = "DC=k8s1\\0ACNF:8801ee2a-bd00-444e-a03a-f88a6ad7fe24," LIME;
	const struct halb_record rec = rec_address("192.168.11.9", 900);
	char room[100][32];
	const char *names[100];

	world_node(&w, dn, &rec, NULL);
	for (size_t i = 0; i < 100; i++) {
		snprintf(room[i], sizeof room[i], "k8s%zu.lime.lan", i);
		names[i] = room[i];
	}
	read_zones();
	for (size_t n = 2; n <= 100; n += 98) {
		read_nodes(names, n, "somebody");
		cr_expect_eq(w.nodes.n, n);
		cr_assert_eq(w.nodes.n_strays, 1, "of %zu names", n);
		cr_expect_eq(w.nodes.strays[0].kind, HALB_STRAY_CONFLICT);
		cr_expect_str_eq(w.nodes.strays[0].dn, dn);
	}
}

Test(zone, finds_what_a_longer_zone_hides_once)
{
	const struct halb_record rec = rec_address("192.168.11.9", 900);
	static const char *const names[] = { "k8s1.sub.lime.lan" };

	world_zone(&w, "sub.lime.lan", DOMAIN_ZONES);
	world_node(&w, "DC=k8s1.sub," LIME, &rec, MARK);
	read_zones();
	read_nodes(names, 1, MARK);
	cr_assert_eq(w.nodes.n_strays, 1, "by its name and by its mark");
	cr_expect_eq(w.nodes.strays[0].kind, HALB_STRAY_HIDDEN);
	cr_assert_eq(w.nodes.n, 1);
	cr_expect_not(w.nodes.items[0].exists);
}
