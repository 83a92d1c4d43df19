/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/dns/adrec.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile_priv.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static struct halb_name name_of(const char *text)
{
	struct halb_name name;

	cr_assert_eq(halb_name_parse(text, &name, NULL), HALB_OK, "%s", text);
	return name;
}

static size_t from_hex(const char *hex, uint8_t *out, size_t room)
{
	size_t n = 0;
	unsigned byte;

	for (; *hex == ' '; hex++)
		;
	for (; n < room && sscanf(hex, "%2x", &byte) == 1; hex += 2)
		out[n++] = (uint8_t)byte;
	return n;
}

static struct halb_addr addr_of(const char *text)
{
	struct halb_addr addr;

	cr_assert(halb_addr_parse(text, &addr), "%s", text);
	return addr;
}

/* "one" "two" as length-prefixed strings. */
static void strings_of(const char *text, struct halb_record *rec)
{
	struct halb_buf buf = { 0 };

	for (const char *at = strchr(text, '"'); at; at = strchr(at, '"')) {
		size_t len = strcspn(at + 1, "\"");

		halb_buf_u8(&buf, (uint8_t)len);
		halb_buf_bytes(&buf, at + 1, len);
		at += len + 2;
	}
	rec->raw.bytes = buf.data;
	rec->raw.len = buf.len;
}

static void soa_of(const char *text, struct halb_record *rec)
{
	char mname[300], rname[300];

	cr_assert_eq(sscanf(text, "%299s %299s %" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu32
			    " %" SCNu32, mname, rname, &rec->soa.serial, &rec->soa.refresh,
			    &rec->soa.retry, &rec->soa.expire, &rec->soa.minimum), 7);
	rec->soa.mname = name_of(mname);
	rec->soa.rname = name_of(rname);
}

static void srv_of(const char *text, struct halb_record *rec)
{
	char target[300];

	cr_assert_eq(sscanf(text, "%" SCNu16 " %" SCNu16 " %" SCNu16 " %299s", &rec->srv.priority,
			    &rec->srv.weight, &rec->srv.port, target), 4);
	rec->srv.target = name_of(target);
}

static void mx_of(const char *text, struct halb_record *rec)
{
	char name[300];

	cr_assert_eq(sscanf(text, "%" SCNu16 " %299s", &rec->mx.preference, name), 2);
	rec->mx.name = name_of(name);
}

static uint16_t type_of(const char *word)
{
	static const uint16_t types[] = {
		HALB_RR_TOMBSTONE, HALB_RR_A,  HALB_RR_NS,  HALB_RR_CNAME, HALB_RR_SOA,
		HALB_RR_PTR,	   HALB_RR_MX, HALB_RR_TXT, HALB_RR_AAAA,  HALB_RR_SRV,
	};
	char text[16];

	for (size_t i = 0; i < COUNT(types); i++)
		if (strcmp(halb_rrtype_format(types[i], text), word) == 0)
			return types[i];
	cr_assert_fail("unknown type %s", word);
	return 0;
}

/* The number behind "key=" in a line of meaning, or `otherwise`. */
static uint64_t number_of(const char *line, const char *key, uint64_t otherwise)
{
	const char *at = strstr(line, key);

	return at ? strtoull(at + strlen(key), NULL, 10) : otherwise;
}

static void data_of(const char *data, struct halb_record *rec)
{
	switch (rec->type) {
	case HALB_RR_TOMBSTONE:
		rec->entombed = number_of(data, "entombed=", 0);
		return;
	case HALB_RR_A:
	case HALB_RR_AAAA:
		rec->addr = addr_of(data);
		return;
	case HALB_RR_TXT:
		strings_of(data, rec);
		return;
	case HALB_RR_SRV:
		srv_of(data, rec);
		return;
	case HALB_RR_MX:
		mx_of(data, rec);
		return;
	case HALB_RR_SOA:
		soa_of(data, rec);
		return;
	default:
		rec->name = name_of(data);
	}
}

/* A line of meaning: the type, the data as dig prints it, and key=number pairs. */
static struct halb_record meaning_of(const char *line, char *data, size_t room)
{
	struct halb_record rec = { 0 };
	const char *end;
	char word[16];

	cr_assert_eq(sscanf(line, "%15s", word), 1);
	rec.type = type_of(word);
	rec.rank = (uint8_t)number_of(line, " rank=", HALB_RANK_ZONE);
	rec.ttl = (uint32_t)number_of(line, " ttl=", 0);
	rec.serial = (uint32_t)number_of(line, " serial=", 0);
	rec.timestamp = (uint32_t)number_of(line, " timestamp=", 0);
	line += strlen(word) + 1;
	end = strstr(line, rec.type == HALB_RR_TOMBSTONE ? " rank=" : " ttl=");
	cr_assert(end && (size_t)(end - line) < room);
	memcpy(data, line, (size_t)(end - line));
	data[end - line] = '\0';
	data_of(data, &rec);
	return rec;
}

