/* SPDX-License-Identifier: Apache-2.0 */
#include "web.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

#define MOST 64 /* connections at once */

struct client {
	int fd; /* -1: free */
	gnutls_session_t tls;
	char request[2048];
	size_t len;
};

struct web {
	int listener;
	uint16_t port;
	int orders[2], done[2]; /* pipes: a command, and that it was carried out */
	gnutls_certificate_credentials_t credentials; /* NULL: no TLS */
	atomic_int connections, requests, manner;
	struct client clients[MOST];
	pthread_t thread;
};

/* ---- one connection ---- */

static void drop(struct client *c, bool reset)
{
	const struct linger at_once = { .l_onoff = reset, .l_linger = 0 };

	if (c->fd < 0)
		return;
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(c->fd);
	if (c->tls)
		gnutls_deinit(c->tls);
	*c = (struct client){ .fd = -1 };
}

static void say(struct client *c, const char *text)
{
	if (c->tls)
		gnutls_record_send(c->tls, text, strlen(text));
	else
		(void)!send(c->fd, text, strlen(text), MSG_NOSIGNAL);
}

static void answer(struct web *web, struct client *c)
{
	switch ((enum web_manner)web->manner) {
	case WEB_LENGTH:
		say(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
		break;
	case WEB_CHUNKED:
		say(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nHTTP\r\n");
		poll(NULL, 0, 1);
		say(c, "1\r\n/\r\n0\r\n\r\n");
		break;
	case WEB_LAST:
		say(c, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
		drop(c, false);
		break;
	case WEB_UNCIVIL:
		drop(c, true);
		break;
	case WEB_BABBLE:
		say(c, "220 mail.lime.lan ESMTP\r\n");
		break;
	case WEB_SILENT:
		break;
	}
}

static void hear(struct web *web, struct client *c)
{
	char *at = c->request + c->len;
	size_t room = sizeof c->request - 1 - c->len;
	ssize_t n = c->tls ? gnutls_record_recv(c->tls, at, room) : recv(c->fd, at, room, 0);

	if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
		return;
	if (n <= 0) {
		drop(c, false);
		return;
	}
	c->len += (size_t)n;
	if (!strstr(c->request, "\r\n\r\n"))
		return;
	memset(c->request, 0, sizeof c->request);
	c->len = 0;
	web->requests++;
	answer(web, c);
}

static void greet(struct web *web)
{
	struct client *c = web->clients;

	while (c->fd >= 0)
		cr_assert_lt(++c - web->clients, MOST);
	c->fd = accept(web->listener, NULL, NULL);
	if (c->fd < 0)
		return;
	web->connections++;
	if (!web->credentials)
		return;
	gnutls_init(&c->tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
	gnutls_set_default_priority(c->tls);
	gnutls_credentials_set(c->tls, GNUTLS_CRD_CERTIFICATE, web->credentials);
	gnutls_transport_set_int(c->tls, c->fd);
	gnutls_handshake_set_timeout(c->tls, 10000);
	while (c->fd >= 0) {
		int code = gnutls_handshake(c->tls);

		if (code == GNUTLS_E_SUCCESS)
			return;
		if (gnutls_error_is_fatal(code))
			drop(c, false);
	}
}

/* ---- orders ---- */

static void start_listening(struct web *web)
{
	const struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(web->port),
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const int on = 1;

	web->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(web->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	cr_assert_eq(bind(web->listener, (const struct sockaddr *)&sin, sizeof sin), 0);
	cr_assert_eq(listen(web->listener, 64), 0);
}

static void obey(struct web *web)
{
	char order;

	cr_assert_eq(read(web->orders[0], &order, 1), 1);
	if (order == 'l')
		start_listening(web);
	if (order == 'q') {
		close(web->listener);
		web->listener = -1;
	}
	for (size_t i = 0; i < MOST; i++)
		if (order == 'r' || order == 'f')
			drop(&web->clients[i], order == 'r');
	cr_assert_eq(write(web->done[1], &order, 1), 1);
}

static void *serve(void *arg)
{
	struct web *web = arg;

	for (;;) {
		struct pollfd fds[MOST + 2] = { { web->orders[0], POLLIN, 0 },
						{ web->listener, POLLIN, 0 } };

		for (size_t i = 0; i < MOST; i++)
			fds[i + 2] = (struct pollfd){ web->clients[i].fd, POLLIN, 0 };
		poll(fds, MOST + 2, -1);
		for (size_t i = 0; i < MOST; i++)
			if (fds[i + 2].revents && web->clients[i].fd >= 0)
				hear(web, &web->clients[i]);
		if (fds[1].revents)
			greet(web);
		if (fds[0].revents)
			obey(web);
	}
	return NULL;
}

static void order(struct web *web, char what)
{
	cr_assert_eq(write(web->orders[1], &what, 1), 1);
	cr_assert_eq(read(web->done[0], &what, 1), 1);
}

/* ---- beginning ---- */

static void certify(struct web *web)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
	unsigned char serial = 1;

	gnutls_x509_privkey_init(&key);
	cr_assert_geq(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
						   GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
						   0), 0);
	gnutls_x509_crt_init(&crt);
	gnutls_x509_crt_set_version(crt, 3);
	gnutls_x509_crt_set_serial(crt, &serial, 1);
	gnutls_x509_crt_set_dn(crt, "CN=k8s1.lime.lan", NULL);
	gnutls_x509_crt_set_activation_time(crt, time(NULL) - 3600);
	gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 3600);
	gnutls_x509_crt_set_key(crt, key);
	cr_assert_geq(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0), 0);
	gnutls_certificate_allocate_credentials(&web->credentials);
	cr_assert_geq(gnutls_certificate_set_x509_key(web->credentials, &crt, 1, key), 0);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
}

struct web *web_start(bool tls)
{
	struct web *web = calloc(1, sizeof *web);

	cr_assert(web);
	for (size_t i = 0; i < MOST; i++)
		web->clients[i].fd = -1;
	cr_assert_eq(pipe(web->orders), 0);
	cr_assert_eq(pipe(web->done), 0);
	if (tls)
		certify(web);
	web->listener = listen_silently("127.0.0.1", &web->port);
	cr_assert_eq(pthread_create(&web->thread, NULL, serve, web), 0);
	return web;
}

uint16_t web_port(const struct web *web)
{
	return web->port;
}

int web_connections(const struct web *web)
{
	return web->connections;
}

int web_requests(const struct web *web)
{
	return web->requests;
}

void web_answer(struct web *web, enum web_manner manner)
{
	web->manner = manner;
}

void web_reset(struct web *web)
{
	order(web, 'r');
}

void web_close(struct web *web)
{
	order(web, 'f');
}

void web_refuse(struct web *web)
{
	order(web, 'q');
}

void web_listen(struct web *web)
{
	order(web, 'l');
}
