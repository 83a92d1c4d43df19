/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/net/resolver.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns_server.h"
#include "halb/base/deadline.h"
#include "hostile_dns.h"
#include "server.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached by a working resolver */
#define SHORT       (150 * HALB_MSEC)

static struct dns_server server;
static struct halb_loop *loop;
static struct halb_resolver *resolver;
static struct halb_error err;

static int calls, oks, retries, unreachables;
static enum halb_status status;
static enum halb_pulse_class class;
static char text[256];
static uint8_t rcode, last_byte;
static size_t n_answers;
static bool authoritative;

static void setup(void)
{
	cr_assert_eq(halb_loop_new(&loop, &err), HALB_OK);
}

static void teardown(void)
{
	halb_resolver_free(resolver);
	halb_loop_free(loop);
}

TestSuite(resolver, .init = setup, .fini = teardown);

static void open_at(uint16_t port, int64_t timeout)
{
	struct halb_addr addr = address_of("127.0.0.1");

	halb_resolver_free(resolver);
	cr_assert_eq(halb_resolver_new(loop, &addr, port, timeout, &resolver, &err), HALB_OK,
		     "%s", err.text);
}

static bool begins(const struct dns_question *q, const char *label)
{
	size_t n = strlen(label);

	return strncmp(q->name, label, n) == 0 && q->name[n] == '.';
}

/* An answer to something else: its address ends in 66, the right one's in 11. */
static void give_wrong_answer(const struct dns_question *q, struct halb_buf *out)
{
	dns_reply(q, 0, 1, out);
	dns_a(0xc0a80b42, out);
	if (begins(q, "wrongid") || begins(q, "onlywrong"))
		out->data[0] ^= 0xff;
	else if (begins(q, "wrongq"))
		out->data[DNS_HEADER + 1] ^= 1;
	else if (begins(q, "short"))
		out->len = 7;
	else
		halb_buf_clear(out);
}

static void give_truncated(const struct dns_question *q, struct halb_buf *out)
{
	dns_reply(q, q->tcp ? 0 : DNS_TC, q->tcp ? 40 : 0, out);
	for (uint32_t i = 0; q->tcp && i < 40; i++)
		dns_a(0xc0a80b0b + i, out);
}

/* Behaves as the question's first label says. */
static void answer(const struct dns_question *q, struct halb_buf out[2])
{
	if (begins(q, "silent") || (begins(q, "second") && q->number == 1))
		return;
	give_wrong_answer(q, &out[0]);
	if (begins(q, "onlywrong"))
		return;
	if (begins(q, "tc")) {
		give_truncated(q, &out[0]);
	} else if (begins(q, "reflect")) {
		halb_buf_bytes(&out[1], q->bytes, q->len);
	} else if (begins(q, "nx") || begins(q, "servfail")) {
		dns_reply(q, begins(q, "nx") ? 3 : 2, 0, &out[1]);
	} else {
		dns_reply(q, 0, begins(q, "cut") ? 2 : 1, &out[1]);
		dns_a(0xc0a80b0b, &out[1]);
	}
	if (begins(q, "twice"))
		halb_buf_bytes(&out[0], out[1].data, out[1].len);
}

static void open_server(int64_t timeout)
{
	dns_server_start(&server, answer, true);
	open_at(server.port, timeout);
}

static void keep(void *arg, const struct halb_query_result *result)
{
	(void)arg;
	calls++;
	oks += result->status == HALB_OK;
	retries += result->status == HALB_E_RETRY;
	unreachables += result->status == HALB_E_UNREACHABLE;
	status = result->status;
	class = result->class;
	snprintf(text, sizeof text, "%s", result->text);
	cr_assert_eq(result->status == HALB_OK, result->reply != NULL);
	cr_assert_geq(result->took, 0);
	if (!result->reply)
		return;
	rcode = result->reply->rcode;
	authoritative = result->reply->authoritative;
	n_answers = result->reply->n_answers;
	if (n_answers)
		last_byte = result->reply->answers[0].rec.addr.bytes[3];
}

