/* SPDX-License-Identifier: Apache-2.0 */
/* A connection that is kept: our connect, libcurl's TLS, and requests one after another. */
#include "halb/net/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "curl_priv.h"
#include "halb/base/buf.h"
#include "halb/base/deadline.h"
#include "response_priv.h"
#include "tcp_priv.h"

#define RECORD     16384 /* bytes of a TLS record at most: none is left behind in the library */
#define ROUNDS     8     /* records read in one turn of the loop */
#define ALIVE_IDLE 1     /* seconds without traffic until the kernel asks, and between two times */
#define ALIVE_GONE 2     /* seconds without an answer after which the connection is dead */

struct halb_connection {
	struct halb_loop *loop;
	struct halb_curl *curl; /* of its own: libcurl ends what it thinks idle as others begin */
	struct halb_probe_target target;
	bool alive;
	halb_connection_fn *fn;
	void *arg;
	struct halb_buf request; /* its text */

	int fd; /* -1: closed */
	struct halb_transfer transfer; /* once TCP is connected; then it closes the socket */
	bool up, asked;
	struct halb_response response;
	int64_t quiet; /* when the kernel had nothing to tell */
	bool drained;  /* it was seen then, not only inferred: the loop tells what came since */
	int64_t stood; /* before what was told last */
};

enum halb_status halb_connection_new(struct halb_loop *loop, const struct halb_probe_target *target,
				     bool alive, halb_connection_fn *fn, void *arg,
				     struct halb_connection **out, struct halb_error *err)
{
	struct halb_connection *c = calloc(1, sizeof *c);
	enum halb_status st;

	if (!c)
		return halb_fail_nomem(err);
	*c = (struct halb_connection){ .loop = loop, .target = *target, .alive = alive, .fn = fn,
				       .arg = arg, .fd = -1 };
	if (target->http)
		halb_buf_printf(&c->request, "GET %s HTTP/1.1\r\nHost: %s:%u\r\n"
				"User-Agent: halb-dns\r\nAccept: */*\r\n\r\n", target->http,
				target->host, target->port);
	st = c->request.bad ? halb_fail_nomem(err) : halb_curl_new(loop, &c->curl, err);
	if (st)
		halb_connection_free(c);
	else
		*out = c;
	return st;
}

void halb_connection_free(struct halb_connection *c)
{
	if (!c)
		return;
	halb_connection_close(c);
	halb_curl_free(c->curl);
	halb_buf_clear(&c->request);
	free(c);
}

void halb_connection_close(struct halb_connection *c)
{
	if (c->fd < 0)
		return;
	halb_loop_unwatch(c->loop, c->fd);
	if (c->transfer.curl)
		halb_transfer_clear(&c->transfer);
	else
		close(c->fd);
	c->fd = -1;
	c->up = c->asked = c->drained = false;
}

static void end(struct halb_connection *c, enum halb_connection_event event, int code)
{
	halb_connection_close(c);
	c->fn(c->arg, event, code);
}

/* ---- reading ---- */

/* Why libcurl could not go on: the connection, else what came was not to be understood. */
static int reason_of(const struct halb_connection *c, CURLcode code)
{
	int error = halb_transfer_cut_off_by(&c->transfer, code);

	return error ? error : EPROTO;
}

/* What the kernel has for the next reader: bytes, 0 at the end, -1 and errno. */
static ssize_t peek(const struct halb_connection *c)
{
	char byte;

	return recv(c->fd, &byte, 1, MSG_PEEK);
}

static void end_reading(struct halb_connection *c, CURLcode code)
{
	long error = 0;

	curl_easy_getinfo(c->transfer.easy, CURLINFO_OS_ERRNO, &error);
	/* A server that ends without a word of TLS has closed, too: many do at a timeout. */
	if (code && (error || peek(c) != 0))
		end(c, HALB_CONNECTION_LOST, error ? (int)error : EPROTO);
	else if (c->asked && halb_response_end(&c->response) == HALB_RESPONSE_DONE)
		end(c, HALB_CONNECTION_FINISHED, 0);
	else
		end(c, HALB_CONNECTION_CLOSED, 0);
}

/* What comes right behind a response is left to the next turn. */
static void look_whether_quiet(struct halb_connection *c)
{
	int64_t now = halb_now();

	c->drained = peek(c) < 0 && errno == EAGAIN;
	if (c->drained)
		c->quiet = now;
}

