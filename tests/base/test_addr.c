/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/addr.h"

#include <criterion/criterion.h>

Test(addr, reads_both_families)
{
	char text[HALB_ADDR_TEXT];
	struct halb_addr addr;

	cr_assert(halb_addr_parse("192.168.11.11", &addr));
	cr_assert_eq(addr.len, 4);
	cr_assert_str_eq(halb_addr_format(&addr, text), "192.168.11.11");
	cr_assert(halb_addr_parse("fd00::11", &addr));
	cr_assert_eq(addr.len, 16);
	cr_assert_str_eq(halb_addr_format(&addr, text), "fd00::11");
}

Test(addr, refuses_what_is_no_address)
{
	static const char *const bad[] = { "",	     "192.168.11",    "192.168.11.256",
					   "192.168.11.11/24", " 1.2.3.4", "1.2.3.4 ",
					   "01.2.3.4.5", "fd00::11%eth0" };
	struct halb_addr addr;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect(!halb_addr_parse(bad[i], &addr), "%s", bad[i]);
}

Test(addr, subnet_holds_its_own)
{
	struct halb_subnet net;
	struct halb_addr in, out;

	cr_assert(halb_subnet_parse("192.168.8.0/22", &net));
	cr_assert(halb_addr_parse("192.168.11.255", &in));
	cr_assert(halb_addr_parse("192.168.12.0", &out));
	cr_assert(halb_subnet_contains(&net, &in));
	cr_assert(!halb_subnet_contains(&net, &out));
	cr_assert(!halb_subnet_parse("192.168.9.0/22", &net), "host bits set");
	cr_assert(!halb_subnet_parse("192.168.8.0/33", &net));
	cr_assert(!halb_subnet_parse("192.168.8.0/-1", &net));
	cr_assert(!halb_subnet_parse("192.168.8.0", &net));
}

Test(addr, a_subnets_ends_are_no_hosts)
{
	static const struct {
		const char *net, *addr;
		bool host;
	} rows[] = {
		{ "192.168.11.0/24", "192.168.11.0", false },
		{ "192.168.11.0/24", "192.168.11.1", true },
		{ "192.168.11.0/24", "192.168.11.254", true },
		{ "192.168.11.0/24", "192.168.11.255", false },
		{ "192.168.11.0/24", "192.168.12.1", false },
		{ "192.168.8.0/22", "192.168.9.255", true },
		{ "192.168.8.0/22", "192.168.11.255", false },
		{ "10.0.0.0/31", "10.0.0.0", true },
		{ "10.0.0.0/31", "10.0.0.1", true },
		{ "10.0.0.1/32", "10.0.0.1", true },
		{ "10.0.0.0/30", "10.0.0.3", false },
		{ "0.0.0.0/0", "10.0.0.255", true },
		{ "fd00::/64", "fd00::", false },
		{ "fd00::/127", "fd00::", true },
		{ "fd00::/64", "fd00::ffff:ffff:ffff:ffff", true },
		{ "fd00::/64", "10.0.0.1", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct halb_subnet net;
		struct halb_addr addr;

		cr_assert(halb_subnet_parse(rows[i].net, &net));
		cr_assert(halb_addr_parse(rows[i].addr, &addr));
		cr_expect_eq(halb_subnet_has_host(&net, &addr), rows[i].host, "%s in %s",
			     rows[i].addr, rows[i].net);
	}
}

Test(addr, mac_has_six_pairs_and_two_flags)
{
	static const char *const bad[] = { "", "02:00:00:00:01", "02:00:00:00:01:01:01", "0200.0000.0101",
					   "02:00:00:00:01:0g", "2:0:0:0:1:1" };
	struct halb_mac mac;
	char text[HALB_MAC_TEXT];

	cr_assert(halb_mac_parse("02-00-00-00-01-AF", &mac));
	cr_assert_str_eq(halb_mac_format(&mac, text), "02:00:00:00:01:af");
	cr_assert(halb_mac_is_local(&mac));
	cr_assert(!halb_mac_is_multicast(&mac));
	cr_assert(halb_mac_parse("01:00:5e:00:00:12", &mac));
	cr_assert(halb_mac_is_multicast(&mac));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		cr_expect(!halb_mac_parse(bad[i], &mac), "%s", bad[i]);
}

Test(addr, knows_a_virtual_routers_mac)
{
	static const struct {
		const char *text;
		bool virtual;
	} cases[] = {
		{ "00:00:5e:00:01:33", true },	{ "00:00:5e:00:02:01", true },
		{ "00:00:5e:00:03:33", false }, { "00:00:5e:01:01:33", false },
		{ "02:00:5e:00:01:33", false },
	};
	struct halb_mac mac;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		cr_assert(halb_mac_parse(cases[i].text, &mac));
		cr_expect_eq(halb_mac_is_vrrp(&mac), cases[i].virtual, "%s", cases[i].text);
	}
}
