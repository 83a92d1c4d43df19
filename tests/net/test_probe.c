/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/net/probe.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "server.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached by a working probe */
#define SHORT       (100 * HALB_MSEC)

static struct halb_loop *loop;
static struct halb_prober *prober;
static struct halb_error err;
static struct halb_probe_result result;
static int calls;

static void setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(halb_loop_new(&loop, &err), HALB_OK);
	cr_assert_eq(halb_prober_new(loop, &prober, &err), HALB_OK);
}

static void teardown(void)
{
	halb_prober_free(prober);
	halb_loop_free(loop);
}

TestSuite(probe, .init = setup, .fini = teardown);

static void keep(void *arg, const struct halb_probe_result *r)
{
	(void)arg;
	result = *r;
	calls++;
}

static void run(void)
{
	cr_assert_eq(halb_loop_run(loop, halb_now() + 2 * LONG_ENOUGH, &err), HALB_OK, "%s",
		     err.text);
}

static struct halb_probe_target target_at(uint16_t port)
{
	return (struct halb_probe_target){ .address = address_of("127.0.0.1"),
					   .port = port,
					   .host = "k8s1.lime.lan" };
}

static void probe(const struct halb_probe_target *target, int64_t timeout)
{
	calls = 0;
	halb_probe_start(prober, target, timeout, keep, NULL);
	run();
	cr_assert_eq(calls, 1);
}

Test(probe, a_listening_port_is_ok_and_the_rest_not_asked)
{
	struct halb_probe_target target;
	uint16_t port;

	listen_silently("127.0.0.1", &port);
	target = target_at(port);
	probe(&target, LONG_ENOUGH);
	cr_assert_eq(result.tcp.state, HALB_LAYER_OK);
	cr_assert_str_empty(result.tcp.text);
	cr_assert_gt(result.tcp.took, 0);
	cr_assert_eq(result.tls.state, HALB_LAYER_SKIPPED);
	cr_assert_eq(result.http.state, HALB_LAYER_SKIPPED);
}

Test(probe, closes_by_reset)
{
	struct halb_probe_target target;
	uint16_t port;
	int fd = listen_silently("127.0.0.1", &port);
	char byte;

	target = target_at(port);
	probe(&target, LONG_ENOUGH);
	fd = accept(fd, NULL, NULL);
	cr_assert_geq(fd, 0);
	cr_assert_eq(read(fd, &byte, 1), -1);
	cr_assert_eq(errno, ECONNRESET);
}

Test(probe, tells_refused_from_silent_from_unreachable)
{
	struct halb_probe_target target;
	uint16_t port;

	bind_socket("127.0.0.1", SOCK_STREAM, &port);
	target = target_at(port);
	target.tls = true;
	probe(&target, LONG_ENOUGH);
	cr_assert_eq(result.tcp.state, HALB_LAYER_REFUSED);
	cr_assert_str_eq(result.tcp.text, "connection refused");
	cr_assert_eq(result.tls.state, HALB_LAYER_SKIPPED);

	swallow_connects("127.0.0.1", &port);
	target = target_at(port);
	probe(&target, SHORT);
	cr_assert_eq(result.tcp.state, HALB_LAYER_TIMEOUT);
	cr_assert_str_eq(result.tcp.text, "timed out after 100 ms");
	cr_assert_geq(result.tcp.took, SHORT);

	target.address = address_of("255.255.255.255"); /* no TCP goes there: no packet is sent */
	probe(&target, LONG_ENOUGH);
	cr_assert_eq(result.tcp.state, HALB_LAYER_UNREACHABLE);
	cr_assert_str_eq(result.tcp.text, "network is unreachable");
}

Test(probe, speaks_ipv6)
{
	struct halb_probe_target target;
	struct halb_addr addr = address_of("::1");
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&addr, 0, &sa);
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	uint16_t port;

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, len) < 0)
		cr_skip_test("this machine has no IPv6 on loopback");
	close(fd);
	listen_silently("::1", &port);
	target = target_at(port);
	target.address = addr;
	probe(&target, LONG_ENOUGH);
	cr_assert_eq(result.tcp.state, HALB_LAYER_OK);
	target.http = "/livez";
	probe(&target, SHORT);
	cr_assert_eq(result.http.state, HALB_LAYER_TIMEOUT, "%s", result.http.text);
}

/* A server that takes one connection, reads a request, answers and closes. */
static struct web {
	int fd;
	const char *answer;
	const char *more; /* sent over and over until the peer has enough */
	char request[2048];
	pthread_t thread;
} web;

