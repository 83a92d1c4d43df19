/* SPDX-License-Identifier: Apache-2.0 */
/* A small HTTP server: each connection reads one request, writes one answer, and is closed. */
#include "halb/net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "halb/base/deadline.h"

#define CLIENTS 16
#define REQUEST 4096 /* bytes: what a scraper's headers need, many times over */

struct client {
	struct halb_listener *listener;
	int fd; /* -1: free */
	struct halb_timer *timer;
	char request[REQUEST];
	size_t got;
	struct halb_buf answer;
	size_t sent;
};

struct halb_listener {
	struct halb_loop *loop;
	struct halb_listener_options options;
	int fd;
	uint16_t port;
	struct client clients[CLIENTS];
};

static void close_client(struct client *client)
{
	struct halb_loop *loop = client->listener->loop;

	halb_loop_unwatch(loop, client->fd);
	halb_loop_cancel(loop, client->timer);
	close(client->fd);
	halb_buf_clear(&client->answer);
	client->fd = -1;
	client->timer = NULL;
}

static void on_late(void *arg)
{
	struct client *client = arg;

	client->timer = NULL;
	close_client(client);
}

/* ---- the answer ---- */

static void answer(struct client *client, const char *status, const char *type,
		   const struct halb_buf *body, bool head_only)
{
	halb_buf_printf(&client->answer,
			"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
			"Connection: close\r\n%s\r\n",
			status, type, body->len,
			strncmp(status, "405", 3) == 0 ? "Allow: GET, HEAD\r\n" : "");
	if (!head_only)
		halb_buf_bytes(&client->answer, halb_buf_string(body), body->len);
	client->answer.bad |= body->bad;
}

static void refuse(struct client *client, const char *status)
{
	struct halb_buf body = { 0 };

	halb_buf_printf(&body, "%s\nWhat there is: %s\n", status, client->listener->options.path);
	answer(client, status, "text/plain; charset=utf-8", &body, false);
	halb_buf_clear(&body);
}

static void serve(struct client *client, bool head_only)
{
	const struct halb_listener_options *o = &client->listener->options;
	struct halb_buf body = { 0 };

	o->fn(o->arg, &body);
	answer(client, "200 OK", o->content_type, &body, head_only);
	halb_buf_clear(&body);
}

/* The target without its query, RFC 9112 3.2. */
static bool asks_for(const char *target, const char *path)
{
	size_t len = strlen(path);

	return strncmp(target, path, len) == 0 && (target[len] == ' ' || target[len] == '?');
}

static void make_answer(struct client *client)
{
	const char *path = client->listener->options.path;
	const char *request = client->request;
	bool head = strncmp(request, "HEAD ", 5) == 0;

	if (!head && strncmp(request, "GET ", 4) != 0)
		refuse(client, "405 Method Not Allowed");
	else if (asks_for(request + (head ? 5 : 4), path))
		serve(client, head);
	else
		refuse(client, "404 Not Found");
}

/* ---- the connection ---- */

static void on_writable(void *arg, int fd, unsigned events)
{
	struct client *client = arg;
	const struct halb_buf *text = &client->answer;
	ssize_t n = send(fd, text->data + client->sent, text->len - client->sent,
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	client->sent += n > 0 ? (size_t)n : 0;
	if (n < 0 || client->sent == text->len)
		close_client(client);
}

static bool is_whole(const char *request)
{
	return strstr(request, "\r\n\r\n") || strstr(request, "\n\n");
}

static void on_readable(void *arg, int fd, unsigned events)
{
	struct client *client = arg;
	struct halb_error err;
	ssize_t n = recv(fd, client->request + client->got, REQUEST - 1 - client->got, MSG_DONTWAIT);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_client(client);
		return;
	}
	client->got += (size_t)n;
	client->request[client->got] = '\0';
	if (is_whole(client->request))
		make_answer(client);
	else if (client->got == REQUEST - 1)
		refuse(client, "431 Request Header Fields Too Large");
	else
		return;
	if (client->answer.bad || halb_loop_watch(client->listener->loop, fd, HALB_LOOP_WRITE,
						  on_writable, client, &err) != HALB_OK)
		close_client(client);
}

static struct client *free_client(struct halb_listener *listener)
{
	for (size_t i = 0; i < CLIENTS; i++)
		if (listener->clients[i].fd < 0)
			return &listener->clients[i];
	return NULL;
}

