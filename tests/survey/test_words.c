/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/survey/words.h"

#include <criterion/criterion.h>

Test(words, tell_a_failed_login_by_what_it_was_tried_with)
{
	static const struct {
		struct halb_login login;
		struct halb_error why;
		enum halb_code code;
	} cases[] = {
		{ { .keytab = "/k" }, { HALB_E_DENIED, "Preauthentication failed", "" },
		  HALB_CODE_PERMISSION_DENIED },
		{ { .password = "p" }, { HALB_E_DENIED, "invalid credentials", "" },
		  HALB_CODE_PERMISSION_DENIED },
		{ { 0 }, { HALB_E_DENIED, "No Kerberos credentials available", "" },
		  HALB_CODE_TICKET_MISSING },
		{ { .keytab = "/k" }, { HALB_E_DENIED, "dc1: Clock skew too great", "" },
		  HALB_CODE_CLOCK_SKEW },
		{ { .keytab = "/k" }, { HALB_E_UNREACHABLE, "Cannot contact any KDC", "" },
		  HALB_CODE_LDAP_UNREACHABLE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		cr_expect_eq(halb_login_code(&cases[i].login, &cases[i].why), cases[i].code,
			     "%s", cases[i].why.text);
}

Test(words, say_how_far_clocks_are_apart)
{
	static const struct {
		int64_t theirs;
		const char *text;
		enum halb_severity severity;
	} cases[] = {
		{ 1000, "0 s from ours", HALB_SEV_OK },
		{ 1060, "60 s ahead of ours", HALB_SEV_OK },
		{ 939, "61 s behind ours", HALB_SEV_WARNING },
		{ 1300, "300 s ahead of ours", HALB_SEV_WARNING },
		{ 1301, "301 s ahead of ours", HALB_SEV_CRITICAL },
	};
	char text[HALB_CLOCK_TEXT];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		cr_expect_eq(halb_clock_describe(cases[i].theirs, 1000, text), cases[i].severity);
		cr_expect_str_eq(text, cases[i].text);
	}
}
