/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/dns/wire.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "hostile_priv.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

#define QR 0x8000U
#define AA 0x0400U
#define TC 0x0200U

static struct halb_name name_of(const char *text)
{
	struct halb_name name;

	cr_assert_eq(halb_name_parse(text, &name, NULL), HALB_OK, "%s", text);
	return name;
}

static void put_name(struct halb_buf *msg, const char *text)
{
	struct halb_name name = name_of(text);

	halb_buf_bytes(msg, name.wire, name.len);
}

static void put_header(struct halb_buf *msg, unsigned flags, unsigned answers, unsigned authority)
{
	halb_buf_be16(msg, 0x1234);
	halb_buf_be16(msg, (uint16_t)flags);
	halb_buf_be16(msg, 1);
	halb_buf_be16(msg, (uint16_t)answers);
	halb_buf_be16(msg, (uint16_t)authority);
	halb_buf_be16(msg, 0);
}

static void put_question(struct halb_buf *msg, const char *name, uint16_t type)
{
	put_name(msg, name);
	halb_buf_be16(msg, type);
	halb_buf_be16(msg, 1);
}

static void put_rr_head(struct halb_buf *msg, const char *owner, uint16_t type, uint32_t ttl,
			size_t len)
{
	put_name(msg, owner);
	halb_buf_be16(msg, type);
	halb_buf_be16(msg, 1);
	halb_buf_be32(msg, ttl);
	halb_buf_be16(msg, (uint16_t)len);
}

static void put_a(struct halb_buf *msg, const char *owner, uint32_t ttl, const char *addr)
{
	struct halb_addr a;

	cr_assert(halb_addr_parse(addr, &a));
	put_rr_head(msg, owner, a.len == 4 ? HALB_RR_A : HALB_RR_AAAA, ttl, a.len);
	halb_buf_bytes(msg, a.bytes, a.len);
}

static void put_cname(struct halb_buf *msg, const char *owner, uint32_t ttl, const char *target)
{
	struct halb_name name = name_of(target);

	put_rr_head(msg, owner, HALB_RR_CNAME, ttl, name.len);
	halb_buf_bytes(msg, name.wire, name.len);
}

static void put_soa(struct halb_buf *msg, const char *owner, uint32_t serial)
{
	struct halb_name mname = name_of("dc1.lime.lan"), rname = name_of("hostmaster.lime.lan");

	put_rr_head(msg, owner, HALB_RR_SOA, 3600, mname.len + rname.len + 20U);
	halb_buf_bytes(msg, mname.wire, mname.len);
	halb_buf_bytes(msg, rname.wire, rname.len);
	halb_buf_be32(msg, serial);
	halb_buf_be32(msg, 900);
	halb_buf_be32(msg, 600);
	halb_buf_be32(msg, 86400);
	halb_buf_be32(msg, 3600);
}

static enum halb_status decode(const struct halb_buf *msg, const char *qname, uint16_t qtype,
			       struct halb_reply *out, struct halb_error *err)
{
	struct halb_name name = name_of(qname);

	return halb_reply_decode(msg->data, msg->len, &name, qtype, out, err);
}

/* Decodes and empties `msg`, which must be all right. */
static struct halb_reply reply_of(struct halb_buf *msg, const char *qname, uint16_t qtype)
{
	struct halb_reply reply = { 0 };
	struct halb_error err = { 0 };

	cr_assert_eq(decode(msg, qname, qtype, &reply, &err), HALB_OK, "%s", err.text);
	halb_buf_clear(msg);
	return reply;
}

/* Empties `msg`, which must be refused with that word in the text. */
static void expect_refused(struct halb_buf *msg, const char *why)
{
	struct halb_reply reply = { .rcode = 77 };
	struct halb_error err = { 0 };

	cr_expect_eq(decode(msg, "k8s1.lime.lan", HALB_RR_A, &reply, &err), HALB_E_MALFORMED, "%s",
		     why);
	cr_expect(strstr(err.text, why), "%s: %s", why, err.text);
	cr_expect_eq(reply.rcode, 77, "untouched on failure");
	halb_buf_clear(msg);
}

