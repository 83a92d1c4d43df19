/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether DHCP servers keep a site's reservations: what they offer to the dummy MACs. An offer of
 * the vIP does not prove that there is a reservation, a lease makes the same one: that is for the
 * directory to say.
 */
#ifndef HALB_VERIFY_LEASE_H
#define HALB_VERIFY_LEASE_H

#include "halb/base/finding.h"
#include "halb/config/site.h"
#include "halb/net/offer.h"

/*
 * Asks for each balancer that has a MAC and an IPv4 vIP, until `deadline` at the longest, and
 * appends what is wrong. HALB_E_NOMEM, HALB_E_INTERNAL.
 */
enum halb_status halb_leases_look(const struct halb_site *site, int64_t deadline,
				  struct halb_findings *findings, struct halb_error *err)
	HALB_CHECKED;

/* Pure: the offers to one balancer's MAC, judged. */
enum halb_status halb_lease_judge(const struct halb_balancer *balancer,
				  const struct halb_offers *offers,
				  struct halb_findings *findings, struct halb_error *err)
	HALB_CHECKED;

#endif
