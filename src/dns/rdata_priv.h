/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record's data, read field by field. The dnsRecord attribute and DNS messages lay the fields
 * out alike but for names, and for the order of a SOA's.
 */
#ifndef HALB_DNS_RDATA_PRIV_H
#define HALB_DNS_RDATA_PRIV_H

#include "halb/base/cursor.h"
#include "halb/dns/record.h"

struct halb_rdata_form {
	/* Reads a name; NULL, or what is wrong with it. Being cut short is left to the cursor. */
	const char *(*read_name)(struct halb_cursor *in, struct halb_name *out);
	bool soa_numbers_first;
};

/*
 * Reads all of `in` as data of `rec->type` into `rec`, which owns nothing before and, unless this
 * succeeds, nothing after. HALB_E_MALFORMED, HALB_E_NOMEM.
 */
enum halb_status halb_rdata_read(struct halb_cursor *in, const struct halb_rdata_form *form,
				 struct halb_record *rec, struct halb_error *err) HALB_CHECKED;

/*
 * Reads length-prefixed labels up to the root's: NULL, or what is wrong. Compression pointers are
 * refused.
 */
const char *halb_rdata_read_labels(struct halb_cursor *in, struct halb_name *out);

#endif
