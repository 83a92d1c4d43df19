/* SPDX-License-Identifier: Apache-2.0 */
/* A zone's properties, the values of its dNSProperty attribute ([MS-DNSP] 2.3.2.1). */
#ifndef HALB_DNS_PROPERTY_H
#define HALB_DNS_PROPERTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "halb/base/error.h"

/* [MS-DNSP] 2.3.2.1.1; there are others. */
enum {
	HALB_PROPERTY_TYPE = 0x01,
	HALB_PROPERTY_NOREFRESH = 0x10,
	HALB_PROPERTY_REFRESH = 0x20,
	HALB_PROPERTY_AGING = 0x40,
};

/* DNS_ZONE_TYPE, [MS-DNSP] 2.2.5.1.1: what is above it is a copy, a stub or a forwarder. */
#define HALB_ZONE_PRIMARY 1

struct halb_zone_property {
	uint32_t id;
	bool has_number; /* false: its value has less than four bytes */
	uint32_t number;
};

/* HALB_E_MALFORMED where the bytes are no property. */
enum halb_status halb_zone_property_read(const void *data, size_t len,
					 struct halb_zone_property *out, struct halb_error *err)
	HALB_CHECKED;

#endif
