/* SPDX-License-Identifier: Apache-2.0 */
/* What the DC says of rights before anything is written. */
#include "halb/apply/permit.h"

#include <criterion/criterion.h>
#include <string.h>

#include "world.h"

static struct world w;
static struct halb_error err;

static void allow(const char *dn, const char *attr, const char *name)
{
	memdir_text(&w.dir, dn, attr, name);
}

static void setup(void)
{
	world_init(&w);
	allow(LIME, "allowedChildClassesEffective", "dnsNode");
	allow(SERVICE, "allowedChildClassesEffective", "dhcpHost");
}

static void teardown(void)
{
	world_clear(&w);
}

TestSuite(permit, .init = setup, .fini = teardown);

static enum halb_status permitted(const char *login)
{
	struct halb_steps steps = { 0 };
	enum halb_status st = halb_steps_of_plan(&w.dir.directory, &halb_dhcp_ad, &w.plan, WORLD_NOW,
						 &steps, &err);

	if (st == HALB_OK)
		st = halb_steps_permitted(&w.dir.directory, &steps, login, &err);
	halb_steps_clear(&steps);
	return st;
}

static void expect_text(const char *text)
{
	cr_expect_str_eq(err.text, text);
}

Test(permit, lets_pass_what_may_all_be_written)
{
	world_register(&w);
	cr_expect_eq(permitted(NULL), HALB_OK, "%s", err.text);
	cr_expect_eq(w.dir.n_writes, 0);
}

Test(permit, names_the_class_that_may_not_be_made_and_who_asked)
{
	memdir_unset(&w.dir, SERVICE, "allowedChildClassesEffective");
	world_register(&w);
	cr_expect_eq(permitted("cron@LIME.LAN"), HALB_E_DENIED);
	expect_text(SERVICE ": cron@LIME.LAN may not make dhcpHost; nothing was written");
}

Test(permit, names_the_first_of_several)
{
	memdir_unset(&w.dir, LIME, "allowedChildClassesEffective");
	memdir_unset(&w.dir, SERVICE, "allowedChildClassesEffective");
	world_register(&w);
	cr_expect_eq(permitted(NULL), HALB_E_DENIED);
	expect_text(LIME ": this account may not make dnsNode (and 1 more); nothing was written");
}

Test(permit, names_the_attributes_that_may_not_be_changed)
{
	world_settle(&w);
	w.site.balancers[0].ttl = 60;
	allow(ALIAS, "allowedAttributesEffective", "DNSRecord"); /* names have no case */
	world_register(&w);
	cr_expect_eq(permitted(NULL), HALB_E_DENIED);
	expect_text(APEX ": this account may not change dnsRecord; nothing was written");
	allow(APEX, "allowedAttributesEffective", "dnsRecord");
	cr_expect_eq(permitted(NULL), HALB_OK, "%s", err.text);
}

/* A removal needs a right on the entry or on its parent; no DC says beforehand which is there. */
Test(permit, leaves_a_removal_to_the_write)
{
	static const char *const attrs[] = { "dnsRecord", "dNSTombstoned", "adminDescription" };

	world_settle(&w);
	memdir_unset(&w.dir, SERVICE, "allowedChildClassesEffective");
	for (size_t i = 0; i < sizeof attrs / sizeof attrs[0]; i++) {
		allow(APEX, "allowedAttributesEffective", attrs[i]);
		allow(ALIAS, "allowedAttributesEffective", attrs[i]);
	}
	world_unregister(&w);
	cr_assert_not_null(world_change(&w, "DHCP", "k8s1"));
	cr_expect_eq(permitted(NULL), HALB_OK, "%s", err.text);
}

/* What may not be seen says nothing of rights, neither yes nor no. */
Test(permit, leaves_what_it_cannot_see_to_the_write)
{
	world_register(&w);
	memdir_drop(&w.dir, SERVICE);
	cr_expect_eq(permitted(NULL), HALB_OK, "%s", err.text);
}

/* Whoever writes finds another DC. */
Test(permit, leaves_a_dc_that_is_lost_to_the_write)
{
	world_register(&w);
	w.dir.deaf = LIME;
	cr_expect_eq(permitted(NULL), HALB_OK, "%s", err.text);
}
