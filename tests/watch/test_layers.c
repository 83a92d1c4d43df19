/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/watch/watch.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns_server.h"
#include "halb/base/deadline.h"
#include "hostile_dns.h"
#include "server.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached where anything works */
#define SHORT       (60 * HALB_MSEC)
#define VIP         "192.168.11.11" /* hostile_dns's; only names are asked for it */
#define ENOUGH      4               /* probes of each series */

static struct halb_name aliases[2];
static struct halb_balancer balancer;
static struct halb_site site;
static struct halb_dc dcs[DNS_SERVERS_MOST];
static struct dns_server dns[DNS_SERVERS_MOST]; /* the DCs', the system's after them */
static struct halb_dc_list servers;
static struct halb_watch_options options;
static struct halb_loop *loop;
static struct halb_watch *watch;
static struct halb_error err;

static void parse(const char *text, struct halb_name *name)
{
	cr_assert_eq(halb_name_parse(text, name, &err), HALB_OK);
}

static void setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	parse("k8s1.lime.lan", &balancer.apex);
	parse("kube.lime.lan", &aliases[0]);
	parse("kube.api.lime.lan", &aliases[1]);
	balancer.name = (char *)(uintptr_t)"k8s1";
	balancer.aliases = aliases;
	site = (struct halb_site){ .balancers = &balancer, .n_balancers = 1 };
	servers = (struct halb_dc_list){ dcs, 0 };
	options = (struct halb_watch_options){ .period = 5 * HALB_MSEC,
					       .slow_period = 20 * HALB_MSEC,
					       .timeout = SHORT };
	cr_assert_eq(halb_loop_new(&loop, &err), HALB_OK);
}

static void teardown(void)
{
	halb_watch_free(watch);
	halb_loop_free(loop);
}

TestSuite(layers, .init = setup, .fini = teardown);

static bool each_was_probed(void)
{
	for (size_t i = 0; i < watch->n_series; i++)
		if (watch->series[i].outages.sent < ENOUGH)
			return false;
	return true;
}

static void start(unsigned layers)
{
	options.layers = layers;
	cr_assert_eq(halb_watch_start(loop, &site, &servers, &options, &watch, &err), HALB_OK,
		     "%s", err.text);
}

/* Until each series has some probes, or for so long that something hangs. */
static void look(unsigned layers)
{
	int64_t deadline = halb_now() + LONG_ENOUGH / 2;

	start(layers);
	while (!each_was_probed() && halb_now() < deadline)
		(void)!halb_loop_run(loop, halb_now() + 20 * HALB_MSEC, &err);
	cr_assert(each_was_probed());
	cr_assert_eq(halb_watch_finish(watch, &err), HALB_OK, "%s", err.text);
}

static const struct halb_watch_series *find(const char *what)
{
	const struct halb_watch_series *found = NULL;

	for (size_t i = 0; i < watch->n_series; i++)
		if (strcmp(watch->series[i].what, what) == 0) {
			cr_assert_null(found, "two series are called %s", what);
			found = &watch->series[i];
		}
	cr_assert(found, "there is no series %s", what);
	return found;
}

/* All probes of the series ended so. `label` says which they were. */
static void expect_each(const struct halb_watch_series *s, const char *label,
			enum halb_pulse_class class)
{
	const struct halb_outages *o = &s->outages;

	if (class == HALB_PULSE_OK) {
		cr_expect_eq(o->failed, 0, "%s failed: %s", label,
			     o->n ? halb_pulse_class_name(o->items[0].phases[0].class) : "");
		cr_expect_gt(o->ok, 0, "%s", label);
		return;
	}
	cr_expect_eq(o->ok, 0, "%s was good", label);
	cr_assert_eq(o->n, 1, "%s", label);
	for (size_t i = 0; i < o->items[0].n_phases; i++)
		cr_expect_eq(o->items[0].phases[i].class, class, "%s: %s", label,
			     halb_pulse_class_name(o->items[0].phases[i].class));
}