static void *serve(void *arg)
{
	int fd = accept(web.fd, NULL, NULL);
	size_t n = 0;
	ssize_t got = 1;

	(void)arg;
	while (got > 0 && !strstr(web.request, "\r\n\r\n") && n < sizeof web.request - 1) {
		got = read(fd, web.request + n, sizeof web.request - 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	got = write(fd, web.answer, strlen(web.answer));
	while (web.more && got > 0)
		got = write(fd, web.more, strlen(web.more));
	shutdown(fd, SHUT_WR);
	while (read(fd, &n, sizeof n) > 0)
		;
	close(fd);
	return NULL;
}

static void probe_web(const char *answer, const char *more, int64_t timeout)
{
	struct halb_probe_target target;
	uint16_t port;

	web = (struct web){ .fd = listen_silently("127.0.0.1", &port),
			    .answer = answer,
			    .more = more };
	cr_assert_eq(pthread_create(&web.thread, NULL, serve, NULL), 0);
	target = target_at(port);
	target.http = "/livez?verbose";
	probe(&target, timeout);
	cr_assert_eq(result.tcp.state, HALB_LAYER_OK);
	cr_assert_eq(result.tls.state, HALB_LAYER_SKIPPED);
	pthread_join(web.thread, NULL);
}

Test(probe, any_2xx_is_healthy)
{
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	probe_web("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", NULL, LONG_ENOUGH);
	cr_assert_eq(result.http.state, HALB_LAYER_OK, "%s", result.http.text);
	cr_assert_eq(result.http_status, 200);
	cr_assert_gt(result.http.took, 0);
	cr_assert(strstr(web.request, "GET /livez?verbose HTTP/1.1\r\n") == web.request);
	cr_assert(strstr(web.request, "\r\nHost: k8s1.lime.lan:"));
	cr_assert(strstr(web.request, "\r\nUser-Agent: halb-dns\r\n"));
	probe_web("HTTP/1.1 204 No Content\r\n\r\n", NULL, LONG_ENOUGH);
	cr_assert_eq(result.http.state, HALB_LAYER_OK);
}

Test(probe, another_status_is_a_failure_that_names_it)
{
	probe_web("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", NULL,
		  LONG_ENOUGH);
	cr_assert_eq(result.http.state, HALB_LAYER_FAILED);
	cr_assert_eq(result.http_status, 503);
	cr_assert_str_eq(result.http.text, "HTTP 503");
	probe_web("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", NULL, LONG_ENOUGH);
	cr_assert_str_eq(result.http.text, "HTTP 302");
}

Test(probe, an_endless_body_is_not_read_to_its_end)
{
	probe_web("HTTP/1.1 200 OK\r\n\r\n", "on and on ", LONG_ENOUGH);
	cr_assert_eq(result.http.state, HALB_LAYER_OK, "%s", result.http.text);
	cr_assert_eq(result.http_status, 200);
}

Test(probe, tells_how_the_body_begins)
{
	char wanted[HALB_PROBE_BODY];

	probe_web("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlb1\n", NULL, LONG_ENOUGH);
	cr_assert_str_eq(result.body, "lb1\n");
	probe_web("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", NULL,
		  LONG_ENOUGH);
	cr_assert_str_empty(result.body);
	probe_web("HTTP/1.1 200 OK\r\n\r\n", "on and on ", LONG_ENOUGH);
	for (size_t i = 0; i < sizeof wanted; i++)
		wanted[i] = "on and on "[i % 10];
	wanted[sizeof wanted - 1] = '\0';
	cr_assert_str_eq(result.body, wanted);
}

Test(probe, what_is_no_http_is_a_failure)
{
	probe_web("SSH-2.0-OpenSSH_9.2\r\n", NULL, LONG_ENOUGH);
	cr_assert_eq(result.http.state, HALB_LAYER_FAILED);
	cr_assert_str_not_empty(result.http.text);
}

Test(probe, an_answer_that_ends_too_soon_is_cut_off)
{
	static const char *const answers[] = {
		"",
		"HTTP/1.1 ",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no",
	};

	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		probe_web(answers[i], NULL, LONG_ENOUGH);
		cr_expect_eq(result.http.state, HALB_LAYER_RESET, "%s", answers[i]);
		cr_expect_str_not_empty(result.http.text, "%s", answers[i]);
	}
}

Test(probe, an_endless_answer_without_a_body_ends_in_time)
{
	static const struct {
		const char *begin, *more;
	} answers[] = {
		{ "HTTP/1.1 200 OK\r\n", "X-More: and more and more and more\r\n" },
		{ "HTTP/1.1 200 OK\r\nX-Long: ", "and longer " },
		{ "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "fffffffff" },
	};

	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		probe_web(answers[i].begin, answers[i].more, SHORT);
		cr_expect(result.http.state == HALB_LAYER_FAILED ||
				  result.http.state == HALB_LAYER_TIMEOUT,
			  "%s: %d", answers[i].begin, (int)result.http.state);
		cr_expect_str_not_empty(result.http.text, "%s", answers[i].begin);
	}
}

static void *drip(void *arg)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
	int fd = accept(*(int *)arg, NULL, NULL);

	for (size_t i = 0; send(fd, answer + i % (sizeof answer - 1), 1, MSG_NOSIGNAL) > 0; i++)
		poll(NULL, 0, 20);
	close(fd);
	return NULL;
}

