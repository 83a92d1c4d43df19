/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/directory/dn.h"

#include <criterion/criterion.h>

Test(dn, escapes_what_has_a_meaning_in_a_dn)
{
	static const struct {
		const char *value, *escaped;
	} cases[] = {
		{ "", "" },
		{ "k8s1", "k8s1" },
		{ "deep.sub", "deep.sub" },
		{ "@", "@" },
		{ "a=b", "a\\3Db" },
		{ "a,b+c;d", "a\\2Cb\\2Bc\\3Bd" },
		{ "<\"\\>", "\\3C\\22\\5C\\3E" },
		{ "#a#", "\\23a#" },
		{ " a b ", "\\20a b\\20" },
		{ " ", "\\20" },
		{ "a\nb\x7f", "a\\0Ab\\7F" },
		{ "k\xc3\xa4se", "k\xc3\xa4se" },
		{ "*()", "*()" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct halb_buf out = { 0 };

		halb_dn_escape(&out, cases[i].value);
		cr_expect_str_eq(halb_buf_string(&out), cases[i].escaped);
		halb_buf_clear(&out);
	}
}

Test(dn, escapes_what_has_a_meaning_in_a_filter)
{
	static const struct {
		const char *value, *escaped;
	} cases[] = {
		{ "halb-dns lime.lan/k8s1", "halb-dns lime.lan/k8s1" },
		{ "*", "\\2a" },
		{ "(a)", "\\28a\\29" },
		{ "a\\b", "a\\5cb" },
		{ "a=b", "a=b" },
		{ "a\tb", "a\\09b" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct halb_buf out = { 0 };

		halb_filter_escape(&out, cases[i].value);
		cr_expect_str_eq(halb_buf_string(&out), cases[i].escaped);
		halb_buf_clear(&out);
	}
}

Test(dn, what_is_escaped_is_the_same_name_again)
{
	static const char *const values[] = { "a=b", " a ", "#1", "a,b", "a\\b", "\"q\"", "a+b" };

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct halb_buf dn = { 0 };

		halb_buf_text(&dn, "DC=");
		halb_dn_escape(&dn, values[i]);
		halb_buf_text(&dn, ",DC=lan");
		cr_expect(halb_dn_equal(halb_buf_string(&dn), halb_buf_string(&dn)), "%s",
			  values[i]);
		cr_expect_not(halb_dn_equal(halb_buf_string(&dn), "DC=a,DC=lan"));
		halb_buf_clear(&dn);
	}
}

Test(dn, compares_what_a_dn_says_and_not_its_bytes)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "DC=lime,DC=lan", "dc=LIME,dc=Lan", true },
		{ "DC=lime,DC=lan", "DC=lime, DC=lan", true },
		{ "DC=a\\=b,DC=lan", "DC=a\\3Db,DC=lan", true },
		{ "DC=a\\,b,DC=lan", "DC=a\\2cb,DC=lan", true },
		{ "DC=a\\ ,DC=lan", "DC=a\\20,DC=lan", true },
		{ "DC=lime,DC=lan", "CN=lime,DC=lan", false },
		{ "DC=lime,DC=lan", "DC=lime", false },
		{ "DC=lime", "DC=lime,DC=lan", false },
		{ "DC=lime,DC=lan", "DC=lan,DC=lime", false },
		{ "DC=deep.sub,DC=lan", "DC=deep,DC=sub,DC=lan", false },
		{ "DC=a+CN=b,DC=lan", "DC=a,DC=lan", false },
		{ "nonsense", "nonsense", false },
		{ "DC=lan", "nonsense", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		cr_expect_eq(halb_dn_equal(cases[i].a, cases[i].b), cases[i].same, "%s and %s",
			     cases[i].a, cases[i].b);
}

Test(dn, knows_the_parent)
{
	static const struct {
		const char *dn, *parent;
	} cases[] = {
		{ "CN=a,DC=lime,DC=lan", "DC=lime,DC=lan" },
		{ "CN=a\\,b,DC=lan", "DC=lan" },
		{ "CN=a\\2Cb,DC=lan", "DC=lan" },
		{ "CN=a\\\\,DC=lan", "DC=lan" },
		{ "DC=lan", "" },
		{ "", "" },
		{ "CN=a\\", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		cr_expect_str_eq(halb_dn_parent(cases[i].dn), cases[i].parent, "%s", cases[i].dn);
}
