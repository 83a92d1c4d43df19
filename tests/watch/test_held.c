/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/watch/watch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "server.h"
#include "web.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached where it works */
#define PERIOD      (20 * HALB_MSEC)

enum { IDLE, OTHER }; /* series: the other one is chatty, or kept alive */

static struct halb_probe_spec probe;
static struct halb_balancer balancer;
static struct halb_site site;
static struct halb_dc_list servers;
static struct halb_loop *loop;
static struct halb_watch *watch;
static struct halb_error err;
static struct web *web;
static int64_t period, timeout;

static void setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	balancer = (struct halb_balancer){ .name = (char *)(uintptr_t)"k8s1",
					   .vip = address_of("127.0.0.1"),
					   .probes = &probe,
					   .n_probes = 1 };
	cr_assert_eq(halb_name_parse("k8s1.lime.lan", &balancer.apex, &err), HALB_OK);
	site = (struct halb_site){ .balancers = &balancer, .n_balancers = 1 };
	period = PERIOD;
	timeout = 10 * HALB_SEC;
	cr_assert_eq(halb_loop_new(&loop, &err), HALB_OK);
}

static void teardown(void)
{
	halb_watch_free(watch);
	halb_loop_free(loop);
}

TestSuite(held, .init = setup, .fini = teardown);

static void begin(void)
{
	const struct halb_watch_options options = { .layers = 1u << HALB_WATCH_HELD,
						    .period = period,
						    .slow_period = period,
						    .timeout = timeout };

	cr_assert_eq(halb_watch_start(loop, &site, &servers, &options, &watch, &err), HALB_OK,
		     "%s", err.text);
}

static void begin_web(bool tls, bool http)
{
	web = web_start(tls);
	probe = (struct halb_probe_spec){ .port = web_port(web), .tls = tls,
					  .http = http ? (char *)(uintptr_t)"/livez" : NULL };
	begin();
}

static const struct halb_outages *series(size_t which)
{
	cr_assert_eq(watch->n_series, 2);
	return &watch->series[which].outages;
}

static const struct halb_outage *outage(size_t which)
{
	cr_assert_eq(series(which)->n, 1, "%s: %zu outages", watch->series[which].what,
		     series(which)->n);
	return &series(which)->items[0];
}

/* Runs until `holds` does. */
static bool (*holds)(void);

static void look_again(void *arg)
{
	struct halb_timer *timer;

	if (holds())
		halb_loop_stop(loop);
	else
		cr_assert_eq(halb_loop_at(loop, halb_now() + HALB_MSEC, look_again, arg, &timer,
					  &err), HALB_OK);
}

static void run_until(bool (*condition)(void))
{
	holds = condition;
	look_again(NULL);
	cr_assert_eq(halb_loop_run(loop, halb_now() + LONG_ENOUGH, &err), HALB_OK, "%s", err.text);
	cr_assert_eq(watch->error.status, HALB_OK, "%s", watch->error.text);
}

static void run_for(int64_t time)
{
	cr_assert_eq(halb_loop_run(loop, halb_now() + time, &err), HALB_E_RETRY);
}

static uint64_t wanted[2]; /* good ones of each series */

static bool are_good(void)
{
	return series(IDLE)->ok >= wanted[IDLE] && series(OTHER)->ok >= wanted[OTHER] &&
	       !series(IDLE)->down && !series(OTHER)->down;
}

/* Until both are well, and were so at some more slots. */
static void run_well(uint64_t more)
{
	wanted[IDLE] = series(IDLE)->ok + more;
	wanted[OTHER] = series(OTHER)->ok + more;
	run_until(are_good);
}

static bool are_down(void)
{
	return series(IDLE)->down && series(OTHER)->down;
}

static bool other_is_down(void)
{
	return series(OTHER)->down;
}

static void finish(void)
{
	cr_assert_eq(halb_watch_finish(watch, &err), HALB_OK, "%s", err.text);
}