Test(probe, a_byte_now_and_then_is_no_answer)
{
	struct halb_probe_target target;
	pthread_t thread;
	uint16_t port;
	int fd = listen_silently("127.0.0.1", &port);

	cr_assert_eq(pthread_create(&thread, NULL, drip, &fd), 0);
	target = target_at(port);
	target.http = "/livez";
	probe(&target, SHORT);
	cr_expect_eq(result.http.state, HALB_LAYER_TIMEOUT, "%s", result.http.text);
	pthread_join(thread, NULL);
	cr_assert_eq(pthread_create(&thread, NULL, drip, &fd), 0);
	target.tls = true;
	probe(&target, LONG_ENOUGH);
	cr_expect_eq(result.tls.state, HALB_LAYER_FAILED, "%s", result.tls.text);
	pthread_join(thread, NULL);
}

Test(probe, a_silent_server_times_out_in_the_layer_asked)
{
	struct halb_probe_target target;
	uint16_t port;

	listen_silently("127.0.0.1", &port);
	target = target_at(port);
	target.http = "/livez";
	probe(&target, SHORT);
	cr_assert_eq(result.tcp.state, HALB_LAYER_OK);
	cr_assert_eq(result.http.state, HALB_LAYER_TIMEOUT);
	cr_assert_str_eq(result.http.text, "timed out after 100 ms");
	cr_assert_eq(result.http_status, 0);
	target.tls = true;
	probe(&target, SHORT);
	cr_assert_eq(result.tcp.state, HALB_LAYER_OK);
	cr_assert_eq(result.tls.state, HALB_LAYER_TIMEOUT);
	cr_assert_eq(result.http.state, HALB_LAYER_SKIPPED);
}

Test(probe, a_body_that_stops_half_way_times_out)
{
	static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf";
	struct halb_probe_target target;
	uint16_t port;
	int fd = listen_silently("127.0.0.1", &port);

	target = target_at(port);
	target.http = "/livez";
	calls = 0;
	halb_probe_start(prober, &target, SHORT, keep, NULL);
	fd = accept(fd, NULL, NULL);
	cr_assert_eq(write(fd, half, sizeof half - 1), sizeof half - 1);
	run();
	cr_assert_eq(calls, 1);
	cr_assert_eq(result.http.state, HALB_LAYER_TIMEOUT);
}

Test(probe, a_hundred_at_once_are_each_answered_once)
{
	struct halb_probe_target target;
	uint16_t port;

	listen_silently("127.0.0.1", &port);
	target = target_at(port);
	for (int i = 0; i < 100; i++)
		halb_probe_start(prober, &target, LONG_ENOUGH, keep, NULL);
	target.http = "/livez";
	for (int i = 0; i < 100; i++)
		halb_probe_start(prober, &target, SHORT, keep, NULL);
	run();
	cr_assert_eq(calls, 200);
}

static void free_prober(void *arg, const struct halb_probe_result *r)
{
	(void)arg;
	(void)r;
	calls++;
	halb_prober_free(prober);
	prober = NULL;
}

Test(probe, a_callback_may_free_the_prober_and_the_others_are_given_up)
{
	static const char *const paths[] = { NULL, "/livez" };
	struct halb_probe_target target;
	uint16_t port;

	for (size_t i = 0; i < 2; i++) {
		if (!prober)
			cr_assert_eq(halb_prober_new(loop, &prober, &err), HALB_OK);
		swallow_connects("127.0.0.1", &port);
		target = target_at(port);
		halb_probe_start(prober, &target, LONG_ENOUGH, keep, NULL);
		listen_silently("127.0.0.1", &port);
		target = target_at(port);
		target.http = "/livez";
		halb_probe_start(prober, &target, LONG_ENOUGH, keep, NULL);
		calls = 0;
		web = (struct web){ .fd = listen_silently("127.0.0.1", &port), .answer = "bye" };
		cr_assert_eq(pthread_create(&web.thread, NULL, serve, NULL), 0);
		target = target_at(port);
		target.http = paths[i];
		halb_probe_start(prober, &target, LONG_ENOUGH, free_prober, NULL);
		run();
		pthread_join(web.thread, NULL);
		cr_assert_eq(calls, 1);
	}
}

