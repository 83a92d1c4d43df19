/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "halb/dhcp/backend.h"
#include "world.h"

#define POOL "CN=pool," SUBNET

static struct world w;
static struct halb_error err;

static void setup(void)
{
	world_init(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

TestSuite(ad, .init = setup, .fini = teardown);

static enum halb_status try_read(void)
{
	struct halb_searches searches = { 0 };

	halb_dhcp_config_clear(&w.dhcp);
	halb_dhcp_ad.ask(&w.dir.directory, SERVICE, &w.dhcp, &searches);
	return halb_searches_run(&searches, &w.dir.directory, &err);
}

static const struct halb_dhcp_config *read_config(void)
{
	cr_assert_eq(try_read(), HALB_OK, "%s", err.text);
	return &w.dhcp;
}

static struct halb_addr addr(const char *text)
{
	struct halb_addr a;

	cr_assert(halb_addr_parse(text, &a));
	return a;
}

static bool has_range(const char *first, const char *last)
{
	struct halb_addr a = addr(first), b = addr(last);

	for (size_t i = 0; i < w.dhcp.n_ranges; i++)
		if (halb_addr_equal(&w.dhcp.ranges[i].first, &a) &&
		    halb_addr_equal(&w.dhcp.ranges[i].last, &b))
			return true;
	return false;
}

Test(ad, reads_service_subnet_and_range)
{
	struct halb_addr inside = addr("192.168.11.250"), outside = addr("192.168.12.1");

	read_config();
	cr_expect(w.dhcp.has_schema && w.dhcp.has_service);
	cr_assert_eq(w.dhcp.n_subnets, 1);
	cr_expect(halb_subnet_contains(&w.dhcp.subnets[0], &inside));
	cr_expect_not(halb_subnet_contains(&w.dhcp.subnets[0], &outside));
	cr_assert_eq(w.dhcp.n_ranges, 1);
	cr_expect(has_range("192.168.11.100", "192.168.11.199"));
	cr_expect_str_eq(w.dhcp.ranges[0].dn, SUBNET);
}

Test(ad, reads_below_shared_networks)
{
	static const char shared[] = "CN=floor," SERVICE;
	static const char subnet[] = "CN=10.0.0.0,CN=floor," SERVICE;

	memdir_put(&w.dir, shared, "dhcpSharedNetwork");
	memdir_put(&w.dir, subnet, "dhcpSubnet");
	memdir_text(&w.dir, subnet, "dhcpNetMask", "8");
	memdir_text(&w.dir, shared, "dhcpStatements", "range 10.1.0.1 10.1.0.9");
	world_host(&w, "CN=printer,CN=floor," SERVICE, "ethernet 02:00:00:00:02:02", "10.0.0.7",
		   NULL);
	read_config();
	cr_expect_eq(w.dhcp.n_subnets, 2);
	cr_expect(has_range("10.1.0.1", "10.1.0.9"));
	cr_assert_eq(w.dhcp.n_reservations, 1);
	cr_expect_str_eq(w.dhcp.reservations[0].name, "printer");
}

Test(ad, reads_ranges_as_attributes_and_as_statements)
{
	static const struct {
		const char *attr, *text, *first, *last;
	} cases[] = {
		{ "dhcpRange", "10.0.0.1 10.0.0.9", "10.0.0.1", "10.0.0.9" },
		{ "dhcpRange", "dynamic-bootp 10.0.1.1 10.0.1.9", "10.0.1.1", "10.0.1.9" },
		{ "dhcpRange", "10.0.2.1", "10.0.2.1", "10.0.2.1" },
		{ "dhcpRange", "10.0.3.1 10.0.3.2;", "10.0.3.1", "10.0.3.2" },
		{ "dhcpRange", "  10.0.4.1 \t 10.0.4.2 ", "10.0.4.1", "10.0.4.2" },
		{ "dhcpRange", "10.0.8.1;", "10.0.8.1", "10.0.8.1" },
		{ "dhcpRange", "dynamic-bootp\t10.0.9.1\n10.0.9.9", "10.0.9.1", "10.0.9.9" },
		{ "dhcpRange", "10.0.10.9 10.0.10.1", "10.0.10.1", "10.0.10.9" },
		{ "dhcpStatements", "range 10.0.5.1 10.0.5.9", "10.0.5.1", "10.0.5.9" },
		{ "dhcpStatements", "Range  Dynamic-BOOTP   10.0.6.1  10.0.6.9", "10.0.6.1",
		  "10.0.6.9" },
		{ "dhcpStatements", "range 10.0.7.1", "10.0.7.1", "10.0.7.1" },
		{ "dhcpStatements", "\trange\t10.0.11.1\t10.0.11.9;", "10.0.11.1", "10.0.11.9" },
		{ "dhcpStatements", "next-server 10.0.0.1; range 10.0.12.1 10.0.12.9", "10.0.12.1",
		  "10.0.12.9" },
		{ "dhcpStatements", "pool { deny unknown-clients; range 10.0.13.1 10.0.13.9; }",
		  "10.0.13.1", "10.0.13.9" },
		{ "dhcpStatements", "# guests\nrange 10.0.14.1 10.0.14.9", "10.0.14.1",
		  "10.0.14.9" },
	};
	size_t n = sizeof cases / sizeof cases[0];

	for (size_t i = 0; i < n; i++)
		memdir_text(&w.dir, SUBNET, cases[i].attr, cases[i].text);
	memdir_text(&w.dir, SUBNET, "dhcpStatements", "default-lease-time 600");
	memdir_text(&w.dir, SUBNET, "dhcpStatements", "ranges are nice");
	memdir_text(&w.dir, SUBNET, "dhcpStatements", "filename \"; range 10.9.9.9; \"");
	memdir_text(&w.dir, SUBNET, "dhcpStatements", "# range 10.9.9.9");
	read_config();
	cr_expect_eq(w.dhcp.n_ranges, n + 1);
	for (size_t i = 0; i < n; i++)
		cr_expect(has_range(cases[i].first, cases[i].last), "'%s'", cases[i].text);
}

/* dhcpd puts the values of a pool behind one keyword, those of a subnet behind one each. */
Test(ad, the_values_of_a_pool_are_one_range)
{
	static const struct {
		const char *values[2];
		size_t n;
		const char *first[2], *last[2];
	} cases[] = {
		{ { "192.168.11.20", "192.168.11.29" }, 1, { "192.168.11.20" },
		  { "192.168.11.29" } },
		{ { "dynamic-bootp 10.0.0.1 10.0.0.9", "10.0.1.1 10.0.1.9" }, 2,
		  { "10.0.0.1", "10.0.1.1" }, { "10.0.0.9", "10.0.1.9" } },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		memdir_put(&w.dir, POOL, "dhcpPool");
		memdir_text(&w.dir, POOL, "dhcpRange", cases[i].values[0]);
		memdir_text(&w.dir, POOL, "dhcpRange", cases[i].values[1]);
		read_config();
		cr_expect_eq(w.dhcp.n_ranges, 1 + cases[i].n, "the subnet's and these");
		for (size_t k = 0; k < cases[i].n; k++)
			cr_expect(has_range(cases[i].first[k], cases[i].last[k]));
		memdir_drop(&w.dir, POOL);
	}
}

Test(ad, a_range_that_makes_no_sense_is_an_error_that_names_its_entry)
{
	static const char *const texts[] = { "",	    "here there", "10.0.0.1 there",
					     "10.0.0.0/24", "10.0.0.1 fd00::1",
					     "10.0.0.1 10.0.0.2 10.0.0" };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		memdir_put(&w.dir, POOL, "dhcpPool");
		memdir_text(&w.dir, POOL, "dhcpRange", texts[i]);
		cr_expect_eq(try_read(), HALB_E_MALFORMED, "'%s'", texts[i]);
		cr_expect(strstr(err.text, POOL), "%s", err.text);
		cr_expect(err.hint[0]);
		memdir_drop(&w.dir, POOL);
	}
}

Test(ad, a_subnet_that_makes_no_sense_is_an_error_that_names_it)
{
	static const struct {
		const char *dn, *mask;
	} cases[] = {
		{ "CN=lan," SERVICE, "24" },
		{ "CN=10.0.0.1," SERVICE, "24" },
		{ "CN=10.0.0.0," SERVICE, "33" },
		{ "CN=10.0.0.0," SERVICE, "" },
		{ "CN=10.0.0.0," SERVICE, NULL },
		{ "CN=10.0.0.0," SERVICE, "255.255.255.0" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		memdir_put(&w.dir, cases[i].dn, "dhcpSubnet");
		if (cases[i].mask)
			memdir_text(&w.dir, cases[i].dn, "dhcpNetMask", cases[i].mask);
		cr_expect_eq(try_read(), HALB_E_MALFORMED, "%s/%s", cases[i].dn, cases[i].mask);
		cr_expect(strstr(err.text, cases[i].dn), "%s", err.text);
		memdir_drop(&w.dir, cases[i].dn);
	}
}

static const struct halb_reservation *read_host(void)
{
	read_config();
	cr_assert_eq(w.dhcp.n_reservations, 1);
	return &w.dhcp.reservations[0];
}

Test(ad, reads_a_host_with_the_values_as_they_stand_there)
{
	const struct halb_reservation *res;
	char mac[HALB_MAC_TEXT];
	struct halb_addr vip = addr("192.168.11.11");

	world_host(&w, HOST, "ethernet 02:00:00:00:01:0A", "192.168.11.11", MARK);
	memdir_text(&w.dir, HOST, "dhcpOption", "domain-name \"lime.lan\"");
	memdir_text(&w.dir, HOST, "dhcpOption", "host-name \"k8s1\"");
	res = read_host();
	cr_expect_str_eq(res->dn, HOST);
	cr_expect_str_eq(res->name, "k8s1");
	cr_expect_str_eq(res->mark, MARK);
	cr_expect_str_eq(res->hardware, "ethernet 02:00:00:00:01:0A");
	cr_assert_eq(res->statements.n, 1);
	cr_expect_str_eq(res->statements.items[0], "fixed-address 192.168.11.11");
	cr_assert_eq(res->options.n, 1);
	cr_expect_str_eq(res->options.items[0], "host-name \"k8s1\"");
	cr_expect_str_eq(res->host_name, "k8s1");
	cr_expect(res->has_mac && res->findable && !res->crowded);
	cr_expect_str_eq(halb_mac_format(&res->mac, mac), "02:00:00:00:01:0a");
	cr_assert_eq(res->n_addresses, 1);
	cr_expect(halb_reservation_has_address(res, &vip));
}

Test(ad, reads_a_host_that_has_nothing)
{
	const struct halb_reservation *res;

	world_host(&w, HOST, NULL, NULL, NULL);
	res = read_host();
	cr_expect_not(res->has_mac);
	cr_expect_eq(res->n_addresses, 0);
	cr_expect_null(res->mark);
	cr_expect_null(res->hardware);
	cr_expect_eq(res->statements.n, 0);
	cr_expect_eq(res->options.n, 0);
	cr_expect_null(res->host_name);
}

/* Who wrote it otherwise meant that card, too; dhcpd asks for the first of these alone. */
Test(ad, knows_a_mac_however_it_is_written_and_whether_dhcpd_finds_it)
{
	static const struct {
		const char *text;
		bool has_mac, findable;
	} cases[] = {
		{ "ethernet 02:00:00:00:01:ab", true, true },
		{ "Ethernet 02:00:00:00:01:AB", true, true },
		{ "ethernet  02:00:00:00:01:ab", true, false },
		{ " ethernet 02:00:00:00:01:ab ", true, false },
		{ "ethernet\t02:00:00:00:01:ab", true, false },
		{ "ethernet 02:00:00:00:01:ab;", true, false },
		{ "ethernet 02-00-00-00-01-AB", true, false },
		{ "ethernet 2:0:0:0:1:ab", true, false },
		{ "ethernet 0200.0000.01ab", true, false },
		{ "ethernet 0200000001ab", true, false },
		{ "token-ring 02:00:00:00:01:ab", false, false },
		{ "ethernet 02:00:00:00:01", false, false },
		{ "ethernet 02:00:00:00:01:ab:00", false, false },
		{ "ethernet 02::00:00:01:ab:00", false, false },
		{ "ethernet 02:00:00:00:01:", false, false },
		{ "ethernet", false, false },
		{ "02:00:00:00:01:ab", false, false },
		{ "", false, false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct halb_reservation *res;
		char mac[HALB_MAC_TEXT];

		world_host(&w, HOST, cases[i].text, "192.168.11.11", NULL);
		res = read_host();
		cr_expect_eq(res->has_mac, cases[i].has_mac, "'%s'", cases[i].text);
		cr_expect_eq(res->findable, cases[i].findable, "'%s'", cases[i].text);
		cr_expect_str_eq(res->hardware, cases[i].text);
		if (res->has_mac)
			cr_expect_str_eq(halb_mac_format(&res->mac, mac), "02:00:00:00:01:ab");
		memdir_drop(&w.dir, HOST);
	}
}

Test(ad, reads_every_address_and_host_name_of_a_statement)
{
	static const struct {
		const char *text;
		size_t n, hosts;
	} cases[] = {
		{ "192.168.11.11", 1, 0 },
		{ "192.168.11.11;", 1, 0 },
		{ " 192.168.11.11 ", 1, 0 },
		{ "192.168.11.11, 192.168.11.12", 2, 0 },
		{ "192.168.11.11 ,\t192.168.11.12", 2, 0 },
		{ "192.168.11.11,192.168.11.12,k8s1.lime.lan", 2, 1 },
		{ "k8s1.lime.lan", 0, 1 },
		{ "192.168.11.111111111111111111111111111111111111111111111111", 0, 1 },
		{ "", 0, 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		world_host(&w, HOST, NULL, cases[i].text, NULL);
		cr_expect_eq(read_host()->n_addresses, cases[i].n, "'%s'", cases[i].text);
		cr_expect_eq(w.dhcp.reservations[0].hosts.n, cases[i].hosts, "'%s'", cases[i].text);
		cr_expect_not(w.dhcp.reservations[0].crowded);
		memdir_drop(&w.dir, HOST);
	}
}

Test(ad, finds_the_fixed_address_wherever_dhcpd_would)
{
	static const struct {
		const char *text;
		bool crowded;
	} cases[] = {
		{ "Fixed-Address 192.168.11.11", false },
		{ "  fixed-address\t192.168.11.11 ;", false },
		{ "# k8s1\nfixed-address 192.168.11.11", false },
		{ "filename \"pxe\"; fixed-address 192.168.11.11;", true },
		{ "fixed-address 192.168.11.11; next-server 192.168.11.5", true },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct halb_reservation *res;

		world_host(&w, HOST, NULL, NULL, NULL);
		memdir_text(&w.dir, HOST, "dhcpStatements",
			    "filename \"; fixed-address 10.0.0.1\"");
		memdir_text(&w.dir, HOST, "dhcpStatements", cases[i].text);
		res = read_host();
		cr_assert_eq(res->statements.n, 1, "'%s'", cases[i].text);
		cr_expect_str_eq(res->statements.items[0], cases[i].text);
		cr_expect_eq(res->n_addresses, 1, "'%s'", cases[i].text);
		cr_expect_eq(res->crowded, cases[i].crowded, "'%s'", cases[i].text);
		memdir_drop(&w.dir, HOST);
	}
}

Test(ad, a_second_statement_counts_like_the_first)
{
	const struct halb_reservation *res;
	struct halb_addr second = addr("192.168.11.12");

	world_host(&w, HOST, NULL, "192.168.11.11", NULL);
	memdir_text(&w.dir, HOST, "dhcpStatements", "fixed-address 192.168.11.12");
	memdir_text(&w.dir, HOST, "dhcpOption", "host-name \"a\"");
	memdir_text(&w.dir, HOST, "dhcpOption", "host-name \"b\"");
	res = read_host();
	cr_expect_eq(res->statements.n, 2);
	cr_expect(halb_reservation_has_address(res, &second));
	cr_expect_eq(res->options.n, 2);
	cr_expect_str_eq(res->host_name, "a, b");
}

Test(ad, reads_a_host_name_with_and_without_quotes)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{ "host-name \"k8s1\"", "k8s1" },
		{ "host-name k8s1", "k8s1" },
		{ "host-name  \"k8s1\";", "k8s1" },
		{ "host-name\tk8s1", "k8s1" },
		{ "Host-Name \"K8S1", "K8S1" },
		{ "host-name \"\"", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		world_host(&w, HOST, NULL, NULL, NULL);
		memdir_text(&w.dir, HOST, "dhcpOption", cases[i].text);
		cr_expect_str_eq(read_host()->host_name, cases[i].name);
		memdir_drop(&w.dir, HOST);
	}
}

Test(ad, says_when_the_schema_is_not_there)
{
	memdir_drop(&w.dir, "CN=isc-dhcpHost,CN=Schema,CN=Configuration,DC=lime,DC=lan");
	cr_expect_not(read_config()->has_schema);
}

Test(ad, a_class_that_is_defunct_is_not_there)
{
	const char *dn = "CN=isc-dhcpHost,CN=Schema,CN=Configuration,DC=lime,DC=lan";

	memdir_text(&w.dir, dn, "isDefunct", "FALSE");
	cr_expect(read_config()->has_schema);
	memdir_unset(&w.dir, dn, "isDefunct");
	memdir_text(&w.dir, dn, "isDefunct", "TRUE");
	cr_expect_not(read_config()->has_schema);
}

Test(ad, says_when_the_service_is_not_there)
{
	memdir_drop(&w.dir, SERVICE);
	cr_expect_not(read_config()->has_service);
	cr_expect(w.dhcp.has_schema);
	cr_expect_eq(w.dhcp.n_subnets, 0);
}

Test(ad, an_entry_of_another_class_is_no_service)
{
	memdir_unset(&w.dir, SERVICE, "objectClass");
	memdir_text(&w.dir, SERVICE, "objectClass", "organizationalUnit");
	cr_expect_not(read_config()->has_service);
}

Test(ad, a_failed_search_is_an_error_and_never_nothing)
{
	static const char *const bases[] = { "CN=Schema,CN=Configuration,DC=lime,DC=lan", SERVICE };

	for (size_t i = 0; i < 2; i++) {
		w.dir.deaf = bases[i];
		cr_expect_eq(try_read(), HALB_E_UNREACHABLE);
	}
}

Test(ad, a_new_reservation_stands_below_the_service)
{
	char *dn = halb_dhcp_ad.locate(SERVICE, "k8s1"), *odd = halb_dhcp_ad.locate(SERVICE, "a,b");

	cr_expect_str_eq(dn, HOST);
	cr_expect_str_eq(odd, "CN=a\\2Cb," SERVICE);
	free(dn);
	free(odd);
}

/* ---- images ---- */

static struct halb_image before, after;

static void clear_images(void)
{
	halb_image_clear(&before);
	halb_image_clear(&after);
	teardown();
}

TestSuite(ad_images, .init = setup, .fini = clear_images);

static void make_images(const struct halb_reservation *from,
			const struct halb_reservation_wanted *to)
{
	const struct halb_reservation_change change = { from, to };

	cr_assert_eq(halb_dhcp_ad.images(&change, &before, &after, &err), HALB_OK);
	cr_expect_str_eq(before.object_class, "dhcpHost");
	cr_expect_str_eq(after.object_class, "dhcpHost");
}

static struct halb_reservation_wanted wanted(void)
{
	return (struct halb_reservation_wanted){ .dn = HOST, .name = "k8s1", .mark = MARK,
						 .host_name = "k8s1",
						 .mac = { { 2, 0, 0, 0, 1, 0xab } },
						 .address = addr("192.168.11.11") };
}

static void expect_value(const struct halb_image *image, size_t i, const char *attr,
			 const char *text)
{
	cr_assert_lt(i, image->n);
	cr_expect_str_eq(image->attrs[i].name, attr);
	cr_assert_eq(image->attrs[i].n, 1);
	cr_expect_eq(image->attrs[i].values[0].len, strlen(text));
	cr_expect_arr_eq(image->attrs[i].values[0].bytes, text, strlen(text));
}

Test(ad_images, a_new_one_is_what_dhcpd_looks_for)
{
	const struct halb_reservation_wanted to = wanted();

	make_images(NULL, &to);
	cr_expect_not(before.exists);
	cr_expect(after.exists);
	cr_assert_eq(after.n, 4);
	expect_value(&after, 0, "dhcpHWAddress", "ethernet 02:00:00:00:01:ab");
	expect_value(&after, 1, "dhcpStatements", "fixed-address 192.168.11.11");
	expect_value(&after, 2, "dhcpOption", "host-name \"k8s1\"");
	expect_value(&after, 3, "adminDescription", MARK);
}

Test(ad_images, the_old_one_is_as_it_stands_there)
{
	world_host(&w, HOST, "ETHERNET 02:00:00:00:01:AB", "192.168.11.11,192.168.11.12", NULL);
	make_images(read_host(), NULL);
	cr_expect(before.exists);
	cr_expect_not(after.exists);
	cr_assert_eq(before.n, 2);
	expect_value(&before, 0, "dhcpHWAddress", "ETHERNET 02:00:00:00:01:AB");
	expect_value(&before, 1, "dhcpStatements", "fixed-address 192.168.11.11,192.168.11.12");
}

Test(ad_images, what_is_right_already_needs_no_write)
{
	const struct halb_reservation_wanted to = wanted();
	struct halb_image_write write = { 0 };

	world_host(&w, HOST, "ethernet 02:00:00:00:01:ab", "192.168.11.11", MARK);
	memdir_text(&w.dir, HOST, "dhcpOption", "host-name \"k8s1\"");
	make_images(read_host(), &to);
	cr_assert_eq(halb_image_diff(HOST, &before, &after, &write, &err), HALB_OK);
	cr_expect_not(write.needed);
	halb_image_write_clear(&write);
}
