/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "halb/dhcp/backend.h"

#define FOREST "DC=other,DC=example"
#define MOST   40
#define LINES  40

/* An LDIF record: its lines, without comments. */
struct record {
	char *lines[LINES];
	size_t n;
};

static char *text;
static struct record records[MOST];
static size_t n_records;

static void parse(void)
{
	char *at = text;

	while (*at) {
		size_t len = strcspn(at, "\n");
		char *line = at;

		cr_assert_eq(at[len], '\n', "the last line does not end");
		line[len] = '\0';
		at += len + 1;
		if (!len) {
			n_records += records[n_records].n > 0;
			cr_assert_lt(n_records, MOST);
		} else if (*line != '#') {
			cr_assert_lt(records[n_records].n, LINES);
			cr_assert_neq(*line, ' ', "a line that goes on");
			records[n_records].lines[records[n_records].n++] = line;
		}
	}
	n_records += records[n_records].n > 0;
}

static void setup(void)
{
	struct halb_buf out = { 0 };

	halb_dhcp_ad_schema(FOREST, &out);
	text = halb_buf_take_string(&out);
	cr_assert(text);
	parse();
}

static void teardown(void)
{
	free(text);
}

TestSuite(schema, .init = setup, .fini = teardown);

/* The value of attribute number `which` of that name, NULL when there are not so many. */
static const char *value(const struct record *rec, const char *attr, size_t which)
{
	size_t len = strlen(attr);

	for (size_t i = 0; i < rec->n; i++) {
		const char *line = rec->lines[i];

		if (strncmp(line, attr, len) != 0 || line[len] != ':' || which--)
			continue;
		line += len + 1 + (line[len + 1] == ':');
		return *line == ' ' ? line + 1 : line;
	}
	return NULL;
}

static bool is_class_of(const struct record *rec, const char *class)
{
	const char *is = value(rec, "objectClass", 0);

	return is && strcmp(is, class) == 0;
}

/* Whether one of the records before number `end` defines it. */
static bool defined(const char *name, const char *class, size_t end)
{
	for (size_t i = 0; i < end; i++)
		if (is_class_of(&records[i], class) &&
		    strcmp(value(&records[i], "lDAPDisplayName", 0), name) == 0)
			return true;
	return false;
}

static bool is_update(const struct record *rec)
{
	return rec->n == 5 && strcmp(rec->lines[0], "dn:") == 0 &&
	       strcmp(rec->lines[1], "changetype: modify") == 0 &&
	       strcmp(rec->lines[2], "replace: schemaUpdateNow") == 0 &&
	       strcmp(rec->lines[3], "schemaUpdateNow: 1") == 0 && strcmp(rec->lines[4], "-") == 0;
}

Test(schema, every_record_adds_an_attribute_or_a_class_or_updates)
{
	size_t attributes = 0, classes = 0;

	for (size_t i = 0; i < n_records; i++) {
		if (is_update(&records[i]))
			continue;
		cr_expect_str_eq(value(&records[i], "changetype", 0), "add");
		attributes += is_class_of(&records[i], "attributeSchema");
		classes += is_class_of(&records[i], "classSchema");
	}
	cr_expect_eq(attributes, 12);
	cr_expect_eq(classes, 7);
}

Test(schema, what_must_be_unique_is)
{
	static const char *const attrs[] = { "dn", "lDAPDisplayName", "schemaIDGUID", "attributeID",
					     "governsID" };

	for (size_t a = 0; a < sizeof attrs / sizeof attrs[0]; a++) {
		for (size_t i = 0; i < n_records; i++) {
			const char *one = value(&records[i], attrs[a], 0);

			for (size_t k = 0; one && *one && k < i; k++) {
				const char *other = value(&records[k], attrs[a], 0);

				cr_expect(!other || strcmp(one, other) != 0, "%s %s twice",
					  attrs[a], one);
			}
		}
	}
}

Test(schema, every_class_and_the_attributes_count_at_once)
{
	for (size_t i = 0; i < n_records; i++) {
		if (!is_class_of(&records[i], "classSchema"))
			continue;
		cr_assert_gt(i, 0);
		cr_expect(is_update(&records[i - 1]), "before %s", records[i].lines[0]);
		cr_assert_lt(i + 1, n_records);
		cr_expect(is_update(&records[i + 1]), "after %s", records[i].lines[0]);
	}
}