static void expect_all(const struct halb_watch_series *s, enum halb_pulse_class class)
{
	expect_each(s, s->what, class);
}

/* ---- DNS ---- */

static void right(const struct dns_question *q, struct halb_buf out[2])
{
	dns_reply(q, 0, 1, &out[0]);
	dns_a(0xc0a80b0b, &out[0]);
}

static void elsewhere(const struct dns_question *q, struct halb_buf out[2])
{
	dns_reply(q, 0, 1, &out[0]);
	dns_a(0xc0a80b63, &out[0]);
}

static void beside(const struct dns_question *q, struct halb_buf out[2])
{
	dns_reply(q, 0, 2, &out[0]);
	dns_a(0xc0a80b0b, &out[0]);
	dns_a(0xc0a80b63, &out[0]);
}

static void without_the_second_alias(const struct dns_question *q, struct halb_buf out[2])
{
	if (strcmp(q->name, "kube.api.lime.lan") == 0)
		dns_reply(q, 3, 0, &out[0]);
	else
		right(q, out);
}

static void silent(const struct dns_question *q, struct halb_buf out[2])
{
	(void)q;
	(void)out;
}

/* As many DCs as `answers`; NULL: its port is closed. The system's resolver is right. */
static void serve(dns_answer_fn *const answers[], size_t n, size_t n_aliases)
{
	struct dns_server *all[DNS_SERVERS_MOST];

	cr_assert_lt(n, DNS_SERVERS_MOST);
	for (size_t i = 0; i <= n; i++) {
		all[i] = &dns[i];
		dns[i].answer = i < n ? answers[i] : right;
		dcs[i].address = (struct halb_addr){ .len = 4, .bytes = { 127, 0, 0, 1 } };
		dcs[i].address.bytes[3] = (uint8_t)(i + 1);
		snprintf(dcs[i].name, sizeof dcs[i].name, "dc%zu.lime.lan", i + 1);
	}
	options.dns_port = dns_servers_bind(all, n + 1);
	options.system_server = dcs[n].address;
	for (size_t i = 0; i <= n; i++) {
		if (dns[i].answer)
			dns_server_run(&dns[i], true);
		else
			close(dns[i].udp);
	}
	servers.n = n;
	balancer.vip = address_of(VIP);
	balancer.n_aliases = n_aliases;
}

Test(layers, every_name_is_asked_for_at_every_server)
{
	static dns_answer_fn *const answers[] = { right, right };
	static const char *const names[] = { "k8s1.lime.lan", "kube.lime.lan",
					     "kube.api.lime.lan" };
	static const char *const at[] = { "dc1.lime.lan", "dc2.lime.lan", "the resolver" };
	char what[128];

	serve(answers, 2, 2);
	look(1u << HALB_WATCH_DNS);
	cr_assert_eq(watch->n_series, 9);
	for (size_t i = 0; i < 9; i++) {
		snprintf(what, sizeof what, "%s at %s", names[i / 3], at[i % 3]);
		expect_all(find(what), HALB_PULSE_OK);
	}
}

Test(layers, without_aliases_the_apex_is_asked_for)
{
	static dns_answer_fn *const answers[] = { right };

	serve(answers, 1, 0);
	look(1u << HALB_WATCH_DNS);
	cr_assert_eq(watch->n_series, 2);
	expect_all(find("k8s1.lime.lan at dc1.lime.lan"), HALB_PULSE_OK);
}

Test(layers, a_name_that_one_server_lacks_is_wrong_there_and_nowhere_else)
{
	static dns_answer_fn *const answers[] = { right, without_the_second_alias };

	serve(answers, 2, 2);
	look(1u << HALB_WATCH_DNS);
	for (size_t i = 0; i < watch->n_series; i++) {
		const struct halb_watch_series *s = &watch->series[i];
		bool lacks = strcmp(s->what, "kube.api.lime.lan at dc2.lime.lan") == 0;

		expect_all(s, lacks ? HALB_PULSE_WRONG : HALB_PULSE_OK);
	}
}

