/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/net/command.h"

#include <criterion/criterion.h>
#include <signal.h>

#include "halb/base/deadline.h"

static struct halb_loop *loop;
static struct halb_command *command;
static struct halb_command_end ended;
static unsigned calls;
static struct halb_error err;

static void on_end(void *arg, const struct halb_command_end *end)
{
	(void)arg;
	ended = *end;
	calls++;
}

static void setup(void)
{
	cr_assert_eq(halb_loop_new(&loop, &err), HALB_OK);
	calls = 0;
}

static void teardown(void)
{
	halb_loop_free(loop);
}

TestSuite(command, .init = setup, .fini = teardown);

static enum halb_status start(const char *script, int64_t within)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	return halb_command_start(loop, argv, halb_now() + within, on_end, NULL, &command, &err);
}

/* The loop ends by itself: an ended command leaves nothing in it. */
static void run(const char *script, int64_t within)
{
	cr_assert_eq(start(script, within), HALB_OK, "%s", err.text);
	cr_assert_eq(halb_loop_run(loop, halb_now() + 60 * HALB_SEC, &err), HALB_OK);
	cr_assert_eq(calls, 1);
}

Test(command, tells_the_exit_status)
{
	run("exit 7", 60 * HALB_SEC);
	cr_assert_eq(ended.exit, 7);
	cr_assert_eq(ended.signal, 0);
	cr_assert_not(ended.timed_out);
}

Test(command, tells_the_signal_that_ended_it)
{
	run("kill -TERM $$", 60 * HALB_SEC);
	cr_assert_eq(ended.exit, -1);
	cr_assert_eq(ended.signal, SIGTERM);
}

Test(command, has_nothing_to_read)
{
	run("read line; test -z \"$line\" && exit 3", 60 * HALB_SEC);
	cr_assert_eq(ended.exit, 3);
}

/* The child that waits keeps the shell's pipe open: only the whole group's death ends it. */
Test(command, is_killed_with_its_children_when_the_time_is_up)
{
	run("sleep 100 & sleep 100", 50 * HALB_MSEC);
	cr_assert(ended.timed_out);
	cr_assert_eq(ended.exit, -1);
}

Test(command, has_its_signals_unblocked)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	run("kill -TERM $$; exit 0", 60 * HALB_SEC);
	cr_assert_eq(ended.signal, SIGTERM);
}

Test(command, that_is_not_there_is_not_found)
{
	const char *const argv[] = { "/nonexistent/command", NULL };

	cr_assert_eq(halb_command_start(loop, argv, halb_now() + HALB_SEC, on_end, NULL, &command,
					&err), HALB_E_NOTFOUND);
	cr_assert_eq(calls, 0);
}

Test(command, can_be_given_up)
{
	cr_assert_eq(start("sleep 100", 60 * HALB_SEC), HALB_OK);
	halb_command_kill(command);
	cr_assert_eq(halb_loop_run(loop, halb_now() + HALB_SEC, &err), HALB_OK);
	cr_assert_eq(calls, 0);
}
