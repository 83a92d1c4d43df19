/* SPDX-License-Identifier: Apache-2.0 */
/* A DC that is lost in the middle of a run, and the one that the run goes on at. */
#include "halb/apply/apply.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static struct world w;      /* its directory is dc1 */
static struct memdir other; /* dc2 */
static struct halb_error err;
static size_t applied;
static size_t n_next, n_wait;
static size_t arrives_after; /* so many waits, what dc1 has is at dc2 */

static void replicate(struct memdir *to, const struct memdir *from)
{
	char *dump = memdir_dump(from);

	memdir_load(to, dump);
	free(dump);
}

static enum halb_status next(void *arg, const struct halb_directory **dir, struct halb_error *why)
{
	(void)arg;
	if (n_next++)
		return halb_fail(why, HALB_E_UNREACHABLE, "there is no other");
	*dir = &other.directory;
	return HALB_OK;
}

static enum halb_status no_next(void *arg, const struct halb_directory **dir,
				struct halb_error *why)
{
	(void)arg;
	(void)dir;
	return halb_fail(why, HALB_E_UNREACHABLE, "there is no other");
}

static bool wait_a_moment(void *arg)
{
	(void)arg;
	if (++n_wait == arrives_after)
		replicate(&other, &w.dir);
	return n_wait < 5;
}

static const struct halb_failover over = { next, wait_a_moment, NULL };
static const struct halb_failover nowhere = { no_next, wait_a_moment, NULL };

static void setup(void)
{
	world_init(&w);
	world_reverse(&w);
	memdir_init(&other);
	other.directory.server = "dc2.lime.lan";
	w.over = &over;
}

static void teardown(void)
{
	memdir_clear(&other);
	world_clear(&w);
}

TestSuite(failover, .init = setup, .fini = teardown);

/* dc1 is lost with its write number `at`, which it does or not. */
static enum halb_status lose(size_t at, bool done)
{
	replicate(&other, &w.dir);
	w.dir.cut = true;
	memdir_fail(&w.dir, at, HALB_E_UNREACHABLE, done);
	return world_apply(&w, &applied, &err);
}

static void heal(void)
{
	w.dir.gone = false;
	w.dir.n_faults = 0;
}

static void expect_all(const struct memdir *dir)
{
	static const char *const all[] = { APEX, ALIAS, PTR, HOST };

	for (size_t i = 0; i < 4; i++)
		cr_expect(memdir_holds(dir, all[i], "adminDescription", MARK), "%s", all[i]);
}

static void expect_run(enum halb_run_end end, const char *server)
{
	struct halb_runs runs = world_history(&w);

	cr_assert_eq(runs.n, 1);
	cr_expect_eq(runs.items[0].end, end);
	cr_expect_str_eq(runs.items[0].head.server, server);
	halb_runs_clear(&runs);
}

static enum halb_status settle(const struct memdir *dir, bool force)
{
	return halb_settle(&dir->directory, &w.journal, "lime.lan", force, &err);
}

Test(failover, goes_on_at_the_next_once_that_has_all_that_the_lost_one_was_given)
{
	arrives_after = 2;
	world_register(&w);
	cr_assert_eq(lose(2, true), HALB_OK, "%s", err.text);
	cr_expect_eq(applied, 4);
	expect_all(&other);
	cr_expect_eq(other.n_writes, 1, "the one that dc1 was not given");
	expect_run(HALB_RUN_APPLIED, "dc2.lime.lan");
}

Test(failover, what_was_lost_before_anything_was_sent_needs_no_waiting)
{
	world_register(&w);
	replicate(&other, &w.dir);
	w.dir.gone = true;
	cr_assert_eq(world_apply(&w, &applied, &err), HALB_OK, "%s", err.text);
	cr_expect_eq(n_wait, 0);
	expect_all(&other);
	expect_run(HALB_RUN_APPLIED, "dc2.lime.lan");
}

