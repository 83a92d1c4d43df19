/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/dns/name.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static struct halb_name name_of(const char *text)
{
	struct halb_name name = { 0 };
	struct halb_error err = { 0 };

	cr_assert_eq(halb_name_parse(text, &name, &err), HALB_OK, "%s: %s", text, err.text);
	return name;
}

static void expect_text(const struct halb_name *name, const char *want)
{
	char text[HALB_NAME_TEXT];

	cr_expect_str_eq(halb_name_format(name, text), want);
}

Test(name, wire_form_is_as_the_rfc_draws_it)
{
	static const uint8_t want[] = "\4k8s1\4lime\3lan";
	struct halb_name name = name_of("k8s1.lime.lan"), dotted = name_of("k8s1.lime.lan.");

	cr_assert_eq(name.len, sizeof want);
	cr_assert_arr_eq(name.wire, want, sizeof want);
	cr_assert(halb_name_equal(&name, &dotted));
}

Test(name, root_has_one_byte)
{
	struct halb_name root = name_of("."), none = { 0 };

	cr_assert_eq(root.len, 1);
	cr_assert_eq(root.wire[0], 0);
	cr_assert_eq(halb_name_labels(&root), 0);
	expect_text(&root, ".");
	expect_text(&none, "");
}

Test(name, escapes_are_read_and_written)
{
	static const char *const text[][2] = {
		{ "a\\.b.lime.lan", "a\\.b.lime.lan" },
		{ "a\\046b.lime.lan", "a\\.b.lime.lan" },
		{ "\\000\\255.lan", "\\000\\255.lan" },
		{ "a b\n.lan", "a\\032b\\010.lan" },
		{ "\\k8s1.lan", "k8s1.lan" },
		{ "\xc3\xa4.lan", "\\195\\164.lan" },
		{ "back\\\\slash.lan", "back\\\\slash.lan" },
		{ "\\@\\\"\\;\\(\\)\\$.lan", "\\@\\\"\\;\\(\\)\\$.lan" },
		{ "*._tcp.lan", "*._tcp.lan" },
	};
	struct halb_name name;

	for (size_t i = 0; i < COUNT(text); i++) {
		name = name_of(text[i][0]);
		expect_text(&name, text[i][1]);
	}
	name = name_of("a\\.b.lan");
	cr_assert_eq(halb_name_labels(&name), 2, "an escaped dot parts no labels");
}

Test(name, refuses_broken_presentation_form)
{
	static const char *const bad[] = { "",	    "..",      "a..b",	 ".a",	  "a..",  "a\\",
					   "a\\25", "a\\256", "a\\2x5", "a\\999", "a.\\", "\\8s1" };
	struct halb_name name = { .len = 77 };
	struct halb_error err;

	for (size_t i = 0; i < COUNT(bad); i++) {
		cr_expect_eq(halb_name_parse(bad[i], &name, &err), HALB_E_MALFORMED, "%s", bad[i]);
		cr_expect(strstr(err.text, "label") || strstr(err.text, "escape"), "%s", err.text);
	}
	cr_assert_eq(name.len, 77, "untouched on failure");
}

/* `labels` labels of `len` times 'a', parted by dots. */
static const char *long_name(char *text, size_t labels, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < labels; i++) {
		memset(text + n, 'a', len);
		n += len;
		text[n++] = '.';
	}
	text[n - 1] = '\0';
	return text;
}

Test(name, limits_are_63_and_255)
{
	struct halb_name name;
	struct halb_error err;
	char text[600];

	cr_assert_eq(halb_name_parse(long_name(text, 1, 63), &name, &err), HALB_OK);
	cr_assert_eq(halb_name_parse(long_name(text, 1, 64), &name, &err), HALB_E_MALFORMED);
	cr_assert(strstr(err.text, "63"), "%s", err.text);
	cr_assert_eq(halb_name_parse(long_name(text, 127, 1), &name, &err), HALB_OK);
	cr_assert_eq(name.len, HALB_NAME_MAX);
	cr_assert_eq(halb_name_parse(long_name(text, 128, 1), &name, &err), HALB_E_MALFORMED);
	cr_assert(strstr(err.text, "253"), "%s", err.text);
	cr_assert_eq(halb_hostname_parse(long_name(text, 127, 1), &name, &err), HALB_OK);
	cr_assert_eq(halb_hostname_parse(long_name(text, 128, 1), &name, &err), HALB_E_USAGE);
	cr_assert_eq(halb_hostname_parse(long_name(text, 2, 63), &name, &err), HALB_OK);
	cr_assert_eq(halb_hostname_parse(long_name(text, 2, 64), &name, &err), HALB_E_USAGE);
	cr_assert_eq(halb_hostname_parse(long_name(text, 2, 290), &name, &err), HALB_E_USAGE);
}

