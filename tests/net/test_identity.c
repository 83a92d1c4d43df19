/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "halb/net/identity.h"

static struct halb_probe_result result = { .tcp = { .state = HALB_LAYER_OK },
					   .http = { .state = HALB_LAYER_OK } };
static char name[HALB_IDENTITY_NAME];

static bool reads(const char *body)
{
	snprintf(result.body, sizeof result.body, "%s", body);
	return halb_identity_read(&result, name);
}

Test(identity, is_one_name_and_nothing_else)
{
	static const char *const others[] = { "",       " \n",    "lb1 lb2", "lb1\nlb2",
					      "<html>", "lb/1" };
	char longest[HALB_IDENTITY_NAME + 1];

	cr_expect(reads("\r\n lb1.lime.lan \r\n"));
	cr_expect_str_eq(name, "lb1.lime.lan");
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		cr_expect_not(reads(others[i]), "%s", others[i]);
	memset(longest, 'a', sizeof longest);
	longest[HALB_IDENTITY_NAME] = '\0';
	cr_expect_not(reads(longest));
	longest[HALB_IDENTITY_NAME - 1] = '\0';
	cr_expect(reads(longest));
	cr_expect_str_eq(name, longest);
}

Test(identity, of_an_answer_that_failed_is_none)
{
	result.http.state = HALB_LAYER_FAILED; /* a 503, say, whatever its page begins with */
	cr_expect_not(reads("lb1"));
}
