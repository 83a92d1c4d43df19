/* SPDX-License-Identifier: Apache-2.0 */
#include "dns_server.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "halb/base/cursor.h"
#include "halb/dns/record.h"
#include "server.h"

struct dns_question dns_question_read(const uint8_t *bytes, size_t len)
{
	struct dns_question q = { .bytes = bytes, .len = len };
	struct halb_cursor in = halb_cursor_over(bytes, len);
	struct halb_name *name = &q.qname;

	halb_cursor_skip(&in, DNS_HEADER);
	do {
		uint8_t label = in.left ? *in.at : 0;
		const uint8_t *at = halb_cursor_bytes(&in, label + 1u);

		cr_assert(at);
		memcpy(name->wire + name->len, at, label + 1u);
		name->len = (uint8_t)(name->len + label + 1);
	} while (name->wire[name->len - 1] || name->len == 0);
	halb_name_format(name, q.name);
	q.type = halb_cursor_be16(&in);
	cr_assert_eq(halb_cursor_be16(&in), 1, "class IN");
	cr_assert(!in.bad && !in.left, "one question and nothing else");
	return q;
}

void dns_reply(const struct dns_question *q, uint16_t flags, uint16_t n_answers,
	       struct halb_buf *out)
{
	halb_buf_bytes(out, q->bytes, 2);
	halb_buf_be16(out, 0x8580 ^ flags); /* QR AA RD RA */
	halb_buf_be16(out, 1);
	halb_buf_be16(out, n_answers);
	halb_buf_be32(out, 0);
	halb_buf_bytes(out, q->bytes + DNS_HEADER, q->len - DNS_HEADER);
}

void dns_record(const struct halb_name *owner, uint16_t type, uint32_t ttl, const void *data,
		size_t len, struct halb_buf *out)
{
	if (owner)
		halb_buf_bytes(out, owner->wire, owner->len);
	else
		halb_buf_be16(out, 0xc000 | DNS_HEADER);
	halb_buf_be16(out, type);
	halb_buf_be16(out, 1);
	halb_buf_be32(out, ttl);
	halb_buf_be16(out, (uint16_t)len);
	halb_buf_bytes(out, data, len);
}

static void record(uint16_t type, const struct halb_buf *data, struct halb_buf *out)
{
	dns_record(NULL, type, 900, data->data, data->len, out);
}

static void put_name(const char *text, struct halb_buf *out)
{
	struct halb_name name;

	cr_assert_eq(halb_name_parse(text, &name, NULL), HALB_OK);
	halb_buf_bytes(out, name.wire, name.len);
}

void dns_a(uint32_t address, struct halb_buf *out)
{
	struct halb_buf data = { 0 };

	halb_buf_be32(&data, address);
	record(HALB_RR_A, &data, out);
	halb_buf_clear(&data);
}

void dns_aaaa(const char *address, struct halb_buf *out)
{
	struct halb_buf data = { 0 };
	struct halb_addr addr = address_of(address);

	halb_buf_bytes(&data, addr.bytes, 16);
	record(HALB_RR_AAAA, &data, out);
	halb_buf_clear(&data);
}

static void name_record(uint16_t type, const char *target, struct halb_buf *out)
{
	struct halb_buf data = { 0 };

	put_name(target, &data);
	record(type, &data, out);
	halb_buf_clear(&data);
}

void dns_ptr(const char *target, struct halb_buf *out)
{
	name_record(HALB_RR_PTR, target, out);
}

void dns_ns(const char *target, struct halb_buf *out)
{
	name_record(HALB_RR_NS, target, out);
}

void dns_srv(uint16_t priority, uint16_t weight, const char *target, struct halb_buf *out)
{
	struct halb_buf data = { 0 };

	halb_buf_be16(&data, priority);
	halb_buf_be16(&data, weight);
	halb_buf_be16(&data, 389);
	put_name(target, &data);
	record(HALB_RR_SRV, &data, out);
	halb_buf_clear(&data);
}