Test(layers, another_address_is_wrong_also_beside_the_right_one)
{
	static dns_answer_fn *const answers[] = { elsewhere, beside };

	serve(answers, 2, 0);
	look(1u << HALB_WATCH_DNS);
	expect_all(find("k8s1.lime.lan at dc1.lime.lan"), HALB_PULSE_WRONG);
	expect_all(find("k8s1.lime.lan at dc2.lime.lan"), HALB_PULSE_WRONG);
}

Test(layers, a_closed_dns_port_is_refused_and_a_silent_one_silence)
{
	static dns_answer_fn *const answers[] = { NULL, silent };

	serve(answers, 2, 1);
	look(1u << HALB_WATCH_DNS);
	expect_all(find("k8s1.lime.lan at dc1.lime.lan"), HALB_PULSE_REFUSED);
	expect_all(find("kube.lime.lan at dc1.lime.lan"), HALB_PULSE_REFUSED);
	expect_all(find("k8s1.lime.lan at dc2.lime.lan"), HALB_PULSE_SILENCE);
	expect_all(find("kube.lime.lan at dc2.lime.lan"), HALB_PULSE_SILENCE);
	expect_all(find("k8s1.lime.lan at the resolver"), HALB_PULSE_OK);
}

Test(layers, a_closed_dns_port_is_known_before_the_timeout)
{
	static dns_answer_fn *const answers[] = { NULL };

	serve(answers, 1, 0);
	options.timeout = LONG_ENOUGH;
	look(1u << HALB_WATCH_DNS);
	expect_all(find("k8s1.lime.lan at dc1.lime.lan"), HALB_PULSE_REFUSED);
}

Test(layers, a_resolver_that_there_is_no_way_to_is_unreachable)
{
	static dns_answer_fn *const answers[] = { right };

	serve(answers, 1, 0);
	dcs[0].address = address_of("255.255.255.255"); /* no packet is sent there */
	look(1u << HALB_WATCH_DNS);
	expect_all(find("k8s1.lime.lan at dc1.lime.lan"), HALB_PULSE_UNREACHABLE);
	expect_all(find("k8s1.lime.lan at the resolver"), HALB_PULSE_OK);
}

Test(layers, a_name_server_without_an_address_keeps_no_other_from_being_watched)
{
	static dns_answer_fn *const answers[] = { right, right };

	serve(answers, 2, 0);
	dcs[0].address.len = 0;
	look(1u << HALB_WATCH_DNS);
	cr_assert_eq(watch->n_series, 2);
	expect_all(find("k8s1.lime.lan at dc2.lime.lan"), HALB_PULSE_OK);
	expect_all(find("k8s1.lime.lan at the resolver"), HALB_PULSE_OK);
}

/* What a client has of it. */
static enum halb_pulse_class class_of(const struct hostile_dns *hostile)
{
	static const enum halb_pulse_class classes[] = {
		[HOSTILE_SILENT] = HALB_PULSE_SILENCE, [HOSTILE_NONSENSE] = HALB_PULSE_WRONG,
		[HOSTILE_WRONG] = HALB_PULSE_WRONG,    [HOSTILE_TTL] = HALB_PULSE_OK,
		[HOSTILE_FOREIGN] = HALB_PULSE_OK,     [HOSTILE_HARMLESS] = HALB_PULSE_OK,
	};

	if (strcmp(hostile->what, "hang_up") == 0 || strcmp(hostile->what, "reset") == 0)
		return HALB_PULSE_RESET;
	if (strcmp(hostile->what, "promise_nothing") == 0)
		return HALB_PULSE_WRONG;
	if (strcmp(hostile->what, "twice") == 0)
		return HALB_PULSE_OK; /* not what was registered, but it leads to the vIP */
	return classes[hostile->end];
}

