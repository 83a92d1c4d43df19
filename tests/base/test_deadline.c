/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/deadline.h"

#include <criterion/criterion.h>
#include <string.h>

Test(duration, reads_every_unit)
{
	static const struct {
		const char *text;
		int64_t ns;
	} good[] = { { "10us", 10000 }, { "250ms", 250 * HALB_MSEC }, { "1.5s", 1500 * HALB_MSEC },
		     { "4m", 240 * HALB_SEC }, { "24h", 86400 * HALB_SEC }, { "0s", 0 }, { "0", 0 },
		     { "8784h", 366 * 86400 * HALB_SEC } };
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
					   "00", "99999999h", "1.2.3s" };
	struct halb_error err;
	int64_t ns = 42;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect_eq(halb_duration_parse(bad[i], &ns, &err), HALB_E_USAGE, "%s", bad[i]);
	cr_assert_eq(ns, 42, "written on success only");
}

Test(duration, says_of_one_that_is_too_long_that_it_is)
{
	static const char *const bad[] = { "8785h", "99999999h" };
	struct halb_error err;
	int64_t ns;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		cr_expect_eq(halb_duration_parse(bad[i], &ns, &err), HALB_E_USAGE);
		cr_expect(strstr(err.text, "is longer than 366 days"), "%s", err.text);
	}
}
