/* SPDX-License-Identifier: Apache-2.0 */
/* One property of a zone, read. */
#include "halb/dns/property.h"

#include "halb/base/cursor.h"

#define PROPERTY_VERSION 1

enum halb_status halb_zone_property_read(const void *data, size_t len,
					 struct halb_zone_property *out, struct halb_error *err)
{
	struct halb_cursor in = halb_cursor_over(data, len), value;
	struct halb_zone_property property = { 0 };
	uint32_t value_len, version;

	value_len = halb_cursor_le32(&in);
	halb_cursor_skip(&in, 8); /* NameLength, which means nothing, and Flag */
	version = halb_cursor_le32(&in);
	property.id = halb_cursor_le32(&in);
	value = halb_cursor_sub(&in, value_len);
	if (in.bad || version != PROPERTY_VERSION)
		return halb_fail(err, HALB_E_MALFORMED, "zone property: %s",
				 in.bad ? "cut short" : "unknown version");
	property.number = halb_cursor_le32(&value);
	property.has_number = !value.bad;
	*out = property;
	return HALB_OK;
}
