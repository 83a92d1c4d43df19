/* SPDX-License-Identifier: Apache-2.0 */
/* What doctor finds in a directory: on one in memory. */
#include "doctor.h"

#include <criterion/criterion.h>
#include <string.h>

#include "world.h"

static const uint8_t sid[] = { 1, 2, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0x52, 4, 0, 0 };

static struct world w;
static struct options opt;
static struct halb_checks checks;
static struct halb_error err;
static struct doctor doc;

static void allow(const char *dn, const char *attr, const char *name)
{
	memdir_text(&w.dir, dn, attr, name);
}

/* An account that may make all that the site wants. */
static void setup(void)
{
	world_init(&w);
	memdir_put(&w.dir, "CN=halb-dns,DC=lime,DC=lan", "user");
	memdir_text(&w.dir, "CN=halb-dns,DC=lime,DC=lan", "sAMAccountName", "halb-dns");
	memdir_add(&w.dir, "CN=halb-dns,DC=lime,DC=lan", "objectSid", sid, sizeof sid);
	memdir_add(&w.dir, "", "tokenGroups", sid, sizeof sid);
	memdir_add(&w.dir, "CN=isc-dhcpHost,CN=Schema,CN=Configuration,DC=lime,DC=lan",
		   "schemaIDGUID",
		   "\x8a\x26\x38\xc0\x56\x08\x9b\x53\xbe\x7a\x67\xb7\xce\x53\x9f\xa4", 16);
	allow(LIME, "allowedChildClassesEffective", "dnsNode");
	allow(SERVICE, "allowedChildClassesEffective", "dhcpHost");
	doc = (struct doctor){ .opt = &opt, .site = &w.site, .checks = &checks, .err = &err };
}

static void teardown(void)
{
	halb_checks_clear(&checks);
	world_clear(&w);
}

TestSuite(doctor, .init = setup, .fini = teardown);

static void look(void)
{
	halb_checks_clear(&checks);
	doctor_directory(&doc, &w.dir.directory);
	cr_assert_eq(doc.status, HALB_OK, "%s", err.text);
}

/* The one finding there is. */
static const struct halb_finding *only(void)
{
	cr_assert_eq(checks.findings.n, 1, "%zu findings", checks.findings.n);
	return &checks.findings.items[0];
}

static bool says(const char *what, const char *detail)
{
	for (size_t i = 0; i < checks.n; i++)
		if (strcmp(checks.items[i].what, what) == 0 && checks.items[i].detail &&
		    strstr(checks.items[i].detail, detail))
			return true;
	return false;
}

Test(doctor, all_is_well_where_all_may_be_written)
{
	look();
	cr_expect_eq(checks.findings.n, 0);
	cr_expect(says("zone lime.lan", "DomainDnsZones, aging off"));
	cr_expect(says("PTR of 192.168.11.11", "none will be made"));
	cr_expect(says("DHCP service", SERVICE ": subnets 1, ranges 1, reservations 0"));
	cr_expect(says("balancer k8s1", "are free"));
	cr_expect(says("right to make", "halb-dns may make dnsNode in " LIME));
	cr_expect(says("right to make", "halb-dns may make dhcpHost in " SERVICE));
}

Test(doctor, writes_nothing)
{
	look();
	cr_expect_eq(w.dir.n_writes, 0);
}

Test(doctor, a_second_dc_that_agrees_adds_no_line)
{
	size_t n;

	look();
	n = checks.n;
	doctor_directory(&doc, &w.dir.directory);
	cr_expect_eq(checks.n, n);
}

Test(doctor, names_the_right_that_is_missing_and_how_to_grant_it)
{
	memdir_unset(&w.dir, SERVICE, "allowedChildClassesEffective");
	look();
	cr_expect_eq(only()->code, HALB_CODE_PERMISSION_DENIED);
	cr_expect_eq(only()->severity, HALB_SEV_CRITICAL);
	cr_expect_str_eq(only()->object, SERVICE);
	cr_expect_str_eq(only()->server, "dc1.lime.lan");
	cr_expect_not_null(strstr(only()->hint,
				  "samba-tool dsacl set --objectdn='" SERVICE "' --sddl='(OA;;CCDC;"
				  "c038268a-0856-539b-be7a-67b7ce539fa4;;S-1-5-21-1106)"),
			   "%s", only()->hint);
	cr_expect(says("right to make", "dnsNode in " LIME), "what is there is said all the same");
}

Test(doctor, asks_for_no_right_that_is_not_needed)
{
	world_settle(&w);
	memdir_unset(&w.dir, SERVICE, "allowedChildClassesEffective");
	memdir_unset(&w.dir, LIME, "allowedChildClassesEffective");
	look();
	cr_expect_eq(checks.findings.n, 0);
	cr_expect(says("rights", "none needed"));
}