static void expect_data(const struct halb_record *rec, const char *want)
{
	struct halb_buf out = { 0 };

	halb_record_format_data(rec, &out);
	cr_expect_str_eq(halb_buf_string(&out), want);
	halb_buf_clear(&out);
}

Test(reply, flags_answers_and_serial_are_read)
{
	struct halb_name owner = name_of("k8s1.lime.lan");
	struct halb_buf msg = { 0 };
	struct halb_reply reply;

	put_header(&msg, QR | AA, 1, 1);
	put_question(&msg, "K8S1.lime.LAN", HALB_RR_A);
	put_a(&msg, "k8s1.lime.lan", 900, "192.168.11.11");
	put_soa(&msg, "lime.lan", 110);
	reply = reply_of(&msg, "k8s1.lime.lan", HALB_RR_A);
	cr_assert(reply.authoritative && !reply.truncated);
	cr_assert_eq(reply.rcode, 0);
	cr_assert(reply.has_serial);
	cr_assert_eq(reply.serial, 110);
	cr_assert_eq(reply.n_answers, 1);
	cr_assert(halb_name_equal(&reply.answers[0].owner, &owner));
	cr_assert_eq(reply.answers[0].rec.type, HALB_RR_A);
	cr_assert_eq(reply.answers[0].rec.ttl, 900);
	expect_data(&reply.answers[0].rec, "192.168.11.11");
	halb_reply_clear(&reply);
	cr_assert_eq(reply.n_answers, 0);
}

Test(reply, a_no_is_an_answer_too)
{
	struct halb_buf msg = { 0 };
	struct halb_reply reply;

	put_header(&msg, QR | TC | 3, 0, 0);
	put_question(&msg, "k8s1.lime.lan", HALB_RR_A);
	reply = reply_of(&msg, "k8s1.lime.lan", HALB_RR_A);
	cr_assert_eq(reply.rcode, 3);
	cr_assert(!reply.authoritative && reply.truncated && !reply.has_serial);
	cr_assert_eq(reply.n_answers, 0);
	halb_reply_clear(&reply);
}

Test(reply, soa_of_the_answer_comes_first)
{
	struct halb_buf msg = { 0 };
	struct halb_reply reply;

	put_header(&msg, QR, 1, 1);
	put_question(&msg, "lime.lan", HALB_RR_SOA);
	put_soa(&msg, "lime.lan", 111);
	put_soa(&msg, "lime.lan", 7);
	reply = reply_of(&msg, "lime.lan", HALB_RR_SOA);
	cr_assert_eq(reply.serial, 111);
	expect_data(&reply.answers[0].rec,
		    "dc1.lime.lan hostmaster.lime.lan 111 900 600 86400 3600");
	halb_reply_clear(&reply);
}

Test(reply, compressed_names_come_out_whole)
{
	struct halb_name want = name_of("k8s1.lime.lan");
	struct halb_buf msg = { 0 };
	struct halb_reply reply;

	put_header(&msg, QR, 1, 0);
	put_question(&msg, "kube.lime.lan", HALB_RR_CNAME);
	halb_buf_be16(&msg, 0xc00c); /* the question's name */
	halb_buf_be16(&msg, HALB_RR_CNAME);
	halb_buf_be16(&msg, 1);
	halb_buf_be32(&msg, 900);
	halb_buf_be16(&msg, 7);
	halb_buf_bytes(&msg, "\4k8s1\xc0\x11", 7); /* lime.lan of the question */
	reply = reply_of(&msg, "kube.lime.lan", HALB_RR_CNAME);
	cr_assert(halb_name_equal(&reply.answers[0].rec.name, &want));
	halb_reply_clear(&reply);
}

