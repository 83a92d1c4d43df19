/* SPDX-License-Identifier: Apache-2.0 */
/* Reading, planning and applying while memory runs out: nothing is half done, nothing misread. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "halb/apply/apply.h"
#include "halb/directory/zone.h"
#include "starve.h"
#include "world.h"

static struct world w;
static char *dump;

/* Something of everything: a drifted value, a foreign neighbour, a tombstone, a reservation. */
static void setup(void)
{
	struct halb_record old = rec_address("192.168.11.99", 60), txt = rec_txt();

	world_init(&w);
	world_reverse(&w);
	world_node(&w, APEX, &old, MARK);
	memdir_record(&w.dir, APEX, &txt);
	world_tombstone(&w, ALIAS, NULL);
	world_node(&w, "DC=left," LIME, &old, MARK);
	world_host(&w, HOST, "ethernet 02:00:00:00:01:01", "192.168.11.99,192.168.11.98", MARK);
	memdir_text(&w.dir, HOST, "dhcpOption", "host-name \"old\"");
	w.site.balancers[0].mac.bytes[0] = 0; /* a warning, which is memory too */
}

static void teardown(void)
{
	free(dump);
	world_clear(&w);
}

TestSuite(nomem, .init = setup, .fini = teardown);

static enum halb_status read_all(struct halb_error *err)
{
	const struct halb_directory *dir = starve_directory(&w.dir.directory);
	struct halb_names names = { 0 };
	struct halb_marks marks = { 0 };
	struct halb_zones zones = { 0 };
	struct halb_nodes nodes = { 0 };
	struct halb_dhcp_config dhcp = { 0 };
	struct halb_searches searches = { 0 };
	enum halb_status st = halb_zones_read(dir, &zones, err);

	if (st == HALB_OK)
		st = halb_plan_names(&w.site, &zones, &names, err);
	if (st == HALB_OK)
		st = halb_plan_marks(&w.site, &marks, err);
	if (st == HALB_OK)
		halb_dhcp_ad.ask(dir, SERVICE, &dhcp, &searches);
	if (st == HALB_OK)
		st = halb_nodes_read(dir, &zones, names.items, names.n,
				     (const char *const *)marks.items, marks.n, &searches, &nodes,
				     err);
	halb_searches_clear(&searches);
	halb_dhcp_config_clear(&dhcp);
	halb_nodes_clear(&nodes);
	halb_zones_clear(&zones);
	halb_marks_clear(&marks);
	free(names.items);
	return st;
}

Test(nomem, reading_fails_cleanly)
{
	starve(read_all, 60);
}

static const struct halb_present *present(void)
{
	static struct halb_present there;

	there = (struct halb_present){ &w.zones, &w.nodes, &w.dhcp, halb_dhcp_ad.locate,
					 w.dir.directory.server };
	return &there;
}

static enum halb_status plan_register(struct halb_error *err)
{
	struct halb_plan plan = { 0 };
	enum halb_status st = halb_plan_register(&w.site, present(), &w.options, &plan, err);

	halb_plan_clear(&plan);
	return st;
}

static enum halb_status plan_unregister(struct halb_error *err)
{
	struct halb_plan plan = { 0 };
	enum halb_status st = halb_plan_unregister(&w.site, present(), &plan, err);

	halb_plan_clear(&plan);
	return st;
}

Test(nomem, plans_fail_cleanly)
{
	struct halb_record foreign = rec_address("192.168.11.98", 60);

	world_read(&w);
	starve(plan_register, 40);
	memdir_record(&w.dir, "DC=left," LIME, &foreign);
	memdir_drop(&w.dir, ALIAS);
	world_node(&w, ALIAS, &foreign, "somebody's");
	world_read(&w);
	starve(plan_register, 40); /* and now it is blocked, for two reasons */
	starve(plan_unregister, 20);
}

/* Whatever failed, the directory is as it was. */
static enum halb_status apply_plan(struct halb_error *err)
{
	const struct halb_directory *dir = starve_directory(&w.dir.directory);
	struct halb_applied done = { 0 };
	struct halb_steps steps = { 0 };
	enum halb_status st = halb_steps_of_plan(dir, &halb_dhcp_ad, &w.plan, WORLD_NOW, &steps,
						 err);
	unsigned paused;
	char *now;

	w.journal.audit = NULL; /* its line may be lost where memory is; the journal has it all */
	w.head.command = "register";
	if (st == HALB_OK)
		st = halb_apply(dir, &w.journal, &w.head, &steps, NULL, &done, err);
	halb_steps_clear(&steps);
	paused = starve_pause();
	now = memdir_dump(&w.dir);

	if (st == HALB_OK) {
		cr_expect_eq(done.n, halb_plan_writes(&w.plan));
	} else {
		cr_expect_eq(done.n, 0);
		cr_expect_str_eq(now, dump);
	}
	free(now);
	starve_go_on(paused);
	return st;
}

Test(nomem, a_register_that_fails_changes_nothing)
{
	world_register(&w);
	dump = memdir_dump(&w.dir);
	starve(apply_plan, 40);
}

Test(nomem, an_unregister_that_fails_changes_nothing)
{
	world_settle(&w);
	world_unregister(&w);
	dump = memdir_dump(&w.dir);
	starve(apply_plan, 40);
}
