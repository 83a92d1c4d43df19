/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs that are killed: a child does the work and dies at the k-th step, for every k; what the
 * directory held by then is handed over, the journal lies on the disk.
 */
#include "halb/apply/journal.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

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

TestSuite(journal, .init = setup, .fini = teardown);

/* ---- the kill ---- */

int __real_fsync(int fd);
int __wrap_fsync(int fd);
ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);
int __real_linkat(int from, const char *old, int to, const char *new, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *new, int flags);

static long steps_left = -1; /* until the kill; negative: none */
static int hand_over = -1;   /* where the directory goes then */
static int failing_write;    /* errno of the next writes to the journal */

static void die(void)
{
	char *dump = memdir_dump(&w.dir);

	(void)!__real_write(hand_over, dump, strlen(dump));
	kill(getpid(), SIGKILL);
}

static void step(void)
{
	if (steps_left >= 0 && steps_left-- == 0)
		die();
}

int __wrap_fsync(int fd)
{
	step();
	return __real_fsync(fd);
}

/* Dies before it, or when half of it is written. */
ssize_t __wrap_write(int fd, const void *data, size_t len)
{
	if (failing_write) {
		errno = failing_write;
		return -1;
	}
	step();
	if (steps_left == 0)
		(void)!__real_write(fd, data, len / 2);
	step();
	return __real_write(fd, data, len);
}

int __wrap_linkat(int from, const char *old, int to, const char *new, int flags)
{
	step();
	return __real_linkat(from, old, to, new, flags);
}

static void before_write(struct memdir *dir, size_t at)
{
	(void)dir;
	(void)at;
	step();
}

/* Runs `work` in a child that dies at its step `k`; false where it had fewer steps. */
static bool run_and_kill(void (*work)(void), long k)
{
	FILE *file = tmpfile();
	struct halb_buf dump = { 0 };
	char block[4096];
	size_t n;
	int status;
	pid_t child;

	cr_assert(file);
	fflush(NULL);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		hand_over = fileno(file);
		steps_left = k;
		w.dir.before_write = before_write;
		work();
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	rewind(file);
	while ((n = fread(block, 1, sizeof block, file)) > 0)
		halb_buf_bytes(&dump, block, n);
	fclose(file);
	if (WIFSIGNALED(status))
		memdir_load(&w.dir, halb_buf_string(&dump));
	halb_buf_clear(&dump);
	return WIFSIGNALED(status);
}

/* ---- what is done ---- */

static void do_register(void)
{
	world_settle_dead(&w);
	world_register(&w);
	cr_assert_eq(world_apply(&w, &applied, &err), HALB_OK, "%s", err.text);
}

static void do_unregister(void)
{
	world_settle_dead(&w);
	world_unregister(&w);
	cr_assert_eq(world_apply(&w, &applied, &err), HALB_OK, "%s", err.text);
}

static void do_undo(void)
{
	cr_assert_eq(world_undo(&w, NULL, &err), HALB_OK, "%s", err.text);
}

/* A register that fails at its third write, and puts the others back. */
static void do_failing(void)
{
	world_settle_dead(&w);
	world_register(&w);
	if (!w.dir.n_faults)
		memdir_fail(&w.dir, w.dir.n_writes + 2, HALB_E_DENIED, false);
	cr_assert_eq(world_apply(&w, &applied, &err), HALB_E_DENIED, "%s", err.text);
}

static size_t count_changes(void)
{
	struct halb_runs runs = world_history(&w);
	size_t n = 0;

	for (size_t i = 0; i < runs.n; i++) {
		cr_expect_null(runs.items[i].unreadable, "%s", runs.items[i].unreadable);
		cr_expect_neq(runs.items[i].end, HALB_RUN_OPEN);
		n += halb_run_changes(&runs.items[i]);
	}
	halb_runs_clear(&runs);
	return n;
}

/* Kills `work` at each of its steps; the run after it must leave what an unhurt one leaves. */
static void kill_at_each_step(void (*before)(void), void (*work)(void), long at_least)
{
	char *expected;
	size_t changes;
	long k = 0;

	before();
	work();
	expected = memdir_dump(&w.dir);
	changes = count_changes();
	for (bool killed = true;; k++) {
		char *now;

		world_clear(&w);
		setup();
		before();
		killed = run_and_kill(work, k);
		if (!killed)
			break;
		work();
		now = memdir_dump(&w.dir);
		cr_expect_str_eq(now, expected, "killed at step %ld", k);
		cr_expect_eq(count_changes(), changes, "killed at step %ld: %zu changes", k,
			     count_changes());
		free(now);
	}
	cr_expect_gt(k, at_least);
	free(expected);
}

static void nothing(void)
{
}

Test(journal, a_register_killed_at_any_step_is_finished_by_the_next)
{
	kill_at_each_step(nothing, do_register, 10);
}

