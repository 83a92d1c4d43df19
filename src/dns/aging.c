/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the properties of a zone that say whether and when its records age. */
#include "halb/dns/aging.h"

#include "halb/base/cursor.h"

/* [MS-DNSP] 2.3.2.1.1 */
enum { NOREFRESH_INTERVAL = 0x10, REFRESH_INTERVAL = 0x20, AGING_STATE = 0x40 };

#define PROPERTY_VERSION 1

enum halb_status halb_zone_aging_take(struct halb_zone_aging *aging, const void *data, size_t len,
				      struct halb_error *err)
{
	struct halb_cursor in = halb_cursor_over(data, len), value;
	uint32_t value_len, version, id, number;

	value_len = halb_cursor_le32(&in);
	halb_cursor_skip(&in, 8); /* NameLength, which means nothing, and Flag */
	version = halb_cursor_le32(&in);
	id = halb_cursor_le32(&in);
	value = halb_cursor_sub(&in, value_len);
	if (in.bad || version != PROPERTY_VERSION)
		return halb_fail(err, HALB_E_MALFORMED, "zone property: %s",
				 in.bad ? "cut short" : "unknown version");
	if (id != NOREFRESH_INTERVAL && id != REFRESH_INTERVAL && id != AGING_STATE)
		return HALB_OK;
	number = halb_cursor_le32(&value);
	if (value.bad)
		return halb_fail(err, HALB_E_MALFORMED, "zone property 0x%x: cut short", id);
	if (id == AGING_STATE)
		aging->enabled = number != 0;
	else if (id == REFRESH_INTERVAL)
		aging->refresh = number;
	else
		aging->no_refresh = number;
	return HALB_OK;
}