Test(layers, whatever_a_name_server_does_has_its_class)
{
	dns_answer_fn *answers[DNS_SERVERS_MOST] = { 0 };
	char what[128];

	for (size_t i = 0; i < n_hostile_dns; i++) {
		answers[i] = hostile_dns[i].answer;
		dns[i].stream = hostile_dns[i].stream;
	}
	serve(answers, n_hostile_dns, 0);
	options.slow_period = 200 * HALB_MSEC;
	options.timeout = 2 * HALB_SEC;
	look(1u << HALB_WATCH_DNS);
	for (size_t i = 0; i < n_hostile_dns; i++) {
		snprintf(what, sizeof what, "k8s1.lime.lan at dc%zu.lime.lan", i + 1);
		expect_each(find(what), hostile_dns[i].what, class_of(&hostile_dns[i]));
	}
}

/* ---- TLS and HTTP ---- */

/* What a server does with each connection. */
struct peer {
	const char *what;
	bool hears; /* before it says anything */
	const char *says;
	size_t len;
	enum { CLOSES, RESETS, HOLDS } then;
	enum halb_pulse_class class; /* what a client has of it */
	int fd;
};

static void attend(const struct peer *peer, int fd)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	char bytes[4096];

	if (peer->hears)
		(void)!recv(fd, bytes, sizeof bytes, 0);
	(void)!send(fd, peer->says, peer->len, MSG_NOSIGNAL);
	if (peer->then == RESETS)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	else if (peer->then == CLOSES)
		shutdown(fd, SHUT_WR); /* and then hears it out: else the kernel would reset */
	while (peer->then != RESETS && recv(fd, bytes, sizeof bytes, 0) > 0)
		;
	close(fd);
}

static void *serve_peer(void *arg)
{
	const struct peer *peer = arg;

	for (;;)
		attend(peer, accept(peer->fd, NULL, NULL));
	return NULL;
}

#define PEERS_MOST 16

static void look_at_peers(struct peer *peers, size_t n, enum halb_watch_layer layer)
{
	static struct halb_probe_spec specs[PEERS_MOST];
	pthread_t thread;
	char what[64];

	cr_assert_leq(n, PEERS_MOST);
	for (size_t i = 0; i < n; i++) {
		peers[i].fd = listen_silently("127.0.0.1", &specs[i].port);
		specs[i].tls = layer == HALB_WATCH_TLS;
		specs[i].http = layer == HALB_WATCH_HTTP ? (char *)(uintptr_t)"/livez" : NULL;
		cr_assert_eq(pthread_create(&thread, NULL, serve_peer, &peers[i]), 0);
	}
	balancer.vip = address_of("127.0.0.1");
	balancer.probes = specs;
	balancer.n_probes = n;
	options.slow_period = 100 * HALB_MSEC;
	options.timeout = HALB_SEC;
	look(1u << layer);
	cr_assert_eq(watch->n_series, n);
	for (size_t i = 0; i < n; i++) {
		snprintf(what, sizeof what, "127.0.0.1:%u", specs[i].port);
		expect_each(find(what), peers[i].what, peers[i].class);
	}
}

#define SAYS(text) .says = (text), .len = sizeof(text) - 1