static void expect_decoded(uint16_t type, const void *rdata, size_t len, const char *want)
{
	struct halb_buf msg = { 0 };
	struct halb_reply reply;

	put_header(&msg, QR, 1, 0);
	put_question(&msg, "x.lime.lan", type);
	put_rr_head(&msg, "x.lime.lan", type, 60, len);
	halb_buf_bytes(&msg, rdata, len);
	reply = reply_of(&msg, "x.lime.lan", type);
	cr_assert_eq(reply.answers[0].rec.type, type);
	expect_data(&reply.answers[0].rec, want);
	halb_reply_clear(&reply);
}

Test(reply, every_type_is_taken_apart)
{
	expect_decoded(HALB_RR_AAAA, "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x11", 16, "fd00::11");
	expect_decoded(HALB_RR_PTR, "\4k8s1\4lime\3lan", 15, "k8s1.lime.lan");
	expect_decoded(HALB_RR_NS, "\3dc1\4lime\3lan", 14, "dc1.lime.lan");
	expect_decoded(HALB_RR_MX, "\0\12\4mail\3lan", 12, "10 mail.lan");
	expect_decoded(HALB_RR_SRV, "\0\1\0\2\x19\x2b\3dc1\3lan", 15, "1 2 6443 dc1.lan");
	expect_decoded(HALB_RR_TXT, "\2ab\0\1c", 6, "\"ab\" \"\" \"c\"");
	expect_decoded(65281, "\xde\xad", 2, "\\# 2 dead");
	expect_decoded(65281, "", 0, "\\# 0");
}

Test(reply, refuses_what_answers_another_question)
{
	struct halb_buf msg = { 0 };

	put_header(&msg, QR, 0, 0);
	put_question(&msg, "k8s2.lime.lan", HALB_RR_A);
	expect_refused(&msg, "another question, k8s2.lime.lan");
	put_header(&msg, QR, 0, 0);
	put_question(&msg, "k8s1.lime.lan", HALB_RR_AAAA);
	expect_refused(&msg, "another question");
	put_header(&msg, QR, 0, 0);
	put_name(&msg, "k8s1.lime.lan");
	halb_buf_be16(&msg, HALB_RR_A);
	halb_buf_be16(&msg, 3);
	expect_refused(&msg, "class 3");
}

Test(reply, refuses_what_is_no_response)
{
	struct halb_buf msg = { 0 };

	expect_refused(&msg, "less than a header");
	put_header(&msg, 0, 0, 0);
	put_question(&msg, "k8s1.lime.lan", HALB_RR_A);
	expect_refused(&msg, "a query");
	put_header(&msg, QR | 5U << 11, 0, 0);
	put_question(&msg, "k8s1.lime.lan", HALB_RR_A);
	expect_refused(&msg, "standard query");
	put_header(&msg, QR, 0, 0);
	msg.data[5] = 0;
	expect_refused(&msg, "one question");
	put_header(&msg, QR, 65535, 0);
	put_question(&msg, "k8s1.lime.lan", HALB_RR_A);
	expect_refused(&msg, "more answers");
	put_header(&msg, QR, 2, 0);
	put_question(&msg, "k8s1.lime.lan", HALB_RR_A);
	put_a(&msg, "k8s1.lime.lan", 900, "192.168.11.11");
	expect_refused(&msg, "at byte");
}

Test(reply, refuses_a_record_that_is_not_as_long_as_it_says)
{
	struct halb_buf msg = { 0 };

	put_header(&msg, QR, 1, 0);
	put_question(&msg, "k8s1.lime.lan", HALB_RR_A);
	put_rr_head(&msg, "k8s1.lime.lan", HALB_RR_A, 900, 5);
	halb_buf_bytes(&msg, "\1\2\3\4\5", 5);
	expect_refused(&msg, "not as long");
	put_header(&msg, QR, 1, 0);
	put_question(&msg, "k8s1.lime.lan", HALB_RR_A);
	put_rr_head(&msg, "k8s1.lime.lan", HALB_RR_CNAME, 900, 3); /* the name goes on */
	put_name(&msg, "kube.lime.lan");
	expect_refused(&msg, "not as long");
	put_header(&msg, QR, 1, 0);
	put_question(&msg, "k8s1.lime.lan", HALB_RR_A);
	put_rr_head(&msg, "k8s1.lime.lan", HALB_RR_A, 900, 0);
	expect_refused(&msg, "A data: cut short");
	put_header(&msg, QR, 1, 0);
	put_question(&msg, "k8s1.lime.lan", HALB_RR_A);
	put_a(&msg, "k8s1.lime.lan", 900, "1.2.3.4");
	msg.data[msg.len - 11] = 3; /* the class */
	expect_refused(&msg, "class 3");
}

