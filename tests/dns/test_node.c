/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/dns/node.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define NET "11.168.192.in-addr.arpa"

/* The name of 192.168.11.<host>'s PTR record where these are the zones; "" for none. */
static const char *classless(const char *const *names, size_t n, unsigned host)
{
	static char text[HALB_NAME_TEXT];
	const struct halb_addr addr = { { 192, 168, 11, (uint8_t)host }, 4 };
	struct halb_zone items[4] = { 0 };
	const struct halb_zones zones = { items, n };
	struct halb_name name;

	for (size_t i = 0; i < n; i++)
		cr_assert_eq(halb_name_parse(names[i], &items[i].name, NULL), HALB_OK);
	name = halb_zones_classless(&zones, &addr);
	return halb_name_format(&name, text);
}

Test(node, a_classless_zone_holds_the_addresses_of_its_block)
{
	static const struct {
		const char *label;
		unsigned first, last;
	} rows[] = {
		{ "0/25", 0, 127 },  { "128/26", 128, 191 }, { "0-25", 0, 127 },
		{ "64-26", 64, 127 }, { "0-127", 0, 127 },   { "192-255", 192, 255 },
		{ "0-31", 0, 31 },   { "8/32", 8, 8 },	     { "0/24", 0, 255 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char zone[60], want[70];
		const char *const names[] = { zone };

		snprintf(zone, sizeof zone, "%s." NET, rows[i].label);
		for (unsigned host = 0; host < 256; host++) {
			bool inside = host >= rows[i].first && host <= rows[i].last;

			snprintf(want, sizeof want, "%u.%s", host, zone);
			cr_expect_str_eq(classless(names, 1, host), inside ? want : "", "%s", zone);
		}
	}
}

Test(node, what_only_looks_like_a_classless_zone_is_none)
{
	static const char *const none[] = {
		NET,		"11." NET,	"1/25." NET,	    "0/23." NET,
		"0/33." NET,	"0/127." NET,	"0-." NET,	    "/25." NET,
		"0-127x." NET,	"x0-127." NET,	"0--127." NET,	    "0-+25." NET,
		"0-1000." NET,	"5-9." NET,	"\\ 0-127." NET,    "0-99." NET,
		"128-24." NET,	"subnet1." NET, "x.0-127." NET,
		"0-127.12.168.192.in-addr.arpa", "0-127.168.192.in-addr.arpa", "0-127.lime.lan",
	};

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		cr_expect_str_eq(classless(&none[i], 1, 11), "", "%s", none[i]);
}

Test(node, of_two_classless_zones_the_smaller_block_has_it)
{
	static const char *const both[] = { "0/28." NET, "0/25." NET, NET };
	static const char *const turned[] = { NET, "0/25." NET, "0/28." NET };

	cr_expect_str_eq(classless(both, 3, 11), "11.0/28." NET);
	cr_expect_str_eq(classless(turned, 3, 11), "11.0/28." NET);
	cr_expect_str_eq(classless(turned, 3, 99), "99.0/25." NET);
}

Test(node, ipv6_has_no_classless_zones)
{
	const struct halb_addr addr = { { 0xfd }, 16 };
	struct halb_zone zone = { 0 };
	const struct halb_zones zones = { &zone, 1 };

	cr_assert_eq(halb_name_parse("0/25.d.f.ip6.arpa", &zone.name, NULL), HALB_OK);
	cr_expect_eq(halb_zones_classless(&zones, &addr).len, 0);
}
