/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/net/pulser.h"

#include <criterion/criterion.h>
#include <linux/filter.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "server.h"

#define LONG_ENOUGH (60 * HALB_SEC)

static struct halb_loop *loop;
static struct halb_pulser *pulser;
static struct halb_error err;

static struct halb_pulse got[4096];
static size_t n_got, stop_after;

static void setup(void)
{
	cr_assert_eq(halb_loop_new(&loop, &err), HALB_OK);
}

static void teardown(void)
{
	halb_pulser_free(pulser);
	halb_loop_free(loop);
}

TestSuite(pulser, .init = setup, .fini = teardown);

static void take(void *arg, const struct halb_pulse *pulse)
{
	(void)arg;
	if (n_got < sizeof got / sizeof got[0])
		got[n_got++] = *pulse;
	if (n_got == stop_after)
		halb_pulser_stop(pulser);
}

/* Sends about `count` probes, `period` apart, and takes what comes of them. */
static void pulse(const struct halb_pulser_target *targets, size_t n, int64_t period,
		  int64_t timeout, size_t count)
{
	const struct halb_pulser_options options = { .period = period, .timeout = timeout,
						     .start = halb_now() };

	stop_after = count;
	cr_assert_eq(halb_pulser_new(loop, targets, n, &options, take, NULL, &pulser, &err),
		     HALB_OK, "%s", err.text);
	cr_assert_eq(halb_loop_run(loop, halb_now() + LONG_ENOUGH, &err), HALB_OK);
	cr_assert_geq(n_got, count);
}

static struct halb_pulser_target target(const char *address, uint16_t port)
{
	return (struct halb_pulser_target){ address_of(address), port };
}

static size_t count_of(enum halb_pulse_class class)
{
	size_t n = 0;

	for (size_t i = 0; i < n_got; i++)
		n += got[i].class == class;
	return n;
}

Test(pulser, finds_a_listener_up)
{
	uint16_t port;

	(void)listen_silently("127.0.0.1", &port);
	pulse(&(struct halb_pulser_target){ address_of("127.0.0.1"), port }, 1, HALB_MSEC,
	      HALB_SEC, 50);
	cr_assert_gt(count_of(HALB_PULSE_OK), 0);
	cr_assert_eq(count_of(HALB_PULSE_OK) + count_of(HALB_PULSE_MISSED), n_got);
}

Test(pulser, tells_in_the_order_of_a_schedule_that_does_not_drift)
{
	uint16_t port;

	(void)listen_silently("127.0.0.1", &port);
	pulse(&(struct halb_pulser_target){ address_of("127.0.0.1"), port }, 1, 2 * HALB_MSEC,
	      HALB_SEC, 30);
	for (size_t i = 1; i < n_got; i++)
		cr_assert_eq(got[i].due - got[0].due, (int64_t)i * 2 * HALB_MSEC);
	for (size_t i = 0; i < n_got; i++) {
		cr_assert_geq(got[i].sent, got[i].due);
		cr_assert_geq(got[i].left, got[i].sent);
		cr_assert_geq(got[i].done, got[i].left);
	}
}

Test(pulser, a_closed_port_refuses)
{
	uint16_t port;

	(void)bind_socket("127.0.0.1", SOCK_STREAM, &port);
	pulse(&(struct halb_pulser_target){ address_of("127.0.0.1"), port }, 1, HALB_MSEC,
	      HALB_SEC, 20);
	cr_assert_gt(count_of(HALB_PULSE_REFUSED), 0);
	cr_assert_eq(count_of(HALB_PULSE_REFUSED) + count_of(HALB_PULSE_MISSED), n_got);
}

Test(pulser, silence_is_waited_for_without_holding_up_the_schedule)
{
	uint16_t port;

	swallow_connects("127.0.0.1", &port);
	pulse(&(struct halb_pulser_target){ address_of("127.0.0.1"), port }, 1, 5 * HALB_MSEC,
	      50 * HALB_MSEC, 40);
	cr_assert_gt(count_of(HALB_PULSE_SILENCE), 10);
	cr_assert_eq(count_of(HALB_PULSE_OK), 0);
	for (size_t i = 0; i < n_got; i++)
		if (got[i].class == HALB_PULSE_SILENCE)
			cr_assert_geq(got[i].done - got[i].sent, 50 * HALB_MSEC);
	cr_assert_gt(n_got, 40, "others were under way when the fortieth was told");
}

static void sleep_long(void *arg)
{
	(void)arg;
	usleep(300000);
}

