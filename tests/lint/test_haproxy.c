/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(haproxy, .fini = parse_teardown);

Test(haproxy, reads_sections_quotes_escapes_and_variables)
{
	static const struct {
		const char *text, *wanted;
	} pairs[] = {
		{ "global\n  daemon\nlisten x\nbind :1\n", "global{daemon;}listen x{bind :1;}" },
		{ "global\n log a\\ b \\# 'c \"d' \"e\\\"f\" # g\n",
		  "global{log a b # c \"d e\"f;}" },
		{ "global\n a x\\x41y \\n'\\n'\n", "global{a xAy \n\\n;}" },
		{ "global\n setenv P 80\n b \"${P}\" '${P}' \"$P\" \"${Q-9}\" \"${Q}\"\n",
		  "global{setenv P 80;b 80 ${P} 80 9 ${Q};}" },
		{ "global\n a \"b\"c'd'\n", "global{a bcd;}" },
		{ "backend b\n never heard-of\n", "backend b{never heard-of;}" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		struct halb_tree tree = parse_haproxy(pairs[i].text);

		cr_expect_str_eq(flat(&tree), pairs[i].wanted, "%s\nmade %s", pairs[i].text,
				 flat(&tree));
	}
}

Test(haproxy, takes_one_branch_of_a_condition)
{
	static const struct {
		const char *condition, *wanted;
	} pairs[] = {
		{ "1", "a;" }, { "0", "b;" }, { "!0", "a;" }, { "false", "b;" },
		{ "version_before(2.4)", "b;" }, { "!version_before(2.4)", "a;" },
		{ "streq(\"$X\",y)", "a;" },
	};
	char text[200], wanted[80];

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		struct halb_tree tree;

		snprintf(text, sizeof text,
			 "global\n.if %s\n a\n .if 0\n  n\n .endif\n.elif 1\n b\n.else\n "
			 "c\n.endif\n d\n",
			 pairs[i].condition);
		snprintf(wanted, sizeof wanted, "global{%sd;}", pairs[i].wanted);
		tree = parse_haproxy(text);
		cr_expect_str_eq(flat(&tree), wanted, "%s", pairs[i].condition);
	}
}

static enum halb_problem_kind only_problem(const char *text, unsigned line)
{
	struct halb_tree tree = parse_haproxy(text);

	cr_assert(tree.problems, "%s", text);
	cr_expect_null(tree.problems->next);
	cr_expect_eq(tree.problems->at.line, line);
	return tree.problems->kind;
}

Test(haproxy, tells_a_slip_from_a_section_it_does_not_read)
{
	cr_expect_eq(only_problem("global\n a\ndefault\n mode tcp\n", 3), HALB_PROBLEM_SECTION);
	cr_expect_eq(only_problem("global\n a\nback-end x\n mode tcp\n", 3), HALB_PROBLEM_SECTION);
	cr_expect_eq(only_problem("mode tcp\nmode http\nglobal\n", 1), HALB_PROBLEM_SECTION);
	cr_expect_eq(only_problem("global\n a 'b\n", 2), HALB_PROBLEM_QUOTE);
	cr_expect_null(
		parse_haproxy("peers p\n peer a 1:1\n peer b 1:2\nring r\n size 1\n").problems);
}
