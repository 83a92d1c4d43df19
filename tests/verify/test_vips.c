/* SPDX-License-Identifier: Apache-2.0 */
#include "lime.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct lime lime;
static int listener;
static char object[64];

/* The vIP is 127.0.0.1, and its port is bound, so that nobody else listens there. */
static void setup(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof sa;

	lime_init(&lime, 1);
	lime.options.skip_system = true;
	cr_assert(halb_addr_parse("127.0.0.1", &lime.balancer.vip));
	lime.tables[0][ROW_APEX].addresses[0] = "127.0.0.1";
	lime.tables[0][ROW_ALIAS].addresses[0] = "127.0.0.1";
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(listener, (struct sockaddr *)&sa, len), 0);
	cr_assert_eq(getsockname(listener, (struct sockaddr *)&sa, &len), 0);
	lime.probe.port = ntohs(sa.sin_port);
	lime.balancer.probes = &lime.probe;
	lime.balancer.n_probes = 1;
	snprintf(object, sizeof object, "127.0.0.1:%u", lime.probe.port);
}

static void teardown(void)
{
	lime_clear(&lime);
}

TestSuite(vips, .init = setup, .fini = teardown);

/* Answers every connection with `arg`, which may be nothing, and keeps the last request. */
static char request[1024];

static void *serve(void *arg)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		ssize_t n = recv(fd, request, sizeof request - 1, 0);

		if (n > 0)
			request[n] = '\0';
		send(fd, arg, strlen(arg), MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

static void serve_with(char *answer)
{
	pthread_t thread;

	cr_assert_eq(listen(listener, 16), 0);
	cr_assert_eq(pthread_create(&thread, NULL, serve, answer), 0);
}

Test(vips, takes_a_port_that_answers)
{
	cr_assert_eq(listen(listener, 16), 0);
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.seen.n_vips, 1);
	cr_assert(lime.seen.vips[0].right);
	cr_assert_eq(lime.seen.vips[0].balancer, &lime.balancer);
	cr_assert_eq(lime.seen.vips[0].spec, &lime.probe);
	cr_assert_eq(lime.seen.vips[0].result.tcp.state, HALB_LAYER_OK);
}

Test(vips, claims_nothing_without_probes)
{
	lime.balancer.n_probes = 0;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.seen.n_vips, 0);
}

Test(vips, tells_that_nobody_listens)
{
	lime_verify(&lime);
	expect_finding(&lime, NULL, HALB_CODE_VIP_REFUSED, HALB_SEV_CRITICAL, "connection refused");
	cr_expect_str_eq(finding_at(&lime, NULL)->object, object);
	cr_expect_str_eq(finding_at(&lime, NULL)->balancer, "k8s1");
	cr_expect(strstr(finding_at(&lime, NULL)->hint, "systemctl status haproxy"));
	cr_expect_not(lime.seen.vips[0].right);
	cr_expect_eq(lime.seen.servers[0].resolving, HALB_SEEN_YES);
}

/* A backlog that is full: the kernel drops every further SYN. */
static void fill_backlog(void)
{
	struct sockaddr_in sa;
	socklen_t len = sizeof sa;

	cr_assert_eq(listen(listener, 0), 0);
	cr_assert_eq(getsockname(listener, (struct sockaddr *)&sa, &len), 0);
	for (int i = 0; i < 16; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		connect(fd, (struct sockaddr *)&sa, len);
	}
}

Test(vips, tells_that_nobody_answers)
{
	lime.options.query_timeout = PATIENT;
	fill_backlog();
	lime_verify(&lime);
	cr_assert_not_null(finding_at(&lime, NULL));
	cr_expect_eq(finding_at(&lime, NULL)->code, HALB_CODE_VIP_TIMEOUT);
	cr_expect_eq(finding_at(&lime, NULL)->severity, HALB_SEV_CRITICAL);
	cr_expect_str_eq(finding_at(&lime, NULL)->actual, "timed out after 2 s");
	cr_expect(strstr(finding_at(&lime, NULL)->hint, "grep 127.0.0.1"));
}

Test(vips, tells_that_tls_fails)
{
	static char answer[] = "this is not TLS\r\n";

	serve_with(answer);
	lime.probe.tls = true;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 1);
	cr_expect_eq(finding_at(&lime, NULL)->code, HALB_CODE_TLS_FAILED);
	cr_expect_eq(finding_at(&lime, NULL)->severity, HALB_SEV_CRITICAL);
	cr_expect_str_eq(finding_at(&lime, NULL)->actual, lime.seen.vips[0].result.tls.text);
	cr_expect(strstr(finding_at(&lime, NULL)->hint, "-servername " KUBE));
}

