/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A resource record as AD stores it and as DNS answers it, without its owner name.
 * Types that this program has no business with are kept as raw bytes.
 */
#ifndef HALB_DNS_RECORD_H
#define HALB_DNS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "halb/base/addr.h"
#include "halb/base/buf.h"
#include "halb/dns/name.h"

enum halb_rrtype {
	HALB_RR_TOMBSTONE = 0, /* [MS-DNSP] DNS_TYPE_ZERO: a deleted node's only record */
	HALB_RR_A = 1,
	HALB_RR_NS = 2,
	HALB_RR_CNAME = 5,
	HALB_RR_SOA = 6,
	HALB_RR_PTR = 12,
	HALB_RR_MX = 15,
	HALB_RR_TXT = 16,
	HALB_RR_AAAA = 28,
	HALB_RR_SRV = 33,
};

#define HALB_RANK_ZONE 0xf0 /* [MS-DNSP] 2.3.2.2: data of an authoritative zone */

struct halb_record {
	uint16_t type; /* enum halb_rrtype, or any other type */
	uint8_t rank;
	uint32_t serial;
	uint32_t ttl;       /* seconds */
	uint32_t timestamp; /* hours since 1601 UTC; 0 is static, never scavenged */
	union {
		struct halb_addr addr; /* A, AAAA */
		struct halb_name name; /* NS, CNAME, PTR */
		struct {
			uint16_t preference;
			struct halb_name name;
		} mx;
		struct {
			uint16_t priority, weight, port;
			struct halb_name target;
		} srv;
		struct {
			uint32_t serial, refresh, retry, expire, minimum;
			struct halb_name mname, rname;
		} soa;
		uint64_t entombed; /* TOMBSTONE: FILETIME, 100 ns since 1601 UTC */
		/* TXT: length-prefixed strings; any other type: its data. Owned by the record. */
		struct {
			uint8_t *bytes;
			size_t len;
		} raw;
	};
};

/* Whether the type's data is kept in `raw`. */
bool halb_rrtype_is_raw(uint16_t type);

/* Frees what the record owns and zeroes it. */
void halb_record_clear(struct halb_record *rec);

/* A copy that owns its own bytes. HALB_E_NOMEM. */
enum halb_status halb_record_copy(const struct halb_record *rec, struct halb_record *out,
				  struct halb_error *err) HALB_CHECKED;

/* Same type and same data, names compared without case; TTL, serial and time are not looked at. */
bool halb_record_same_data(const struct halb_record *a, const struct halb_record *b);

/* "A", "CNAME", …, "TYPE65281" (RFC 3597); a tombstone is "TOMBSTONE". Returns `text`. */
const char *halb_rrtype_format(uint16_t type, char text[16]);

/* The data in presentation form, as dig prints it but without final dots; TXT in quotes. */
void halb_record_format_data(const struct halb_record *rec, struct halb_buf *out);

#endif
