/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/directory/rights.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "memdir.h"

#define SERVICE "CN=config,DC=lime,DC=lan"
#define ENTRY	"CN=it's,DC=lime,DC=lan"
#define SCHEMA	"CN=Schema,CN=Configuration,DC=lime,DC=lan"

static struct memdir dir;
static struct halb_needs needs;
static struct halb_error err;

static struct halb_account account = { .name = "norights", .sid = "S-1-5-21-1-2-3-1106" };

static void setup(void)
{
	memdir_init(&dir);
	memdir_put(&dir, SERVICE, "dhcpService");
	memdir_put(&dir, ENTRY, "dnsNode");
}

static void teardown(void)
{
	halb_needs_clear(&needs);
	memdir_clear(&dir);
}

TestSuite(rights, .init = setup, .fini = teardown);

static void need_child(const char *dn, const char *class)
{
	const struct halb_value value = { (const uint8_t *)class, strlen(class) };
	const struct halb_mod mods[] = { { HALB_MOD_ADD, "objectClass", &value, 1 },
					 { HALB_MOD_ADD, "adminDescription", &value, 1 } };
	const struct halb_write write = { HALB_WRITE_ADD, dn, mods, 2 };

	cr_assert_eq(halb_needs_add(&needs, &write, &err), HALB_OK);
}

static void need_change(const char *dn, const char *a, const char *b)
{
	const struct halb_mod mods[] = { { HALB_MOD_DELETE, a, NULL, 0 },
					 { HALB_MOD_ADD, a, NULL, 0 },
					 { HALB_MOD_ADD, b, NULL, 0 } };
	const struct halb_write write = { HALB_WRITE_MODIFY, dn, mods, 3 };

	cr_assert_eq(halb_needs_add(&needs, &write, &err), HALB_OK);
}

static void read_all(void)
{
	cr_assert_eq(halb_needs_read(&dir.directory, &needs, &err), HALB_OK, "%s", err.text);
}

Test(rights, an_added_entry_needs_its_class_of_the_parent_once)
{
	need_child("CN=a," SERVICE, "dhcpHost");
	need_child("CN=b\\,c," SERVICE, "dhcpHost");
	cr_assert_eq(needs.n, 1);
	cr_assert_eq(needs.items[0].n, 1);
	cr_expect(needs.items[0].children);
	cr_expect_str_eq(needs.items[0].dn, SERVICE);
	cr_expect_str_eq(needs.items[0].rights[0].name, "dhcpHost");
}

Test(rights, a_changed_entry_needs_each_attribute_once)
{
	need_change(ENTRY, "dnsRecord", "adminDescription");
	cr_assert_eq(needs.n, 1);
	cr_assert_eq(needs.items[0].n, 2);
	cr_expect_not(needs.items[0].children);
	cr_expect_str_eq(needs.items[0].dn, ENTRY);
}

Test(rights, nothing_is_granted_that_the_dc_does_not_name)
{
	need_child("CN=a," SERVICE, "dhcpHost");
	need_change(ENTRY, "dnsRecord", "adminDescription");
	memdir_text(&dir, SERVICE, "allowedChildClassesEffective", "dhcpHosts");
	memdir_text(&dir, ENTRY, "allowedAttributesEffective", "DNSRECORD");
	read_all();
	cr_expect(needs.items[0].seen);
	cr_expect_not(halb_need_is_met(&needs.items[0]));
	cr_expect(needs.items[1].rights[0].granted);
	cr_expect_not(needs.items[1].rights[1].granted);
	cr_expect_not(halb_need_is_met(&needs.items[1]));
	memdir_text(&dir, SERVICE, "allowedChildClassesEffective", "dhcpHost");
	memdir_text(&dir, ENTRY, "allowedAttributesEffective", "adminDescription");
	read_all();
	cr_expect(halb_need_is_met(&needs.items[0]));
	cr_expect(halb_need_is_met(&needs.items[1]));
}

Test(rights, an_entry_that_is_not_seen_grants_nothing)
{
	need_child("CN=a,CN=nowhere,DC=lime,DC=lan", "dhcpHost");
	read_all();
	cr_expect_not(needs.items[0].seen);
	cr_expect_not(halb_need_is_met(&needs.items[0]));
}

static void put_schema(const char *cn, const char *name, const char *guid)
{
	char dn[200];

	snprintf(dn, sizeof dn, "CN=%s," SCHEMA, cn);
	memdir_put(&dir, dn, "classSchema");
	memdir_text(&dir, dn, "lDAPDisplayName", name);
	memdir_add(&dir, dn, "schemaIDGUID", guid, 16);
}

static void expect_grant(size_t i, const char *want)
{
	struct halb_buf out = { 0 };

	cr_assert_eq(halb_need_grant(&dir.directory, &needs.items[i], &account, "lime.lan", &out,
				     &err),
		     HALB_OK, "%s", err.text);
	cr_expect_str_eq(halb_buf_string(&out), want, "%s", halb_buf_string(&out));
	halb_buf_clear(&out);
}

Test(rights, reservations_are_granted_as_the_manual_does)
{
	put_schema("isc-dhcpHost", "dhcpHost",
		   "\x8a\x26\x38\xc0\x56\x08\x9b\x53\xbe\x7a\x67\xb7\xce\x53\x9f\xa4");
	need_child("CN=a," SERVICE, "dhcpHost");
	expect_grant(0, "samba-tool dsacl set --objectdn='" SERVICE "' --sddl='"
			"(OA;;CCDC;c038268a-0856-539b-be7a-67b7ce539fa4;;S-1-5-21-1-2-3-1106)"
			"(OA;CIIO;RPWPSD;;c038268a-0856-539b-be7a-67b7ce539fa4;"
			"S-1-5-21-1-2-3-1106)' (on Windows: "
			"dsacls \"" SERVICE "\" /G \"norights@lime.lan:CCDC;dhcpHost\" && "
			"dsacls \"" SERVICE "\" /I:S /G \"norights@lime.lan:RPWPSD;;dhcpHost\")");
}

Test(rights, only_what_is_missing_is_granted_and_quoted_for_a_shell)
{
	put_schema("Dns-Record", "dnsRecord",
		   "\x69\x1e\xfa\xe0\x45\x9b\xd0\x11\xaf\xdd\x00\xc0\x4f\xd9\x30\xc9");
	put_schema("Admin-Description", "adminDescription",
		   "\x19\x79\x96\xbf\xe6\x0d\xd0\x11\xa2\x85\x00\xaa\x00\x30\x49\xe2");
	memdir_text(&dir, ENTRY, "allowedAttributesEffective", "dnsRecord");
	need_change(ENTRY, "dnsRecord", "adminDescription");
	read_all();
	expect_grant(0, "samba-tool dsacl set --objectdn='CN=it'\\''s,DC=lime,DC=lan' --sddl='"
			"(OA;;WP;bf967919-0de6-11d0-a285-00aa003049e2;;S-1-5-21-1-2-3-1106)' "
			"(on Windows: dsacls \"CN=it's,DC=lime,DC=lan\" /G "
			"\"norights@lime.lan:WP;adminDescription\")");
}

Test(rights, a_schema_that_shows_nothing_gives_no_command)
{
	struct halb_buf out = { 0 };

	need_child("CN=a," SERVICE, "dhcpHost");
	cr_expect_eq(halb_need_grant(&dir.directory, &needs.items[0], &account, "lime.lan", &out,
				     &err),
		     HALB_E_NOTFOUND);
	cr_expect_eq(out.len, 0);
}