Test(name, longest_text_fits)
{
	struct halb_name name = { 0 }, again;
	char text[HALB_NAME_TEXT];

	for (size_t i = 0; i < 3; i++) {
		name.wire[name.len] = 63;
		memset(name.wire + name.len + 1, 0xff, 63);
		name.len = (uint8_t)(name.len + 64);
	}
	name.wire[name.len] = 61;
	memset(name.wire + name.len + 1, 0xff, 61);
	name.len = 255;
	again = name_of(halb_name_format(&name, text));
	cr_assert(halb_name_equal(&name, &again));
}

Test(name, case_makes_no_difference)
{
	struct halb_name a = name_of("K8S1.Lime.LAN"), b = name_of("k8s1.lime.lan");
	struct halb_name c = name_of("k8s2.lime.lan"), d = name_of("lime.lan");

	cr_assert(halb_name_equal(&a, &b));
	cr_assert_eq(halb_name_cmp(&a, &b), 0);
	cr_assert(halb_name_cmp(&b, &c) < 0 && halb_name_cmp(&c, &b) > 0);
	cr_assert(!halb_name_equal(&b, &d));
	expect_text(&a, "K8S1.Lime.LAN");
}

Test(name, only_ascii_is_folded)
{
	struct halb_name a = name_of("\\195\\132.lan"), b = name_of("\\195\\164.lan");
	struct halb_name c = name_of("[.lan"), d = name_of("{.lan");

	cr_assert(!halb_name_equal(&a, &b));
	cr_assert(!halb_name_equal(&c, &d));
}

Test(name, parents_end_at_the_root)
{
	struct halb_name name = name_of("k8s1.lime.lan"), parent;

	parent = halb_name_parent(&name, 0);
	expect_text(&parent, "k8s1.lime.lan");
	parent = halb_name_parent(&name, 2);
	expect_text(&parent, "lan");
	parent = halb_name_parent(&name, 3);
	expect_text(&parent, ".");
	parent = halb_name_parent(&name, 9);
	expect_text(&parent, ".");
}

Test(name, within_looks_at_whole_labels)
{
	struct halb_name zone = name_of("lime.lan"), root = name_of("."), none = { 0 };
	struct halb_name in = name_of("k8s1.LIME.lan"), near = name_of("slime.lan");
	struct halb_name above = name_of("lan"), trap = name_of("x\\004lime.lan");

	cr_expect(halb_name_within(&in, &zone));
	cr_expect(halb_name_within(&zone, &zone));
	cr_expect(halb_name_within(&in, &root));
	cr_expect(!halb_name_within(&near, &zone));
	cr_expect(!halb_name_within(&above, &zone));
	cr_expect(!halb_name_within(&trap, &zone), "a byte 4 inside a label is no length");
	cr_expect(!halb_name_within(&none, &zone));
}

Test(name, node_and_zone_join_to_the_name_again)
{
	static const char *const rows[][3] = {
		{ "k8s1", "lime.lan", "k8s1.lime.lan" },
		{ "deep.sub", "lime.lan", "deep.sub.lime.lan" },
		{ "@", "lime.lan", "lime.lan" },
		{ "@.sub", "lime.lan", "\\@.sub.lime.lan" },
		{ "11", "11.168.192.in-addr.arpa", "11.11.168.192.in-addr.arpa" },
		{ "_kerberos._tcp.Default-First-Site-Name._sites", "lime.lan",
		  "_kerberos._tcp.Default-First-Site-Name._sites.lime.lan" },
		{ "a\nb\xff", "lime.lan", "a\\010b\\255.lime.lan" },
		{ "\\1078s1", "lime.lan", "\\\\1078s1.lime.lan" }, /* no escape: not k8s1 */
		{ "*", "lime.lan", "*.lime.lan" },
	};
	struct halb_name zone, name;
	struct halb_error err;
	char text[HALB_NAME_TEXT];

	for (size_t i = 0; i < COUNT(rows); i++) {
		zone = name_of(rows[i][1]);
		cr_assert_eq(halb_name_join(rows[i][0], &zone, &name, &err), HALB_OK, "%s",
			     err.text);
		expect_text(&name, rows[i][2]);
		cr_expect_str_eq(halb_name_relative(&name, &zone, text), rows[i][0]);
	}
}