Test(layers, tls_that_is_cut_off_is_reset_and_what_is_no_tls_is_wrong)
{
	static struct peer peers[] = {
		{ "resets at once", .then = RESETS, .class = HALB_PULSE_RESET },
		{ "closes at once", .then = CLOSES, .class = HALB_PULSE_RESET },
		{ "hears and resets", .hears = true, .then = RESETS, .class = HALB_PULSE_RESET },
		{ "hears and closes", .hears = true, .then = CLOSES, .class = HALB_PULSE_RESET },
		{ "closes in a record", .hears = true, SAYS("\x16\x03\x03\x00\x50\x02"),
		  .then = CLOSES, .class = HALB_PULSE_RESET },
		{ "resets in a record", .hears = true, SAYS("\x16\x03\x03\x00\x50\x02"),
		  .then = RESETS, .class = HALB_PULSE_RESET },
		{ "closes in a header", .hears = true, SAYS("\x16\x03"),
		  .then = CLOSES, .class = HALB_PULSE_RESET },
		{ "an alert", .hears = true, SAYS("\x15\x03\x03\x00\x02\x02\x28"),
		  .then = CLOSES, .class = HALB_PULSE_WRONG },
		{ "no TLS", .hears = true, SAYS("SSH-2.0-OpenSSH_9.2\r\n"), .then = CLOSES,
		  .class = HALB_PULSE_WRONG },
		{ "no TLS, unasked", SAYS("SSH-2.0-OpenSSH_9.2\r\n"), .then = HOLDS,
		  .class = HALB_PULSE_WRONG },
		{ "plain HTTP", .hears = true, SAYS("HTTP/1.1 400 Bad Request\r\n\r\n"),
		  .then = CLOSES, .class = HALB_PULSE_WRONG },
		{ "plain HTTP, and resets", .hears = true,
		  SAYS("HTTP/1.1 400 Bad Request\r\n\r\n"), .then = RESETS,
		  .class = HALB_PULSE_WRONG },
		{ "an alert, and resets", .hears = true, SAYS("\x15\x03\x03\x00\x02\x02\x28"),
		  .then = RESETS, .class = HALB_PULSE_WRONG },
		{ "nonsense in a record", .hears = true,
		  SAYS("\x16\x03\x03\x00\x04\x02\x00\x00\x00"), .then = HOLDS,
		  .class = HALB_PULSE_WRONG },
		{ "frozen", .hears = true, .then = HOLDS, .class = HALB_PULSE_SILENCE },
	};

	look_at_peers(peers, sizeof peers / sizeof peers[0], HALB_WATCH_TLS);
}

Test(layers, http_that_is_cut_off_is_reset_and_another_answer_than_2xx_wrong)
{
	static struct peer peers[] = {
		{ "200", .hears = true, SAYS("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
		  .then = CLOSES, .class = HALB_PULSE_OK },
		{ "resets at once", .then = RESETS, .class = HALB_PULSE_RESET },
		{ "closes at once", .then = CLOSES, .class = HALB_PULSE_RESET },
		{ "hears and resets", .hears = true, .then = RESETS, .class = HALB_PULSE_RESET },
		{ "hears and closes", .hears = true, .then = CLOSES, .class = HALB_PULSE_RESET },
		{ "closes in the header", .hears = true, SAYS("HTTP/1.1 200 OK\r\nContent-Len"),
		  .then = CLOSES, .class = HALB_PULSE_RESET },
		{ "resets in the header", .hears = true, SAYS("HTTP/1.1 200 OK\r\nContent-Len"),
		  .then = RESETS, .class = HALB_PULSE_RESET },
		{ "closes in the body", .hears = true,
		  SAYS("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .then = CLOSES,
		  .class = HALB_PULSE_RESET },
		{ "resets in the body", .hears = true,
		  SAYS("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), .then = RESETS,
		  .class = HALB_PULSE_RESET },
		{ "closes in a chunk", .hears = true,
		  SAYS("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf"),
		  .then = CLOSES, .class = HALB_PULSE_RESET },
		{ "503", .hears = true,
		  SAYS("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"),
		  .then = CLOSES, .class = HALB_PULSE_WRONG },
		{ "no HTTP", .hears = true, SAYS("SSH-2.0-OpenSSH_9.2\r\n"), .then = CLOSES,
		  .class = HALB_PULSE_WRONG },
		{ "frozen", .hears = true, .then = HOLDS, .class = HALB_PULSE_SILENCE },
	};

	look_at_peers(peers, sizeof peers / sizeof peers[0], HALB_WATCH_HTTP);
}