static char dir[] = "/tmp/halb-probe-XXXXXX";
static FILE *tls_out;
static pid_t tls_server;
static bool tls_mute; /* it shows what it hears, and does not answer */

static void tls_teardown(void)
{
	char command[64];

	if (tls_server > 0) {
		kill(tls_server, SIGKILL);
		waitpid(tls_server, NULL, 0);
	}
	snprintf(command, sizeof command, "rm -rf %s", dir);
	cr_assert_eq(system(command), 0);
	teardown();
}

TestSuite(probe_tls, .init = setup, .fini = tls_teardown);

/*
 * Runs `openssl s_server -www`, which answers any GET with 200; returns its port. Its certificate
 * begins now, and is good for `days`, which may be over.
 */
static uint16_t start_server_for(int days, const char *san)
{
	static const char make[] =
		"cd %s && echo subjectAltName=%s >ext && "
		"openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
		"-keyout key.pem -out csr.pem -subj /CN=k8s1.lime.lan 2>log && "
		"openssl x509 -req -in csr.pem -signkey key.pem -out cert.pem -days %d "
		"-extfile ext 2>>log";
	char line[256] = "", command[512];
	unsigned port = 0;
	int fds[2], mute[2]; /* its standard input: nothing comes, and it does not end */

	cr_assert(mkdtemp(dir));
	if (system("openssl version >/dev/null 2>&1") != 0)
		cr_skip_test("the openssl command is missing");
	snprintf(command, sizeof command, make, dir, san, days);
	cr_assert_eq(system(command), 0);
	cr_assert_eq(pipe(fds), 0);
	cr_assert_eq(pipe(mute), 0);
	tls_server = fork();
	cr_assert_geq(tls_server, 0);
	if (tls_server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], STDOUT_FILENO);
		dup2(mute[0], STDIN_FILENO);
		if (chdir(dir) == 0)
			execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
			       "cert.pem", "-key", "key.pem", tls_mute ? "-no_ticket" : "-www",
			       NULL);
		_exit(127);
	}
	close(fds[1]);
	tls_out = fdopen(fds[0], "r");
	while (!port && fgets(line, sizeof line, tls_out))
		sscanf(line, "ACCEPT 127.0.0.1:%u", &port);
	cr_assert(port, "openssl s_server says: %s", line);
	return (uint16_t)port;
}

static uint16_t start_tls_server(void)
{
	return start_server_for(2, "DNS:k8s1.lime.lan");
}

Test(probe_tls, each_layer_is_judged_and_timed)
{
	struct halb_probe_target target = target_at(start_tls_server());
	char ca[64];

	target.tls = true;
	probe(&target, LONG_ENOUGH);
	cr_assert_eq(result.tls.state, HALB_LAYER_OK, "unchecked: %s", result.tls.text);
	cr_assert_gt(result.tls.took, 0);
	cr_assert_eq(result.http.state, HALB_LAYER_SKIPPED);

	target.http = "/";
	snprintf(ca, sizeof ca, "%s/cert.pem", dir);
	target.ca_file = ca;
	probe(&target, LONG_ENOUGH);
	cr_assert_eq(result.tls.state, HALB_LAYER_OK, "%s", result.tls.text);
	cr_assert_eq(result.http.state, HALB_LAYER_OK, "%s", result.http.text);
	cr_assert_eq(result.http_status, 200);
	cr_assert_gt(result.tls.took, 0);
	cr_assert_gt(result.http.took, 0);
}

Test(probe_tls, the_certificate_must_be_for_the_host_and_by_the_authority)
{
	struct halb_probe_target target = target_at(start_tls_server());
	char ca[64];

	target.tls = true;
	target.http = "/";
	snprintf(ca, sizeof ca, "%s/cert.pem", dir);
	target.ca_file = ca;
	target.host = "k8s2.lime.lan";
	probe(&target, LONG_ENOUGH);
	cr_assert_eq(result.tls.state, HALB_LAYER_FAILED);
	cr_assert(strstr(result.tls.text, "certificate verify failed: "), "%s", result.tls.text);
	cr_assert_eq(result.http.state, HALB_LAYER_SKIPPED);

	target.host = "k8s1.lime.lan";
	snprintf(ca, sizeof ca, "%s/none.pem", dir);
	probe(&target, LONG_ENOUGH);
	cr_assert_eq(result.tls.state, HALB_LAYER_FAILED);
	cr_assert(strstr(result.tls.text, "none.pem"), "%s", result.tls.text);

	target.ca_file = NULL;
	target.host = "k8s2.lime.lan";
	probe(&target, LONG_ENOUGH);
	cr_assert_eq(result.tls.state, HALB_LAYER_OK, "not checked without a CA file");
}

