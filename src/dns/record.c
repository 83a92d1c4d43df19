/* SPDX-License-Identifier: Apache-2.0 */
/* Resource records as values: copied, compared, and written out for people. */
#include "halb/dns/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/cursor.h"
#include "halb/dns/adrec.h"

bool halb_rrtype_is_raw(uint16_t type)
{
	switch (type) {
	case HALB_RR_TOMBSTONE:
	case HALB_RR_A:
	case HALB_RR_NS:
	case HALB_RR_CNAME:
	case HALB_RR_SOA:
	case HALB_RR_PTR:
	case HALB_RR_MX:
	case HALB_RR_AAAA:
	case HALB_RR_SRV:
		return false;
	default:
		return true;
	}
}

void halb_record_clear(struct halb_record *rec)
{
	if (halb_rrtype_is_raw(rec->type))
		free(rec->raw.bytes);
	*rec = (struct halb_record){ 0 };
}

enum halb_status halb_record_copy(const struct halb_record *rec, struct halb_record *out,
				  struct halb_error *err)
{
	struct halb_record copy = *rec;

	if (halb_rrtype_is_raw(rec->type) && rec->raw.len) {
		copy.raw.bytes = malloc(rec->raw.len);
		if (!copy.raw.bytes)
			return halb_fail_nomem(err);
		memcpy(copy.raw.bytes, rec->raw.bytes, rec->raw.len);
	}
	*out = copy;
	return HALB_OK;
}

static bool same_raw(const struct halb_record *a, const struct halb_record *b)
{
	return a->raw.len == b->raw.len &&
	       (!a->raw.len || memcmp(a->raw.bytes, b->raw.bytes, a->raw.len) == 0);
}

static bool same_soa(const struct halb_record *a, const struct halb_record *b)
{
	return a->soa.serial == b->soa.serial && a->soa.refresh == b->soa.refresh &&
	       a->soa.retry == b->soa.retry && a->soa.expire == b->soa.expire &&
	       a->soa.minimum == b->soa.minimum && halb_name_equal(&a->soa.mname, &b->soa.mname) &&
	       halb_name_equal(&a->soa.rname, &b->soa.rname);
}

bool halb_record_same_data(const struct halb_record *a, const struct halb_record *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case HALB_RR_TOMBSTONE:
		return a->entombed == b->entombed;
	case HALB_RR_A:
	case HALB_RR_AAAA:
		return halb_addr_equal(&a->addr, &b->addr);
	case HALB_RR_NS:
	case HALB_RR_CNAME:
	case HALB_RR_PTR:
		return halb_name_equal(&a->name, &b->name);
	case HALB_RR_MX:
		return a->mx.preference == b->mx.preference &&
		       halb_name_equal(&a->mx.name, &b->mx.name);
	case HALB_RR_SRV:
		return a->srv.priority == b->srv.priority && a->srv.weight == b->srv.weight &&
		       a->srv.port == b->srv.port &&
		       halb_name_equal(&a->srv.target, &b->srv.target);
	case HALB_RR_SOA:
		return same_soa(a, b);
	default:
		return same_raw(a, b);
	}
}

const char *halb_rrtype_format(uint16_t type, char text[16])
{
	static const struct {
		uint16_t type;
		const char *name;
	} names[] = {
		{ HALB_RR_TOMBSTONE, "TOMBSTONE" },
		{ HALB_RR_A, "A" },
		{ HALB_RR_NS, "NS" },
		{ HALB_RR_CNAME, "CNAME" },
		{ HALB_RR_SOA, "SOA" },
		{ HALB_RR_PTR, "PTR" },
		{ HALB_RR_MX, "MX" },
		{ HALB_RR_TXT, "TXT" },
		{ HALB_RR_AAAA, "AAAA" },
		{ HALB_RR_SRV, "SRV" },
	};

	snprintf(text, 16, "TYPE%u", type);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].type == type)
			snprintf(text, 16, "%s", names[i].name);
	return text;
}

static void format_name(const struct halb_name *name, struct halb_buf *out)
{
	char text[HALB_NAME_TEXT];

	halb_buf_text(out, halb_name_format(name, text));
}

static void format_soa(const struct halb_record *rec, struct halb_buf *out)
{
	format_name(&rec->soa.mname, out);
	halb_buf_u8(out, ' ');
	format_name(&rec->soa.rname, out);
	halb_buf_printf(out, " %u %u %u %u %u", rec->soa.serial, rec->soa.refresh, rec->soa.retry,
			rec->soa.expire, rec->soa.minimum);
}

/* A <character-string> in quotes (RFC 1035 5.1). */
static void format_string(const uint8_t *bytes, size_t len, struct halb_buf *out)
{
	halb_buf_u8(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] < 0x20 || bytes[i] >= 0x7f)
			halb_buf_printf(out, "\\%03u", bytes[i]);
		else if (bytes[i] == '"' || bytes[i] == '\\')
			halb_buf_printf(out, "\\%c", bytes[i]);
		else
			halb_buf_u8(out, bytes[i]);
	}
	halb_buf_u8(out, '"');
}

static void format_txt(const struct halb_record *rec, struct halb_buf *out)
{
	struct halb_cursor in = halb_cursor_over(rec->raw.bytes, rec->raw.len);
	bool first = true;

	while (in.left) {
		size_t len = halb_cursor_u8(&in);
		const uint8_t *bytes = halb_cursor_bytes(&in, len);

		if (!bytes)
			break;
		if (!first)
			halb_buf_u8(out, ' ');
		format_string(bytes, len, out);
		first = false;
	}
}

/* RFC 3597 5. */
static void format_unknown(const struct halb_record *rec, struct halb_buf *out)
{
	halb_buf_printf(out, "\\# %zu%s", rec->raw.len, rec->raw.len ? " " : "");
	for (size_t i = 0; i < rec->raw.len; i++)
		halb_buf_printf(out, "%02x", rec->raw.bytes[i]);
}

static void format_entombed(const struct halb_record *rec, struct halb_buf *out)
{
	time_t t = halb_filetime_to_unix(rec->entombed);
	struct tm tm;
	char text[40];

	if (!gmtime_r(&t, &tm) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		snprintf(text, sizeof text, "%llu", (unsigned long long)rec->entombed);
	halb_buf_text(out, text);
}

void halb_record_format_data(const struct halb_record *rec, struct halb_buf *out)
{
	char addr[HALB_ADDR_TEXT];

	switch (rec->type) {
	case HALB_RR_TOMBSTONE:
		format_entombed(rec, out);
		return;
	case HALB_RR_A:
	case HALB_RR_AAAA:
		halb_buf_text(out, halb_addr_format(&rec->addr, addr));
		return;
	case HALB_RR_NS:
	case HALB_RR_CNAME:
	case HALB_RR_PTR:
		format_name(&rec->name, out);
		return;
	case HALB_RR_MX:
		halb_buf_printf(out, "%u ", rec->mx.preference);
		format_name(&rec->mx.name, out);
		return;
	case HALB_RR_SRV:
		halb_buf_printf(out, "%u %u %u ", rec->srv.priority, rec->srv.weight,
				rec->srv.port);
		format_name(&rec->srv.target, out);
		return;
	case HALB_RR_SOA:
		format_soa(rec, out);
		return;
	case HALB_RR_TXT:
		format_txt(rec, out);
		return;
	default:
		format_unknown(rec, out);
	}
}