static void on_connection(void *arg, int fd, unsigned events)
{
	struct halb_listener *listener = arg;
	struct client *client = free_client(listener);
	int64_t deadline = halb_now() + listener->options.timeout;
	struct halb_error err;
	int peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (peer < 0)
		return;
	if (!client) {
		close(peer);
		return;
	}
	client->listener = listener;
	client->fd = peer;
	client->got = client->sent = 0;
	if (halb_loop_watch(listener->loop, peer, HALB_LOOP_READ, on_readable, client, &err) !=
		    HALB_OK ||
	    halb_loop_at(listener->loop, deadline, on_late, client, &client->timer, &err) != HALB_OK)
		close_client(client);
}

/* ---- the listener ---- */

static uint16_t port_of(const struct sockaddr_storage *name)
{
	if (name->ss_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)name)->sin6_port);
	return ntohs(((const struct sockaddr_in *)name)->sin_port);
}

static bool begin_to_listen(struct halb_listener *listener)
{
	const struct halb_listener_options *o = &listener->options;
	struct sockaddr_storage name;
	socklen_t len = halb_addr_to_sockaddr(&o->address, o->port, &name);
	const int one = 1;

	listener->fd = socket(name.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listener->fd < 0)
		return false;
	(void)setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(listener->fd, (struct sockaddr *)&name, len) < 0 ||
	    listen(listener->fd, CLIENTS) < 0 ||
	    getsockname(listener->fd, (struct sockaddr *)&name, &len) < 0)
		return false;
	listener->port = port_of(&name);
	return true;
}

static enum halb_status fail_listen(const struct halb_listener_options *o, struct halb_error *err)
{
	char address[HALB_ADDR_TEXT];
	int error = errno;

	halb_fail(err, HALB_E_CANTCREATE, "cannot listen on %s port %u: %s",
		  halb_addr_format(&o->address, address), o->port, strerror(error));
	if (error == EADDRINUSE)
		return halb_hint(err, "ss -ltnp 'sport = :%u'", o->port);
	return halb_hint(err, "ip address");
}

enum halb_status halb_listener_new(struct halb_loop *loop,
				   const struct halb_listener_options *options,
				   struct halb_listener **out, struct halb_error *err)
{
	struct halb_listener *listener = calloc(1, sizeof *listener);
	enum halb_status st = HALB_OK;

	if (!listener)
		return halb_fail_nomem(err);
	listener->loop = loop;
	listener->options = *options;
	for (size_t i = 0; i < CLIENTS; i++)
		listener->clients[i].fd = -1;
	if (!begin_to_listen(listener))
		st = fail_listen(options, err);
	if (st == HALB_OK)
		st = halb_loop_watch(loop, listener->fd, HALB_LOOP_READ, on_connection, listener,
				     err);
	if (st != HALB_OK) {
		halb_listener_free(listener);
		return st;
	}
	*out = listener;
	return HALB_OK;
}

uint16_t halb_listener_port(const struct halb_listener *listener)
{
	return listener->port;
}

void halb_listener_free(struct halb_listener *listener)
{
	if (!listener)
		return;
	for (size_t i = 0; i < CLIENTS; i++)
		if (listener->clients[i].fd >= 0)
			close_client(&listener->clients[i]);
	if (listener->fd >= 0) {
		halb_loop_unwatch(listener->loop, listener->fd);
		close(listener->fd);
	}
	free(listener);
}

/* ---- an address and a port ---- */

static bool parse_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || value < 1 || value > UINT16_MAX)
		return false;
	*port = (uint16_t)value;
	return true;
}

/* The address that `len` bytes of text say, perhaps in brackets, which IPv6 must have. */
static bool parse_address(const char *text, size_t len, struct halb_addr *address)
{
	char word[HALB_ADDR_TEXT];
	bool brackets = len >= 2 && text[0] == '[' && text[len - 1] == ']';

	text += brackets;
	len -= brackets ? 2 : 0;
	if (len >= sizeof word)
		return false;
	memcpy(word, text, len);
	word[len] = '\0';
	if (!len && !brackets)
		return halb_addr_parse("127.0.0.1", address);
	return halb_addr_parse(word, address) && brackets == (address->len == 16);
}

enum halb_status halb_listener_parse(const char *text, struct halb_addr *address, uint16_t *port,
				     struct halb_error *err)
{
	const char *colon = strrchr(text, ':');
	struct halb_addr found;
	uint16_t number;

	if (!parse_port(colon ? colon + 1 : text, &number) ||
	    !parse_address(text, colon ? (size_t)(colon - text) : 0, &found))
		return halb_fail(err, HALB_E_USAGE, "expected ADDRESS:PORT (127.0.0.1:9477, "
						    "[::1]:9477, :9477), found '%.60s'", text);
	*address = found;
	*port = number;
	return HALB_OK;
}