Test(failover, does_not_make_anew_what_only_the_lost_one_may_have)
{
	static const bool done[] = { true, false };

	for (size_t i = 0; i < 2; i++) {
		world_register(&w);
		cr_assert_eq(lose(1, done[i]), HALB_E_RETRY, "%s", err.text);
		cr_expect_eq(other.n_writes, 0);
		cr_expect(strstr(err.text, "dc1.lime.lan is gone"), "%s", err.text);
		cr_expect(strstr(err.text, "2 of what it was given is not at dc2.lime.lan: "
					   "A k8s1.lime.lan, CNAME kube.lime.lan"),
			  "%s", err.text);
		cr_expect(strstr(err.text, "; 2 more were not begun"), "%s", err.text);
		cr_expect(strstr(err.hint, "start dc1.lime.lan"), "%s", err.hint);
		expect_run(HALB_RUN_OPEN, "dc1.lime.lan");
		teardown();
		memset(&err, 0, sizeof err);
		n_next = n_wait = 0;
		setup();
	}
}

Test(failover, the_next_run_elsewhere_refuses_until_the_lost_one_has_spoken)
{
	world_register(&w);
	cr_assert_eq(lose(1, true), HALB_E_RETRY);
	cr_expect_eq(settle(&other, false), HALB_E_RETRY);
	cr_expect(strstr(err.text, "A k8s1.lime.lan"), "%s", err.text);
	cr_expect(strstr(err.hint, "start dc1.lime.lan"), "%s", err.hint);
	expect_run(HALB_RUN_OPEN, "dc1.lime.lan");
	heal();
	cr_expect_eq(settle(&w.dir, false), HALB_OK, "%s", err.text);
	expect_run(HALB_RUN_PARTIAL, "dc1.lime.lan");
	world_register(&w);
	cr_expect_eq(world_apply(&w, &applied, &err), HALB_OK, "%s", err.text);
	cr_expect_eq(applied, 2);
	expect_all(&w.dir);
}

Test(failover, what_has_come_by_replication_is_known_elsewhere_too)
{
	world_register(&w);
	cr_assert_eq(lose(1, true), HALB_E_RETRY);
	replicate(&other, &w.dir);
	cr_expect_eq(settle(&other, false), HALB_E_RETRY, "of the rest it is not known");
	cr_expect(strstr(err.text, "PTR"), "%s", err.text);
	cr_expect_null(strstr(err.text, "A k8s1.lime.lan"), "%s", err.text);
}

Test(failover, with_force_what_is_not_there_counts_as_not_made)
{
	world_register(&w);
	cr_assert_eq(lose(1, true), HALB_E_RETRY);
	cr_expect_eq(settle(&other, true), HALB_OK, "%s", err.text);
	expect_run(HALB_RUN_PUT_BACK, "dc1.lime.lan");
}

Test(failover, a_change_to_what_both_have_is_made_again)
{
	world_settle(&w);
	w.site.balancers[0].ttl = 60;
	world_register(&w);
	cr_assert_eq(lose(w.dir.n_writes + 1, true), HALB_OK, "%s", err.text);
	cr_expect_eq(n_wait, 0);
	cr_expect_eq(other.n_writes, 3, "A, CNAME and PTR, all of them");
}

Test(failover, a_dc_that_refuses_before_it_is_gone_is_lost_all_the_same)
{
	world_settle(&w);
	w.site.balancers[0].ttl = 60;
	world_register(&w);
	replicate(&other, &w.dir);
	w.dir.cut = true;
	memdir_fail(&w.dir, w.dir.n_writes + 1, HALB_E_INTERNAL, false);
	cr_assert_eq(world_apply(&w, &applied, &err), HALB_OK, "%s", err.text);
	cr_expect_eq(other.n_writes, 3);
}

Test(failover, where_there_is_no_other_it_says_what_is_not_known)
{
	w.over = &nowhere;
	world_register(&w);
	cr_assert_eq(lose(1, true), HALB_E_UNREACHABLE);
	cr_expect(strstr(err.text, "is not known: CNAME kube.lime.lan"), "%s", err.text);
	expect_run(HALB_RUN_OPEN, "dc1.lime.lan");
}

Test(failover, a_second_one_that_is_lost_is_no_success)
{
	arrives_after = 1;
	world_register(&w);
	other.cut = true;
	memdir_fail(&other, 0, HALB_E_UNREACHABLE, true);
	cr_assert_eq(lose(1, true), HALB_E_UNREACHABLE);
	cr_expect(strstr(err.text, "is not known"), "%s", err.text);
	expect_run(HALB_RUN_OPEN, "dc2.lime.lan");
}
