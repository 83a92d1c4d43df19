/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/net/offer.h"

#include <criterion/criterion.h>

#include "halb/base/deadline.h"
#include "server.h"

/* Nothing leaves the machine: the one address is not of DHCPv4, and the other's link is lo. */
Test(offer, asks_for_ipv4_only)
{
	const struct halb_offer_query query = { { { 2, 0, 0, 0, 1, 1 } }, address_of("fd00::11") };
	struct halb_offers offers;
	struct halb_error err;

	cr_assert_eq(halb_offers_collect(&query, 1, halb_now() + 60 * HALB_SEC, &offers, &err),
		     HALB_OK, "%s", err.text);
	if (offers.state == HALB_OFFER_DENIED)
		cr_skip_test("packet sockets take CAP_NET_RAW");
	cr_expect_eq(offers.state, HALB_OFFER_NOT_ON_LINK);
	cr_expect_eq(offers.n, 0);
}

Test(offer, silence_ends_at_the_deadline)
{
	const struct halb_offer_query query = { { { 2, 0, 0, 0, 1, 1 } }, address_of("127.0.0.1") };
	struct halb_offers offers;
	struct halb_error err;

	cr_assert_eq(halb_offers_collect(&query, 1, halb_now() + 100 * HALB_MSEC, &offers, &err),
		     HALB_OK, "%s", err.text);
	if (offers.state == HALB_OFFER_DENIED)
		cr_skip_test("packet sockets take CAP_NET_RAW");
	cr_expect_eq(offers.state, HALB_OFFER_ASKED);
	cr_expect_eq(offers.n, 0);
}