Test(vips, tells_that_the_service_is_ill)
{
	static char answer[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
			       "Connection: close\r\n\r\n";
	static char path[] = "/livez";

	serve_with(answer);
	lime.probe.http = path;
	lime_verify(&lime);
	expect_finding(&lime, NULL, HALB_CODE_HTTP_FAILED, HALB_SEV_CRITICAL, "HTTP 503");
	cr_expect_str_eq(finding_at(&lime, NULL)->expected, "2xx to GET /livez");
	cr_expect_eq(lime.seen.vips[0].result.http_status, 503);
	cr_expect(strstr(request, "GET /livez "));
	cr_expect(strstr(request, "Host: " KUBE));
}

Test(vips, takes_a_service_that_is_well)
{
	static char answer[] =
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
	static char path[] = "/livez";

	serve_with(answer);
	lime.probe.http = path;
	lime.balancer.n_aliases = 0;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_expect_eq(lime.seen.vips[0].result.http_status, 200);
	cr_expect(strstr(request, "Host: " K8S1));
}

static bool listen_when_refused(void *arg, const char *text, int64_t waited)
{
	int *calls = arg;

	cr_assert_geq(waited, 0);
	if (strstr(text, "connection refused") && !(*calls)++)
		cr_assert_eq(listen(listener, 16), 0);
	return true;
}

Test(vips, waits_for_a_port_that_opens_late)
{
	int calls = 0;

	lime.options.wait = LONG_ENOUGH;
	lime.options.progress = listen_when_refused;
	lime.options.arg = &calls;
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, 0);
	cr_assert(lime.seen.vips[0].right);
	cr_assert_gt(calls, 0);
	cr_assert_lt(lime.seen.took, LONG_ENOUGH);
}

/* ---- the hosts of the stack ---- */

/* lb1 is 127.0.0.1 as the vIP is, lb2 is 127.0.0.2, whose port is bound. Returns its socket. */
static int add_hosts(void)
{
	static char lb1[] = "lb1", lb2[] = "lb2";
	static struct halb_stack_host hosts[2] = { { .name = lb1 }, { .name = lb2 } };
	struct sockaddr_in sa = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1),
				  .sin_port = htons(lime.probe.port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_eq(listen(listener, 16), 0);
	cr_assert_eq(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	cr_assert(halb_addr_parse("127.0.0.1", &hosts[0].address));
	cr_assert(halb_addr_parse("127.0.0.2", &hosts[1].address));
	lime.site.has_stack = true;
	lime.site.stack = (struct halb_stack){ .hosts = hosts, .n_hosts = 2 };
	return fd;
}

Test(vips, probes_each_host_and_waits_for_none)
{
	add_hosts();
	lime.options.wait = LONG_ENOUGH;
	lime_verify(&lime);
	expect_finding(&lime, "lb2", HALB_CODE_HOST_NOT_READY, HALB_SEV_WARNING,
		       "connection refused");
	cr_expect_lt(lime.seen.took, LONG_ENOUGH);
	cr_assert_eq(lime.seen.vips[0].n_hosts, 2);
	cr_expect(lime.seen.vips[0].hosts[0].right);
	cr_expect_not(lime.seen.vips[0].hosts[1].right);
	cr_expect_str_eq(lime.seen.vips[0].hosts[1].host->name, "lb2");
	cr_expect_eq(lime.seen.vips[0].holder.host, &lime.site.stack.hosts[0], "it is local");
	cr_expect_eq(lime.seen.vips[0].holder.sole, HALB_SEEN_UNKNOWN);
}

static bool listen_now(void *arg, const char *text, int64_t waited)
{
	(void)text;
	(void)waited;
	listen(*(int *)arg, 16);
	return true;
}

Test(vips, looks_at_a_host_again_while_others_are_waited_for)
{
	int fd = add_hosts();

	lime.options.wait = LONG_ENOUGH;
	lime.options.progress = listen_now;
	lime.options.arg = &fd;
	lime.tables[0][ROW_ALIAS].lacks = 3;
	lime_verify(&lime);
	cr_expect_eq(lime.seen.findings.n, 0);
	cr_expect(lime.seen.vips[0].hosts[1].right);
}

static int64_t took_at(size_t vip)
{
	return lime.seen.vips[vip].hosts[1].result.tcp.took;
}

Test(vips, a_dead_host_costs_one_timeout_and_holds_up_no_other)
{
	enum { PORTS = 300 };
	static struct halb_probe_spec probes[PORTS];
	int fd = add_hosts(), knocks[16];
	struct sockaddr_in sa;
	socklen_t len = sizeof sa;
	size_t silences = 0;

	for (size_t i = 0; i < PORTS; i++)
		probes[i] = lime.probe;
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	cr_assert_eq(listen(listener, 4 * PORTS), 0);
	cr_assert_eq(listen(fd, 0), 0);
	for (size_t i = 0; i < 16; i++) { /* more than the backlog takes */
		knocks[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		connect(knocks[i], (struct sockaddr *)&sa, len);
	}
	lime.balancer.probes = probes;
	lime.balancer.n_probes = PORTS;
	lime.options.query_timeout = PATIENT;
	lime_verify(&lime);
	expect_finding(&lime, "lb2", HALB_CODE_HOST_NOT_READY, HALB_SEV_WARNING,
		       "timed out after 2 s");
	cr_expect_str_eq(finding_at(&lime, "lb2")->object, "127.0.0.2");
	for (size_t i = 0; i < PORTS; i++)
		silences += i == 0 || took_at(i) != took_at(i - 1);
	cr_expect_lt(silences, PORTS / 2, "the last were not probed");
}