Test(journal, an_unregister_killed_at_any_step_is_finished_by_the_next)
{
	kill_at_each_step(do_register, do_unregister, 10);
}

/* Killed, an undo has undone a part; the next one settles that and undoes *it*: a redo. */
Test(journal, an_undo_killed_at_any_step_can_itself_be_undone)
{
	long k = 0;

	for (bool killed = true; killed; k++) {
		char *registered, *now;
		struct halb_runs runs;
		bool any;

		world_clear(&w);
		setup();
		do_register();
		registered = memdir_dump(&w.dir);
		killed = run_and_kill(do_undo, k);
		world_settle_dead(&w);
		runs = world_history(&w);
		any = runs.n == 2 && halb_run_changes(&runs.items[0]);
		halb_runs_clear(&runs);
		now = memdir_dump(&w.dir);
		if (killed && any) {
			free(now);
			do_undo();
			now = memdir_dump(&w.dir);
		}
		if (killed)
			cr_expect_str_eq(now, registered, "killed at step %ld", k);
		free(now);
		free(registered);
	}
	cr_expect_gt(k, 10);
}

Test(journal, a_run_killed_while_it_puts_back_leaves_nothing_unknown)
{
	long k = 0;

	for (bool killed = true; killed; k++) {
		char *expected, *now;

		world_clear(&w);
		setup();
		killed = run_and_kill(do_failing, k);
		do_register();
		now = memdir_dump(&w.dir);
		count_changes();
		world_clear(&w);
		setup();
		do_register();
		expected = memdir_dump(&w.dir);
		cr_expect_str_eq(now, expected, "killed at step %ld", k);
		free(now);
		free(expected);
	}
	cr_expect_gt(k, 10);
}

/* Of what was planned and did not happen no later run may believe that it did. */
Test(journal, what_a_killed_run_did_and_did_not_do_is_known_exactly)
{
	for (long k = 0; run_and_kill(do_register, k); k++) {
		static const char *const dns[] = { APEX, ALIAS, PTR, HOST };
		struct halb_runs runs;
		size_t there = 0;

		world_settle_dead(&w);
		runs = world_history(&w);
		for (size_t i = 0; i < 4; i++)
			there += memdir_find(&w.dir, dns[i]) != NULL;
		cr_expect_eq(runs.n ? halb_run_changes(&runs.items[0]) : 0, there, "step %ld", k);
		for (size_t i = 0; runs.n && i < runs.items[0].steps.n; i++) {
			const struct halb_step *s = &runs.items[0].steps.items[i];

			cr_expect_eq(s->state, memdir_find(&w.dir, s->change->dn)
						       ? HALB_STEP_DONE : HALB_STEP_OPEN);
		}
		halb_runs_clear(&runs);
		world_clear(&w);
		setup();
	}
}

/* ---- settling ---- */

/* A register that dies with two of its four changes in the directory. */
static void die_halfway(void)
{
	for (long k = 0; run_and_kill(do_register, k); k++) {
		if (memdir_find(&w.dir, APEX) && memdir_find(&w.dir, ALIAS))
			return;
		world_clear(&w);
		setup();
	}
	cr_assert_fail("it never was halfway");
}

Test(journal, what_somebody_changed_since_is_told_from_what_was_done)
{
	struct halb_record other = rec_address("192.168.11.77", 60);
	struct halb_runs runs;

	die_halfway();
	memdir_unset(&w.dir, APEX, "dnsRecord");
	memdir_record(&w.dir, APEX, &other);
	world_settle_dead(&w);
	runs = world_history(&w);
	cr_assert_eq(runs.n, 1);
	cr_expect_eq(runs.items[0].end, HALB_RUN_PARTIAL);
	cr_expect_eq(runs.items[0].steps.items[0].state, HALB_STEP_CHANGED);
	cr_expect_eq(runs.items[0].steps.items[1].state, HALB_STEP_DONE);
	cr_expect_eq(runs.items[0].steps.items[3].state, HALB_STEP_OPEN);
	halb_runs_clear(&runs);
}

Test(journal, a_run_of_another_domain_is_left_alone)
{
	struct halb_runs runs;

	die_halfway();
	cr_assert_eq(halb_settle(&w.dir.directory, &w.journal, "plum.lan", false, &err), HALB_OK);
	runs = world_history(&w);
	cr_expect_eq(runs.items[0].end, HALB_RUN_OPEN);
	halb_runs_clear(&runs);
}

