/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile_dns.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "halb/dns/record.h"

#define VIP 0xc0a80b0b

static const uint8_t vip[] = { 192, 168, 11, 11 };

static struct halb_name name_of(const char *text)
{
	struct halb_name name;

	cr_assert_eq(halb_name_parse(text, &name, NULL), HALB_OK);
	return name;
}

static bool is_alias(const struct dns_question *q)
{
	return strncasecmp(q->name, "kube.", 5) == 0;
}

static void count(struct halb_buf *out, int n)
{
	out->data[6] = (uint8_t)(n >> 8);
	out->data[7] = (uint8_t)n;
}

static void put_cname(const struct halb_name *owner, const char *target, struct halb_buf *out)
{
	struct halb_name name = name_of(target);

	dns_record(owner, HALB_RR_CNAME, 900, name.wire, name.len, out);
}

/* The right answer, with other flags, another TTL and another owner of the address perhaps. */
static void put(const struct dns_question *q, uint16_t flags, uint32_t ttl, const char *owner,
		struct halb_buf *out)
{
	struct halb_name apex = name_of(owner), wire = name_of("k8s1.lime.lan");

	dns_reply(q, flags, 0, out);
	if (q->type != HALB_RR_A)
		return;
	count(out, is_alias(q) ? 2 : 1);
	if (is_alias(q))
		dns_record(NULL, HALB_RR_CNAME, ttl, wire.wire, wire.len, out);
	dns_record(&apex, HALB_RR_A, ttl, vip, sizeof vip, out);
}

static void right(const struct dns_question *q, struct halb_buf *out)
{
	put(q, 0, 900, "k8s1.lime.lan", out);
}

/* ---- what is not even an answer ---- */

static void silence(const struct dns_question *q, struct halb_buf out[2])
{
	(void)q;
	(void)out;
}

static void another_id(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	out[0].data[1] ^= 1;
}

static void another_question(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	out[0].data[DNS_HEADER + 1] ^= 2;
}

static void another_type(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	out[0].data[q->len - 3] ^= 2;
}

static void another_class(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	out[0].data[q->len - 1] = 3; /* CH */
}

static void no_question(const struct dns_question *q, struct halb_buf out[2])
{
	struct halb_name apex = name_of(q->name);

	halb_buf_bytes(&out[0], q->bytes, 2);
	halb_buf_be16(&out[0], 0x8580);
	halb_buf_be16(&out[0], 0);
	halb_buf_be16(&out[0], 1);
	halb_buf_be32(&out[0], 0);
	dns_record(&apex, HALB_RR_A, 900, vip, sizeof vip, &out[0]);
}

/* From a socket of its own, at that address; the answer itself is right. */
static void send_from(uint32_t address, const struct dns_question *q)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(address) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct halb_buf out = { 0 };

	right(q, &out);
	cr_assert_eq(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	sendto(fd, out.data, out.len, 0, (const struct sockaddr *)q->from, sizeof sa);
	close(fd);
	halb_buf_clear(&out);
}

static void another_port(const struct dns_question *q, struct halb_buf out[2])
{
	(void)out;
	send_from(INADDR_LOOPBACK, q);
}

static void another_source(const struct dns_question *q, struct halb_buf out[2])
{
	(void)out;
	send_from(INADDR_LOOPBACK + 200, q);
}

static void header_only(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	out[0].len = DNS_HEADER;
}

static void half_a_header(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	out[0].len = 7;
}

static void all_ones(const struct dns_question *q, struct halb_buf out[2])
{
	halb_buf_bytes(&out[0], q->bytes, 2);
	for (int i = 0; i < 498; i++)
		halb_buf_u8(&out[0], 0xff);
}

/* ---- answers that make no sense ---- */

static void a_query(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	out[0].data[2] &= 0x7f;
}

static void another_opcode(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	out[0].data[2] |= 5 << 3; /* UPDATE */
}

static void cut_in_a_record(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	out[0].len -= q->type == HALB_RR_A ? 2 : 0;
}

static void counts_too_many(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	count(&out[0], 0xffff);
}

static void counts_one_too_many(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	count(&out[0], is_alias(q) ? 3 : 2);
}