static void expect_same(const struct halb_record *got, const struct halb_record *want)
{
	cr_expect_eq(got->type, want->type);
	cr_expect_eq(got->rank, want->rank);
	cr_expect_eq(got->ttl, want->ttl);
	cr_expect_eq(got->serial, want->serial);
	cr_expect_eq(got->timestamp, want->timestamp);
	cr_expect(halb_record_same_data(got, want));
}

static void check_vector(const char *line, const char *hex)
{
	uint8_t bytes[400];
	char data[400];
	size_t len = from_hex(hex, bytes, sizeof bytes);
	struct halb_record want = meaning_of(line, data, sizeof data), got;
	struct halb_buf out = { 0 }, text = { 0 };
	struct halb_error err = { 0 };

	cr_assert_eq(halb_adrec_decode(bytes, len, &got, &err), HALB_OK, "%s%s", line, err.text);
	expect_same(&got, &want);
	halb_record_format_data(&got, &text);
	if (want.type != HALB_RR_TOMBSTONE)
		cr_expect_str_eq(halb_buf_string(&text), data);
	halb_adrec_encode(&want, &out);
	cr_expect(!out.bad);
	cr_assert_eq(out.len, len, "%s", line);
	cr_expect_arr_eq(out.data, bytes, len, "%s", line);
	halb_buf_clear(&out);
	halb_buf_clear(&text);
	halb_record_clear(&got);
	halb_record_clear(&want);
}

/* Calls `check` with each line of meaning and its line of hex. */
static void each_vector(void (*check)(const char *line, const char *hex))
{
	FILE *in = fopen(HALB_TEST_DATA "/dnsrecord.txt", "r");
	char line[600], hex[900];
	unsigned n = 0;

	cr_assert(in);
	while (fgets(line, sizeof line, in)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		cr_assert(fgets(hex, sizeof hex, in));
		line[strcspn(line, "\n")] = '\0';
		check(line, hex);
		n++;
	}
	fclose(in);
	cr_assert_eq(n, 13, "all vectors were read");
}

Test(adrec, reads_and_writes_what_the_servers_write)
{
	each_vector(check_vector);
}

static size_t base_record(uint8_t *out)
{
	/* CNAME k8s1.lime.lan, ttl 900, serial 1; the COUNT_NAME begins at 24. */
	return from_hex("1100050005f00000010000000000038400000000000000000f03046b387331046c696d65"
			"036c616e00", out, 100);
}

Test(adrec, padding_inside_a_name_is_passed_over)
{
	uint8_t bytes[100] = { 0 };
	struct halb_name want = name_of("k8s1.lime.lan");
	struct halb_record rec;
	size_t len = base_record(bytes);

	memcpy(bytes + len, "\xaa\0\xbb", 3);
	bytes[0] = (uint8_t)(bytes[0] + 3);
	bytes[24] = (uint8_t)(bytes[24] + 3);
	cr_assert_eq(halb_adrec_decode(bytes, len + 3, &rec, NULL), HALB_OK);
	cr_assert(halb_name_equal(&rec.name, &want));
}

Test(adrec, the_empty_name_is_one_zero)
{
	struct halb_record rec, srv = { .type = HALB_RR_NS };
	struct halb_buf out = { 0 };

	halb_adrec_encode(&srv, &out);
	cr_assert_eq(out.len, 27);
	cr_assert_arr_eq(out.data + 24, "\1\0\0", 3);
	cr_assert_eq(halb_adrec_decode(out.data, out.len, &rec, NULL), HALB_OK);
	cr_assert_eq(rec.name.len, 1, "the root");
	halb_buf_clear(&out);
}

Test(adrec, unknown_types_keep_their_bytes)
{
	uint8_t bytes[100];
	size_t len = from_hex("030001ff05f00000010000000000038400000000000000000102ff", bytes, 100);
	struct halb_record rec;
	struct halb_buf out = { 0 };

	cr_assert_eq(halb_adrec_decode(bytes, len, &rec, NULL), HALB_OK);
	cr_assert_eq(rec.type, 0xff01);
	cr_assert_eq(rec.raw.len, 3);
	halb_adrec_encode(&rec, &out);
	cr_assert_eq(out.len, len);
	cr_assert_arr_eq(out.data, bytes, len);
	halb_buf_clear(&out);
	halb_record_clear(&rec);
}

Test(adrec, data_too_long_for_its_length_field_is_not_written)
{
	struct halb_record rec = { .type = 65281 };
	struct halb_buf out = { 0 };

	rec.raw.len = UINT16_MAX + 1;
	rec.raw.bytes = calloc(1, rec.raw.len);
	cr_assert(rec.raw.bytes);
	halb_adrec_encode(&rec, &out);
	cr_assert(out.bad);
	halb_buf_clear(&out);
	halb_record_clear(&rec);
}