Test(journal, a_run_that_is_alive_is_left_alone_and_hinders_nobody)
{
	struct halb_runs runs;
	char path[200];
	int fd;

	die_halfway();
	runs = world_history(&w);
	snprintf(path, sizeof path, "%s/%s.jsonl", w.journal_path, runs.items[0].id);
	halb_runs_clear(&runs);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	cr_assert_eq(flock(fd, LOCK_EX | LOCK_NB), 0); /* as its writer holds it */
	world_settle_dead(&w);
	do_register();
	runs = world_history(&w);
	cr_assert_eq(runs.n, 2);
	cr_expect_eq(runs.items[0].end, HALB_RUN_APPLIED);
	cr_expect_eq(runs.items[1].end, HALB_RUN_OPEN);
	halb_runs_clear(&runs);
	close(fd);
	world_settle_dead(&w);
	runs = world_history(&w);
	cr_expect_neq(runs.items[1].end, HALB_RUN_OPEN);
	halb_runs_clear(&runs);
}

Test(journal, a_lost_connection_leaves_the_run_to_be_settled)
{
	struct halb_runs runs;

	world_register(&w);
	memdir_fail(&w.dir, 1, HALB_E_UNREACHABLE, true);
	w.dir.cut = true;
	cr_expect_eq(world_apply(&w, &applied, &err), HALB_E_UNREACHABLE);
	runs = world_history(&w);
	cr_expect_eq(runs.items[0].end, HALB_RUN_OPEN);
	halb_runs_clear(&runs);
	w.dir.gone = false;
	w.dir.n_faults = 0;
	world_settle_dead(&w);
	runs = world_history(&w);
	cr_expect_eq(runs.items[0].end, HALB_RUN_PARTIAL);
	cr_expect_eq(halb_run_changes(&runs.items[0]), 2);
	halb_runs_clear(&runs);
}

/* ---- no journal, no write ---- */

static void expect_nothing_written(void)
{
	size_t before;

	world_register(&w);
	before = w.dir.n_writes;
	cr_expect_eq(world_apply(&w, &applied, &err), HALB_E_CANTCREATE, "%s", err.text);
	cr_expect_eq(w.dir.n_writes, before);
	cr_expect_eq(applied, 0);
	cr_expect_str_eq(w.applied.journal, "");
	cr_expect(err.hint[0]);
}

static size_t count_files(void)
{
	struct halb_runs runs = world_history(&w);
	size_t n = runs.n;

	halb_runs_clear(&runs);
	return n;
}

Test(journal, nothing_is_written_when_the_disk_is_full)
{
	failing_write = ENOSPC;
	expect_nothing_written();
	failing_write = 0;
	cr_expect(strstr(err.text, "No space left"), "%s", err.text);
	cr_expect_eq(count_files(), 0);
	do_register();
	cr_expect_eq(applied, 4);
}

Test(journal, nothing_is_written_where_the_journal_cannot_be)
{
	w.journal.path = "/dev/null/journal";
	expect_nothing_written();
	w.journal.path = w.journal_path;
}

Test(journal, a_directory_that_others_may_write_to_is_refused)
{
	cr_assert_eq(chmod(w.journal_path, 0777), 0);
	expect_nothing_written();
	cr_expect(strstr(err.text, "others may write"), "%s", err.text);
	cr_assert_eq(chmod(w.journal_path, 0700), 0);
}

/* Removes the one file of the journal, and it, and what is above it. */
static void forget_below(char *path)
{
	char file[300];
	struct dirent *at;
	DIR *dir = opendir(path);

	cr_assert(dir);
	while ((at = readdir(dir))) {
		snprintf(file, sizeof file, "%s/%.64s", path, at->d_name);
		unlink(file);
	}
	closedir(dir);
	cr_expect_eq(rmdir(path), 0);
	*strrchr(path, '/') = '\0';
	cr_expect_eq(rmdir(path), 0);
}

Test(journal, is_made_with_all_above_it_for_its_owner_alone)
{
	char path[200];
	struct stat found;

	snprintf(path, sizeof path, "%s/halb-dns/journal", w.journal_path);
	w.journal.path = path;
	do_register();
	cr_assert_eq(stat(path, &found), 0);
	cr_expect_eq(found.st_mode & 07777, 0700);
	cr_expect_eq(count_files(), 1);
	w.journal.path = w.journal_path;
	forget_below(path);
}

/* ---- reading ---- */

Test(journal, tells_who_did_what)
{
	struct halb_runs runs;

	do_register();
	runs = world_history(&w);
	cr_assert_eq(runs.n, 1);
	cr_expect_str_eq(runs.items[0].head.command, "register");
	cr_expect_str_eq(runs.items[0].head.user, "tester");
	cr_expect_eq(runs.items[0].head.uid, getuid());
	cr_expect_str_eq(runs.items[0].head.login, "halb-dns@LIME.LAN");
	cr_expect_str_eq(runs.items[0].head.server, "dc1.lime.lan");
	cr_expect_eq(strlen(runs.items[0].head.checksum), 64);
	cr_assert_eq(runs.items[0].plan.n, 4);
	cr_expect_str_eq(runs.items[0].plan.changes[0].after, "192.168.11.11");
	cr_expect_eq(runs.items[0].plan.changes[0].ttl, 900);
	cr_expect_eq(runs.items[0].plan.changes[3].subject, HALB_SUBJECT_RESERVATION);
	cr_expect_str_eq(halb_run_end_name(&runs.items[0]), "applied");
	halb_runs_clear(&runs);
}