Test(reply, rcodes_have_names)
{
	char text[16];

	cr_assert_str_eq(halb_rcode_format(0, text), "NOERROR");
	cr_assert_str_eq(halb_rcode_format(3, text), "NXDOMAIN");
	cr_assert_str_eq(halb_rcode_format(5, text), "REFUSED");
	cr_assert_str_eq(halb_rcode_format(17, text), "RCODE17");
}

/* An answer with a chain of two CNAMEs in the wrong order, two addresses and a SOA. */
static void put_full(struct halb_buf *msg)
{
	put_header(msg, QR | AA, 5, 1);
	put_question(msg, "a.lime.lan", HALB_RR_A);
	put_a(msg, "k8s1.lime.lan", 900, "192.168.11.11");
	put_cname(msg, "B.lime.lan", 60, "K8S1.lime.lan");
	put_a(msg, "other.lime.lan", 1, "10.0.0.1");
	put_cname(msg, "a.lime.lan", 30, "b.lime.lan");
	put_a(msg, "k8s1.lime.lan", 800, "192.168.11.12");
	put_soa(msg, "lime.lan", 110);
}

Test(chain, is_followed_in_whatever_order)
{
	struct halb_name a = name_of("a.lime.lan"), end = name_of("k8s1.lime.lan");
	struct halb_buf msg = { 0 };
	struct halb_reply reply;
	struct halb_chain chain;

	put_full(&msg);
	reply = reply_of(&msg, "a.lime.lan", HALB_RR_A);
	cr_assert_eq(halb_reply_chain(&reply, &a, HALB_RR_A, &chain, NULL), HALB_OK);
	cr_assert_eq(chain.n_names, 3);
	cr_assert(halb_name_equal(&chain.names[0], &a));
	cr_assert(halb_name_equal(&chain.names[2], &end));
	cr_assert_eq(chain.ttls[0], 30);
	cr_assert_eq(chain.ttls[1], 60);
	cr_assert_eq(chain.ttls[2], 800, "the lowest of the set");
	cr_assert_eq(chain.n_records, 2);
	expect_data(chain.records[0], "192.168.11.11");
	expect_data(chain.records[1], "192.168.11.12");
	halb_chain_clear(&chain);
	halb_reply_clear(&reply);
}

Test(chain, question_for_the_cname_itself_stays_there)
{
	struct halb_name a = name_of("a.lime.lan");
	struct halb_buf msg = { 0 };
	struct halb_reply reply;
	struct halb_chain chain;

	put_full(&msg);
	reply = reply_of(&msg, "a.lime.lan", HALB_RR_A);
	cr_assert_eq(halb_reply_chain(&reply, &a, HALB_RR_CNAME, &chain, NULL), HALB_OK);
	cr_assert_eq(chain.n_names, 1);
	cr_assert_eq(chain.n_records, 1);
	cr_assert_eq(chain.ttls[0], 30);
	expect_data(chain.records[0], "b.lime.lan");
	halb_chain_clear(&chain);
	halb_reply_clear(&reply);
}

