/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/dns/record.h"

#include <criterion/criterion.h>
#include <string.h>

static struct halb_name name_of(const char *text)
{
	struct halb_name name;

	cr_assert_eq(halb_name_parse(text, &name, NULL), HALB_OK);
	return name;
}

static void expect_data(const struct halb_record *rec, const char *want)
{
	struct halb_buf out = { 0 };

	halb_record_format_data(rec, &out);
	cr_expect_str_eq(halb_buf_string(&out), want);
	halb_buf_clear(&out);
}

Test(record, copy_owns_its_own_bytes)
{
	uint8_t bytes[] = "\5hello";
	struct halb_record rec = { .type = HALB_RR_TXT, .ttl = 900,
				   .raw = { .bytes = bytes, .len = 6 } };
	struct halb_record copy;

	cr_assert_eq(halb_record_copy(&rec, &copy, NULL), HALB_OK);
	cr_assert(halb_record_same_data(&rec, &copy));
	cr_assert_eq(copy.ttl, 900);
	bytes[1] = 'j';
	cr_assert(!halb_record_same_data(&rec, &copy));
	expect_data(&copy, "\"hello\"");
	halb_record_clear(&copy);
	cr_assert_eq(copy.type, 0);
	halb_record_clear(&copy);
}

Test(record, copies_empty_data)
{
	struct halb_record rec = { .type = 65281 }, copy;

	cr_assert_eq(halb_record_copy(&rec, &copy, NULL), HALB_OK);
	cr_assert(halb_record_same_data(&rec, &copy));
	expect_data(&copy, "\\# 0");
	halb_record_clear(&copy);
}

Test(record, same_data_ignores_case_ttl_serial_and_time)
{
	struct halb_record a = { .type = HALB_RR_CNAME, .ttl = 1, .serial = 2, .timestamp = 3,
				 .name = name_of("k8s1.lime.lan") };
	struct halb_record b = { .type = HALB_RR_CNAME, .name = name_of("K8S1.LIME.LAN") };

	cr_assert(halb_record_same_data(&a, &b));
	b.type = HALB_RR_PTR;
	cr_assert(!halb_record_same_data(&a, &b));
	b = (struct halb_record){ .type = HALB_RR_CNAME, .name = name_of("k8s2.lime.lan") };
	cr_assert(!halb_record_same_data(&a, &b));
}

Test(record, every_field_of_the_data_counts)
{
	struct halb_record srv = { .type = HALB_RR_SRV,
				   .srv = { 1, 2, 3, name_of("k8s1.lime.lan") } };
	struct halb_record soa = { .type = HALB_RR_SOA,
				   .soa = { 1, 2, 3, 4, 5, name_of("a.lan"), name_of("b.lan") } };
	struct halb_record mx = { .type = HALB_RR_MX, .mx = { 10, name_of("mail.lime.lan") } };
	struct halb_record tomb = { .type = HALB_RR_TOMBSTONE, .entombed = 7 };
	struct halb_record other;

	for (int i = 0; i < 4; i++) {
		other = srv;
		cr_expect(halb_record_same_data(&srv, &other));
		other.srv.priority = (uint16_t)(other.srv.priority + (i == 0));
		other.srv.weight = (uint16_t)(other.srv.weight + (i == 1));
		other.srv.port = (uint16_t)(other.srv.port + (i == 2));
		other.srv.target.wire[1] = (uint8_t)(other.srv.target.wire[1] + (i == 3));
		cr_expect(!halb_record_same_data(&srv, &other), "SRV field %d", i);
	}
	for (int i = 0; i < 7; i++) {
		other = soa;
		cr_expect(halb_record_same_data(&soa, &other));
		other.soa.serial += i == 0;
		other.soa.refresh += i == 1;
		other.soa.retry += i == 2;
		other.soa.expire += i == 3;
		other.soa.minimum += i == 4;
		other.soa.mname.wire[1] = (uint8_t)(other.soa.mname.wire[1] + (i == 5));
		other.soa.rname.wire[1] = (uint8_t)(other.soa.rname.wire[1] + (i == 6));
		cr_expect(!halb_record_same_data(&soa, &other), "SOA field %d", i);
	}
	other = mx;
	other.mx.preference++;
	cr_expect(!halb_record_same_data(&mx, &other));
	other = tomb;
	other.entombed++;
	cr_expect(!halb_record_same_data(&tomb, &other));
}

Test(record, types_have_names)
{
	char text[16];

	cr_assert_str_eq(halb_rrtype_format(HALB_RR_A, text), "A");
	cr_assert_str_eq(halb_rrtype_format(HALB_RR_CNAME, text), "CNAME");
	cr_assert_str_eq(halb_rrtype_format(HALB_RR_TOMBSTONE, text), "TOMBSTONE");
	cr_assert_str_eq(halb_rrtype_format(65281, text), "TYPE65281");
}

Test(record, strings_are_quoted_and_escaped)
{
	uint8_t bytes[] = "\6a\"b\\c\n\0\2\xc3\xa4";
	struct halb_record rec = { .type = HALB_RR_TXT,
				   .raw = { .bytes = bytes, .len = sizeof bytes - 1 } };

	expect_data(&rec, "\"a\\\"b\\\\c\\010\" \"\" \"\\195\\164\"");
	rec.raw.len = 5;
	expect_data(&rec, ""); /* cut short: never read past the end */
}

Test(record, what_is_unknown_is_hex)
{
	uint8_t bytes[] = { 0xde, 0xad, 0x00 };
	struct halb_record rec = { .type = 65281, .raw = { .bytes = bytes, .len = 3 } };

	expect_data(&rec, "\\# 3 dead00");
}

Test(record, a_tombstone_says_when)
{
	struct halb_record rec = { .type = HALB_RR_TOMBSTONE, .entombed = 134081568000000000ULL };

	expect_data(&rec, "2025-11-21T00:00:00Z");
	rec.entombed = 0;
	expect_data(&rec, "1601-01-01T00:00:00Z");
	rec.entombed = UINT64_MAX;
	expect_data(&rec, "60056-05-28T05:36:10Z");
}
