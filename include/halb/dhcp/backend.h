/* SPDX-License-Identifier: Apache-2.0 */
/* The seam behind which DHCP servers differ; ISC dhcpd with its configuration in AD is the one. */
#ifndef HALB_DHCP_BACKEND_H
#define HALB_DHCP_BACKEND_H

#include "halb/base/buf.h"
#include "halb/dhcp/reservation.h"
#include "halb/directory/image.h"

struct halb_dhcp_ops {
	/*
	 * Adds the searches for subnets, dynamic ranges and reservations of `service`. What they
	 * find is appended to `out`, which is empty before and the caller's to clear, also where
	 * they fail.
	 */
	void (*ask)(const struct halb_directory *dir, const char *service,
		    struct halb_dhcp_config *out, struct halb_searches *searches);
	/* Where a new reservation of that name goes; NULL: out of memory. */
	char *(*locate)(const char *service, const char *name);
	/*
	 * The entry as it stands and as it shall be (see directory/image.h), so that the change
	 * can be written and undone with the others of its plan. Both are the caller's to clear.
	 */
	enum halb_status (*images)(const struct halb_reservation_change *change,
				   struct halb_image *before, struct halb_image *after,
				   struct halb_error *err);
};

/* dhcpHost entries below a dhcpService in AD, read by ISC dhcpd's LDAP backend. */
extern const struct halb_dhcp_ops halb_dhcp_ad;

/* The LDIF that gives a forest the classes; `forest_dn` is "DC=lime,DC=lan". */
void halb_dhcp_ad_schema(const char *forest_dn, struct halb_buf *out);

#endif
