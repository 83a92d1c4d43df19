/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/deadline.h"

#include <criterion/criterion.h>

Test(duration, reads_every_unit)
{
	static const struct {
		const char *text;
		int64_t ns;
	} good[] = { { "10us", 10000 }, { "250ms", 250 * HALB_MSEC }, { "1.5s", 1500 * HALB_MSEC },
		     { "4m", 240 * HALB_SEC }, { "24h", 86400 * HALB_SEC }, { "0s", 0 } };
	int64_t ns;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		cr_assert_eq(halb_duration_parse(good[i].text, &ns, NULL), HALB_OK, "%s",
			     good[i].text);
		cr_assert_eq(ns, good[i].ns, "%s", good[i].text);
	}
}

Test(duration, refuses_the_rest)
{
	static const char *const bad[] = { "", "5", "s", "-5s", "5 s", "5d", "1e3s", "0x5s", "inf",
					   "99999999h", "1.2.3s" };
	struct halb_error err;
	int64_t ns = 42;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_eq(halb_duration_parse(bad[i], &ns, &err), HALB_E_USAGE, "%s", bad[i]);
	cr_assert_eq(ns, 42, "written on success only");
}
