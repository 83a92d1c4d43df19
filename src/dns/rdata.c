/* SPDX-License-Identifier: Apache-2.0 */
/* Record data: every byte is read into a field, or the whole is refused. */
#include "rdata_priv.h"

#include <stdlib.h>
#include <string.h>

const char *halb_rdata_read_labels(struct halb_cursor *in, struct halb_name *out)
{
	struct halb_name name = { 0 };
	uint8_t len;

	do {
		const uint8_t *label;

		len = halb_cursor_u8(in);
		label = halb_cursor_bytes(in, len);
		if (!label)
			return NULL;
		if (len > HALB_LABEL_MAX)
			return "a label is longer than 63 bytes";
		if (name.len + 1U + len > HALB_NAME_MAX)
			return "a name is longer than 255 bytes";
		name.wire[name.len] = len;
		memcpy(name.wire + name.len + 1, label, len);
		name.len = (uint8_t)(name.len + 1U + len);
	} while (len);
	*out = name;
	return NULL;
}

static void read_addr(struct halb_cursor *in, uint8_t len, struct halb_addr *out)
{
	const uint8_t *bytes = halb_cursor_bytes(in, len);

	*out = (struct halb_addr){ .len = len };
	if (bytes)
		memcpy(out->bytes, bytes, len);
}

static void read_soa_numbers(struct halb_cursor *in, struct halb_record *rec)
{
	rec->soa.serial = halb_cursor_be32(in);
	rec->soa.refresh = halb_cursor_be32(in);
	rec->soa.retry = halb_cursor_be32(in);
	rec->soa.expire = halb_cursor_be32(in);
	rec->soa.minimum = halb_cursor_be32(in);
}

static const char *read_soa(struct halb_cursor *in, const struct halb_rdata_form *form,
			    struct halb_record *rec)
{
	const char *why;

	if (form->soa_numbers_first)
		read_soa_numbers(in, rec);
	why = form->read_name(in, &rec->soa.mname);
	if (!why)
		why = form->read_name(in, &rec->soa.rname);
	if (!form->soa_numbers_first)
		read_soa_numbers(in, rec);
	return why;
}

/* The types that are not raw; NULL, or what is wrong. */
static const char *read_fields(struct halb_cursor *in, const struct halb_rdata_form *form,
			       struct halb_record *rec)
{
	switch (rec->type) {
	case HALB_RR_TOMBSTONE:
		rec->entombed = halb_cursor_le64(in);
		return NULL;
	case HALB_RR_A:
		read_addr(in, 4, &rec->addr);
		return NULL;
	case HALB_RR_AAAA:
		read_addr(in, 16, &rec->addr);
		return NULL;
	case HALB_RR_MX:
		rec->mx.preference = halb_cursor_be16(in);
		return form->read_name(in, &rec->mx.name);
	case HALB_RR_SRV:
		rec->srv.priority = halb_cursor_be16(in);
		rec->srv.weight = halb_cursor_be16(in);
		rec->srv.port = halb_cursor_be16(in);
		return form->read_name(in, &rec->srv.target);
	case HALB_RR_SOA:
		return read_soa(in, form, rec);
	default:
		return form->read_name(in, &rec->name);
	}
}

/* RFC 1035 3.3.14: strings to the end, none of them beyond it. */
static bool strings_fit(struct halb_cursor in)
{
	while (in.left && !in.bad)
		halb_cursor_skip(&in, halb_cursor_u8(&in));
	return !in.bad;
}

static enum halb_status read_raw(struct halb_cursor *in, struct halb_record *rec)
{
	size_t len = in->left;
	uint8_t *bytes = NULL;

	if (len) {
		bytes = malloc(len);
		if (!bytes)
			return HALB_E_NOMEM;
		memcpy(bytes, halb_cursor_bytes(in, len), len);
	}
	rec->raw.bytes = bytes;
	rec->raw.len = len;
	return HALB_OK;
}

enum halb_status halb_rdata_read(struct halb_cursor *in, const struct halb_rdata_form *form,
				 struct halb_record *rec, struct halb_error *err)
{
	bool raw = halb_rrtype_is_raw(rec->type);
	const char *why = NULL;
	char type[16];

	if (rec->type == HALB_RR_TXT) {
		why = strings_fit(*in) ? NULL : "a string is cut short";
	} else if (!raw) {
		why = read_fields(in, form, rec);
		if (!why && in->bad)
			why = "cut short";
		if (!why && in->left)
			why = "bytes are left over";
	}
	if (why)
		return halb_fail(err, HALB_E_MALFORMED, "%s data: %s",
				 halb_rrtype_format(rec->type, type), why);
	if (raw && read_raw(in, rec) != HALB_OK)
		return halb_fail_nomem(err);
	return HALB_OK;
}
