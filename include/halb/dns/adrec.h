/* SPDX-License-Identifier: Apache-2.0 */
/* The dnsRecord attribute's value: [MS-DNSP] 2.3.2.2 and 2.2.2.2.4. */
#ifndef HALB_DNS_ADREC_H
#define HALB_DNS_ADREC_H

#include <time.h>

#include "halb/dns/record.h"

/* HALB_E_MALFORMED: cut short, bytes left over, version other than 5, a bad name. */
enum halb_status halb_adrec_decode(const void *data, size_t len, struct halb_record *out,
				   struct halb_error *err) HALB_CHECKED;

/* Appends the value, byte for byte as the DNS servers write it. */
void halb_adrec_encode(const struct halb_record *rec, struct halb_buf *out);

/* [MS-DTYP] 2.3.3: 100 ns since 1601 UTC. */
uint64_t halb_filetime_from_unix(time_t t);
time_t halb_filetime_to_unix(uint64_t filetime);

/* The TimeStamp field: hours since 1601 UTC. */
time_t halb_adrec_hours_to_unix(uint32_t hours);

#endif
