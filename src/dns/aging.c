/* SPDX-License-Identifier: Apache-2.0 */
/* The properties of a zone that say whether and when its records age. */
#include "halb/dns/aging.h"

#include "halb/dns/property.h"

enum halb_status halb_zone_aging_take(struct halb_zone_aging *aging, const void *data, size_t len,
				      struct halb_error *err)
{
	struct halb_zone_property property;
	enum halb_status st = halb_zone_property_read(data, len, &property, err);

	if (st != HALB_OK)
		return st;
	if (property.id != HALB_PROPERTY_NOREFRESH && property.id != HALB_PROPERTY_REFRESH &&
	    property.id != HALB_PROPERTY_AGING)
		return HALB_OK;
	if (!property.has_number)
		return halb_fail(err, HALB_E_MALFORMED, "zone property 0x%x: cut short",
				 property.id);
	if (property.id == HALB_PROPERTY_AGING)
		aging->enabled = property.number != 0;
	else if (property.id == HALB_PROPERTY_REFRESH)
		aging->refresh = property.number;
	else
		aging->no_refresh = property.number;
	return HALB_OK;
}