/* True as long as there is more to wait for. */
static bool take_answer(struct halb_connection *c, const char *bytes, size_t n)
{
	size_t used;

	switch (halb_response_take(&c->response, bytes, n, &used)) {
	case HALB_RESPONSE_MORE:
		return true;
	case HALB_RESPONSE_BROKEN:
		end(c, HALB_CONNECTION_LOST, EPROTO);
		return false;
	case HALB_RESPONSE_DONE:
		break;
	}
	c->asked = false;
	/* After more than was asked for nobody knows whose the next response is. */
	if (c->response.last || used < n) {
		end(c, HALB_CONNECTION_FINISHED, 0);
		return false;
	}
	look_whether_quiet(c);
	c->fn(c->arg, HALB_CONNECTION_ANSWERED, 0);
	return false;
}

/* Reads until there is nothing. False where something was told: the connection is perhaps another
 * one by now. What comes without a request is no answer, and passed over. */
static bool take(struct halb_connection *c)
{
	char bytes[RECORD];

	c->stood = halb_connection_stood(c);
	for (int i = 0; i < ROUNDS; i++) {
		int64_t now = halb_now();
		size_t n = 0;
		CURLcode code = curl_easy_recv(c->transfer.easy, bytes, sizeof bytes, &n);

		c->drained = code == CURLE_AGAIN;
		if (c->drained) {
			c->quiet = now;
			return true;
		}
		if (code || !n) {
			end_reading(c, code);
			return false;
		}
		if (c->asked && !take_answer(c, bytes, n))
			return false;
	}
	return true;
}

static void on_readable(void *arg, int fd, unsigned events)
{
	(void)fd;
	(void)events;
	(void)take(arg);
}

void halb_connection_check(struct halb_connection *c)
{
	if (c->up)
		(void)take(c);
}

int64_t halb_connection_stood(const struct halb_connection *c)
{
	int64_t after = halb_loop_events_after(c->loop);

	if (!c->up)
		return c->stood;
	return c->drained && after > c->quiet ? after : c->quiet;
}

/* ---- opening ---- */

static void on_secured(void *arg, CURLcode code)
{
	struct halb_connection *c = arg;

	if (code) {
		end(c, HALB_CONNECTION_LOST, reason_of(c, code));
		return;
	}
	c->up = true;
	c->quiet = halb_now();
	if (halb_loop_watch(c->loop, c->fd, HALB_LOOP_READ, on_readable, c, NULL))
		end(c, HALB_CONNECTION_LOST, ENOMEM);
	else if (take(c))
		c->fn(c->arg, HALB_CONNECTION_UP, 0);
}

static void secure(struct halb_connection *c)
{
	struct halb_error err;
	int fd = c->fd;

	if (halb_transfer_init(&c->transfer, c->curl, &c->target, NULL, fd, &err)) {
		c->fd = -1; /* which is closed */
		c->fn(c->arg, HALB_CONNECTION_LOST, ENOMEM);
	} else if (halb_transfer_start(&c->transfer, on_secured, c, &err)) {
		end(c, HALB_CONNECTION_LOST, ENOMEM);
	}
}

static void on_connect(void *arg, int fd, unsigned events)
{
	struct halb_connection *c = arg;
	int code = halb_tcp_outcome(fd);

	(void)events;
	halb_loop_unwatch(c->loop, fd);
	if (code)
		end(c, HALB_CONNECTION_LOST, code);
	else
		secure(c);
}

static void set_options(const struct halb_connection *c)
{
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	const int on = 1, idle = ALIVE_IDLE, gone = ALIVE_GONE * 1000;

	(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	if (!c->alive)
		return;
	(void)setsockopt(c->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPINTVL, &idle, sizeof idle);
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &gone, sizeof gone);
}

void halb_connection_open(struct halb_connection *c)
{
	int code = halb_tcp_start(&c->target.address, c->target.port, &c->fd);

	if (c->fd >= 0)
		set_options(c);
	if (!code)
		secure(c);
	else if (code != EINPROGRESS)
		c->fn(c->arg, HALB_CONNECTION_LOST, code);
	else if (halb_loop_watch(c->loop, c->fd, HALB_LOOP_WRITE, on_connect, c, NULL))
		end(c, HALB_CONNECTION_LOST, ENOMEM);
}

/* What was asked before is answered, so the kernel has room for a request as a whole. */
void halb_connection_request(struct halb_connection *c)
{
	int64_t now = halb_now();
	size_t n = 0;
	CURLcode code;

	c->asked = true;
	c->response = (struct halb_response){ 0 };
	c->stood = halb_connection_stood(c);
	code = curl_easy_send(c->transfer.easy, halb_buf_string(&c->request), c->request.len, &n);
	if (code && code != CURLE_AGAIN)
		end(c, HALB_CONNECTION_LOST, reason_of(c, code));
	else if (n < c->request.len)
		end(c, HALB_CONNECTION_LOST, ENOBUFS);
	else if (!c->drained)
		c->quiet = now;
}