Test(chain, dangling_end_has_no_records)
{
	struct halb_name a = name_of("a.lime.lan");
	struct halb_buf msg = { 0 };
	struct halb_reply reply;
	struct halb_chain chain;

	put_header(&msg, QR | 3, 1, 0);
	put_question(&msg, "a.lime.lan", HALB_RR_A);
	put_cname(&msg, "a.lime.lan", 30, "gone.lime.lan");
	reply = reply_of(&msg, "a.lime.lan", HALB_RR_A);
	cr_assert_eq(halb_reply_chain(&reply, &a, HALB_RR_A, &chain, NULL), HALB_OK);
	cr_assert_eq(chain.n_names, 2);
	cr_assert_eq(chain.n_records, 0);
	cr_assert_eq(chain.ttls[1], 0);
	halb_chain_clear(&chain);
	halb_reply_clear(&reply);
}

Test(chain, empty_reply_is_the_question_alone)
{
	struct halb_name a = name_of("a.lime.lan");
	struct halb_reply reply = { 0 };
	struct halb_chain chain;

	cr_assert_eq(halb_reply_chain(&reply, &a, HALB_RR_A, &chain, NULL), HALB_OK);
	cr_assert_eq(chain.n_names, 1);
	cr_assert_eq(chain.n_records, 0);
	halb_chain_clear(&chain);
}

/* CNAMEs from n0 to n1 and so on, `count` of them; the last leads to `back` if that is given. */
static struct halb_reply chain_reply(unsigned count, const char *back)
{
	struct halb_buf msg = { 0 };
	char from[16], to[16];

	put_header(&msg, QR, count, 0);
	put_question(&msg, "n0", HALB_RR_A);
	for (unsigned i = 0; i < count; i++) {
		snprintf(from, sizeof from, "n%u", i);
		snprintf(to, sizeof to, "n%u", i + 1);
		put_cname(&msg, from, 60, back && i == count - 1 ? back : to);
	}
	return reply_of(&msg, "n0", HALB_RR_A);
}

static void expect_chain_refused(struct halb_reply *reply, const char *why)
{
	struct halb_name n0 = name_of("n0");
	struct halb_chain chain = { .n_names = 77 };
	struct halb_error err = { 0 };

	cr_expect_eq(halb_reply_chain(reply, &n0, HALB_RR_A, &chain, &err), HALB_E_MALFORMED);
	cr_expect(strstr(err.text, why), "%s: %s", why, err.text);
	cr_expect_eq(chain.n_names, 77, "untouched on failure");
	halb_reply_clear(reply);
}

Test(chain, circles_are_refused)
{
	static const char *const backs[] = { "n0", "N0", "n1", "n2" };

	for (size_t i = 0; i < COUNT(backs); i++) {
		struct halb_reply reply = chain_reply(3, backs[i]);

		expect_chain_refused(&reply, "circle");
	}
}

Test(chain, limit_is_sixteen)
{
	struct halb_name n0 = name_of("n0");
	struct halb_reply reply = chain_reply(HALB_CHAIN_MAX, NULL);
	struct halb_chain chain;

	cr_assert_eq(halb_reply_chain(&reply, &n0, HALB_RR_A, &chain, NULL), HALB_OK);
	cr_assert_eq(chain.n_names, HALB_CHAIN_MAX + 1);
	halb_chain_clear(&chain);
	halb_reply_clear(&reply);
	reply = chain_reply(HALB_CHAIN_MAX + 1, NULL);
	expect_chain_refused(&reply, "16");
}

Test(chain, two_cnames_at_one_name_are_refused)
{
	static const char *const owners[] = { "n0", "n1" };

	for (size_t i = 0; i < COUNT(owners); i++) {
		struct halb_buf msg = { 0 };
		struct halb_reply reply;

		put_header(&msg, QR, 3, 0);
		put_question(&msg, "n0", HALB_RR_A);
		put_cname(&msg, "n0", 60, "n1");
		put_cname(&msg, "n1", 60, "n2");
		put_cname(&msg, owners[i], 60, "n3");
		reply = reply_of(&msg, "n0", HALB_RR_A);
		expect_chain_refused(&reply, "two CNAMEs");
	}
}