static struct halb_name name_of(const char *label)
{
	struct halb_name name;
	char full[128];

	snprintf(full, sizeof full, "%s.lime.lan", label);
	cr_assert_eq(halb_name_parse(full, &name, &err), HALB_OK, "%s", err.text);
	return name;
}

static void start(const char *label, halb_query_fn *fn)
{
	struct halb_name name = name_of(label);

	halb_resolver_query(resolver, &name, HALB_RR_A, fn, NULL);
}

static void run(void)
{
	cr_assert_eq(halb_loop_run(loop, halb_now() + 2 * LONG_ENOUGH, &err), HALB_OK, "%s",
		     err.text);
}

static void query(const char *label)
{
	calls = 0;
	start(label, keep);
	run();
	cr_assert_eq(calls, 1, "%s", label);
}

Test(resolver, gives_the_answer)
{
	open_server(LONG_ENOUGH);
	query("ok");
	cr_assert_eq(status, HALB_OK, "%s", text);
	cr_assert_str_empty(text);
	cr_assert_eq(rcode, 0);
	cr_assert(authoritative);
	cr_assert_eq(n_answers, 1);
	cr_assert_eq(last_byte, 11);
	cr_assert_eq(server.n_udp, 1);
	cr_assert_eq(server.n_tcp, 0);
}

Test(resolver, an_error_code_is_an_answer_and_not_asked_again)
{
	open_server(LONG_ENOUGH);
	query("nx");
	cr_assert_eq(status, HALB_OK, "%s", text);
	cr_assert_eq(rcode, 3);
	query("servfail");
	cr_assert_eq(status, HALB_OK, "%s", text);
	cr_assert_eq(rcode, 2);
	cr_assert_eq(server.n_udp, 2);
}

Test(resolver, asks_by_tcp_after_truncation)
{
	open_server(LONG_ENOUGH);
	query("tc");
	cr_assert_eq(status, HALB_OK, "%s", text);
	cr_assert_eq(n_answers, 40);
	cr_assert_eq(server.n_tcp, 1);
}

Test(resolver, truncation_without_tcp_is_unreachable)
{
	dns_server_start(&server, answer, false);
	open_at(server.port, LONG_ENOUGH);
	query("tc");
	cr_assert_eq(status, HALB_E_UNREACHABLE);
	cr_assert_eq(class, HALB_PULSE_REFUSED);
}

Test(resolver, a_closed_port_is_told_at_once)
{
	uint16_t port;
	int fd = bind_socket("127.0.0.1", SOCK_DGRAM, &port);

	close(fd);
	open_at(port, LONG_ENOUGH);
	query("ok");
	cr_assert_eq(status, HALB_E_UNREACHABLE);
	cr_assert_str_eq(text, "connection refused");
	cr_assert_eq(class, HALB_PULSE_REFUSED);
}

Test(resolver, says_that_there_is_no_way)
{
	struct halb_addr addr = address_of("255.255.255.255"); /* no packet is sent there */

	cr_assert_eq(halb_resolver_new(loop, &addr, 0, LONG_ENOUGH, &resolver, &err), HALB_OK);
	query("ok");
	cr_assert_eq(status, HALB_E_UNREACHABLE);
	cr_assert_eq(class, HALB_PULSE_UNREACHABLE, "%s", text);
}

/* A host says only so often that its port is closed; meanwhile nothing comes. */
Test(resolver, silence_right_after_a_refusal_is_one)
{
	uint16_t port;
	int fd = bind_socket("127.0.0.1", SOCK_DGRAM, &port), again;
	struct halb_addr addr = address_of("127.0.0.1");
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&addr, port, &sa);
	int64_t began = halb_now();

	close(fd);
	open_at(port, SHORT);
	query("ok");
	cr_assert_eq(class, HALB_PULSE_REFUSED);
	again = socket(AF_INET, SOCK_DGRAM, 0);
	cr_assert_eq(bind(again, (struct sockaddr *)&sa, len), 0);
	query("ok");
	if (halb_now() - began < HALB_SEC) /* it holds so long */
		cr_assert_eq(class, HALB_PULSE_REFUSED);
	close(again);
}