static void *serve_udp(void *arg)
{
	struct dns_server *server = arg;
	struct sockaddr_storage from;
	uint8_t bytes[1024];

	for (;;) {
		socklen_t len = sizeof from;
		ssize_t n = recvfrom(server->udp, bytes, sizeof bytes, 0, (struct sockaddr *)&from,
				     &len);
		struct halb_buf out[2] = { 0 };
		struct dns_question q;

		if (n < 0) /* the test makes another server of it, with threads of its own */
			return NULL;
		q = dns_question_read(bytes, (size_t)n);
		q.number = ++server->n_udp;
		q.from = &from;
		q.arg = server->arg;
		server->answer(&q, out);
		for (int i = 0; i < 2; i++) {
			if (out[i].len)
				sendto(server->udp, out[i].data, out[i].len, 0,
				       (struct sockaddr *)&from, len);
			halb_buf_clear(&out[i]);
		}
	}
	return NULL;
}

/* RFC 1035 4.2.2: the length first. */
static bool send_whole(int fd, const struct halb_buf *message)
{
	struct halb_buf out = { 0 };

	if (message->len) {
		halb_buf_be16(&out, (uint16_t)message->len);
		halb_buf_bytes(&out, message->data, message->len);
		send(fd, out.data, out.len, MSG_NOSIGNAL);
	}
	halb_buf_clear(&out);
	return true;
}

static bool answer_tcp(struct dns_server *server, int fd)
{
	dns_stream_fn *stream = server->stream ? server->stream : send_whole;
	struct halb_buf messages[2] = { 0 };
	struct dns_question q;
	uint8_t bytes[1024];
	size_t len;
	bool more;

	if (recv(fd, bytes, 2, MSG_WAITALL) != 2)
		return false;
	len = (size_t)(bytes[0] << 8 | bytes[1]);
	cr_assert_leq(len, sizeof bytes);
	if (recv(fd, bytes, len, MSG_WAITALL) != (ssize_t)len)
		return false;
	q = dns_question_read(bytes, len);
	q.tcp = true;
	q.number = server->n_udp;
	q.arg = server->arg;
	server->n_tcp++;
	server->answer(&q, messages);
	more = stream(fd, &messages[0]);
	halb_buf_clear(&messages[0]);
	halb_buf_clear(&messages[1]);
	return more;
}

static void *serve_tcp(void *arg)
{
	struct dns_server *server = arg;

	for (;;) {
		int fd = accept(server->tcp, NULL, NULL);

		while (answer_tcp(server, fd))
			;
		close(fd);
	}
	return NULL;
}

static int bind_at(unsigned number, int type, uint16_t port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	cr_assert_geq(fd, 0);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number);
	if (bind(fd, (struct sockaddr *)&sa, sizeof sa) == 0)
		return fd;
	close(fd);
	return -1;
}

bool dns_server_bind(struct dns_server *server, unsigned number, uint16_t port)
{
	struct sockaddr_in sa;
	socklen_t len = sizeof sa;

	server->udp = bind_at(number, SOCK_DGRAM, port);
	if (server->udp < 0)
		return false;
	cr_assert_eq(getsockname(server->udp, (struct sockaddr *)&sa, &len), 0);
	server->port = ntohs(sa.sin_port);
	server->tcp = bind_at(number, SOCK_STREAM, server->port);
	if (server->tcp < 0)
		close(server->udp);
	return server->tcp >= 0;
}

uint16_t dns_servers_bind(struct dns_server *const *servers, size_t n)
{
	for (;;) {
		size_t bound = 0;
		uint16_t port = 0;

		while (bound < n && dns_server_bind(servers[bound], (unsigned)bound, port))
			port = servers[bound++]->port;
		if (bound == n)
			return port;
		while (bound--) {
			close(servers[bound]->udp);
			close(servers[bound]->tcp);
		}
	}
}

void dns_server_run(struct dns_server *server, bool tcp)
{
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, serve_udp, server), 0);
	if (!tcp)
		return;
	cr_assert_eq(listen(server->tcp, 16), 0);
	cr_assert_eq(pthread_create(&thread, NULL, serve_tcp, server), 0);
}

void dns_server_start(struct dns_server *server, dns_answer_fn *answer, bool tcp)
{
	server->answer = answer;
	server->n_udp = server->n_tcp = 0;
	while (!dns_server_bind(server, 0, 0))
		; /* the port that UDP was given may be taken in TCP */
	dns_server_run(server, tcp);
}
