/* SPDX-License-Identifier: Apache-2.0 */
#include "dc.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NXDOMAIN 3
#define REFUSED  5

static struct halb_name name_of(const char *text)
{
	struct halb_name name;

	cr_assert_eq(halb_name_parse(text, &name, NULL), HALB_OK);
	return name;
}

static void put_record(const struct halb_name *owner, uint16_t type, uint32_t ttl, const void *data,
		       size_t len, struct halb_buf *out)
{
	dns_record(owner, type, ttl, data, len, out);
	out->data[7]++; /* ANCOUNT */
}

static void put_header(const struct dns_question *q, bool aa, uint8_t rcode, struct halb_buf *out)
{
	dns_reply(q, (uint16_t)((aa ? 0 : DNS_AA) | rcode), 0, out);
}

static void put_address(const struct halb_name *owner, uint32_t ttl, const char *address,
			struct halb_buf *out)
{
	struct halb_addr addr;

	cr_assert(halb_addr_parse(address, &addr));
	put_record(owner, addr.len == 4 ? HALB_RR_A : HALB_RR_AAAA, ttl, addr.bytes, addr.len, out);
}

static void put_canned(const struct dns_question *q, const struct canned *canned,
		       struct halb_buf *out)
{
	uint32_t ttl = canned->ttl ? canned->ttl : 900;
	struct halb_name at = q->qname;

	put_header(q, !canned->foreign, canned->rcode, out);
	if (canned->cname) {
		struct halb_name target = name_of(canned->cname);

		put_record(&at, HALB_RR_CNAME, ttl, target.wire, target.len, out);
		if (canned->circle)
			put_record(&target, HALB_RR_CNAME, ttl, at.wire, at.len, out);
		at = target;
	}
	for (int i = 0; i < 2 && canned->addresses[i]; i++)
		put_address(&at, ttl, canned->addresses[i], out);
	if (canned->beside)
		put_address(&q->qname, ttl, canned->beside, out);
	if (canned->ptr) {
		struct halb_name target = name_of(canned->ptr);

		put_record(&at, HALB_RR_PTR, ttl, target.wire, target.len, out);
	}
	if (canned->garbage)
		out->data[7] = 200;
}

static void put_soa(const struct dns_question *q, uint32_t serial, struct halb_buf *out)
{
	struct halb_buf data = { 0 };

	halb_buf_u8(&data, 0); /* the root stands for both names */
	halb_buf_u8(&data, 0);
	halb_buf_be32(&data, serial);
	for (int i = 0; i < 4; i++)
		halb_buf_be32(&data, 3600);
	put_header(q, true, 0, out);
	put_record(&q->qname, HALB_RR_SOA, 3600, data.data, data.len, out);
	halb_buf_clear(&data);
}

static struct canned *find(const struct dc *dc, const char *name)
{
	for (size_t i = 0; i < dc->n_canned; i++)
		if (strcasecmp(dc->canned[i].name, name) == 0)
			return &dc->canned[i];
	return NULL;
}

static void answer(const struct dns_question *q, struct halb_buf messages[2])
{
	struct dc *dc = q->arg;
	struct canned *canned = find(dc, q->name);
	struct halb_buf *out = &messages[0];
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

/* A port that is free at the first address may be taken at another: then the next one. */
uint16_t dcs_bind(struct dc *dcs, size_t n)
{
	struct dns_server *servers[DNS_SERVERS_MOST];

	cr_assert_leq(n, DNS_SERVERS_MOST);
	for (size_t i = 0; i < n; i++)
		servers[i] = &dcs[i].dns;
	return dns_servers_bind(servers, n);
}

void dc_start(struct dc *dc)
{
	if (dc->silent)
		return;
	if (!dc->dns.answer)
		dc->dns.answer = answer;
	dc->dns.arg = dc;
	dns_server_run(&dc->dns, true);
}

size_t dc_count_names(const struct dc *dc)
{
	struct halb_name seen[512];
	uint8_t bytes[512];
	size_t n = 0, i;
	ssize_t len;

	while ((len = recv(dc->dns.udp, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
		struct dns_question q = dns_question_read(bytes, (size_t)len);

		for (i = 0; i < n && !halb_name_equal(&seen[i], &q.qname); i++)
			;
		if (i == n && n < 512)
			seen[n++] = q.qname;
	}
	return n;
}
