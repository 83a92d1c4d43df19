/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What DHCP servers would give a MAC: a DHCPDISCOVER by broadcast (RFC 2131 3.1), and the offers
 * that come back. Nothing is ever requested, so no lease is taken. Needs CAP_NET_RAW; the UDP ports of
 * this machine's own DHCP client are not touched.
 */
#ifndef HALB_NET_OFFER_H
#define HALB_NET_OFFER_H

#include "halb/base/addr.h"
#include "halb/base/error.h"

#define HALB_OFFERS_MOST 4 /* servers that are remembered for one MAC */

struct halb_offer_query {
	struct halb_mac mac;
	struct halb_addr address; /* IPv4; the question goes out on this address's link */
};

struct halb_offer {
	struct halb_addr server, address;
};

enum halb_offer_state {
	HALB_OFFER_ASKED,
	HALB_OFFER_DENIED,      /* this process may open no packet socket */
	HALB_OFFER_NOT_ON_LINK, /* a router stands between, or there is no way at all */
	HALB_OFFER_UNSENT,      /* the interface did not take it */
};

struct halb_offers {
	enum halb_offer_state state;
	struct halb_offer items[HALB_OFFERS_MOST];
	size_t n; /* one for each server that answered */
};

/*
 * Asks for all of them at once and fills `out`, one for each. Back at `deadline`, or a second after
 * each has an offer: there may be a second server. HALB_E_NOMEM, HALB_E_INTERNAL.
 */
enum halb_status halb_offers_collect(const struct halb_offer_query *queries, size_t n,
				     int64_t deadline, struct halb_offers *out,
				     struct halb_error *err) HALB_CHECKED;

#endif
