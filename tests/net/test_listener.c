/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/net/listener.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "halb/base/deadline.h"

static struct halb_loop *loop;
static struct halb_listener *listener;
static struct halb_error err;
static int client;
static char reply[8192];
static size_t got;

static void write_document(void *arg, struct halb_buf *out)
{
	(void)arg;
	halb_buf_text(out, "the document\n");
}

static void listen_for(int64_t timeout)
{
	struct halb_listener_options options = { .path = "/metrics", .content_type = "text/plain",
						 .timeout = timeout, .fn = write_document };
	struct sockaddr_storage name;
	socklen_t len;

	halb_addr_parse("127.0.0.1", &options.address);
	cr_assert_eq(halb_loop_new(&loop, &err), HALB_OK);
	cr_assert_eq(halb_listener_new(loop, &options, &listener, &err), HALB_OK, "%s", err.text);
	len = halb_addr_to_sockaddr(&options.address, halb_listener_port(listener), &name);
	client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(connect(client, (struct sockaddr *)&name, len), 0);
	got = 0;
}

static void teardown(void)
{
	close(client);
	halb_listener_free(listener);
	halb_loop_free(loop);
}

TestSuite(listener, .fini = teardown);

static void on_reply(void *arg, int fd, unsigned events)
{
	ssize_t n = recv(fd, reply + got, sizeof reply - 1 - got, MSG_DONTWAIT);

	(void)arg;
	(void)events;
	if (n > 0) {
		got += (size_t)n;
		return;
	}
	reply[got] = '\0';
	halb_loop_unwatch(loop, fd);
	halb_loop_stop(loop);
}

/* Sends, and reads until the server closes. */
static const char *ask(const char *request, size_t len)
{
	cr_assert_eq(send(client, request, len, MSG_NOSIGNAL), (ssize_t)len);
	cr_assert_eq(halb_loop_watch(loop, client, HALB_LOOP_READ, on_reply, NULL, &err), HALB_OK);
	cr_assert_eq(halb_loop_run(loop, halb_now() + 30 * HALB_SEC, &err), HALB_OK);
	return reply;
}

static const char *ask_text(const char *request)
{
	return ask(request, strlen(request));
}

Test(listener, serves_its_document)
{
	listen_for(30 * HALB_SEC);
	ask_text("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
	cr_assert(strstr(reply, "HTTP/1.1 200 OK\r\n") == reply, "%s", reply);
	cr_assert(strstr(reply, "Content-Length: 13\r\n"));
	cr_assert(strstr(reply, "\r\n\r\nthe document\n"));
}

Test(listener, leaves_the_document_out_for_head)
{
	listen_for(30 * HALB_SEC);
	ask_text("HEAD /metrics HTTP/1.1\r\n\r\n");
	cr_assert(strstr(reply, "Content-Length: 13\r\n"));
	cr_assert_null(strstr(reply, "the document"));
}

Test(listener, has_nothing_else)
{
	listen_for(30 * HALB_SEC);
	cr_assert(strstr(ask_text("GET /metricsand HTTP/1.1\r\n\r\n"), "HTTP/1.1 404 ") == reply);
}

Test(listener, takes_no_other_method)
{
	listen_for(30 * HALB_SEC);
	cr_assert(strstr(ask_text("POST /metrics HTTP/1.1\r\n\r\n"), "HTTP/1.1 405 ") == reply);
}

Test(listener, refuses_a_request_without_end)
{
	char request[4095];

	listen_for(30 * HALB_SEC);
	memset(request, 'x', sizeof request);
	cr_assert(strstr(ask(request, sizeof request), "HTTP/1.1 431 ") == reply);
}

Test(listener, closes_on_who_is_slow)
{
	listen_for(20 * HALB_MSEC);
	cr_assert_str_eq(ask_text("GET /metr"), "");
}

Test(listener, reads_addresses_and_ports)
{
	static const struct {
		const char *text, *address; /* NULL: refused */
		uint16_t port;
	} cases[] = {
		{ "9477", "127.0.0.1", 9477 },	     { ":9477", "127.0.0.1", 9477 },
		{ "192.0.2.1:80", "192.0.2.1", 80 }, { "[::1]:9477", "::1", 9477 },
		{ "", NULL, 0 },		     { ":0", NULL, 0 },
		{ ":65536", NULL, 0 },		     { "::1:9477", NULL, 0 },
		{ "[192.0.2.1]:1", NULL, 0 },	     { "[]:1", NULL, 0 },
		{ "localhost:9477", NULL, 0 },	     { "192.0.2.1:", NULL, 0 },
		{ "192.0.2.1", NULL, 0 },	     { ":+1", NULL, 0 },
	};

	client = -1;
	listener = NULL;
	loop = NULL;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct halb_addr address, wanted;
		uint16_t port;
		bool ok = halb_listener_parse(cases[i].text, &address, &port, &err) == HALB_OK;

		cr_assert_eq(ok, cases[i].address != NULL, "%s", cases[i].text);
		if (!ok)
			continue;
		halb_addr_parse(cases[i].address, &wanted);
		cr_assert(halb_addr_equal(&address, &wanted), "%s", cases[i].text);
		cr_assert_eq(port, cases[i].port);
	}
}