/* The owner of a record more than the right ones is `bytes`. */
static void owned_by(const struct dns_question *q, const void *bytes, size_t len,
		     struct halb_buf *out)
{
	struct halb_buf record = { 0 };

	right(q, out);
	dns_record(NULL, HALB_RR_A, 900, vip, sizeof vip, &record);
	halb_buf_bytes(out, bytes, len);
	halb_buf_bytes(out, record.data + 2, record.len - 2);
	count(out, is_alias(q) ? 3 : 2);
	halb_buf_clear(&record);
}

static void pointer_to_itself(const struct dns_question *q, struct halb_buf out[2])
{
	uint8_t pointer[2];

	right(q, &out[0]);
	pointer[0] = (uint8_t)(0xc0 | out[0].len >> 8);
	pointer[1] = (uint8_t)out[0].len;
	halb_buf_clear(&out[0]);
	owned_by(q, pointer, 2, &out[0]);
}

static void pointers_in_a_circle(const struct dns_question *q, struct halb_buf out[2])
{
	uint8_t name[5] = { 1, 'a', 0xc0, 0 };

	right(q, &out[0]);
	name[3] = (uint8_t)out[0].len;
	halb_buf_clear(&out[0]);
	owned_by(q, name, 4, &out[0]);
}

static void pointer_beyond(const struct dns_question *q, struct halb_buf out[2])
{
	owned_by(q, "\xff\xff", 2, &out[0]);
}

static void reserved_label(const struct dns_question *q, struct halb_buf out[2])
{
	owned_by(q, "\x41" "a\0", 3, &out[0]); /* RFC 6891 5: label type 01 is no more */
}

static void endless_name(const struct dns_question *q, struct halb_buf out[2])
{
	uint8_t name[301];

	for (size_t i = 0; i < 300; i += 2)
		name[i] = 1, name[i + 1] = 'a';
	name[300] = 0;
	owned_by(q, name, sizeof name, &out[0]);
}

static void address_of(const struct dns_question *q, size_t len, struct halb_buf *out)
{
	static const uint8_t bytes[16] = { 192, 168, 11, 11 };

	dns_reply(q, 0, q->type == HALB_RR_A, out);
	if (q->type == HALB_RR_A)
		dns_record(NULL, HALB_RR_A, 900, bytes, len, out);
}

static void short_address(const struct dns_question *q, struct halb_buf out[2])
{
	address_of(q, 3, &out[0]);
}

static void long_address(const struct dns_question *q, struct halb_buf out[2])
{
	address_of(q, 16, &out[0]);
}

static void no_data(const struct dns_question *q, struct halb_buf out[2])
{
	address_of(q, 0, &out[0]);
}

static void record_of_another_class(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	if (q->type == HALB_RR_A)
		out[0].data[out[0].len - 11] = 3;
}

/* ---- answers that are wrong ---- */

static void refused(const struct dns_question *q, struct halb_buf out[2])
{
	dns_reply(q, DNS_AA | 5, 0, &out[0]);
}

static void servfail(const struct dns_question *q, struct halb_buf out[2])
{
	dns_reply(q, DNS_AA | 2, 0, &out[0]);
}

/* It knows who would know. */
static void lame(const struct dns_question *q, struct halb_buf out[2])
{
	struct halb_name zone = name_of("lime.lan"), ns = name_of("ns.elsewhere.example");

	dns_reply(q, DNS_AA, 0, &out[0]);
	dns_record(&zone, HALB_RR_NS, 900, ns.wire, ns.len, &out[0]);
	out[0].data[9] = 1;
}

static void right_but_nxdomain(const struct dns_question *q, struct halb_buf out[2])
{
	put(q, 3, 900, "k8s1.lime.lan", &out[0]);
}

static void right_but_in_authority(const struct dns_question *q, struct halb_buf out[2])
{
	right(q, &out[0]);
	out[0].data[9] = out[0].data[7];
	count(&out[0], 0);
}

static void only_of_another_name(const struct dns_question *q, struct halb_buf out[2])
{
	put(q, 0, 900, "k8s2.lime.lan", &out[0]);
}