static size_t count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	cr_assert(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* ---- that hold ---- */

static bool hundred_requests(void)
{
	return web_requests(web) >= 100;
}

static void hold_for_a_hundred_requests(bool tls, enum web_manner manner)
{
	begin_web(tls, true);
	web_answer(web, manner);
	run_until(hundred_requests);
	finish();
	cr_assert_eq(web_connections(web), 2, "one each");
	cr_assert_str_eq(strchr(watch->series[IDLE].what, ' '), " idle");
	cr_assert_str_eq(strchr(watch->series[OTHER].what, ' '), " chatty");
	cr_assert_geq(series(OTHER)->ok, 99);
	cr_assert_eq(series(IDLE)->failed + series(OTHER)->failed, 0);
	cr_assert_gt(series(IDLE)->ok, 0);
}

Test(held, a_chatty_one_carries_a_hundred_requests)
{
	hold_for_a_hundred_requests(false, WEB_LENGTH);
}

Test(held, in_chunks_too)
{
	hold_for_a_hundred_requests(false, WEB_CHUNKED);
}

Test(held, in_tls_too)
{
	hold_for_a_hundred_requests(true, WEB_CHUNKED);
}

Test(held, without_a_request_the_kernel_keeps_it_alive)
{
	begin_web(true, false);
	run_well(5);
	finish();
	cr_assert_str_eq(strchr(watch->series[OTHER].what, ' '), " kept alive");
	cr_assert_eq(web_requests(web), 0);
	cr_assert_eq(web_connections(web), 2);
	cr_assert_eq(series(IDLE)->failed + series(OTHER)->failed, 0);
}

Test(held, all_descriptors_are_given_back)
{
	size_t before;

	web = web_start(true);
	web_refuse(web);
	before = count_descriptors();
	web_listen(web);
	probe = (struct halb_probe_spec){ .port = web_port(web), .tls = true,
					  .http = (char *)(uintptr_t)"/" };
	begin();
	run_well(2);
	for (int i = 0; i < 5; i++) {
		web_reset(web);
		run_well(3);
	}
	web_refuse(web);
	finish();
	web_reset(web); /* the server's side, which is in this process */
	cr_assert_eq(count_descriptors(), before);
}

/* ---- that end ---- */

/* What the server did, by its clock, which is ours, too. */
static int64_t from, to;

static void lose(void (*how)(struct web *web))
{
	from = halb_now();
	how(web);
	to = halb_now();
}

/* The outage holds the time of the loss; nothing was under way as the idle one was lost. */
static void expect_loss(size_t which, enum halb_pulse_class class)
{
	const struct halb_outage *o = outage(which);

	cr_expect_eq(o->phases[0].class, class, "%s: %s", watch->series[which].what,
		     halb_pulse_class_name(o->phases[0].class));
	cr_expect(o->seen_before && o->seen_after);
	cr_expect_leq(o->min, o->max);
	/* where the upper bound begins */
	cr_expect_leq(series(which)->ok_done - o->max, to);
	if (which == IDLE)
		cr_expect_geq(o->start, from);
}

static void expect_short_outages_by_reset(bool tls, bool http)
{
	begin_web(tls, http);
	run_well(3);
	lose(web_reset);
	run_until(are_down);
	run_well(5);
	finish();
	for (size_t i = 0; i < 2; i++) {
		expect_loss(i, HALB_PULSE_RESET);
		cr_expect_eq(outage(i)->failed, 1, "%zu", outage(i)->failed);
		cr_expect_eq(outage(i)->min, 0);
		cr_expect_eq(outage(i)->flaps, 0);
	}
	cr_assert_eq(web_connections(web), 4);
}

Test(held, a_reset_is_an_outage_even_where_the_next_one_stands_at_once)
{
	expect_short_outages_by_reset(false, true);
}

Test(held, a_reset_inside_tls_is_one)
{
	expect_short_outages_by_reset(true, true);
}

Test(held, a_reset_of_one_that_the_kernel_keeps_alive_is_one)
{
	expect_short_outages_by_reset(true, false);
}

Test(held, an_outage_lasts_from_the_loss_until_the_next_one_can_be_had)
{
	int64_t again_from, again_to;

	begin_web(true, true);
	run_well(3);
	web_refuse(web);
	lose(web_reset);
	run_until(are_down);
	run_for(5 * PERIOD);
	again_from = halb_now();
	web_listen(web);
	again_to = halb_now();
	run_well(5);
	finish();
	for (size_t i = 0; i < 2; i++) {
		expect_loss(i, HALB_PULSE_RESET);
		cr_expect_eq(outage(i)->phases[1].class, HALB_PULSE_REFUSED);
		cr_expect_leq(outage(i)->min, again_to - from);
		cr_expect_geq(outage(i)->max, again_from - to);
	}
}

static int64_t next_turn; /* after what the kernel had told by then */

static void note_turn(void *arg)
{
	(void)arg;
	next_turn = halb_now();
}

Test(held, a_close_in_good_order_fails_where_it_finds_no_next_one_and_from_then_on)
{
	struct halb_timer *timer;

	begin_web(true, false);
	run_well(3);
	web_refuse(web);
	lose(web_close);
	cr_assert_eq(halb_loop_at(loop, 0, note_turn, NULL, &timer, &err), HALB_OK);
	run_until(are_down);
	web_listen(web);
	run_well(5);
	finish();
	for (size_t i = 0; i < 2; i++) {
		expect_loss(i, HALB_PULSE_REFUSED);
		cr_expect_geq(outage(i)->start, from);
		cr_expect_leq(outage(i)->start, next_turn, "not by the next slot");
	}
}

Test(held, connections_are_begun_spread_over_the_period)
{
	struct halb_probe_spec probes[10];

	web = web_start(false);
	for (size_t i = 0; i < 10; i++)
		probes[i] = (struct halb_probe_spec){ .port = web_port(web) };
	balancer.probes = probes;
	balancer.n_probes = 10;
	period = 20 * HALB_SEC;
	begin();
	run_for(HALB_SEC);
	cr_expect_geq(web_connections(web), 1);
	cr_expect_lt(web_connections(web), 20, "all at once");
}

static bool four_connections(void)
{
	return web_connections(web) >= 4;
}

Test(held, a_close_in_good_order_of_one_that_is_silent_is_no_failure)
{
	begin_web(false, false);
	run_well(3);
	web_close(web);
	run_until(four_connections);
	run_well(3);
	finish();
	cr_assert_eq(series(IDLE)->failed + series(OTHER)->failed, 0);
	cr_assert_eq(web_connections(web), 4);
	for (size_t i = 0; i < 2; i++) {
		cr_expect_eq(watch->series[i].closed, 1, "a client had to open another one");
		cr_expect_geq(watch->series[i].closed_at, watch->started);
	}
}

Test(held, a_close_of_a_chatty_one_is_a_reset)
{
	begin_web(true, true);
	run_well(3);
	lose(web_close);
	run_until(other_is_down);
	run_well(5);
	finish();
	cr_assert_eq(series(IDLE)->failed, 0);
	expect_loss(OTHER, HALB_PULSE_RESET);
}

static bool ten_requests(void)
{
	return web_requests(web) >= 10;
}

Test(held, a_response_may_be_the_last_one)
{
	begin_web(true, true);
	web_answer(web, WEB_LAST);
	run_until(ten_requests);
	finish();
	cr_assert_eq(series(OTHER)->failed, 0);
	cr_assert_geq(series(OTHER)->ok, 9);
	cr_assert_geq(web_connections(web), 11);
}

Test(held, a_silence_is_told_of_by_the_chatty_one_alone)
{
	int connections;

	timeout = 5 * PERIOD;
	begin_web(false, true);
	run_well(3);
	connections = web_connections(web);
	web_answer(web, WEB_SILENT);
	run_until(other_is_down);
	web_answer(web, WEB_LENGTH);
	run_well(5);
	finish();
	cr_assert_eq(series(IDLE)->failed, 0);
	cr_assert_eq(series(OTHER)->items[0].phases[0].class, HALB_PULSE_SILENCE);
	cr_assert_gt(web_connections(web), connections, "it was let go, and another one opened");
}

Test(held, a_reset_in_answer_to_each_request_is_never_good)
{
	int64_t slots, began = halb_now();

	begin_web(false, true);
	web_answer(web, WEB_UNCIVIL);
	run_for(10 * PERIOD);
	slots = (halb_now() - began) / PERIOD + 1;
	finish();
	cr_assert_eq(series(OTHER)->ok, 0);
	cr_assert_eq(outage(OTHER)->phases[0].class, HALB_PULSE_RESET);
	cr_assert_leq(web_connections(web), 2 + slots, "one a slot");
}

Test(held, what_is_no_http_is_wrong)
{
	begin_web(false, true);
	web_answer(web, WEB_BABBLE);
	run_until(other_is_down);
	finish();
	cr_assert_eq(series(OTHER)->ok, 0);
	cr_assert_eq(outage(OTHER)->phases[0].class, HALB_PULSE_WRONG);
}

Test(held, what_does_not_speak_tls_is_wrong_and_what_is_not_trusted)
{
	static char ca[] = "/nonexistent/ca.pem";

	web = web_start(true);
	probe = (struct halb_probe_spec){ .port = web_port(web), .tls = true, .ca_file = ca };
	begin();
	run_until(are_down);
	finish();
	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(series(i)->ok, 0);
		cr_assert_eq(outage(i)->phases[0].class, HALB_PULSE_WRONG);
	}
}

static void end_all_at_once(bool tls)
{
	int listener = listen_silently("127.0.0.1", &probe.port);
	int64_t until = halb_now() + 10 * PERIOD;

	probe.tls = tls;
	cr_assert_eq(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
	begin();
	while (halb_now() < until) {
		int fd = accept(listener, NULL, NULL);

		if (fd >= 0)
			close(fd);
		(void)!halb_loop_run(loop, halb_now() + PERIOD / 4, &err);
	}
	finish();
	for (size_t i = 0; i < 2; i++)
		cr_assert_eq(outage(i)->phases[0].class, HALB_PULSE_RESET);
}

Test(held, a_server_that_takes_connections_and_ends_them_at_once_is_never_well)
{
	end_all_at_once(false);
}

Test(held, a_server_that_ends_them_in_the_handshake_is_never_well)
{
	end_all_at_once(true);
}
