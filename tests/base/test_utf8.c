/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/utf8.h"

#include <criterion/criterion.h>

Test(utf8, reads_characters_of_each_length)
{
	static const struct {
		const char *text;
		size_t len;
		uint32_t code;
	} cases[] = { { "a", 1, 'a' },
		      { "\xc2\x80", 2, 0x80 },
		      { "\xe0\xa0\x80", 3, 0x800 },
		      { "\xef\xbf\xbfz", 3, 0xffff },
		      { "\xf0\x90\x80\x80", 4, 0x10000 },
		      { "\xf4\x8f\xbf\xbf", 4, 0x10ffff } };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint32_t code;

		cr_expect_eq(halb_utf8_next(cases[i].text, &code), cases[i].len, "case %zu", i);
		cr_expect_eq(code, cases[i].code, "case %zu: %x", i, code);
	}
}

Test(utf8, refuses_what_is_no_character)
{
	static const char *const bad[] = {
		"\x80",		    /* continues nothing */
		"\xc3",		    /* cut short */
		"\xe2\x82",	    /* cut short */
		"\xc3z",	    /* not continued */
		"\xc0\xaf",	    /* too long for '/' */
		"\xe0\x80\xaf",	    /* too long for '/' */
		"\xf0\x80\x80\xaf", /* too long for '/' */
		"\xed\xa0\x80",	    /* half of a UTF-16 pair */
		"\xf4\x90\x80\x80", /* above U+10FFFF */
		"\xf8\x88\x80\x80\x80", "\xff",
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		uint32_t code;

		cr_expect_eq(halb_utf8_next(bad[i], &code), 1, "case %zu", i);
		cr_expect_eq(code, HALB_UTF8_NONE, "case %zu", i);
	}
}

Test(utf8, knows_what_a_terminal_obeys)
{
	static const uint32_t controls[] = { 0,    0x1b, 0x1f,   0x7f,  0x80,
					     0x9b, 0x9f, 0x202e, 0x2066 };
	static const uint32_t others[] = { ' ', '~', 0xa0, 0xe9, 0x2010, 0x206a, 0x1f642 };

	for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
		cr_expect(halb_utf8_is_control(controls[i]), "%x", controls[i]);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		cr_expect(!halb_utf8_is_control(others[i]), "%x", others[i]);
}
