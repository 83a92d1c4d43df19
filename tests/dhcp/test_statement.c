/* SPDX-License-Identifier: Apache-2.0 */
#include "statement_priv.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* All words, those of a statement with a '|' between, each statement with a '\n' behind it. */
static void expect_words(const char *text, const char *want)
{
	char got[400] = "", word[HALB_DHCP_WORD];
	struct halb_statement statement;

	for (const char *at = text; halb_statement_next(&at, &statement);) {
		const char *between = "";

		while (halb_statement_word(&statement, word)) {
			strcat(strcat(got, between), word);
			between = "|";
		}
		strcat(got, "\n");
	}
	cr_expect_str_eq(got, want, "of '%s': '%s'", text, got);
}

Test(statement, splits_at_what_ends_statements)
{
	expect_words("", "");
	expect_words(" ; ;; ", "");
	expect_words("range a b", "range|a|b\n");
	expect_words("a 1; b 2;c", "a|1\nb|2\nc\n");
	expect_words("pool { range a b; deny x; } c", "pool\nrange|a|b\ndeny|x\nc\n");
}

Test(statement, any_blank_and_comma_is_between_words)
{
	expect_words("\tfixed-address\n a ,b,\r\nc ", "fixed-address|a|b|c\n");
}

Test(statement, quoted_text_is_one_word_whatever_is_in_it)
{
	expect_words("host-name \"a b; c # d\"; e", "host-name|a b; c # d\ne\n");
	expect_words("a \"x\\\"y\" z", "a|x\\\"y|z\n");
	expect_words("a \"\" b", "a||b\n");
	expect_words("a \"open; b", "a|open; b\n");
	expect_words("a \"", "a|\n");
	expect_words("a \"\\", "a|\\\n");
}

Test(statement, comments_are_no_words)
{
	expect_words("# range a\nb 1 # c; d\n 2; e", "b|1|2\ne\n");
	expect_words("a # b", "a\n");
	expect_words("# a", "\n");
}

Test(statement, a_keyword_is_taken_in_any_case_and_only_as_a_whole)
{
	struct halb_statement statement;
	char word[HALB_DHCP_WORD];
	const char *at = "RANGE ranges";

	cr_assert(halb_statement_next(&at, &statement));
	cr_expect(halb_statement_take(&statement, "range"));
	cr_expect_not(halb_statement_take(&statement, "range"));
	cr_assert(halb_statement_word(&statement, word));
	cr_expect_str_eq(word, "ranges");
}

Test(statement, a_word_is_cut_to_its_room)
{
	struct halb_statement statement;
	char word[HALB_DHCP_WORD], text[2 * HALB_DHCP_WORD];
	const char *at = text;

	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	cr_assert(halb_statement_next(&at, &statement));
	cr_assert(halb_statement_word(&statement, word));
	cr_expect_eq(strlen(word), HALB_DHCP_WORD - 1);
	cr_expect_not(halb_statement_word(&statement, word));
}

/* Every text of five of the characters that mean something, each in memory of its own. */
Test(statement, no_text_is_read_beyond_its_end)
{
	static const char signs[] = "a \";#\\{\n,";
	const size_t n = sizeof signs - 1;

	for (size_t i = 0; i < n * n * n * n * n; i++) {
		char *text = malloc(6), word[HALB_DHCP_WORD];
		struct halb_statement statement;
		size_t rest = i;

		cr_assert(text);
		for (size_t k = 0; k < 5; k++, rest /= n)
			text[k] = signs[rest % n];
		text[5] = '\0';
		for (const char *at = text; halb_statement_next(&at, &statement);) {
			cr_assert(at <= text + 5);
			while (halb_statement_word(&statement, word))
				cr_assert(statement.at + statement.len == at);
		}
		free(text);
	}
}