Test(journal, a_file_that_makes_no_sense_is_shown_and_hinders_nothing)
{
	char path[200];
	struct halb_runs runs;
	FILE *file;

	snprintf(path, sizeof path, "%s/20200101T000000Z-000.jsonl", w.journal_path);
	file = fopen(path, "w");
	fputs("{\"journal\":9}\n", file);
	fclose(file);
	do_register();
	runs = world_history(&w);
	cr_assert_eq(runs.n, 2);
	cr_expect(runs.items[1].unreadable);
	cr_expect_str_eq(halb_run_end_name(&runs.items[1]), "unreadable");
	halb_runs_clear(&runs);
}

Test(journal, ids_grow_even_when_the_clock_goes_back)
{
	char path[200];
	struct halb_runs runs;
	FILE *file;

	snprintf(path, sizeof path, "%s/29990101T000000Z-999.jsonl", w.journal_path);
	file = fopen(path, "w");
	fclose(file);
	do_register();
	runs = world_history(&w);
	cr_assert_eq(runs.n, 2);
	cr_expect_str_eq(runs.items[0].id, "29990101T000001Z-000");
	halb_runs_clear(&runs);
}

/* ---- the audit ---- */

/* The run's file under the names of `n` older ones; the oldest is of one that nobody settled. */
static void put_older(const char *id, int n)
{
	char path[200], older[200];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s.jsonl", w.journal_path, id);
	for (int i = 1; i <= n; i++) {
		snprintf(older, sizeof older, "%s/20200101T%02d%02d%02dZ-000.jsonl",
			 w.journal_path, i / 3600, i / 60 % 60, i % 60);
		cr_assert_eq(link(path, older), 0);
	}
	snprintf(older, sizeof older, "%s/20190101T000000Z-000.jsonl", w.journal_path);
	file = fopen(older, "w");
	fputs("{\"journal\":1,\"id\":\"20190101T000000Z-000\"}\n", file);
	fclose(file);
}

Test(journal, keeps_a_thousand_runs_and_a_year_and_what_is_not_settled)
{
	const time_t day = 24 * 60 * 60, now = time(NULL);
	struct halb_runs runs;

	do_register();
	put_older(w.applied.journal, 1004);
	cr_assert_eq(count_files(), 1006);
	halb_journal_prune(&w.journal, now + 364 * day);
	cr_expect_eq(count_files(), 1006);
	halb_journal_prune(&w.journal, now + 366 * day);
	runs = world_history(&w);
	cr_assert_eq(runs.n, 1001);
	cr_expect_str_eq(runs.items[0].id, w.applied.journal);
	cr_expect_str_eq(runs.items[999].id, "20200101T000006Z-000");
	cr_expect_str_eq(runs.items[1000].id, "20190101T000000Z-000");
	halb_runs_clear(&runs);
}

Test(journal, the_audit_has_a_line_for_each_change)
{
	const char *lines;
	size_t n = 0;

	do_register();
	lines = halb_buf_string(&w.audited);
	for (const char *at = lines; (at = strchr(at, '\n')); at++)
		n++;
	cr_expect_eq(n, 4);
	cr_expect(strstr(lines, "add A name=\"k8s1.lime.lan\" old=\"\" new=\"192.168.11.11 ttl=900\" "
				"dn=\"" APEX "\" dc=\"dc1.lime.lan\" user=\"tester\""));
	cr_expect(strstr(lines, "login=\"halb-dns@LIME.LAN\" command=\"register\" journal="));
	cr_expect(strstr(lines, "old64= new64=dnsRecord:BAABAAXwAAAqAAAAAAADhAAAAAAAAAAAwKgLCw==,"));
}

Test(journal, the_audit_tells_what_was_put_back)
{
	do_failing();
	cr_expect(strstr(halb_buf_string(&w.audited),
			 "put back: add A name=\"k8s1.lime.lan\" old=\"192.168.11.11 ttl=900\" "
			 "new=\"\""));
}

Test(journal, nothing_breaks_out_of_an_audit_line)
{
	w.head.user = "x\" uid=0\nhalb-dns: \\";
	do_register();
	cr_expect(strstr(halb_buf_string(&w.audited),
			 "user=\"x\\x22 uid=0\\x0ahalb-dns: \\x5c\" uid="));
}