/* Whatever is accepted can be followed and written out. */
static void judge(const uint8_t *data, size_t len)
{
	struct halb_name qname = name_of("a.lime.lan");
	struct halb_error err = { 0 };
	struct halb_reply reply;
	struct halb_chain chain;

	if (halb_reply_decode(data, len, &qname, HALB_RR_A, &reply, &err) != HALB_OK) {
		cr_assert_eq(err.status, HALB_E_MALFORMED);
		cr_assert(err.text[0]);
		return;
	}
	for (size_t i = 0; i < reply.n_answers; i++) {
		struct halb_buf text = { 0 };

		halb_record_format_data(&reply.answers[i].rec, &text);
		cr_assert(!text.bad);
		halb_buf_clear(&text);
	}
	if (halb_reply_chain(&reply, &qname, HALB_RR_A, &chain, &err) == HALB_OK)
		halb_chain_clear(&chain);
	halb_reply_clear(&reply);
}

/* The same answer with pointers instead of names, and a record of each kind behind it. */
static void put_dense(struct halb_buf *msg)
{
	static const uint8_t records[] =
		"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1b\xc0\x0e" /* CNAME b.lime.lan */
		"\xc0\x0e\0\6\0\1\0\0\0\x3c\0\x18\xc0\x0e\xc0\x0c" /* SOA */
		"\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5"
		"\xc0\x0c\0\x10\0\1\0\0\0\x3c\0\6\2ab\0\1c" /* TXT */
		"\xc0\x0c\0\x21\0\1\0\0\0\x3c\0\x08\0\1\0\2\0\3\xc0\x0c" /* SRV */
		"\xc0\x0c\0\x2e\0\1\0\0\0\x3c\0\x15\0\1\5\2" /* RRSIG */
		"\0\0\0\1\0\0\0\2\0\0\0\3\0\7\xc0\x0c\0"
		"\xc0\x0c\0\x37\0\1\0\0\0\x3c\0\x08\1\1\0\1\xaa\xbb\xc0\x0c" /* HIP */
		"\xc0\x0c\0\x2d\0\1\0\0\0\x3c\0\5\1\3\2\xc0\x0c" /* IPSECKEY */
		"\xc0\x0c\0\x40\0\1\0\0\0\x3c\0\7\0\1\0\0\1\0\0" /* SVCB */
		"\xc0\x0c\0\x32\0\1\0\0\0\x3c\0\x0a\1\0\0\1\1\xaa\1\xbb\0\0" /* NSEC3 */
		"\xc0\x0c\0\xfa\0\1\0\0\0\x3c\0\x11\0" /* TSIG */
		"\0\0\1\2\3\4\1\2\0\0\1\2\0\0\0\0"
		"\0\0\x29\0\1\0\0\0\0\0\0"; /* OPT */

	put_header(msg, QR | AA, 11, 0);
	put_question(msg, "a.lime.lan", HALB_RR_A);
	halb_buf_bytes(msg, records, sizeof records - 1);
}

Test(reply, hostile_bytes_are_refused_or_make_sense)
{
	struct halb_buf msg = { 0 };
	struct halb_reply reply;

	put_full(&msg);
	hostile_feed(msg.data, msg.len, 8000, judge);
	halb_buf_clear(&msg);
	put_dense(&msg);
	reply = reply_of(&msg, "a.lime.lan", HALB_RR_A);
	cr_assert_eq(reply.n_answers, 11, "what is mutated was all right");
	halb_reply_clear(&reply);
	put_dense(&msg);
	hostile_feed(msg.data, msg.len, 12000, judge);
	halb_buf_clear(&msg);
}

Test(reply, a_cut_message_is_refused)
{
	struct halb_name qname = name_of("a.lime.lan");
	struct halb_buf msg = { 0 };
	struct halb_reply reply;

	put_full(&msg);
	for (size_t cut = 0; cut < msg.len; cut++)
		cr_expect_eq(halb_reply_decode(msg.data, cut, &qname, HALB_RR_A, &reply, NULL),
			     HALB_E_MALFORMED, "at %zu", cut);
	halb_buf_clear(&msg);
}