Test(schema, classes_name_only_what_is_known_by_then)
{
	static const char *const lists[] = { "mustContain", "mayContain" };

	for (size_t i = 0; i < n_records; i++) {
		const char *name;

		if (!is_class_of(&records[i], "classSchema"))
			continue;
		for (size_t l = 0; l < 2; l++)
			for (size_t k = 0; (name = value(&records[i], lists[l], k)); k++)
				cr_expect(strcmp(name, "cn") == 0 ||
						  defined(name, "attributeSchema", i),
					  "%s %s", lists[l], name);
		for (size_t k = 0; (name = value(&records[i], "possSuperiors", k)); k++)
			cr_expect(strcmp(name, "organizationalUnit") == 0 ||
					  strcmp(name, "container") == 0 ||
					  strcmp(name, "domainDNS") == 0 ||
					  defined(name, "classSchema", i),
				  "possSuperiors %s", name);
		cr_expect(value(&records[i], "possSuperiors", 0));
		cr_expect_str_eq(value(&records[i], "mustContain", 0), "cn");
		cr_expect_str_eq(value(&records[i], "rDNAttID", 0), "cn");
		cr_expect_str_eq(value(&records[i], "subClassOf", 0), "top");
	}
}

/* AD has had objects of these names since 2000, for something else. */
Test(schema, leaves_out_what_ad_uses_already)
{
	for (size_t i = 0; i < n_records; i++) {
		const char *name = value(&records[i], "lDAPDisplayName", 0);

		cr_expect(!name || (strcasecmp(name, "dhcpClass") != 0 &&
				    strcasecmp(name, "dhcpOptions") != 0));
	}
}

Test(schema, the_forest_is_put_in_everywhere)
{
	static const char tail[] = ",CN=Schema,CN=Configuration," FOREST;

	for (size_t i = 0; i < n_records; i++) {
		const char *dn = value(&records[i], "dn", 0),
			   *category = value(&records[i], "defaultObjectCategory", 0);

		if (is_update(&records[i]))
			continue;
		cr_assert_gt(strlen(dn), strlen(tail));
		cr_expect_str_eq(dn + strlen(dn) - strlen(tail), tail);
		cr_expect_eq(strncmp(dn, "CN=isc-dhcp", 11), 0, "%s", dn);
		if (is_class_of(&records[i], "classSchema"))
			cr_expect_str_eq(category, dn);
		for (size_t l = 0; l < records[i].n; l++)
			cr_expect_null(strstr(records[i].lines[l], "lime"));
	}
}

Test(schema, every_object_has_a_guid_and_an_oid_of_dhcpds)
{
	for (size_t i = 0; i < n_records; i++) {
		bool class = is_class_of(&records[i], "classSchema");
		const char *oid = value(&records[i], class ? "governsID" : "attributeID", 0),
			   *arc = class ? "2.16.840.1.113719.1.203.6."
					: "2.16.840.1.113719.1.203.4.",
			   *guid = value(&records[i], "schemaIDGUID", 0);

		if (is_update(&records[i]))
			continue;
		cr_expect_eq(strncmp(oid, arc, strlen(arc)), 0, "%s", oid);
		cr_assert_eq(strlen(guid), 24, "16 bytes in base64");
		cr_expect_str_eq(guid + 22, "==");
	}
}

Test(schema, attributes_have_a_syntax_that_goes_with_its_om_syntax)
{
	static const struct {
		const char *syntax, *om;
	} pairs[] = { { "2.5.5.12", "64" }, { "2.5.5.9", "2" }, { "2.5.5.1", "127" } };

	for (size_t i = 0; i < n_records; i++) {
		bool found = false;

		if (!is_class_of(&records[i], "attributeSchema"))
			continue;
		for (size_t k = 0; k < 3; k++)
			found |= strcmp(value(&records[i], "attributeSyntax", 0),
					pairs[k].syntax) == 0 &&
				 strcmp(value(&records[i], "oMSyntax", 0), pairs[k].om) == 0;
		cr_expect(found, "%s", records[i].lines[0]);
		cr_expect_eq(value(&records[i], "oMObjectClass", 0) != NULL,
			     strcmp(value(&records[i], "oMSyntax", 0), "127") == 0);
		cr_expect(value(&records[i], "isSingleValued", 0));
	}
}

Test(schema, dhcpd_finds_a_host_by_an_index)
{
	for (size_t i = 0; i < n_records; i++)
		if (is_class_of(&records[i], "attributeSchema"))
			cr_expect_eq(value(&records[i], "searchFlags", 0) != NULL,
				     strcmp(value(&records[i], "lDAPDisplayName", 0),
					    "dhcpHWAddress") == 0);
}
