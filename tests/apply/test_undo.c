/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/apply/undo.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static struct world w;
static struct halb_error err;

static void setup(void)
{
	world_init(&w);
	world_reverse(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

TestSuite(undo, .init = setup, .fini = teardown);

static void unregister(void)
{
	size_t applied;

	world_unregister(&w);
	cr_assert_eq(world_apply(&w, &applied, &err), HALB_OK, "%s", err.text);
}

static void undo(const char *id)
{
	cr_assert_eq(world_undo(&w, id, &err), HALB_OK, "%s", err.text);
}

/* The run number `i`, 0 the newest; the id lives until the next call. */
static const char *id_of(size_t i)
{
	static char id[HALB_RUN_ID];
	struct halb_runs runs = world_history(&w);

	cr_assert_lt(i, runs.n);
	memcpy(id, runs.items[i].id, sizeof id);
	halb_runs_clear(&runs);
	return id;
}

static void expect_tombstone(const char *dn)
{
	const struct memdir_attr *records = memdir_attr(memdir_find(&w.dir, dn), "dnsRecord");

	cr_assert(records, "%s", dn);
	cr_expect_eq(records->n, 1);
	cr_expect_eq(records->values[0].bytes[2], 0);
	cr_expect(memdir_holds(&w.dir, dn, "dNSTombstoned", "TRUE"));
	cr_expect_null(memdir_attr(memdir_find(&w.dir, dn), "adminDescription"));
}

Test(undo, of_a_register_leaves_tombstones_and_no_reservation)
{
	world_settle(&w);
	undo(NULL);
	cr_expect_eq(w.applied.n, 4);
	expect_tombstone(APEX);
	expect_tombstone(ALIAS);
	expect_tombstone(PTR);
	cr_expect_null(memdir_find(&w.dir, HOST));
}

Test(undo, of_an_unregister_brings_every_byte_back)
{
	struct halb_record txt = rec_txt();

	world_settle(&w);
	memdir_record(&w.dir, ALIAS, &txt);
	memdir_text(&w.dir, HOST, "dhcpStatements", "filename \"pxe\"");
	memdir_text(&w.dir, HOST, "dhcpComments", "rack 7");
	world_remember(&w);
	unregister();
	cr_expect_null(memdir_find(&w.dir, HOST));
	undo(NULL);
	world_expect_as_remembered(&w);
}

Test(undo, of_an_undo_is_a_redo)
{
	world_settle(&w);
	world_remember(&w);
	undo(NULL);
	undo(NULL);
	world_expect_as_remembered(&w);
	undo(NULL);
	expect_tombstone(APEX);
	cr_expect_null(memdir_find(&w.dir, HOST));
}

Test(undo, says_which_runs_stand)
{
	struct halb_runs runs;

	world_settle(&w);
	undo(NULL);
	runs = world_history(&w);
	cr_expect_str_eq(halb_run_end_name(&runs.items[1]), "undone");
	cr_expect_eq(runs.items[1].undone_by, &runs.items[0]);
	halb_runs_clear(&runs);
	undo(NULL);
	runs = world_history(&w);
	cr_expect_str_eq(halb_run_end_name(&runs.items[0]), "applied");
	cr_expect_str_eq(halb_run_end_name(&runs.items[1]), "undone");
	cr_expect_str_eq(halb_run_end_name(&runs.items[2]), "applied");
	halb_runs_clear(&runs);
}

Test(undo, of_what_somebody_changed_since_writes_nothing)
{
	struct halb_record other = rec_address("192.168.11.77", 60);
	const struct halb_finding *found;
	size_t before;

	world_settle(&w);
	memdir_unset(&w.dir, APEX, "dnsRecord");
	memdir_record(&w.dir, APEX, &other);
	world_remember(&w);
	before = w.dir.n_writes;
	cr_expect_eq(world_undo(&w, NULL, &err), HALB_E_CONFLICT);
	cr_expect_eq(w.dir.n_writes, before);
	world_expect_as_remembered(&w);
	found = world_finding(&w, HALB_CODE_RECORD_DIFFERS);
	cr_assert(found);
	cr_expect_eq(w.plan.findings.n, 1);
	cr_expect_str_eq(found->object, "k8s1.lime.lan");
	cr_expect_str_eq(found->expected, "192.168.11.11");
	cr_expect_str_eq(found->actual, "A 192.168.11.77 ttl=60");
	cr_expect(found->hint);
}

Test(undo, of_a_reservation_that_somebody_added_to_writes_nothing)
{
	world_settle(&w);
	memdir_text(&w.dir, HOST, "dhcpStatements", "filename \"pxe\"");
	cr_expect_eq(world_undo(&w, NULL, &err), HALB_E_CONFLICT);
	cr_expect(world_finding(&w, HALB_CODE_RESERVATION_DIFFERS));
	cr_expect(memdir_find(&w.dir, HOST));
}

/* What others put beside our record is none of the run's business. */
Test(undo, leaves_what_others_added_to_the_name)
{
	struct halb_record txt = rec_txt();

	world_tombstone(&w, APEX, NULL);
	world_settle(&w);
	memdir_record(&w.dir, APEX, &txt);
	undo(NULL);
	cr_expect_eq(memdir_attr(memdir_find(&w.dir, APEX), "dnsRecord")->n, 1);
	cr_expect_not(memdir_holds(&w.dir, APEX, "dNSTombstoned", "TRUE"));
	cr_expect_null(memdir_attr(memdir_find(&w.dir, APEX), "adminDescription"));
}

/* A server gives the zone's SOA another serial with each change of anything in the zone. */
Test(undo, at_a_zones_own_name_goes_by_what_the_run_changed)
{
	static const char top[] = "DC=@,DC=k8s1.lime.lan," DOMAIN_ZONES;
	struct halb_record soa = { .type = HALB_RR_SOA, .rank = HALB_RANK_ZONE, .ttl = 3600,
				   .soa = { 77, 900, 600, 86400, 3600, name_of("dc1.lime.lan"),
					    name_of("hostmaster.lime.lan") } };

	world_zone(&w, "k8s1.lime.lan", DOMAIN_ZONES);
	w.options.adopt = true;
	world_settle(&w);
	cr_expect(memdir_holds(&w.dir, top, "adminDescription", MARK));
	memdir_unset(&w.dir, top, "dnsRecord");
	memdir_record(&w.dir, top, &soa);
	memdir_record(&w.dir, top, &world_change(&w, "A", "k8s1.lime.lan")->record);
	undo(NULL);
	cr_expect_eq(memdir_attr(memdir_find(&w.dir, top), "dnsRecord")->n, 1);
	cr_expect_null(memdir_attr(memdir_find(&w.dir, top), "adminDescription"));
	cr_expect_null(memdir_attr(memdir_find(&w.dir, top), "dNSTombstoned"));
}

Test(undo, of_a_takeover_gives_back_value_and_mark)
{
	struct halb_record other = rec_address("192.168.11.99", 60);

	w.options.replace = true;
	world_node(&w, APEX, &other, "halb-dns lime.lan/other");
	world_settle(&w);
	undo(NULL);
	cr_expect_eq(memdir_attr(memdir_find(&w.dir, APEX), "dnsRecord")->n, 1);
	cr_expect(memdir_holds(&w.dir, APEX, "adminDescription", "halb-dns lime.lan/other"));
}

Test(undo, of_an_adoption_takes_the_mark_away)
{
	struct halb_record a = rec_address("192.168.11.11", 900);
	const struct halb_change *change;

	w.options.adopt = true;
	world_node(&w, APEX, &a, NULL);
	world_settle(&w);
	undo(NULL);
	change = world_change(&w, "A", "k8s1.lime.lan");
	cr_assert(change);
	cr_expect_eq(change->action, HALB_ACTION_RELEASE);
	cr_expect_null(memdir_attr(memdir_find(&w.dir, APEX), "adminDescription"));
	cr_expect_eq(memdir_attr(memdir_find(&w.dir, APEX), "dnsRecord")->n, 1);
}

Test(undo, of_an_older_run_is_by_its_id)
{
	char first[HALB_RUN_ID];

	world_settle(&w);
	memcpy(first, id_of(0), sizeof first);
	world_set_alias(&w.site.balancers[0], "api.lime.lan");
	world_settle(&w);
	/* It took the older run's alias away: that part is as before already. */
	undo(first);
	cr_expect_eq(w.applied.n, 3);
	cr_expect_null(memdir_find(&w.dir, HOST));
	expect_tombstone(APEX);
	expect_tombstone(ALIAS);
	cr_expect(memdir_holds(&w.dir, "DC=api," LIME, "adminDescription", MARK));
}

Test(undo, of_an_undone_run_has_nothing_to_do)
{
	char first[HALB_RUN_ID];

	world_settle(&w);
	memcpy(first, id_of(0), sizeof first);
	undo(NULL);
	world_remember(&w);
	undo(first);
	cr_expect_eq(w.applied.n, 0);
	cr_expect_str_eq(w.applied.journal, "");
	world_expect_as_remembered(&w);
}

Test(undo, with_no_run_has_nothing_to_do)
{
	undo(NULL);
	cr_expect_eq(w.applied.n, 0);
}

Test(undo, takes_the_start_of_an_id_that_is_the_only_one)
{
	char *id;

	world_settle(&w);
	unregister();
	id = strdup(id_of(0));
	cr_expect_eq(world_undo(&w, "2", &err), HALB_E_USAGE);
	cr_expect_eq(world_undo(&w, "", &err), HALB_E_USAGE);
	cr_expect_eq(world_undo(&w, "1999", &err), HALB_E_USAGE);
	cr_expect(err.hint[0]);
	undo(id);
	cr_expect_eq(w.applied.n, 4);
	free(id);
}

Test(undo, of_a_purged_tombstone_makes_the_name_again)
{
	world_settle(&w);
	world_remember(&w);
	unregister();
	memdir_drop(&w.dir, APEX);
	undo(NULL);
	world_expect_as_remembered(&w);
}

Test(undo, of_what_is_deleted_already_has_nothing_to_do_there)
{
	world_settle(&w);
	memdir_drop(&w.dir, ALIAS);
	world_tombstone(&w, ALIAS, NULL); /* as a dynamic update leaves it, with a date of its own */
	undo(NULL);
	cr_expect_eq(w.applied.n, 3);
}

Test(undo, that_fails_is_put_back)
{
	world_settle(&w);
	world_remember(&w);
	memdir_fail(&w.dir, w.dir.n_writes + 1, HALB_E_DENIED, false);
	cr_expect_eq(world_undo(&w, NULL, &err), HALB_E_DENIED);
	world_expect_as_remembered(&w);
	undo(NULL); /* the register, not the undo that came to nothing */
	cr_expect_eq(w.applied.n, 4);
	expect_tombstone(APEX);
}
