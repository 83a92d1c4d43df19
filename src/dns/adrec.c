/* SPDX-License-Identifier: Apache-2.0 */
/* dnsRecord values, read strictly and written as the DNS servers write them. */
#include "halb/dns/adrec.h"

#include "rdata_priv.h"

#define VERSION	       5
#define EPOCH_SECONDS  INT64_C(11644473600) /* from 1601 to 1970 */
#define FILETIME_TICKS UINT64_C(10000000)   /* in a second */

/* [MS-DNSP] 2.2.2.2.2 DNS_COUNT_NAME; what follows the final zero inside the length is padding. */
static const char *read_count_name(struct halb_cursor *in, struct halb_name *out)
{
	struct halb_cursor raw;
	struct halb_name name;
	const char *why;
	uint8_t len, labels;

	len = halb_cursor_u8(in);
	labels = halb_cursor_u8(in);
	raw = halb_cursor_sub(in, len);
	if (in->bad)
		return NULL;
	why = halb_rdata_read_labels(&raw, &name);
	if (why)
		return why;
	if (raw.bad)
		return "a name does not end within its length";
	if (labels != halb_name_labels(&name))
		return "a name has not as many labels as its count says";
	*out = name;
	return NULL;
}

static const struct halb_rdata_form form = { .read_name = read_count_name,
					     .soa_numbers_first = true };

/* [MS-DNSP] 2.3.2.2: little-endian but for the TTL. */
enum halb_status halb_adrec_decode(const void *data, size_t len, struct halb_record *out,
				   struct halb_error *err)
{
	struct halb_cursor in = halb_cursor_over(data, len);
	struct halb_record rec = { 0 };
	enum halb_status st;
	uint16_t data_len;
	uint8_t version;

	data_len = halb_cursor_le16(&in);
	rec.type = halb_cursor_le16(&in);
	version = halb_cursor_u8(&in);
	rec.rank = halb_cursor_u8(&in);
	halb_cursor_skip(&in, 2); /* Flags */
	rec.serial = halb_cursor_le32(&in);
	rec.ttl = halb_cursor_be32(&in);
	halb_cursor_skip(&in, 4); /* Reserved */
	rec.timestamp = halb_cursor_le32(&in);
	if (in.bad)
		return halb_fail(err, HALB_E_MALFORMED,
				 "dnsRecord: %zu bytes are less than its header of 24", len);
	if (version != VERSION)
		return halb_fail(err, HALB_E_MALFORMED, "dnsRecord: version %u instead of %u",
				 version, VERSION);
	if (data_len != in.left)
		return halb_fail(err, HALB_E_MALFORMED,
				 "dnsRecord: DataLength is %u, but %zu bytes of data follow",
				 data_len, in.left);
	st = halb_rdata_read(&in, &form, &rec, err);
	if (st != HALB_OK) {
		if (st == HALB_E_MALFORMED)
			halb_fail_in(err, "dnsRecord");
		return st;
	}
	*out = rec;
	return HALB_OK;
}

/* The root, and no name at all, are `01 00 00`. */
static void write_count_name(const struct halb_name *name, struct halb_buf *out)
{
	halb_buf_u8(out, name->len ? name->len : 1);
	halb_buf_u8(out, (uint8_t)halb_name_labels(name));
	halb_buf_bytes(out, name->wire, name->len ? name->len : 1);
}

static void write_soa(const struct halb_record *rec, struct halb_buf *out)
{
	halb_buf_be32(out, rec->soa.serial);
	halb_buf_be32(out, rec->soa.refresh);
	halb_buf_be32(out, rec->soa.retry);
	halb_buf_be32(out, rec->soa.expire);
	halb_buf_be32(out, rec->soa.minimum);
	write_count_name(&rec->soa.mname, out);
	write_count_name(&rec->soa.rname, out);
}

/* [MS-DNSP] 2.2.2.2.4. */
static void write_data(const struct halb_record *rec, struct halb_buf *out)
{
	switch (rec->type) {
	case HALB_RR_TOMBSTONE:
		halb_buf_le64(out, rec->entombed);
		return;
	case HALB_RR_A:
	case HALB_RR_AAAA:
		halb_buf_bytes(out, rec->addr.bytes, rec->addr.len);
		return;
	case HALB_RR_NS:
	case HALB_RR_CNAME:
	case HALB_RR_PTR:
		write_count_name(&rec->name, out);
		return;
	case HALB_RR_MX:
		halb_buf_be16(out, rec->mx.preference);
		write_count_name(&rec->mx.name, out);
		return;
	case HALB_RR_SRV:
		halb_buf_be16(out, rec->srv.priority);
		halb_buf_be16(out, rec->srv.weight);
		halb_buf_be16(out, rec->srv.port);
		write_count_name(&rec->srv.target, out);
		return;
	case HALB_RR_SOA:
		write_soa(rec, out);
		return;
	default:
		halb_buf_bytes(out, rec->raw.bytes, rec->raw.len);
	}
}

void halb_adrec_encode(const struct halb_record *rec, struct halb_buf *out)
{
	struct halb_buf data = { 0 };

	write_data(rec, &data);
	if (data.bad || data.len > UINT16_MAX)
		out->bad = true;
	halb_buf_le16(out, (uint16_t)data.len);
	halb_buf_le16(out, rec->type);
	halb_buf_u8(out, VERSION);
	halb_buf_u8(out, rec->rank);
	halb_buf_le16(out, 0); /* Flags */
	halb_buf_le32(out, rec->serial);
	halb_buf_be32(out, rec->ttl);
	halb_buf_le32(out, 0); /* Reserved */
	halb_buf_le32(out, rec->timestamp);
	halb_buf_bytes(out, data.data, data.len);
	halb_buf_clear(&data);
}

uint64_t halb_filetime_from_unix(time_t t)
{
	return (uint64_t)(t + EPOCH_SECONDS) * FILETIME_TICKS;
}

time_t halb_filetime_to_unix(uint64_t filetime)
{
	return (time_t)(filetime / FILETIME_TICKS) - EPOCH_SECONDS;
}

time_t halb_adrec_hours_to_unix(uint32_t hours)
{
	return (time_t)hours * 3600 - EPOCH_SECONDS;
}
