/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/directory/preflight.h"

#include <criterion/criterion.h>
#include <string.h>

#include "memdir.h"

#define ZONE "DC=lime.lan,DC=lime,DC=lan"

static struct memdir dir;
static struct halb_error err;

/* S-1-5-21-1-2-4294967295-1106 and the domain's group S-1-5-21-1-2-4294967295-513. */
static const uint8_t user_sid[] = { 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0,
				    0xff, 0xff, 0xff, 0xff, 0x52, 4, 0, 0 };
static const uint8_t group_sid[] = { 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0,
				     0xff, 0xff, 0xff, 0xff, 1, 2, 0, 0 };

static void setup(void)
{
	memdir_init(&dir);
}

static void teardown(void)
{
	memdir_clear(&dir);
}

TestSuite(preflight, .init = setup, .fini = teardown);

Test(preflight, reads_the_clock_as_ad_writes_it)
{
	int64_t now = 0;

	memdir_text(&dir, "", "currentTime", "20261124234501.0Z");
	cr_assert_eq(halb_clock_read(&dir.directory, &now, &err), HALB_OK, "%s", err.text);
	cr_expect_eq(now, 1795563901);
}

Test(preflight, takes_no_other_text_for_a_time)
{
	static const char *const texts[] = { "", "20261124234501", "20261124234501.0+0100",
					     "2026112423450.0Z", "20261324234501.0Z", "soon",
					     "20261124234501.0Z " };
	int64_t now = 7;

	cr_expect_eq(halb_clock_read(&dir.directory, &now, &err), HALB_E_MALFORMED, "none at all");
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		memdir_text(&dir, "", "currentTime", texts[i]);
		cr_expect_eq(halb_clock_read(&dir.directory, &now, &err), HALB_E_MALFORMED, "'%s'",
			     texts[i]);
		memdir_unset(&dir, "", "currentTime");
	}
	cr_expect_eq(now, 7);
}

static void put_sid(const char *dn, const char *class, const char *name, const uint8_t *sid)
{
	memdir_put(&dir, dn, class);
	memdir_text(&dir, dn, "sAMAccountName", name);
	memdir_add(&dir, dn, "objectSid", sid, sizeof user_sid);
}

Test(preflight, knows_the_account_among_its_groups)
{
	struct halb_account account;

	put_sid("CN=Domain Users,DC=lime,DC=lan", "group", "Domain Users", group_sid);
	put_sid("CN=norights,DC=lime,DC=lan", "user", "norights", user_sid);
	memdir_add(&dir, "", "tokenGroups", group_sid, sizeof group_sid);
	memdir_add(&dir, "", "tokenGroups", user_sid, sizeof user_sid);
	cr_assert_eq(halb_account_read(&dir.directory, &account, &err), HALB_OK, "%s", err.text);
	cr_expect_str_eq(account.name, "norights");
	cr_expect_str_eq(account.sid, "S-1-5-21-1-2-4294967295-1106");
	halb_account_clear(&account);
}

Test(preflight, nobody_in_particular_is_no_account)
{
	struct halb_account account;

	cr_expect_eq(halb_account_read(&dir.directory, &account, &err), HALB_E_NOTFOUND);
	memdir_add(&dir, "", "tokenGroups", group_sid, sizeof group_sid);
	cr_expect_eq(halb_account_read(&dir.directory, &account, &err), HALB_E_NOTFOUND);
}

Test(preflight, refuses_a_sid_that_is_none)
{
	struct halb_account account;
	uint8_t broken[sizeof user_sid];

	memcpy(broken, user_sid, sizeof broken);
	broken[1] = 6;
	put_sid("CN=norights,DC=lime,DC=lan", "user", "norights", broken);
	memdir_add(&dir, "", "tokenGroups", broken, sizeof broken);
	cr_expect_eq(halb_account_read(&dir.directory, &account, &err), HALB_E_MALFORMED);
}

Test(preflight, reads_how_a_zone_ages)
{
	static const uint8_t on[] = { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
				      0x40, 0, 0, 0, 1, 0, 0, 0, 0 };
	static const uint8_t refresh[] = { 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
					   0x20, 0, 0, 0, 48, 0, 0, 0, 0 };
	struct halb_zone_aging aging;

	memdir_put(&dir, ZONE, "dnsZone");
	cr_assert_eq(halb_zone_aging_read(&dir.directory, ZONE, &aging, &err), HALB_OK);
	cr_expect_not(aging.enabled, "a zone that says nothing");
	memdir_add(&dir, ZONE, "dNSProperty", on, sizeof on);
	memdir_add(&dir, ZONE, "dNSProperty", refresh, sizeof refresh);
	cr_assert_eq(halb_zone_aging_read(&dir.directory, ZONE, &aging, &err), HALB_OK);
	cr_expect(aging.enabled);
	cr_expect_eq(aging.refresh, 48);
	memdir_add(&dir, ZONE, "dNSProperty", on, 10);
	cr_expect_eq(halb_zone_aging_read(&dir.directory, ZONE, &aging, &err), HALB_E_MALFORMED);
	cr_expect_not_null(strstr(err.text, ZONE), "%s", err.text);
}

Test(preflight, a_failed_read_is_no_answer)
{
	struct halb_zone_aging aging;
	struct halb_account account;
	int64_t now;

	dir.deaf = "";
	cr_expect_eq(halb_clock_read(&dir.directory, &now, &err), HALB_E_UNREACHABLE);
	cr_expect_eq(halb_account_read(&dir.directory, &account, &err), HALB_E_UNREACHABLE);
	cr_expect_eq(halb_zone_aging_read(&dir.directory, ZONE, &aging, &err), HALB_E_NOTFOUND);
}
