/* SPDX-License-Identifier: Apache-2.0 */
#include "quote_priv.h"

#include <criterion/criterion.h>
#include <string.h>

Test(quote, lets_nothing_act_on_the_terminal)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{ "k8s1.lime.lan", "k8s1.lime.lan" },
		{ "a\033[2Jb\nc\x7f", "a?[2Jb?c?" },
		{ "z\xc3\xbcrich", "z\xc3\xbcrich" },
		{ "\xe2\x80\xae", "???" }, /* right-to-left override */
		{ "\xc2\x9b", "??" },      /* C1's CSI */
		{ "\xc3", "?" },           /* cut short */
		{ "\xed\xa0\x80", "???" }, /* a surrogate */
		{ "\xc0\xaf", "??" },      /* overlong */
		{ "\xf0\x9f\x90\xa7", "\xf0\x9f\x90\xa7" },
	};
	char out[HALB_QUOTE_TEXT];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_expect_str_eq(halb_quote(rows[i].text, out), rows[i].shown);
}

Test(quote, cuts_between_characters)
{
	char text[400], out[HALB_QUOTE_TEXT];

	for (size_t i = 0; i + 2 < sizeof text; i += 3)
		memcpy(text + i, "\xe2\x82\xac", 3);
	text[sizeof text - 1] = '\0';
	halb_quote(text, out);
	cr_assert_eq(strlen(out), 63);
	cr_assert_str_eq(out + 57, "\xe2\x82\xac...");
}
