/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "cli.h"

static struct halb_plan plan;
static struct outcome out;

static void expect_word(const char *name, enum halb_severity planned, enum halb_severity seen,
			enum halb_status st, const char *word)
{
	plan.findings.worst = planned;
	out.verification.findings.worst = seen;
	cr_expect_str_eq(status_word(command_find(name), &out, st), word, "%s %d %d %d", name,
			 planned, seen, st);
}

Test(exit, a_register_is_as_bad_as_the_worse_of_its_plan_and_of_what_was_seen)
{
	out.report.plan = &plan;
	out.report.verification = &out.verification;
	expect_word("register", HALB_SEV_OK, HALB_SEV_OK, HALB_OK, "ok");
	expect_word("register", HALB_SEV_WARNING, HALB_SEV_OK, HALB_OK, "warning");
	expect_word("register", HALB_SEV_OK, HALB_SEV_WARNING, HALB_OK, "warning");
	expect_word("register", HALB_SEV_WARNING, HALB_SEV_CRITICAL, HALB_E_UNVERIFIED, "critical");
	expect_word("register", HALB_SEV_WARNING, HALB_SEV_UNKNOWN, HALB_E_UNVERIFIED, "unknown");
}

Test(exit, what_could_not_be_looked_at_is_unknown_and_no_error)
{
	out = (struct outcome){ 0 };
	expect_word("verify", HALB_SEV_OK, HALB_SEV_OK, HALB_E_UNREACHABLE, "unknown");
	expect_word("verify", HALB_SEV_OK, HALB_SEV_OK, HALB_E_USAGE, "error");
	expect_word("plan", HALB_SEV_OK, HALB_SEV_OK, HALB_E_UNREACHABLE, "error");
	expect_word("init", HALB_SEV_OK, HALB_SEV_OK, HALB_OK, "ok");
}
