/* SPDX-License-Identifier: Apache-2.0 */
/* drill as a process: what becomes of its command, of the outage, and of signals. */
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/addr.h"
#include "running_priv.h"
#include "server.h"

#define OPTIONS "--format", "json", "--settle", "100ms"

static struct running d;

static void setup(void)
{
	running_init(&d);
	cr_assert_eq(chdir(d.dir), 0); /* the commands' words name files in it */
}

static void teardown(void)
{
	cr_assert_eq(chdir("/"), 0);
	running_clear(&d);
}

TestSuite(drilling, .init = setup, .fini = teardown, .timeout = 90);

/* How the first run ended, as the report says it. */
static void expect_end(int which, const char *end)
{
	json_t *report = running_json(&d, which);
	json_t *run = json_array_get(json_object_get(json_object_get(report, "drill"), "runs"), 0);

	cr_assert_str_eq(json_string_value(json_object_get(run, "end")), end);
	json_decref(report);
}

/* ---- its command ---- */

Test(drilling, a_command_that_harms_nothing_is_done_and_there_was_no_outage)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--", "true");
	cr_assert_eq(running_end(&d), 0);
	expect_end(0, "done");
}

Test(drilling, a_command_that_fails_is_unknown)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--", "false");
	cr_assert_eq(running_end(&d), 3);
	expect_end(0, "command failed");
	cr_assert(running_has(&d, "err", "warning: false ended with 1"));
}

Test(drilling, a_command_that_hangs_is_killed_and_unknown)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--command-timeout", "200ms", "--", "sleep", "600");
	cr_assert_eq(running_end(&d), 3);
	expect_end(0, "command hung");
}

Test(drilling, a_command_that_is_not_there_is_unknown)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--", "/nonexistent/command");
	cr_assert_eq(running_end(&d), 3);
	expect_end(0, "command not run");
	cr_assert(running_has(&d, "err", "/nonexistent/command could not be run: No such file"));
}

Test(drilling, what_the_command_prints_goes_to_standard_error)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--", "sh", "-c", "echo said; echo complained >&2");
	cr_assert_eq(running_end(&d), 0);
	cr_assert(running_has(&d, "err", "said\n") && running_has(&d, "err", "complained\n"));
	json_decref(running_json(&d, 0)); /* and nothing else is in front of it */
}

Test(drilling, the_command_has_nothing_to_read)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--", "sh", "-c", "! read x");
	cr_assert_eq(running_end(&d), 0);
}

Test(drilling, needs_no_standard_input_itself)
{
	d.closed = STDIN_FILENO;
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--", "sh", "-c", "! read x");
	cr_assert_eq(running_end(&d), 0);
	expect_end(0, "done");
}

Test(drilling, each_step_is_a_line_where_there_is_no_terminal)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--repeat", "2", "--heal", "true", "--", "true");
	cr_assert_eq(running_end(&d), 0);
	cr_assert(running_has(&d, "err", "drill 1 of 2: the command runs\n"));
	cr_assert(running_has(&d, "err", "drill 2 of 2: the healing command runs\n"));
}

Test(drilling, a_command_that_heals_nothing_is_unknown)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--heal", "false", "--", "true");
	cr_assert_eq(running_end(&d), 3);
	expect_end(0, "not healed");
}

/* ---- an outage ---- */

static void listen_again(void)
{
	struct halb_addr address = address_of("127.0.0.1");
	struct sockaddr_storage name;
	socklen_t len = halb_addr_to_sockaddr(&address, d.port, &name);
	const int one = 1;

	d.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(d.listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	cr_assert_eq(bind(d.listener, (struct sockaddr *)&name, len), 0);
	cr_assert_eq(listen(d.listener, 512), 0);
}

/* The command asks for it, and ends when the service is back. */
static void fail_for_a_while(void)
{
	running_await(&d, "fault", "now");
	close(d.listener);
	running_await(&d, "err", "down since");
	usleep(300000); /* several probes fail */
	listen_again();
	cr_assert_eq(system("touch over"), 0);
}

#define FAULT "sh", "-c", "echo now > fault; while [ ! -e over ]; do sleep 0.05; done"

Test(drilling, an_outage_is_measured_and_is_critical_where_none_may_be)
{
	json_t *report, *run, *outage;

	RUNNING_BEGIN(&d, "drill", OPTIONS, "--max-outage", "1ms", "--", FAULT);
	fail_for_a_while();
	cr_assert_eq(running_end(&d), 2);
	report = running_json(&d, 0);
	run = json_array_get(json_object_get(json_object_get(report, "drill"), "runs"), 0);
	outage = json_object_get(run, "outage");
	cr_assert_str_eq(json_string_value(json_object_get(run, "end")), "done");
	cr_assert_str_eq(json_string_value(json_object_get(outage, "layer")), "tcp");
	cr_assert_gt(json_real_value(json_object_get(outage, "max_ms")),
		     json_real_value(json_object_get(outage, "min_ms")));
	json_decref(report);
}

Test(drilling, an_outage_that_is_short_enough_is_well)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--", FAULT);
	fail_for_a_while();
	cr_assert_eq(running_end(&d), 0);
	expect_end(0, "done");
}

Test(drilling, what_is_not_well_again_in_time_is_critical)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--duration", "500ms", "--", FAULT);
	running_await(&d, "fault", "now");
	close(d.listener);
	running_await(&d, "err", "down since");
	cr_assert_eq(system("touch over"), 0);
	cr_assert_eq(running_end(&d), 2);
	expect_end(0, "not well again");
}

/* ---- signals ---- */

Test(drilling, sigusr1_tells_of_the_run_that_is_under_way)
{
	json_t *report, *drill;

	RUNNING_BEGIN(&d, "drill", OPTIONS, "--", FAULT);
	running_await(&d, "fault", "now");
	running_signal(&d, SIGUSR1);
	running_await(&d, "out", "\n}\n");
	fail_for_a_while();
	cr_assert_eq(running_end(&d), 0);
	expect_end(0, "under way");
	expect_end(1, "done");
	report = running_json(&d, 0);
	drill = json_object_get(report, "drill");
	cr_assert_str_eq(json_string_value(json_object_get(report, "status")), "unknown");
	cr_assert(json_is_null(json_object_get(drill, "exit")));
	json_decref(report);
}

Test(drilling, a_signal_ends_the_command_and_heals)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--heal", "echo yes > healed", "--", "sh", "-c",
		      "echo now > fault; sleep 600");
	running_await(&d, "fault", "now");
	running_signal(&d, SIGINT);
	cr_assert_eq(running_end(&d), 3);
	expect_end(0, "interrupted");
	cr_assert(running_has(&d, "healed", "yes"));
}

Test(drilling, a_second_signal_ends_the_healing_too)
{
	RUNNING_BEGIN(&d, "drill", OPTIONS, "--heal", "echo now > healing; sleep 600", "--", "sh",
		      "-c", "echo now > fault; sleep 600");
	running_await(&d, "fault", "now");
	running_signal(&d, SIGINT);
	running_await(&d, "healing", "now");
	running_signal(&d, SIGINT);
	cr_assert_eq(running_end(&d), 3);
	expect_end(0, "interrupted");
}