/* As many under way as there is room for, and we wake when all of them are late. */
Test(pulser, goes_on_after_it_could_not_run_for_longer_than_the_timeout)
{
	uint16_t port;
	struct halb_timer *timer;

	swallow_connects("127.0.0.1", &port);
	cr_assert_eq(halb_loop_at(loop, halb_now() + 150 * HALB_MSEC, sleep_long, NULL, &timer, &err),
		     HALB_OK);
	pulse(&(struct halb_pulser_target){ address_of("127.0.0.1"), port }, 1, HALB_MSEC,
	      62 * HALB_MSEC, 800);
	cr_assert_gt(count_of(HALB_PULSE_SILENCE), 100);
}

static size_t count_connections(int server)
{
	size_t n = 0;

	for (int fd; (fd = accept4(server, NULL, NULL, SOCK_NONBLOCK)) >= 0; n++)
		close(fd);
	return n;
}

/* Sockets are used again; connections never are. */
Test(pulser, each_probe_is_a_connection_of_its_own)
{
	static const char *const addresses[] = { "127.0.0.1", "::1" };
	uint16_t port;

	for (size_t i = 0; i < 2; i++) {
		int server = bind_socket(addresses[i], SOCK_STREAM | SOCK_NONBLOCK, &port);

		cr_assert_eq(listen(server, 1000), 0);
		n_got = 0;
		pulse(&(struct halb_pulser_target){ address_of(addresses[i]), port }, 1, HALB_MSEC,
		      HALB_SEC, 100);
		cr_assert_gt(count_of(HALB_PULSE_OK), 0);
		cr_assert_eq(count_connections(server), count_of(HALB_PULSE_OK));
		close(server);
		halb_pulser_free(pulser);
		pulser = NULL;
	}
}

static void close_server(void *arg)
{
	close(*(int *)arg);
}

Test(pulser, what_a_socket_was_used_for_before_is_forgotten)
{
	uint16_t port;
	int server = bind_socket("127.0.0.1", SOCK_STREAM | SOCK_NONBLOCK, &port);
	struct halb_timer *timer;
	size_t last_ok = 0;

	cr_assert_eq(listen(server, 1000), 0);
	cr_assert_eq(halb_loop_at(loop, halb_now() + 50 * HALB_MSEC, close_server, &server, &timer,
				  &err), HALB_OK);
	pulse(&(struct halb_pulser_target){ address_of("127.0.0.1"), port }, 1, HALB_MSEC, HALB_SEC,
	      200);
	for (size_t i = 0; i < n_got; i++)
		if (got[i].class == HALB_PULSE_OK)
			last_ok = i;
	cr_assert_gt(count_of(HALB_PULSE_REFUSED), 0);
	for (size_t i = 0; i < n_got; i++)
		if (got[i].class != HALB_PULSE_MISSED)
			cr_assert_eq(got[i].class, i > last_ok ? HALB_PULSE_REFUSED : HALB_PULSE_OK,
				     "%zu of %zu: %s", i, last_ok,
				     halb_pulse_class_name(got[i].class));
}

static void take_all(void *arg)
{
	while (accept(*(int *)arg, NULL, NULL) >= 0)
		;
}

Test(pulser, a_syn_that_had_to_be_sent_again_was_lost)
{
	uint16_t port;
	int server = bind_socket("127.0.0.1", SOCK_STREAM | SOCK_NONBLOCK, &port);
	struct halb_timer *timer;

	/* A backlog of one that is full until we take from it: the kernel drops a SYN. */
	cr_assert_eq(listen(server, 0), 0);
	for (size_t i = 0; i < 3; i++) {
		const struct halb_addr address = address_of("127.0.0.1");
		struct sockaddr_storage sa;
		socklen_t len = halb_addr_to_sockaddr(&address, port, &sa);

		(void)connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0),
			      (struct sockaddr *)&sa, len);
	}
	/* Taken while the probe's SYN waits to be sent again. */
	cr_assert_eq(halb_loop_at(loop, halb_now() + 300 * HALB_MSEC, take_all, &server, &timer,
				  &err), HALB_OK);
	pulse(&(struct halb_pulser_target){ address_of("127.0.0.1"), port }, 1, 10 * HALB_SEC,
	      5 * HALB_SEC, 1);
	cr_assert_eq(got[0].class, HALB_PULSE_RESENT, "%s",
		     halb_pulse_class_name(got[0].class));
}

/* A connection to the server whose end it never sees: no reset gets through to it. */
static void leave_behind(int server, uint16_t from, uint16_t to)
{
	struct sock_filter no_reset[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13), /* the flags */
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 4, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT16_MAX),
	};
	const struct sock_fprog program = { sizeof no_reset / sizeof no_reset[0], no_reset };
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	const struct halb_addr here = address_of("127.0.0.1");
	int client = socket(AF_INET, SOCK_STREAM, 0), accepted;
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&here, from, &sa);

	cr_assert_eq(bind(client, (struct sockaddr *)&sa, len), 0);
	(void)halb_addr_to_sockaddr(&here, to, &sa);
	cr_assert_eq(connect(client, (struct sockaddr *)&sa, len), 0);
	accepted = accept(server, NULL, NULL);
	cr_assert_eq(setsockopt(accepted, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program),
		     0);
	cr_assert_eq(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
	close(client);
}

