/* SPDX-License-Identifier: Apache-2.0 */
/* One DC's look, at a directory in memory. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "survey_priv.h"
#include "world.h"

static struct world w;
static struct halb_dc_look look;
static struct halb_error err;

static void setup(void)
{
	world_init(&w);
	world_settle(&w);
	snprintf(look.name, sizeof look.name, "dc1.lime.lan");
}

static void teardown(void)
{
	halb_dc_look_clear(&look);
	world_clear(&w);
}

TestSuite(look, .init = setup, .fini = teardown);

static void look_again(void)
{
	cr_assert_eq(halb_survey_directory(&w.site, &w.dir.directory, &look, &err), HALB_OK, "%s",
		     err.text);
}

Test(look, finds_nothing_where_all_is_registered)
{
	size_t writes = w.dir.n_writes;

	look_again();
	cr_expect(look.read);
	cr_expect(look.has_zones);
	cr_expect_eq(look.drift.n, 0);
	cr_expect_eq(look.trouble.n, 0);
	cr_expect_str_eq(look.dns_dn, "DC=DomainDnsZones,DC=lime,DC=lan");
	cr_expect_str_eq(look.domain_dn, "DC=lime,DC=lan");
	cr_expect_eq(w.dir.n_writes, writes);
}

Test(look, finds_what_is_gone)
{
	memdir_drop(&w.dir, ALIAS);
	look_again();
	cr_expect(look.read);
	cr_assert_eq(look.drift.n, 1);
	cr_expect_eq(look.drift.items[0].code, HALB_CODE_RECORD_MISSING);
}

Test(look, that_cannot_read_is_unknown_and_not_read)
{
	w.dir.deaf = DOMAIN_ZONES;
	look_again();
	cr_expect_not(look.read);
	cr_expect_eq(look.drift.n, 0);
	cr_assert_eq(look.trouble.n, 1);
	cr_expect_eq(look.trouble.items[0].severity, HALB_SEV_UNKNOWN);
	cr_expect_str_eq(look.trouble.items[0].server, "dc1.lime.lan");
}

/* [MS-DNSP] 2.3.2.1.1: id 0x40, the aging state; 0x10 and 0x20, hours. */
static void set_property(uint8_t id, uint8_t value)
{
	const uint8_t bytes[] = { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
				  id, 0, 0, 0, value, 0, 0, 0, 0 };

	memdir_add(&w.dir, LIME, "dNSProperty", bytes, sizeof bytes);
}

Test(look, reads_the_aging_of_a_zone_with_a_dynamic_record)
{
	struct halb_record rec = rec_address("192.168.11.11", 900);

	rec.timestamp = 3733344; /* 2026-11-25 */
	memdir_unset(&w.dir, APEX, "dnsRecord");
	memdir_record(&w.dir, APEX, &rec);
	set_property(0x10, 168);
	set_property(0x20, 168);
	set_property(0x40, 1);
	look_again();
	cr_assert_eq(look.drift.n, 1);
	cr_expect_eq(look.drift.items[0].code, HALB_CODE_RECORD_AGING);
	cr_expect(strstr(look.drift.items[0].actual, "2026-12-09 00:00Z"), "%s",
		  look.drift.items[0].actual);
}
