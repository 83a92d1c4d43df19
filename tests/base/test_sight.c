/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/sight.h"

#include <criterion/criterion.h>

Test(sight, has_each_mac_once_and_no_more_than_it_has_room_for)
{
	struct halb_sight sight = { 0 };

	for (uint8_t i = 0; i < HALB_SIGHT_MACS + 1; i++) {
		struct halb_mac mac = { { 2, 0, 0, 0, 0, i } };

		halb_sight_add(&sight, &mac);
		halb_sight_add(&sight, &mac);
		cr_expect_eq(halb_sight_has(&sight, &mac), i < HALB_SIGHT_MACS);
		cr_expect_eq(sight.n_macs, i < HALB_SIGHT_MACS ? (size_t)i + 1 : HALB_SIGHT_MACS);
	}
}