Test(name, join_refuses_what_is_no_node)
{
	static const char *const bad[] = { "", ".", "a..b", "a.", ".a" };
	struct halb_name zone = name_of("lime.lan"), name = { .len = 77 };
	struct halb_error err;
	char text[600];

	for (size_t i = 0; i < COUNT(bad); i++) {
		cr_expect_eq(halb_name_join(bad[i], &zone, &name, &err), HALB_E_MALFORMED);
		cr_expect(strstr(err.text, "lime.lan"), "%s", err.text);
	}
	cr_expect_eq(halb_name_join(long_name(text, 4, 61), &zone, &name, &err), HALB_E_MALFORMED);
	cr_expect_eq(name.len, 77);
	zone = name_of(".");
	cr_expect_eq(halb_name_join(long_name(text, 127, 1), &zone, &name, &err), HALB_OK);
	cr_expect_eq(name.len, HALB_NAME_MAX);
}

Test(name, reverse_names)
{
	static const char *const rows[][2] = {
		{ "192.168.11.1", "1.11.168.192.in-addr.arpa" },
		{ "255.255.255.255", "255.255.255.255.in-addr.arpa" },
		{ "0.0.0.0", "0.0.0.0.in-addr.arpa" },
		{ "2001:db8::567:89ab",
		  "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa" },
	};
	struct halb_addr addr = { 0 };
	struct halb_name name = halb_name_reverse(&addr);

	cr_assert_eq(name.len, 0, "no address, no name");
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_assert(halb_addr_parse(rows[i][0], &addr));
		name = halb_name_reverse(&addr);
		expect_text(&name, rows[i][1]);
		cr_expect_eq(name.wire[name.len - 1], 0);
	}
}

Test(hostname, comes_out_in_lower_case_a_labels)
{
	static const char *const rows[][2] = {
		{ "k8s1.lime.lan", "k8s1.lime.lan" },
		{ "K8S1.Lime.LAN.", "k8s1.lime.lan" },
		{ "köln.lime.lan", "xn--kln-sna.lime.lan" },
		{ "KÖLN.lime.lan", "xn--kln-sna.lime.lan" },
		{ "ko\xcc\x88ln.lime.lan", "xn--kln-sna.lime.lan" },
		{ "straße.lime.lan", "xn--strae-oqa.lime.lan" },
		{ "api.lime.рф", "api.lime.xn--p1ai" },
		{ "XN--KLN-SNA.lime.lan", "xn--kln-sna.lime.lan" },
		{ "r3---sn.lime.lan", "r3---sn.lime.lan" },
		{ "1.2.3.4.nip.io", "1.2.3.4.nip.io" },
		{ "0a.a0", "0a.a0" },
	};
	struct halb_name name;
	struct halb_error err = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_assert_eq(halb_hostname_parse(rows[i][0], &name, &err), HALB_OK, "%s", err.text);
		expect_text(&name, rows[i][1]);
		cr_expect_eq(name.wire[name.len - 1], 0);
	}
}

