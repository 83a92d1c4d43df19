/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/check.h"

#include <criterion/criterion.h>
#include <stdint.h>

static struct halb_checks checks;
static struct halb_error err;

static void teardown(void)
{
	halb_checks_clear(&checks);
}

TestSuite(check, .fini = teardown);

static void fail(const char *what, enum halb_severity severity, const char *server)
{
	cr_assert_eq(halb_checks_fail(&checks, what,
				      &(struct halb_finding){ .code = HALB_CODE_CLOCK_SKEW,
							      .severity = severity,
							      .actual = "61 s",
							      .server = (char *)(uintptr_t)server },
				      &err),
		     HALB_OK);
}

static void pass(const char *what, const char *detail)
{
	cr_assert_eq(halb_checks_pass(&checks, what, detail, &err), HALB_OK);
}

Test(check, keeps_the_order_and_leads_to_the_findings)
{
	pass("zone", "there");
	fail("clock of dc1", HALB_SEV_WARNING, "dc1");
	pass("login", "works");
	fail("clock of dc2", HALB_SEV_CRITICAL, "dc2");
	cr_assert_eq(checks.n, 4);
	cr_assert_eq(checks.findings.n, 2);
	cr_expect_str_eq(checks.items[2].what, "login");
	cr_expect_null(halb_check_finding(&checks, 0));
	cr_expect_str_eq(checks.items[0].detail, "there");
	cr_expect_str_eq(halb_check_finding(&checks, 1)->server, "dc1");
	cr_expect_str_eq(halb_check_finding(&checks, 3)->server, "dc2");
	cr_expect_eq(checks.findings.worst, HALB_SEV_CRITICAL);
}

Test(check, what_several_servers_agree_on_is_said_once)
{
	pass("zone", "there");
	pass("zone", "there");
	fail("clock", HALB_SEV_WARNING, "dc1");
	fail("clock", HALB_SEV_WARNING, "dc2");
	cr_expect_eq(checks.n, 2);
	cr_expect_eq(checks.findings.n, 1);
}

Test(check, what_they_do_not_agree_on_is_said_by_each)
{
	pass("zone", "there");
	pass("zone", "elsewhere");
	pass("clock", "in step");
	fail("clock", HALB_SEV_WARNING, "dc1");
	fail("clock", HALB_SEV_CRITICAL, "dc2");
	cr_expect_eq(checks.n, 5);
	cr_expect_eq(checks.findings.n, 2);
}