static void twice(const struct dns_question *q, struct halb_buf out[2])
{
	struct halb_name apex = name_of("k8s1.lime.lan");

	right(q, &out[0]);
	if (q->type == HALB_RR_A)
		dns_record(&apex, HALB_RR_A, 900, vip, sizeof vip, &out[0]);
	count(&out[0], q->type == HALB_RR_A ? out[0].data[7] + 1 : 0);
}

static void chain(const struct dns_question *q, int links, bool closed, struct halb_buf *out)
{
	struct halb_name owner = q->qname, apex = name_of("k8s1.lime.lan");
	char target[64];

	dns_reply(q, 0, (uint16_t)(links + 1), out);
	for (int i = 1; i <= links; i++) {
		snprintf(target, sizeof target, "c%d.lime.lan", i);
		put_cname(&owner, i < links ? target : closed ? q->name : "k8s1.lime.lan", out);
		owner = name_of(target);
	}
	dns_record(&apex, HALB_RR_A, 900, vip, sizeof vip, out);
}

static void cname_to_itself(const struct dns_question *q, struct halb_buf out[2])
{
	chain(q, 1, true, &out[0]);
}

static void cnames_in_a_circle(const struct dns_question *q, struct halb_buf out[2])
{
	chain(q, 5, true, &out[0]);
}

static void a_hundred_cnames(const struct dns_question *q, struct halb_buf out[2])
{
	chain(q, 100, false, &out[0]);
}

static void two_cnames(const struct dns_question *q, struct halb_buf out[2])
{
	chain(q, 1, false, &out[0]);
	put_cname(&q->qname, "k8s2.lime.lan", &out[0]);
	count(&out[0], 3);
}

/* ---- more or less right ---- */

static void ttl_of_an_age(const struct dns_question *q, struct halb_buf out[2])
{
	put(q, 0, 0x80000384, "k8s1.lime.lan", &out[0]); /* RFC 2181 8 */
}

static void from_a_cache(const struct dns_question *q, struct halb_buf out[2])
{
	put(q, DNS_AA, 900, "k8s1.lime.lan", &out[0]);
}

static void in_capitals(const struct dns_question *q, struct halb_buf out[2])
{
	put(q, 0, 900, "K8s1.LIME.lAn", &out[0]);
	for (size_t i = DNS_HEADER + 1; i < DNS_HEADER + 5; i++)
		out[0].data[i] = (uint8_t)toupper(out[0].data[i]);
}

static void with_poison(const struct dns_question *q, struct halb_buf out[2])
{
	struct halb_name bank = name_of("bank.example");

	right(q, &out[0]);
	if (q->type != HALB_RR_A)
		return;
	dns_record(&bank, HALB_RR_A, 900, "\x0a\x06\x06\x06", 4, &out[0]);
	count(&out[0], out[0].data[7] + 1);
}

/* ---- TCP ---- */

static void whole_by_tcp(const struct dns_question *q, struct halb_buf out[2])
{
	if (q->tcp)
		right(q, &out[0]);
	else
		dns_reply(q, DNS_TC, 0, &out[0]);
}

static void truncated_again(const struct dns_question *q, struct halb_buf out[2])
{
	put(q, DNS_TC, 900, "k8s1.lime.lan", &out[0]);
}

static void thousands_by_tcp(const struct dns_question *q, struct halb_buf out[2])
{
	dns_reply(q, q->tcp ? 0 : DNS_TC, q->tcp ? 4000 : 0, &out[0]);
	for (uint32_t i = 0; q->tcp && i < 4000; i++)
		dns_a(VIP + i, &out[0]);
}

static void thousands_by_udp(const struct dns_question *q, struct halb_buf out[2])
{
	dns_reply(q, 0, 4000, &out[0]);
	for (uint32_t i = 0; i < 4000; i++)
		dns_a(VIP + i, &out[0]);
}

static void nonsense_by_tcp(const struct dns_question *q, struct halb_buf out[2])
{
	if (q->tcp)
		counts_too_many(q, out);
	else
		dns_reply(q, DNS_TC, 0, &out[0]);
}

static bool say_nothing(int fd, const struct halb_buf *message)
{
	(void)fd;
	(void)message;
	return true;
}