/* All that connects from now on does so from this port. */
static void leave_one_port(const char *range)
{
	FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "w");

	if (!file || fputs(range, file) == EOF || fclose(file) != 0)
		cr_skip_test("the range of local ports cannot be set");
}

Test(pulser, a_server_that_mistook_the_port_says_nothing_of_the_service)
{
	uint16_t port;
	int server;

	if (unshare(CLONE_NEWNET) < 0 || system("ip link set lo up") != 0)
		cr_skip_test("no network namespace is to be had");
	server = bind_socket("127.0.0.1", SOCK_STREAM, &port);
	cr_assert_eq(listen(server, 8), 0);
	leave_behind(server, 20001, port);
	leave_one_port("20001 20001");
	pulse(&(struct halb_pulser_target){ address_of("127.0.0.1"), port }, 1, HALB_SEC,
	      300 * HALB_MSEC, 1);
	cr_expect_eq(got[0].class, HALB_PULSE_MISSED, "%s", halb_pulse_class_name(got[0].class));
}

Test(pulser, targets_share_the_period_and_have_verdicts_of_their_own)
{
	uint16_t up, down;
	struct halb_pulser_target targets[2];

	(void)listen_silently("127.0.0.1", &up);
	(void)bind_socket("127.0.0.1", SOCK_STREAM, &down);
	targets[0] = target("127.0.0.1", up);
	targets[1] = target("127.0.0.1", down);
	pulse(targets, 2, 4 * HALB_MSEC, HALB_SEC, 40);
	for (size_t i = 0; i < n_got; i++) {
		cr_assert_eq(got[i].target, i % 2);
		cr_assert_eq(got[i].due - got[0].due, (int64_t)i * 2 * HALB_MSEC);
		if (got[i].class != HALB_PULSE_MISSED)
			cr_assert_eq(got[i].class,
				     i % 2 ? HALB_PULSE_REFUSED : HALB_PULSE_OK);
	}
}

static void dawdle(void *arg, const struct halb_pulse *p)
{
	take(arg, p);
	if (n_got == 3)
		usleep(50000); /* as a machine that is busy elsewhere */
}

Test(pulser, a_slot_that_we_come_too_late_for_is_missed_and_never_good)
{
	const struct halb_pulser_options options = { .period = HALB_MSEC, .timeout = HALB_SEC,
						     .start = halb_now() };
	struct halb_pulser_target to;
	uint16_t port;

	(void)listen_silently("127.0.0.1", &port);
	to = target("127.0.0.1", port);
	stop_after = 100;
	cr_assert_eq(halb_pulser_new(loop, &to, 1, &options, dawdle, NULL, &pulser, &err),
		     HALB_OK);
	cr_assert_eq(halb_loop_run(loop, halb_now() + LONG_ENOUGH, &err), HALB_OK);
	cr_assert_geq(count_of(HALB_PULSE_MISSED), 40);
	for (size_t i = 1; i < n_got; i++)
		cr_assert_eq(got[i].due - got[i - 1].due, HALB_MSEC, "none is left out");
}

Test(pulser, refuses_more_than_can_be_under_way)
{
	const struct halb_pulser_options options = { .period = 1000, .timeout = HALB_SEC };
	const struct halb_pulser_target to = target("127.0.0.1", 9);

	cr_assert_eq(halb_pulser_new(loop, &to, 1, &options, take, NULL, &pulser, &err),
		     HALB_E_USAGE);
	cr_assert_neq(err.hint[0], '\0');
}

Test(pulser, refuses_what_needs_more_descriptors_than_there_may_be)
{
	const struct halb_pulser_options options = { .period = HALB_MSEC, .timeout = HALB_SEC };
	const struct halb_pulser_target to = target("127.0.0.1", 9);
	struct rlimit limit = { 128, 128 };

	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	cr_assert_eq(halb_pulser_new(loop, &to, 1, &options, take, NULL, &pulser, &err),
		     HALB_E_USAGE);
	cr_assert_neq(err.hint[0], '\0');
}

Test(pulser, leaves_no_descriptor_behind)
{
	uint16_t port;
	int before, after;

	(void)listen_silently("127.0.0.1", &port);
	before = dup(0);
	close(before);
	pulse(&(struct halb_pulser_target){ address_of("127.0.0.1"), port }, 1, HALB_MSEC,
	      HALB_SEC, 30);
	halb_pulser_free(pulser);
	pulser = NULL;
	after = dup(0);
	close(after);
	cr_assert_eq(before, after);
}
