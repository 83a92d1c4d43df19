/* SPDX-License-Identifier: Apache-2.0 */
#include "dc.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/cursor.h"

#define HEADER   12
#define NXDOMAIN 3
#define REFUSED  5

struct incoming {
	uint8_t bytes[512];
	size_t len;
	struct halb_name name;
	char text[HALB_NAME_TEXT];
	uint16_t type;
};

static struct halb_name name_of(const char *text)
{
	struct halb_name name;

	cr_assert_eq(halb_name_parse(text, &name, NULL), HALB_OK);
	return name;
}

static void read_question(struct incoming *q)
{
	struct halb_cursor in = halb_cursor_over(q->bytes, q->len);

	halb_cursor_skip(&in, HEADER);
	q->name.len = 0;
	for (;;) {
		uint8_t label = halb_cursor_u8(&in);
		const uint8_t *at = halb_cursor_bytes(&in, label);

		cr_assert(!in.bad);
		q->name.wire[q->name.len++] = label;
		if (!label)
			break;
		memcpy(q->name.wire + q->name.len, at, label);
		q->name.len = (uint8_t)(q->name.len + label);
	}
	q->type = halb_cursor_be16(&in);
	halb_name_format(&q->name, q->text);
}

static void put_record(const struct halb_name *owner, uint16_t type, uint32_t ttl, const void *data,
		       size_t len, struct halb_buf *out)
{
	halb_buf_bytes(out, owner->wire, owner->len);
	halb_buf_be16(out, type);
	halb_buf_be16(out, 1);
	halb_buf_be32(out, ttl);
	halb_buf_be16(out, (uint16_t)len);
	halb_buf_bytes(out, data, len);
	out->data[7]++; /* ANCOUNT */
}

static void put_header(const struct incoming *q, bool aa, uint8_t rcode, struct halb_buf *out)
{
	halb_buf_bytes(out, q->bytes, 2);
	halb_buf_be16(out, (uint16_t)((aa ? 0x8480 : 0x8080) | rcode));
	halb_buf_be16(out, 1);
	halb_buf_be16(out, 0);
	halb_buf_be32(out, 0);
	halb_buf_bytes(out, q->bytes + HEADER, q->len - HEADER);
}

static void put_canned(const struct incoming *q, const struct canned *canned, struct halb_buf *out)
{
	uint32_t ttl = canned->ttl ? canned->ttl : 900;
	struct halb_name at = q->name;

	put_header(q, !canned->foreign, canned->rcode, out);
	if (canned->cname) {
		struct halb_name target = name_of(canned->cname);

		put_record(&at, HALB_RR_CNAME, ttl, target.wire, target.len, out);
		if (canned->circle)
			put_record(&target, HALB_RR_CNAME, ttl, at.wire, at.len, out);
		at = target;
	}
	for (int i = 0; i < 2 && canned->addresses[i]; i++) {
		struct halb_addr addr;

		cr_assert(halb_addr_parse(canned->addresses[i], &addr));
		put_record(&at, addr.len == 4 ? HALB_RR_A : HALB_RR_AAAA, ttl, addr.bytes, addr.len,
			   out);
	}
	if (canned->ptr) {
		struct halb_name target = name_of(canned->ptr);

		put_record(&at, HALB_RR_PTR, ttl, target.wire, target.len, out);
	}
	if (canned->garbage)
		out->data[7] = 200;
}

static void put_soa(const struct incoming *q, uint32_t serial, struct halb_buf *out)
{
	struct halb_buf data = { 0 };

	halb_buf_u8(&data, 0); /* the root stands for both names */
	halb_buf_u8(&data, 0);
	halb_buf_be32(&data, serial);
	for (int i = 0; i < 4; i++)
		halb_buf_be32(&data, 3600);
	put_header(q, true, 0, out);
	put_record(&q->name, HALB_RR_SOA, 3600, data.data, data.len, out);
	halb_buf_clear(&data);
}

static struct canned *find(const struct dc *dc, const char *name)
{
	for (size_t i = 0; i < dc->n_canned; i++)
		if (strcasecmp(dc->canned[i].name, name) == 0)
			return &dc->canned[i];
	return NULL;
}

static void answer(struct dc *dc, const struct incoming *q, struct halb_buf *out)
{
	struct canned *canned = find(dc, q->text);
	int before = canned ? canned->asked++ : 0;

	if (dc->asked++ < dc->deaf || (canned && canned->silent))
		return;
	if (q->type == HALB_RR_SOA && dc->serial)
		put_soa(q, dc->serial, out);
	else if (!canned)
		put_header(q, !dc->foreign, dc->foreign ? REFUSED : NXDOMAIN, out);
	else if (before < canned->lacks)
		put_header(q, true, NXDOMAIN, out);
	else
		put_canned(q, canned, out);
}

static void *serve(void *arg)
{
	struct dc *dc = arg;

	for (;;) {
		struct sockaddr_storage from;
		socklen_t from_len = sizeof from;
		struct halb_buf out = { 0 };
		struct incoming q;
		ssize_t n = recvfrom(dc->fd, q.bytes, sizeof q.bytes, 0, (struct sockaddr *)&from,
				     &from_len);

		if (n < HEADER)
			continue;
		q.len = (size_t)n;
		read_question(&q);
		answer(dc, &q, &out);
		if (out.len)
			sendto(dc->fd, out.data, out.len, 0, (struct sockaddr *)&from, from_len);
		halb_buf_clear(&out);
	}
	return NULL;
}

static int bind_at(size_t number, uint16_t port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	cr_assert_geq(fd, 0);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)number);
	if (bind(fd, (struct sockaddr *)&sa, sizeof sa) == 0)
		return fd;
	close(fd);
	return -1;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_in sa;
	socklen_t len = sizeof sa;

	cr_assert_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	return ntohs(sa.sin_port);
}

/* A port that is free at the first address may be taken at another: then the next one. */
uint16_t dcs_bind(struct dc *dcs, size_t n)
{
	for (;;) {
		size_t bound = 0;
		uint16_t port = 0;

		for (; bound < n; bound++) {
			dcs[bound].fd = bind_at(bound, port);
			if (dcs[bound].fd < 0)
				break;
			port = port_of(dcs[bound].fd);
		}
		if (bound == n)
			return port;
		while (bound--)
			close(dcs[bound].fd);
	}
}

void dc_start(struct dc *dc)
{
	pthread_t thread;

	if (!dc->silent)
		cr_assert_eq(pthread_create(&thread, NULL, serve, dc), 0);
}

size_t dc_count_names(const struct dc *dc)
{
	struct halb_name seen[512];
	struct incoming q;
	size_t n = 0, i;
	ssize_t len;

	while ((len = recv(dc->fd, q.bytes, sizeof q.bytes, MSG_DONTWAIT)) > 0) {
		q.len = (size_t)len;
		read_question(&q);
		for (i = 0; i < n && !halb_name_equal(&seen[i], &q.name); i++)
			;
		if (i == n && n < 512)
			seen[n++] = q.name;
	}
	return n;
}