static bool hang_up(int fd, const struct halb_buf *message)
{
	(void)fd;
	(void)message;
	return false;
}

static bool reset(int fd, const struct halb_buf *message)
{
	static const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	(void)message;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	return false;
}

/* Says that it is `len` long. */
static bool send_as(int fd, const struct halb_buf *message, size_t len)
{
	uint8_t head[2] = { (uint8_t)(len >> 8), (uint8_t)len };

	send(fd, head, 2, MSG_NOSIGNAL | MSG_MORE);
	send(fd, message->data, message->len, MSG_NOSIGNAL);
	return true;
}

static bool promise_more(int fd, const struct halb_buf *message)
{
	return send_as(fd, message, 0xffff);
}

static bool promise_less(int fd, const struct halb_buf *message)
{
	return send_as(fd, message, DNS_HEADER + 8); /* in the question */
}

static bool promise_nothing(int fd, const struct halb_buf *message)
{
	return send_as(fd, message, 0);
}

/* A byte now and then; it would take a minute and more. */
static bool drip(int fd, const struct halb_buf *message)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	uint8_t head[2] = { (uint8_t)(message->len >> 8), (uint8_t)message->len };

	send(fd, head, 2, MSG_NOSIGNAL);
	for (size_t i = 0; i < message->len; i++) {
		if (send(fd, message->data + i, 1, MSG_NOSIGNAL) < 0)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

#define ROW(end, fn)          { #fn, HOSTILE_##end, fn, NULL }
#define TCP(end, fn, stream)  { #stream, HOSTILE_##end, fn, stream }

const struct hostile_dns hostile_dns[] = {
	ROW(SILENT, silence),
	ROW(SILENT, another_id),
	ROW(SILENT, another_question),
	ROW(SILENT, another_type),
	ROW(SILENT, another_class),
	ROW(SILENT, no_question),
	ROW(SILENT, another_port),
	ROW(SILENT, another_source),
	ROW(SILENT, header_only),
	ROW(SILENT, half_a_header),
	ROW(SILENT, all_ones),
	ROW(NONSENSE, a_query),
	ROW(NONSENSE, another_opcode),
	ROW(NONSENSE, cut_in_a_record),
	ROW(NONSENSE, counts_too_many),
	ROW(NONSENSE, counts_one_too_many),
	ROW(NONSENSE, pointer_to_itself),
	ROW(NONSENSE, pointers_in_a_circle),
	ROW(NONSENSE, pointer_beyond),
	ROW(NONSENSE, reserved_label),
	ROW(NONSENSE, endless_name),
	ROW(NONSENSE, short_address),
	ROW(NONSENSE, long_address),
	ROW(NONSENSE, no_data),
	ROW(NONSENSE, record_of_another_class),
	ROW(NONSENSE, truncated_again),
	ROW(NONSENSE, nonsense_by_tcp),
	ROW(WRONG, thousands_by_udp),
	ROW(WRONG, thousands_by_tcp),
	ROW(WRONG, refused),
	ROW(WRONG, servfail),
	ROW(WRONG, lame),
	ROW(WRONG, right_but_nxdomain),
	ROW(WRONG, right_but_in_authority),
	ROW(WRONG, only_of_another_name),
	ROW(WRONG, twice),
	ROW(WRONG, cname_to_itself),
	ROW(WRONG, cnames_in_a_circle),
	ROW(WRONG, a_hundred_cnames),
	ROW(WRONG, two_cnames),
	ROW(TTL, ttl_of_an_age),
	ROW(FOREIGN, from_a_cache),
	ROW(HARMLESS, in_capitals),
	ROW(HARMLESS, with_poison),
	ROW(HARMLESS, whole_by_tcp),
	TCP(SILENT, whole_by_tcp, say_nothing),
	TCP(SILENT, whole_by_tcp, hang_up),
	TCP(SILENT, whole_by_tcp, reset),
	TCP(SILENT, whole_by_tcp, promise_more),
	TCP(SILENT, whole_by_tcp, promise_less),
	TCP(SILENT, whole_by_tcp, promise_nothing),
	TCP(SILENT, whole_by_tcp, drip),
};

const size_t n_hostile_dns = sizeof hostile_dns / sizeof hostile_dns[0];