Test(resolver, silence_is_unreachable)
{
	int64_t began;

	open_server(SHORT);
	began = halb_now();
	query("silent");
	cr_assert_eq(status, HALB_E_UNREACHABLE);
	cr_assert_str_eq(text, "no answer in 150 ms");
	cr_assert_eq(class, HALB_PULSE_SILENCE);
	cr_assert_geq(halb_now() - began, SHORT);
	cr_assert_leq(server.n_udp, 2);
}

Test(resolver, a_lost_packet_is_sent_again)
{
	open_server(3 * HALB_SEC);
	query("second");
	cr_assert_eq(status, HALB_OK, "%s", text);
	cr_assert_eq(server.n_udp, 2);
}

Test(resolver, ignores_what_answers_another_question)
{
	static const char *const labels[] = { "wrongid", "wrongq", "short" };

	open_server(LONG_ENOUGH);
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		query(labels[i]);
		cr_assert_eq(status, HALB_OK, "%s: %s", labels[i], text);
		cr_assert_eq(last_byte, 11, "%s", labels[i]);
	}
	open_at(server.port, SHORT);
	query("onlywrong");
	cr_assert_eq(status, HALB_E_UNREACHABLE);
}

Test(resolver, what_makes_no_sense_is_malformed)
{
	static const char *const labels[] = { "cut", "reflect" };

	open_server(LONG_ENOUGH);
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		query(labels[i]);
		cr_assert_eq(status, HALB_E_MALFORMED, "%s", labels[i]);
		cr_assert_eq(class, HALB_PULSE_WRONG, "%s", labels[i]);
		cr_assert_str_not_empty(text, "%s", labels[i]);
	}
}

Test(resolver, the_second_of_two_answers_is_ignored)
{
	open_server(LONG_ENOUGH);
	start("twice", keep);
	start("ok", keep);
	run();
	cr_assert_eq(calls, 2);
	cr_assert_eq(oks, 2);
}

Test(resolver, any_bytes_may_stand_in_a_name)
{
	open_server(LONG_ENOUGH);
	query("a\\.b\\000\\255 c");
	cr_assert_eq(status, HALB_OK, "%s", text);
}

Test(resolver, thousands_at_once_are_each_answered_once)
{
	char label[16];

	open_server(LONG_ENOUGH);
	for (int i = 0; i < 3000; i++) {
		snprintf(label, sizeof label, "host%d", i);
		start(label, keep);
	}
	run();
	cr_assert_eq(calls, 3000);
	cr_assert_eq(oks, 3000);
}

Test(resolver, thousands_end_in_time_when_nobody_answers)
{
	open_server(SHORT);
	for (int i = 0; i < 3000; i++)
		start("silent", keep);
	run();
	cr_assert_eq(calls, 3000);
	cr_assert_eq(unreachables, 3000);
	query("ok");
	cr_assert_eq(status, HALB_OK, "it goes on: %s", text);
}

Test(resolver, one_silent_name_does_not_hold_the_others)
{
	open_server(SHORT);
	start("silent", keep);
	start("ok", keep);
	run();
	cr_assert_eq(calls, 2);
	cr_assert_eq(oks, 1);
	cr_assert_eq(unreachables, 1);
}

Test(resolver, freeing_ends_every_query_once)
{
	open_server(LONG_ENOUGH);
	for (int i = 0; i < 500; i++)
		start("silent", keep);
	cr_assert_eq(calls, 0);
	halb_resolver_free(resolver);
	resolver = NULL;
	cr_assert_eq(calls, 500);
	cr_assert_eq(retries, 500);
	run();
}

