/* SPDX-License-Identifier: Apache-2.0 */
#include "document_priv.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sites_priv.h"

Test(document, tells_what_is_no_yaml)
{
	static const struct refusal rows[] = {
		{ "", "site.yaml:1: expected keys and values, found nothing", "halb-dns init" },
		{ "# only a comment\n", "site.yaml:1: expected keys and values, found nothing",
		  "init" },
		{ "--- ~\n", "site.yaml:1: expected keys and values, found nothing", "init" },
		{ "domain: lime.lan\nbalancers:\n\t- name: a\n",
		  "site.yaml:3: expected spaces, found a tab before the text", "spaces only" },
		{ "domain: lime.lan\nbalancers: a: b\n",
		  "site.yaml:2: not valid YAML: mapping values are not allowed in this context",
		  "compare the indentation" },
		{ "domain: [lime.lan\n",
		  "site.yaml:2: not valid YAML: while parsing a flow sequence from line 1 on, did "
		  "not find expected ',' or ']'",
		  "brackets" },
		{ "domain: lime.lan\ndhcp: {backend: 'ad}\n\nbalancers: []\n",
		  "site.yaml:5: not valid YAML: while scanning a quoted scalar from line 2 on, "
		  "found unexpected end of stream",
		  "quotes" },
		/* The line that it complains about comes after the last one. */
		{ "domain: lime.lan\nbalancers",
		  "site.yaml:3: not valid YAML: while scanning a simple key from line 2 on, could "
		  "not find expected ':'",
		  "" },
		{ "domain: lime.lan\n\x01\x02\x03junk\n",
		  "site.yaml:2: expected text in UTF-8, found other bytes (control characters are "
		  "not allowed)",
		  "plain YAML" },
		{ "domain: lime.lan\n\n# M\xc3ller\n",
		  "site.yaml:3: expected text in UTF-8, found other bytes (invalid trailing UTF-8 "
		  "octet)",
		  "plain YAML" },
		{ "domain: lime.lan\n--- \ndomain: other.lan\n",
		  "site.yaml:2: expected the end of the file, found a second document", "" },
		{ "domain: &d lime.lan\n",
		  "site.yaml:1: expected a value, found the YAML anchor '&d'",
		  "no anchors, aliases and tags" },
		{ "domain: lime.lan\nbalancers: &b\n- name: a\n",
		  "site.yaml:2: expected a value, found the YAML anchor '&b'", "in quotes" },
		{ "domain: lime.lan\ndhcp: &b {}\n",
		  "site.yaml:2: expected a value, found the YAML anchor '&b'", "in quotes" },
		{ "domain: *d\n", "site.yaml:1: expected a value, found the YAML alias '*d'",
		  "no anchors, aliases and tags" },
		/* To read past one would take another value, or type, than was written. */
		{ "domain: !vault |\n  6162\n",
		  "site.yaml:1: expected a value, found the YAML tag '!vault'",
		  "no anchors, aliases and tags" },
		{ "domain: lime.lan\nbalancers:\n- ttl: !!int '900'\n",
		  "site.yaml:3: expected a value, found the YAML tag 'tag:yaml.org,2002:int'",
		  "in quotes" },
		{ "domain: lime.lan\nbalancers: !!set []\n",
		  "site.yaml:2: expected a value, found the YAML tag 'tag:yaml.org,2002:set'", "" },
		{ "domain: lime.lan\ndhcp: ! {}\n",
		  "site.yaml:2: expected a value, found the YAML tag '!'", "" },
	};

	EXPECT_REFUSED(rows);
}

static void expect_bytes_refused(const void *data, size_t len, const char *text)
{
	struct halb_site site;
	struct halb_error err;

	cr_expect_eq(load_bytes(data, len, NULL, &site, &err), HALB_E_SITE, "%s", text);
	cr_expect_str_eq(err.text, text);
	cr_expect(strstr(err.hint, "site file"), "%s", err.hint);
}

Test(document, refuses_a_program_and_a_flood)
{
	static const uint8_t elf[] = { 0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0 };
	size_t len = (size_t)10 << 20;
	char *flood = malloc(len);

	cr_assert(flood);
	memset(flood, '\n', len);
	expect_bytes_refused(elf, sizeof elf,
			     "site.yaml:1: expected text in UTF-8, found other bytes (control "
			     "characters are not allowed)");
	expect_bytes_refused(flood, len, "site.yaml: longer than 4194304 bytes");
	free(flood);
}

Test(document, refuses_deep_nesting_before_it_costs)
{
	size_t len = 1000000;
	char *deep = malloc(len);
	struct halb_site site;
	struct halb_error err;

	cr_assert(deep);
	memset(deep, '[', len);
	cr_assert_eq(load_bytes(deep, len, NULL, &site, &err), HALB_E_SITE);
	cr_assert_str_eq(err.text,
			 "site.yaml:1: expected a site, found lists or keys that nest far deeper");
	free(deep);
}

Test(document, finds_the_line_of_a_path)
{
	static const struct {
		const char *path;
		size_t line;
	} rows[] = {
		{ "", 1 },
		{ "domain", 1 },
		{ "dhcp.service", 10 },
		{ "balancers[0]", 12 },
		{ "balancers[0].aliases[0]", 16 },
		{ "balancers[0].probes[0].http", 22 },
		{ "stack.hosts[2].address", 30 },
		{ "stack.services[0].servers[0].port", 36 },
		/* Not there: the innermost part that is. */
		{ "balancers[0].probes[0].ca_file", 20 },
		{ "balancers[1].vip", 11 },
		{ "directory.ca_file", 2 },
		{ "nothing.at.all", 1 },
	};
	struct halb_buf text = { 0 };
	struct halb_document doc = { 0 };
	struct halb_error err;

	halb_buf_text(&text, full_site);
	cr_assert_eq(halb_document_parse("site.yaml", &text, &doc, &err), HALB_OK);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_expect_eq(halb_document_line(&doc, rows[i].path), rows[i].line, "%s: %zu",
			     rows[i].path, halb_document_line(&doc, rows[i].path));
	halb_document_clear(&doc);
	halb_buf_clear(&text);
}
