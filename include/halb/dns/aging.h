/* SPDX-License-Identifier: Apache-2.0 */
/* A zone's aging settings, from the values of its dNSProperty attribute ([MS-DNSP] 2.3.2.1). */
#ifndef HALB_DNS_AGING_H
#define HALB_DNS_AGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "halb/base/error.h"

/* Zeros are what a zone has that says nothing of aging. */
struct halb_zone_aging {
	bool enabled;
	uint32_t no_refresh, refresh; /* hours */
};

/*
 * Takes one value of the attribute; one that is about something else changes nothing.
 * HALB_E_MALFORMED where the bytes are no property.
 */
enum halb_status halb_zone_aging_take(struct halb_zone_aging *aging, const void *data, size_t len,
				      struct halb_error *err) HALB_CHECKED;

#endif