/* The input, the label that the text must name, and a word of the reason. */
static const char *const bad_hosts[][3] = {
	{ "", "label ''", "empty" },
	{ ".", "label ''", "empty" },
	{ "a..b.lan", "label ''", "empty" },
	{ ".lime.lan", "label ''", "empty" },
	{ "lime.lan..", "label ''", "empty" },
	{ "k8s1", "label 'k8s1'", "without a domain" },
	{ "localhost.", "label 'localhost'", "without a domain" },
	{ "192.168.11.11", "label '11'", "number" },
	{ "-a.lime.lan", "label '-a'", "hyphen" },
	{ "a-.lime.lan", "label 'a-'", "hyphen" },
	{ "-.lime.lan", "label '-'", "hyphen" },
	{ "kube_api.lime.lan", "label 'kube_api'", "underscore" },
	{ "kübe_api.lime.lan", "label 'kübe_api'", "underscore" },
	{ "*.lime.lan", "label '*'", "wildcard" },
	{ "a*b.lime.lan", "label 'a*b'", "wildcard" },
	{ "a b.lime.lan", "label 'a b'", "only letters" },
	{ " a.lime.lan", "label ' a'", "only letters" },
	{ "a\nb.lime.lan", "label 'a\\nb'", "only letters" },
	{ "a.lime.lan\n", "label 'lan\\n'", "only letters" },
	{ "a\x1b[31m.lime.lan", "label 'a\\x1b[31m'", "only letters" },
	{ "a\x7f.lime.lan", "label 'a\\x7f'", "only letters" },
	{ "a\\.b.lime.lan", "label 'a\\'", "only letters" },
	{ "@.lime.lan", "label '@'", "only letters" },
	{ "a\xff.lime.lan", "label 'a\\xff'", "" },
	{ "\xc3.lime.lan", "label '\\xc3'", "" },
	{ "\xe2\x80\xae.lime.lan", "label '\\xe2\\x80\\xae'", "" },
	{ "\xc2\x85.lime.lan", "label '\\xc2\\x85'", "" },
	{ "\xc2\xad.lime.lan", "label '\xc2\xad'", "empty" },
	{ "a。b.lime.lan", "label 'a。b'", "full stop" },
	{ "☃.lime.lan", "label '☃'", "disallowed" },
	{ "-ä.lime.lan", "label '-ä'", "hyphen" },
	{ "xn--.lime.lan", "label 'xn--'", "" },
	{ "xn--abc-.lime.lan", "label 'xn--abc-'", "" },
	{ "xn--zzzzzz99999.lime.lan", "label 'xn--zzzzzz99999'", "" },
	{ "xn--ls8h.lime.lan", "label 'xn--ls8h'", "disallowed" },      /* an emoji */
	{ "xn--n-1bb.lime.lan", "label 'xn--n-1bb'", "" },	    /* n and a combining tilde */
	{ "xn--KLN-4ja.lime.lan", "label 'xn--KLN-4ja'", "" },	    /* a capital umlaut */
	{ "xn----0fa.lime.lan", "label 'xn----0fa'", "hyphen" },
	{ "xn--ab---ooa.lime.lan", "label 'xn--ab---ooa'", "hyphen" },
	{ "xn--a-wbb.lime.lan", "label 'xn--a-wbb'", "combining" },
	{ "xn--ab-m1t.lime.lan", "label 'xn--ab-m1t'", "context-j" }, /* a joiner between letters */
};

Test(hostname, refusal_names_the_label_and_the_reason)
{
	struct halb_name name = { .len = 77 };
	struct halb_error err;

	for (size_t i = 0; i < COUNT(bad_hosts); i++) {
		const char *const *row = bad_hosts[i];

		cr_expect_eq(halb_hostname_parse(row[0], &name, &err), HALB_E_USAGE, "%s", row[0]);
		cr_expect(strstr(err.text, row[1]), "%s: %s", row[1], err.text);
		cr_expect(strstr(err.text, row[2]), "%s: %s", row[2], err.text);
		cr_expect(!strpbrk(err.text, "\n\x1b\x7f"), "%s", row[1]);
		cr_expect(strlen(err.hint) > 0);
	}
	cr_expect_eq(name.len, 77, "untouched on failure");
}

Test(hostname, a_long_text_is_shown_cut_but_whole_characters)
{
	struct halb_name name;
	struct halb_error err;
	char text[1200] = "";
	size_t n = 0;

	for (size_t i = 0; i < 500; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "ä");
	cr_assert_eq(halb_hostname_parse(text, &name, &err), HALB_E_USAGE);
	cr_assert(strstr(err.text, "ää...'"), "%s", err.text);
	cr_assert(strstr(err.text, "63"), "%s", err.text);
}
