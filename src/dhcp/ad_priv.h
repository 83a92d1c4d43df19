/* SPDX-License-Identifier: Apache-2.0 */
/* The entries that ISC dhcpd reads from a directory. */
#ifndef HALB_DHCP_AD_PRIV_H
#define HALB_DHCP_AD_PRIV_H

#include "halb/dhcp/reservation.h"
#include "halb/directory/directory.h"

/* The keywords of what is read and written. */
#define ETHERNET      "ethernet"
#define FIXED_ADDRESS "fixed-address"
#define HOST_NAME     "host-name"

bool halb_dhcp_ad_is(const struct halb_entry *entry, const char *class);

/*
 * Takes an entry below the service for what it is. HALB_E_MALFORMED where it is a subnet or a range
 * that makes no sense: nobody could tell then what DHCP hands out.
 */
enum halb_status halb_dhcp_ad_take(struct halb_dhcp_config *config, const struct halb_entry *entry,
				   struct halb_error *err) HALB_CHECKED;

#endif
