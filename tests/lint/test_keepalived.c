/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(keepalived, .fini = parse_teardown);

struct pair {
	const char *text, *wanted;
};

static void check_all(const struct pair *pairs, size_t n, const char *config_id)
{
	for (size_t i = 0; i < n; i++) {
		struct halb_tree tree = parse_keepalived(pairs[i].text, config_id);

		cr_expect_str_eq(flat(&tree), pairs[i].wanted, "%s\nmade %s", pairs[i].text,
				 flat(&tree));
	}
}

Test(keepalived, reads_words_blocks_quotes_and_comments)
{
	static const struct pair pairs[] = {
		{ "a b\n c\n", "a b;c;" },
		{ "a {\n\tb c # d\n\te ! f\n}\ng\n", "a{b c;e;}g;" },
		{ "a\n{\nb\n}\n", "a{b;}" },
		{ "a { b } c { d }\n", "a{b;}c{d;}" },
		{ "vi1{\nb\n}\n", "vi1{b;}" },
		{ "script \"/bin/x -a 'b c' # d\"\n", "script /bin/x -a 'b c' # d;" },
		{ "a 'b c' d\\ e\n", "a b c d e;" },
		{ "a \"b \\\" c\"\r\n", "a b \" c;" },
		{ "a {\n}\n", "a{}" },
		{ "never_heard_of { x { y } }\n", "never_heard_of{x{y;}}" },
		{ "", "" },
	};

	check_all(pairs, sizeof pairs / sizeof pairs[0], NULL);
}

Test(keepalived, expands_definitions_and_sequences)
{
	static const struct pair pairs[] = {
		{ "$A=1.2\nx $A.3 ${A}4\n", "x 1.2.3 1.24;" },
		{ "$A = b c\n$B=$A d\nx $B\n", "x b c d;" },
		{ "x $NONE ${NONE}\n", "x $NONE ${NONE};" },
		{ "$A=p 1 \\\nq {\\\nr\\\n}\n$A\nz\n", "p 1;q{r;}z;" },
		{ "~SEQ(i, 3) a $i\n", "a 1;a 2;a 3;" },
		{ "~SEQ(i, 10, -5, 0) a $i\n", "a 10;a 5;a 0;" },
		{ "~LST(h, x, y) ~SEQ(i, 2) a $h$i\n", "a x1;a x2;a y1;a y2;" },
	};

	check_all(pairs, sizeof pairs / sizeof pairs[0], NULL);
}

Test(keepalived, takes_the_lines_of_the_config_id)
{
	static const struct pair pairs[] = {
		{ "@lb1 a\n@lb2 b\n@^lb1 c\n@^lb2 d\ne\n", "a;d;e;" },
		{ "@lb1 $A=1\n@lb2 $A=2\nx $A\n", "x 1;" },
	};

	check_all(pairs, sizeof pairs / sizeof pairs[0], "lb1");
}

Test(keepalived, names_the_config_ids_of_a_text)
{
	struct halb_arena arena = { 0 };
	struct halb_error err = { 0 };
	const char **ids;

	cr_assert_eq(
		halb_keepalived_ids("@lb1 a\nb\n @no c\n@^lb2 d\n@lb1 e\n", &arena, &ids, &err),
		HALB_OK);
	cr_expect_str_eq(ids[0], "lb1");
	cr_expect_str_eq(ids[1], "lb2");
	cr_expect_null(ids[2]);
	halb_arena_clear(&arena);
}

Test(keepalived, keeps_file_and_line_through_includes)
{
	static const char *const files[] = { "d/*.conf", "x\n\ny {\n", NULL };
	struct halb_tree tree = parse_with_files("a\ninclude d/*.conf\nz\n}\nb\n", files);
	const struct halb_directive *y, *b;

	cr_assert_str_eq(flat(&tree), "a;x;y{z;}b;");
	y = halb_directive_find(tree.first, "y");
	b = halb_directive_find(tree.first, "b");
	cr_expect_str_eq(y->at.file, "d/*.conf");
	cr_expect_eq(y->at.line, 3);
	cr_expect_str_eq(y->child->at.file, "k.conf");
	cr_expect_eq(y->child->at.line, 3);
	cr_expect_eq(b->at.line, 5);
	cr_expect_null(tree.problems);
}

static void expect_problem(struct halb_tree tree, enum halb_problem_kind kind, unsigned line)
{
	cr_assert(tree.problems, "no problem");
	cr_expect_eq(tree.problems->kind, kind, "%d", (int)tree.problems->kind);
	cr_expect_eq(tree.problems->at.line, line, "line %u", tree.problems->at.line);
}

Test(keepalived, says_what_does_not_fit_and_goes_on)
{
	static const char *const self[] = { "me", "include me\n", NULL };
	struct halb_tree tree;

	expect_problem(parse_keepalived("a\n}\nb\n", NULL), HALB_PROBLEM_BRACE, 2);
	expect_problem(parse_keepalived("a {\nb {\n}\n", NULL), HALB_PROBLEM_BRACE, 1);
	expect_problem(parse_keepalived("a\nb \"c\n", NULL), HALB_PROBLEM_QUOTE, 2);
	expect_problem(parse_keepalived("include none\n", NULL), HALB_PROBLEM_INCLUDE, 1);
	expect_problem(parse_with_files("include me\n", self), HALB_PROBLEM_INCLUDE, 1);
	expect_problem(parse_keepalived("$A=$A $A\n$A\n", NULL), HALB_PROBLEM_SIZE, 2);
	tree = parse_keepalived("a \"b\n}\nc\n", NULL);
	cr_expect_str_eq(flat(&tree), "a b;c;");
}

Test(keepalived, survives_a_thousand_braces)
{
	char text[2001];
	struct halb_tree tree;

	memset(text, '{', 1000);
	memset(text + 1000, '}', 1000);
	text[2000] = '\0';
	tree = parse_keepalived(text, NULL);
	cr_expect_null(tree.problems);
}
