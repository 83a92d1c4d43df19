/* SPDX-License-Identifier: Apache-2.0 */
#include "report_priv.h"

#include <criterion/criterion.h>

static void expect_sorted(const char *lines, char until, const char *want)
{
	struct halb_buf in = { 0 }, out = { 0 };

	halb_buf_text(&in, lines);
	halb_lines_sort(&in, until, &out);
	cr_expect_str_eq(halb_buf_string(&out), want);
	cr_expect_not(out.bad);
	halb_buf_clear(&in);
	halb_buf_clear(&out);
}

Test(lines, come_sorted_and_each_once)
{
	expect_sorted("b 2\na\nb 1\na\nb 2\n", '\n', "a\nb 1\nb 2\n");
	expect_sorted("", '\n', "");
}

Test(lines, that_agree_as_far_as_it_counts_come_once)
{
	expect_sorted("b{} 2\na{x=\"}\"} 1\nb{} 1\na{x=\"}}\"} 1\n", '}',
		      "a{x=\"}\"} 1\na{x=\"}}\"} 1\nb{} 1\n");
}