static void free_resolver(void *arg, const struct halb_query_result *result)
{
	struct halb_resolver *r = resolver;

	keep(arg, result);
	resolver = NULL;
	halb_resolver_free(r);
	cr_assert_eq(retries, 300, "the others end before it returns");
}

Test(resolver, a_callback_may_free_it)
{
	open_server(LONG_ENOUGH);
	for (int i = 0; i < 300; i++)
		start("silent", keep);
	open_at(server.port, LONG_ENOUGH);
	calls = retries = 0;
	start("ok", free_resolver);
	for (int i = 0; i < 300; i++)
		start("silent", keep);
	run();
	cr_assert_eq(calls, 301);
	cr_assert_eq(oks, 1);
}

static void free_at_deadline(void *arg, const struct halb_query_result *result)
{
	struct halb_resolver *r = resolver;

	keep(arg, result);
	resolver = NULL;
	halb_resolver_free(r);
}

Test(resolver, a_callback_may_free_it_at_a_deadline)
{
	open_server(SHORT);
	start("silent", free_at_deadline);
	for (int i = 0; i < 10; i++)
		start("silent", keep);
	run();
	cr_assert_eq(calls, 11);
	cr_assert_eq(oks, 0);
}

static void ask_again(void *arg, const struct halb_query_result *result)
{
	keep(arg, result);
	if (calls < 50)
		start(calls % 2 ? "ok" : "nx", ask_again);
}

Test(resolver, a_callback_may_ask_more)
{
	uint16_t port;

	open_server(LONG_ENOUGH);
	start("ok", ask_again);
	run();
	cr_assert_eq(calls, 50);
	cr_assert_eq(oks, 50);

	close(bind_socket("127.0.0.1", SOCK_DGRAM, &port));
	open_at(port, LONG_ENOUGH);
	calls = 0;
	start("ok", ask_again);
	run();
	cr_assert_eq(calls, 50);
	cr_assert_eq(unreachables, 50);
}

static struct halb_resolver *dying;

static void ask_the_dying(void *arg, const struct halb_query_result *result)
{
	struct halb_name name = name_of("ok");

	keep(arg, result);
	halb_resolver_query(dying, &name, HALB_RR_A, keep, NULL);
}

Test(resolver, a_query_while_it_is_freed_ends_too)
{
	open_server(LONG_ENOUGH);
	start("silent", ask_the_dying);
	dying = resolver;
	resolver = NULL;
	halb_resolver_free(dying);
	cr_assert_eq(calls, 2);
	cr_assert_eq(retries, 2);
}

/* What of it is right is verify's to judge: here it must end, once, and say how. */
Test(resolver, ends_whatever_the_server_does)
{
	static struct dns_server servers[64]; /* none is ever gone: its threads are not */

	cr_assert_leq(n_hostile_dns, 64);
	for (size_t i = 0; i < n_hostile_dns; i++) {
		const struct hostile_dns *hostile = &hostile_dns[i];
		enum halb_status wanted = hostile->end == HOSTILE_SILENT     ? HALB_E_UNREACHABLE
					  : hostile->end == HOSTILE_NONSENSE ? HALB_E_MALFORMED
									     : HALB_OK;

		servers[i].stream = hostile->stream;
		dns_server_start(&servers[i], hostile->answer, true);
		open_at(servers[i].port, wanted == HALB_E_UNREACHABLE ? SHORT : LONG_ENOUGH);
		query("kube");
		cr_expect_eq(status, wanted, "%s: %s", hostile->what, text);
		cr_expect_eq(text[0] == '\0', wanted == HALB_OK, "%s: %s", hostile->what, text);
	}
}

Test(resolver, refuses_what_is_no_address)
{
	struct halb_addr none = { 0 };
	struct halb_resolver *r;

	cr_assert_neq(halb_resolver_new(loop, &none, 53, SHORT, &r, &err), HALB_OK);
	cr_assert_str_not_empty(err.text);
}
