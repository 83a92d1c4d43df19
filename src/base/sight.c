/* SPDX-License-Identifier: Apache-2.0 */
/* The MACs of what was seen. */
#include "halb/base/sight.h"

bool halb_sight_has(const struct halb_sight *sight, const struct halb_mac *mac)
{
	for (size_t i = 0; i < sight->n_macs; i++)
		if (halb_mac_equal(&sight->macs[i], mac))
			return true;
	return false;
}

void halb_sight_add(struct halb_sight *sight, const struct halb_mac *mac)
{
	if (!halb_sight_has(sight, mac) && sight->n_macs < HALB_SIGHT_MACS)
		sight->macs[sight->n_macs++] = *mac;
}
