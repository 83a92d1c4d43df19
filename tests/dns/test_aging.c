/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/dns/aging.h"

#include <criterion/criterion.h>
#include <string.h>

#include "halb/base/buf.h"

static struct halb_error err;

/* [MS-DNSP] 2.3.2.1, with the four bytes that Samba and Windows put where the name is. */
static struct halb_buf property(uint32_t id, uint32_t value, uint32_t version)
{
	struct halb_buf out = { 0 };

	halb_buf_le32(&out, 4);
	halb_buf_le32(&out, 0);
	halb_buf_le32(&out, 0);
	halb_buf_le32(&out, version);
	halb_buf_le32(&out, id);
	halb_buf_le32(&out, value);
	halb_buf_le32(&out, 0);
	return out;
}

static enum halb_status take(struct halb_zone_aging *aging, uint32_t id, uint32_t value)
{
	struct halb_buf bytes = property(id, value, 1);
	enum halb_status st = halb_zone_aging_take(aging, bytes.data, bytes.len, &err);

	halb_buf_clear(&bytes);
	return st;
}

Test(aging, reads_the_three_settings)
{
	struct halb_zone_aging aging = { 0 };

	cr_assert_eq(take(&aging, 0x10, 168), HALB_OK);
	cr_assert_eq(take(&aging, 0x20, 72), HALB_OK);
	cr_expect_not(aging.enabled);
	cr_assert_eq(take(&aging, 0x40, 1), HALB_OK);
	cr_expect(aging.enabled);
	cr_expect_eq(aging.no_refresh, 168);
	cr_expect_eq(aging.refresh, 72);
	cr_assert_eq(take(&aging, 0x40, 0), HALB_OK);
	cr_expect_not(aging.enabled);
}

Test(aging, reads_the_bytes_of_a_samba_zone)
{
	static const uint8_t no_refresh[] = { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
					      0x10, 0, 0, 0, 0xa8, 0, 0, 0, 0, 0, 0, 0 };
	struct halb_zone_aging aging = { 0 };

	cr_assert_eq(halb_zone_aging_take(&aging, no_refresh, sizeof no_refresh, &err), HALB_OK);
	cr_expect_eq(aging.no_refresh, 168);
}

Test(aging, leaves_other_properties_alone)
{
	static const uint8_t allow_update[] = { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
						2, 0, 0, 0, 2, 0, 0, 0, 0 };
	struct halb_zone_aging aging = { true, 1, 2 };

	cr_assert_eq(halb_zone_aging_take(&aging, allow_update, sizeof allow_update, &err),
		     HALB_OK);
	cr_assert_eq(take(&aging, 0x12, 99), HALB_OK);
	cr_expect(aging.enabled);
	cr_expect_eq(aging.no_refresh, 1);
	cr_expect_eq(aging.refresh, 2);
}

Test(aging, refuses_what_is_cut_short_anywhere)
{
	struct halb_buf bytes = property(0x40, 1, 1);
	struct halb_zone_aging aging = { 0 };

	for (size_t len = 0; len < 24; len++) {
		cr_expect_eq(halb_zone_aging_take(&aging, bytes.data, len, &err), HALB_E_MALFORMED,
			     "%zu bytes", len);
		cr_expect_not(aging.enabled);
	}
	halb_buf_clear(&bytes);
}

Test(aging, refuses_a_length_beyond_the_end_and_another_version)
{
	struct halb_buf bytes = property(0x40, 1, 2);
	struct halb_zone_aging aging = { 0 };

	cr_expect_eq(halb_zone_aging_take(&aging, bytes.data, bytes.len, &err), HALB_E_MALFORMED);
	bytes.data[12] = 1;
	cr_expect_eq(halb_zone_aging_take(&aging, bytes.data, bytes.len, &err), HALB_OK);
	memset(bytes.data, 0xff, 4);
	cr_expect_eq(halb_zone_aging_take(&aging, bytes.data, bytes.len, &err), HALB_E_MALFORMED);
	bytes.data[0] = 3; /* too short a value for a number */
	memset(bytes.data + 1, 0, 3);
	cr_expect_eq(halb_zone_aging_take(&aging, bytes.data, bytes.len, &err), HALB_E_MALFORMED);
	halb_buf_clear(&bytes);
}