Test(doctor, a_tombstone_needs_its_attributes_not_a_new_node)
{
	world_settle(&w);
	memdir_drop(&w.dir, ALIAS);
	world_tombstone(&w, ALIAS, NULL);
	allow(ALIAS, "allowedAttributesEffective", "dnsRecord");
	allow(ALIAS, "allowedAttributesEffective", "dNSTombstoned");
	memdir_unset(&w.dir, LIME, "allowedChildClassesEffective");
	look();
	cr_expect_eq(only()->code, HALB_CODE_PERMISSION_DENIED);
	cr_expect_str_eq(only()->object, ALIAS);
	cr_expect_str_eq(only()->expected, "halb-dns may change adminDescription");
	allow(ALIAS, "allowedAttributesEffective", "adminDescription");
	look();
	cr_expect_eq(checks.findings.n, 0);
}

Test(doctor, a_reservation_that_is_changed_needs_its_attributes)
{
	world_settle(&w);
	w.site.balancers[0].mac.bytes[5] = 0x77;
	look();
	cr_expect_eq(only()->code, HALB_CODE_PERMISSION_DENIED);
	cr_expect_str_eq(only()->object, HOST);
	cr_expect_str_eq(only()->expected, "halb-dns may change dhcpHWAddress");
}

Test(doctor, reports_what_blocks_the_plan_and_never_calls_it_well)
{
	const struct halb_record other = rec_address("192.168.11.99", 900);

	const struct halb_finding *first;

	world_node(&w, APEX, &other, NULL);
	look();
	cr_assert_eq(checks.findings.n, 2, "the record, and the alias that would dangle");
	first = checks.findings.items;
	cr_expect_eq(first->code, HALB_CODE_RECORD_FOREIGN);
	cr_expect_eq(first->severity, HALB_SEV_CRITICAL);
	cr_expect_str_eq(first->server, "dc1.lime.lan");
	cr_expect_eq(first[1].code, HALB_CODE_TARGET_DANGLING);
	cr_expect_not(says("balancer k8s1", ""));
}

Test(doctor, asks_for_the_rights_that_replacing_needs)
{
	const struct halb_record other = rec_address("192.168.11.99", 900);

	opt.replace = true;
	world_node(&w, APEX, &other, NULL);
	look();
	opt.replace = false;
	cr_expect_eq(only()->code, HALB_CODE_PERMISSION_DENIED);
	cr_expect_str_eq(only()->expected, "halb-dns may change dnsRecord, adminDescription");
}

Test(doctor, a_zone_that_ages_is_no_finding)
{
	static const uint8_t on[] = { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
				      0x40, 0, 0, 0, 1, 0, 0, 0, 0 };

	memdir_add(&w.dir, LIME, "dNSProperty", on, sizeof on);
	look();
	cr_expect_eq(checks.findings.n, 0);
	cr_expect(says("zone lime.lan", "never scavenged"));
	memdir_add(&w.dir, LIME, "dNSProperty", on, 7);
	look();
	cr_expect_eq(only()->code, HALB_CODE_RECORD_AGING);
	cr_expect_eq(only()->severity, HALB_SEV_UNKNOWN);
}

Test(doctor, a_service_that_is_not_there_is_critical)
{
	memdir_drop(&w.dir, SERVICE);
	look();
	cr_expect_eq(only()->code, HALB_CODE_RESERVATION_MISSING);
	cr_expect_not(says("DHCP service", ""));
}

Test(doctor, a_directory_that_does_not_answer_is_unknown)
{
	w.dir.deaf = DOMAIN_ZONES;
	look();
	cr_expect_eq(only()->code, HALB_CODE_LDAP_UNREACHABLE);
	cr_expect_eq(checks.findings.worst, HALB_SEV_UNKNOWN);
	cr_expect_eq(checks.n, 1);
}

Test(doctor, rights_that_nobody_tells_are_unknown)
{
	w.dir.deaf = "";
	look();
	cr_expect_eq(only()->code, HALB_CODE_PERMISSION_DENIED);
	cr_expect_eq(only()->severity, HALB_SEV_UNKNOWN);
	cr_expect_not(says("right to make", ""));
}

Test(doctor, judges_the_clock_at_one_and_at_five_minutes)
{
	static const struct {
		int64_t apart;
		enum halb_severity severity;
	} cases[] = {
		{ 0, HALB_SEV_OK },	    { 60, HALB_SEV_OK },	{ -60, HALB_SEV_OK },
		{ 61, HALB_SEV_WARNING },   { -61, HALB_SEV_WARNING },	{ 300, HALB_SEV_WARNING },
		{ 301, HALB_SEV_CRITICAL }, { -301, HALB_SEV_CRITICAL },
	};

	memdir_text(&w.dir, "", "currentTime", "20261124234501.0Z");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		halb_checks_clear(&checks);
		doctor_clock(&doc, &w.dir.directory, 1795563901 + cases[i].apart);
		cr_expect_eq(checks.n, 1);
		cr_expect_eq(checks.findings.worst, cases[i].severity, "%lld s apart",
			     (long long)cases[i].apart);
	}
	cr_expect_str_eq(only()->actual, "301 s ahead of ours");
}

Test(doctor, a_clock_that_is_not_shown_is_unknown)
{
	doctor_clock(&doc, &w.dir.directory, 1795563901);
	cr_expect_eq(only()->code, HALB_CODE_CLOCK_SKEW);
	cr_expect_eq(only()->severity, HALB_SEV_UNKNOWN);
}
