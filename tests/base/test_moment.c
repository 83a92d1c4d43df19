/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/moment.h"

#include <criterion/criterion.h>

static char text[HALB_MOMENT_TEXT];

Test(moment, is_utc_to_the_microsecond)
{
	cr_assert_str_eq(halb_moment_format(INT64_C(1795575301123456789), text),
			 "2026-11-25T02:55:01.123456Z");
}

Test(moment, begins_in_1970)
{
	cr_assert_str_eq(halb_moment_format(0, text), "1970-01-01T00:00:00.000000Z");
}