Test(probe_tls, tells_what_the_certificate_says)
{
	static const char san[] = "DNS:app1.lime.lan,IP:192.168.11.31,email:a@b,DNS:*.lime.lan";
	struct halb_probe_target target = target_at(start_server_for(2, san));
	const struct halb_certificate *seen = &result.certificate;
	static const char *const others[] = { "none.sub.lime.lan", "kube.lime.lan" };
	time_t now = time(NULL);

	target.tls = true;
	probe(&target, LONG_ENOUGH);
	cr_assert(seen->seen);
	cr_expect_str_eq(seen->names, "app1.lime.lan 192.168.11.31 *.lime.lan");
	cr_expect(seen->fits);
	cr_expect_leq(seen->begins, now);
	cr_expect_gt(seen->ends, now + 86400);
	cr_expect_leq(seen->ends, now + 2 * 86400 + 60);

	target.host = "k8s1.elsewhere.lan";
	probe(&target, LONG_ENOUGH);
	cr_expect_eq(result.tls.state, HALB_LAYER_OK);
	cr_expect_not(seen->fits);

	target.names = others;
	target.n_names = 1;
	probe(&target, LONG_ENOUGH);
	cr_expect_not(seen->fits, "a star is one label");
	target.n_names = 2;
	probe(&target, LONG_ENOUGH);
	cr_expect(seen->fits);
}

Test(probe_tls, an_expired_certificate_fails_whoever_signed_it)
{
	struct halb_probe_target target = target_at(start_server_for(-1, "DNS:k8s1.lime.lan"));
	char ca[64];

	snprintf(ca, sizeof ca, "%s/cert.pem", dir);
	target.tls = true;
	target.http = "/";
	for (int i = 0; i < 2; i++, target.ca_file = ca) {
		probe(&target, LONG_ENOUGH);
		cr_assert_eq(result.tls.state, HALB_LAYER_FAILED);
		cr_expect(strstr(result.tls.text, "the certificate expired on 2") == result.tls.text,
			  "%s", result.tls.text);
		cr_expect_eq(result.http.state, HALB_LAYER_SKIPPED);
		cr_expect(result.certificate.seen);
	}
}

Test(probe_tls, a_server_that_is_killed_before_it_answers_has_broken_off)
{
	struct halb_probe_target target;
	char line[256] = "";

	tls_mute = true;
	target = target_at(start_tls_server());
	target.tls = true;
	target.http = "/livez";
	calls = 0;
	halb_probe_start(prober, &target, LONG_ENOUGH, keep, NULL);
	cr_assert_eq(fcntl(fileno(tls_out), F_SETFL, O_NONBLOCK), 0);
	while (calls == 0 && !strstr(line, "GET /livez")) {
		(void)!halb_loop_run(loop, halb_now() + 10 * HALB_MSEC, &err);
		if (!fgets(line, sizeof line, tls_out))
			clearerr(tls_out);
	}
	kill(tls_server, SIGKILL);
	run();
	cr_assert_eq(calls, 1);
	cr_assert_eq(result.tls.state, HALB_LAYER_OK, "%s", result.tls.text);
	cr_assert_eq(result.http.state, HALB_LAYER_RESET, "%s", result.http.text);
}

Test(probe_tls, without_tls_there_is_no_certificate)
{
	cr_assert(mkdtemp(dir));
	probe_web("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", NULL, LONG_ENOUGH);
	cr_expect_not(result.certificate.seen);
}

Test(probe_tls, plain_http_is_no_handshake)
{
	struct halb_probe_target target;
	uint16_t port;

	cr_assert(mkdtemp(dir));
	web = (struct web){ .fd = listen_silently("127.0.0.1", &port), .answer = "" };
	target = target_at(port);
	target.tls = true;
	calls = 0;
	halb_probe_start(prober, &target, LONG_ENOUGH, keep, NULL);
	web.fd = accept(web.fd, NULL, NULL);
	cr_assert_eq(write(web.fd, "HTTP/1.1 400 Bad\r\n\r\n", 20), 20);
	run();
	cr_assert_eq(calls, 1);
	cr_assert_eq(result.tls.state, HALB_LAYER_FAILED);
	cr_assert_str_not_empty(result.tls.text);
}
