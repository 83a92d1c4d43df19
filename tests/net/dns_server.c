/* SPDX-License-Identifier: Apache-2.0 */
#include "dns_server.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/cursor.h"
#include "halb/dns/record.h"
#include "server.h"

static struct dns_question read_question(const uint8_t *bytes, size_t len, bool tcp, int number)
{
	struct dns_question q = { .bytes = bytes, .len = len, .tcp = tcp, .number = number };
	struct halb_cursor in = halb_cursor_over(bytes, len);
	struct halb_name name = { 0 };

	halb_cursor_skip(&in, DNS_HEADER);
	do {
		uint8_t label = in.left ? *in.at : 0;
		const uint8_t *at = halb_cursor_bytes(&in, label + 1u);

		cr_assert(at);
		memcpy(name.wire + name.len, at, label + 1u);
		name.len = (uint8_t)(name.len + label + 1);
	} while (name.wire[name.len - 1] || name.len == 0);
	halb_name_format(&name, q.name);
	q.type = halb_cursor_be16(&in);
	cr_assert_eq(halb_cursor_be16(&in), 1, "class IN");
	cr_assert(!in.bad && !in.left, "one question and nothing else");
	return q;
}

void dns_reply(const struct dns_question *q, uint16_t flags, uint16_t n_answers,
	       struct halb_buf *out)
{
	halb_buf_bytes(out, q->bytes, 2);
	halb_buf_be16(out, 0x8580 | flags); /* QR AA RD RA */
	halb_buf_be16(out, 1);
	halb_buf_be16(out, n_answers);
	halb_buf_be32(out, 0);
	halb_buf_bytes(out, q->bytes + DNS_HEADER, q->len - DNS_HEADER);
}

static void record(uint16_t type, const struct halb_buf *data, struct halb_buf *out)
{
	halb_buf_be16(out, 0xc000 | DNS_HEADER);
	halb_buf_be16(out, type);
	halb_buf_be16(out, 1);
	halb_buf_be32(out, 900);
	halb_buf_be16(out, (uint16_t)data->len);
	halb_buf_bytes(out, data->data, data->len);
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
		struct dns_question q = read_question(bytes, (size_t)n, false, ++server->n_udp);
		struct halb_buf out[2] = { 0 };

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
static void answer_tcp(struct dns_server *server, int fd)
{
	struct halb_buf out = { 0 }, messages[2] = { 0 };
	struct dns_question q;
	uint8_t bytes[1024];
	size_t len;

	if (recv(fd, bytes, 2, MSG_WAITALL) != 2)
		return;
	len = (size_t)(bytes[0] << 8 | bytes[1]);
	cr_assert_leq(len, sizeof bytes);
	cr_assert_eq(recv(fd, bytes, len, MSG_WAITALL), (ssize_t)len);
	q = read_question(bytes, len, true, server->n_udp);
	server->n_tcp++;
	server->answer(&q, messages);
	halb_buf_be16(&out, (uint16_t)messages[0].len);
	halb_buf_bytes(&out, messages[0].data, messages[0].len);
	send(fd, out.data, out.len, MSG_NOSIGNAL);
	while (recv(fd, bytes, sizeof bytes, 0) > 0)
		;
	halb_buf_clear(&out);
	halb_buf_clear(&messages[0]);
	halb_buf_clear(&messages[1]);
}

static void *serve_tcp(void *arg)
{
	struct dns_server *server = arg;

	for (;;) {
		int fd = accept(server->tcp, NULL, NULL);

		answer_tcp(server, fd);
		close(fd);
	}
	return NULL;
}

void dns_server_start(struct dns_server *server, dns_answer_fn *answer, bool tcp)
{
	struct halb_addr addr = address_of("127.0.0.1");
	struct sockaddr_storage sa;
	pthread_t thread;
	socklen_t len;

	*server = (struct dns_server){ .answer = answer };
	server->tcp = bind_socket("127.0.0.1", SOCK_STREAM, &server->port);
	server->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	len = halb_addr_to_sockaddr(&addr, server->port, &sa);
	cr_assert_eq(bind(server->udp, (struct sockaddr *)&sa, len), 0);
	cr_assert_eq(pthread_create(&thread, NULL, serve_udp, server), 0);
	if (!tcp)
		return;
	cr_assert_eq(listen(server->tcp, 16), 0);
	cr_assert_eq(pthread_create(&thread, NULL, serve_tcp, server), 0);
}