/* One byte of the CNAME set to another value, and a word of the reason. */
Test(adrec, a_wrong_byte_is_named)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *why;
	} rows[] = {
		{ 0, 0x10, "DataLength" },   { 0, 0x12, "DataLength" },
		{ 4, 4, "version 4" },	     { 24, 0x0e, "does not end" },
		{ 24, 0x10, "CNAME" },	     { 24, 0, "does not end" },
		{ 25, 2, "count" },	     { 25, 4, "count" },
		{ 26, 3, "does not end" },   { 26, 5, "does not end" },
		{ 26, 0xc0, "does not end" }, { 40, 1, "does not end" },
		{ 31, 0, "count" },
	};
	struct halb_record rec = { .type = 77 };
	struct halb_error err;
	uint8_t bytes[100];

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = base_record(bytes);

		bytes[rows[i].at] = rows[i].value;
		cr_expect_eq(halb_adrec_decode(bytes, len, &rec, &err), HALB_E_MALFORMED,
			     "row %zu", i);
		cr_expect(strstr(err.text, rows[i].why), "row %zu: %s", i, err.text);
		cr_expect(strstr(err.text, "dnsRecord"), "%s", err.text);
	}
	cr_assert_eq(rec.type, 77, "untouched on failure");
}

Test(adrec, refuses_bytes_that_make_no_record)
{
	/* DataLength and Type, Data, and a word of the reason; the header's rest is the same. */
	static const char *const rows[][3] = {
		{ "03000100", "01020304", "DataLength" },
		{ "03000100", "010203", "A data: cut short" },
		{ "05000100", "0102030405", "A data: bytes are left over" },
		{ "04000000", "01020304", "TOMBSTONE data: cut short" },
		{ "06002100", "000000640050", "SRV data: cut short" },
		{ "02000f00", "000a", "MX data: cut short" },
		{ "03001000", "036162", "TXT data: a string is cut short" },
		{ "04000500", "01000000", "CNAME data: bytes are left over" },
		{ "44000500",
		  "4201406161616161616161616161616161616161616161616161616161616161616161616161"
		  "616161616161616161616161616161616161616161616161616161616100",
		  "63 bytes" },
	};
	struct halb_record rec;
	struct halb_error err;
	uint8_t bytes[100];

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = from_hex(rows[i][0], bytes, sizeof bytes);

		len += from_hex("05f0000001000000000003840000000000000000", bytes + len, 20);
		len += from_hex(rows[i][1], bytes + len, sizeof bytes - len);
		cr_expect_eq(halb_adrec_decode(bytes, len, &rec, &err), HALB_E_MALFORMED,
			     "row %zu", i);
		cr_expect(strstr(err.text, rows[i][2]), "row %zu: %s", i, err.text);
	}
	cr_expect_eq(halb_adrec_decode("", 0, &rec, &err), HALB_E_MALFORMED);
	cr_expect(strstr(err.text, "header"), "%s", err.text);
}

/* Whatever is accepted means the same after writing and reading it again. */
static void judge(const uint8_t *data, size_t len)
{
	struct halb_record rec, again;
	struct halb_buf out = { 0 }, text = { 0 };
	struct halb_error err = { 0 };

	if (halb_adrec_decode(data, len, &rec, &err) != HALB_OK) {
		cr_assert_eq(err.status, HALB_E_MALFORMED);
		cr_assert(err.text[0]);
		return;
	}
	halb_record_format_data(&rec, &text);
	halb_adrec_encode(&rec, &out);
	cr_assert_eq(halb_adrec_decode(out.data, out.len, &again, &err), HALB_OK, "%s", err.text);
	expect_same(&again, &rec);
	halb_buf_clear(&out);
	halb_buf_clear(&text);
	halb_record_clear(&rec);
	halb_record_clear(&again);
}

static void feed_vector(const char *line, const char *hex)
{
	uint8_t bytes[400];

	(void)line;
	hostile_feed(bytes, from_hex(hex, bytes, sizeof bytes), 1500, judge);
}

Test(adrec, hostile_bytes_are_refused_or_make_sense)
{
	each_vector(feed_vector);
}

static void expect_cut_refused(const char *line, const char *hex)
{
	uint8_t bytes[400];
	size_t len = from_hex(hex, bytes, sizeof bytes);
	struct halb_record rec;

	for (size_t cut = 0; cut < len; cut++)
		cr_expect_eq(halb_adrec_decode(bytes, cut, &rec, NULL), HALB_E_MALFORMED,
			     "%s at %zu", line, cut);
	cr_assert_lt(len, sizeof bytes);
	bytes[len] = 0;
	cr_expect_eq(halb_adrec_decode(bytes, len + 1, &rec, NULL), HALB_E_MALFORMED, "%s", line);
}

Test(adrec, a_cut_or_lengthened_value_is_refused)
{
	each_vector(expect_cut_refused);
}

Test(adrec, times)
{
	cr_assert_eq(halb_filetime_from_unix(0), 116444736000000000ULL);
	cr_assert_eq(halb_filetime_to_unix(116444736000000000ULL), 0);
	cr_assert_eq(halb_filetime_from_unix(1763683200), 134081568000000000ULL);
	cr_assert_eq(halb_filetime_to_unix(134081568009999999ULL), 1763683200);
	cr_assert_eq(halb_adrec_hours_to_unix(3234576), 0);
	cr_assert_eq(halb_adrec_hours_to_unix(3732750), 1793426400);
}
