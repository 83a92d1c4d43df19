/* SPDX-License-Identifier: Apache-2.0 */
/* DHCP packets: what is taken for an offer has an IPv4 address of each kind. */
#include "../../src/net/dhcp_priv.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct halb_dhcp_offer offer;

	if (halb_dhcp_read_offer(data, size, &offer))
		must(offer.server.len == 4 && offer.address.len == 4);
	return 0;
}
