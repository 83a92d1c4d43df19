/* SPDX-License-Identifier: Apache-2.0 */
#include "value_priv.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "sites_priv.h"

/* A balancer whose keys after the name are the test's. */
#define WITH(rest) "domain: lime.lan\nbalancers:\n- name: k8s1\n" rest
#define NAMED      "  apex: k8s1.lime.lan\n"

Test(value, refuses_what_is_no_address_of_a_host)
{
	static const struct refusal rows[] = {
		{ WITH("  vip: 192.168.11.300\n"),
		  "site.yaml:4: balancers[0].vip: expected an IPv4 or IPv6 address, found "
		  "'192.168.11.300'",
		  "for example 192.168.11.11" },
		{ WITH("  vip: ''\n"),
		  "site.yaml:4: balancers[0].vip: expected an IPv4 or IPv6 address, found ''", "" },
		{ WITH(NAMED),
		  "site.yaml:3: balancers[0].vip: expected an IPv4 or IPv6 address, found nothing",
		  "add this key" },
		{ WITH("  vip: 0.0.0.0\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is an unspecified address), found '0.0.0.0'",
		  "" },
		{ WITH("  vip: '::'\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is an unspecified address), found '::'",
		  "" },
		{ WITH("  vip: 127.0.0.53\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is a loopback address), found '127.0.0.53'",
		  "" },
		{ WITH("  vip: '::1'\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is a loopback address), found '::1'",
		  "" },
		{ WITH("  vip: 224.0.0.18\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is a multicast address), found '224.0.0.18'",
		  "" },
		{ WITH("  vip: ff02::12\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is a multicast address), found 'ff02::12'",
		  "" },
		{ WITH("  vip: fe80::1\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is a link-local address), found 'fe80::1'",
		  "" },
		{ WITH("  vip: 255.255.255.255\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is the broadcast address), found '255.255.255.255'",
		  "" },
		{ WITH("  vip: ::ffff:192.168.11.11\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is an IPv4-mapped address), found '::ffff:192.168.11.11'",
		  "" },
		{ WITH("  vip: ::192.168.11.11\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is an IPv4-compatible address), found '::192.168.11.11'",
		  "" },
		{ WITH("  vip: 169.254.11.11\n"),
		  "site.yaml:4: balancers[0].vip: expected an address that a host can have (this "
		  "is a link-local address), found '169.254.11.11'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(value, refuses_what_is_no_host_name)
{
	static const struct refusal rows[] = {
		{ "domain: lime\n",
		  "site.yaml:1: domain: expected a host name with its domain, found 'lime'",
		  "lime" },
		{ "balancers: []\n",
		  "site.yaml:1: domain: expected a host name with its domain, found nothing",
		  "add this key" },
		{ "domain: 'lime lan.de'\n",
		  "site.yaml:1: domain: expected a host name with its domain, found 'lime lan.de'",
		  "" },
		{ WITH("  vip: 192.168.11.11\n  apex: k8s_1.lime.lan\n"),
		  "site.yaml:5: balancers[0].apex: expected a host name with its domain, found "
		  "'k8s_1.lime.lan'",
		  "k8s_1" },
		{ WITH("  vip: 192.168.11.11\n  apex: k8s1\n"),
		  "site.yaml:5: balancers[0].apex: expected a host name with its domain, found "
		  "'k8s1'",
		  "did you mean k8s1.lime.lan?" },
		{ WITH("  vip: 192.168.11.11\n  apex: '@'\n"),
		  "site.yaml:5: balancers[0].apex: expected a host name with its domain, found "
		  "'@'",
		  "only letters, digits and hyphens" },
		{ SMALL "directory: {servers: ['fe80::1%eth0']}\n",
		  "site.yaml:6: directory.servers[0]: expected a host name with its domain, found "
		  "'fe80::1%eth0'",
		  "only letters, digits and hyphens" },
		{ SMALL "  aliases:\n  - kube.lime.lan\n  - '*.lime.lan'\n",
		  "site.yaml:8: balancers[0].aliases[1]: expected a host name with its domain, "
		  "found '*.lime.lan'",
		  "" },
		{ SMALL "directory: {servers: [192.168.11.2, dc1]}\n",
		  "site.yaml:6: directory.servers[1]: expected a host name with its domain, found "
		  "'dc1'",
		  "did you mean dc1.lime.lan?" },
	};

	EXPECT_REFUSED(rows);
}

Test(value, refuses_what_is_no_mac_of_one_host)
{
	static const struct refusal rows[] = {
		{ SMALL "  mac: 02:00:00:00:01\n",
		  "site.yaml:6: balancers[0].mac: expected a MAC address, six pairs of hex digits, "
		  "found '02:00:00:00:01'",
		  "02:00:00:00:01:01" },
		{ SMALL "  mac: 01:00:5e:00:00:12\n",
		  "site.yaml:6: balancers[0].mac: expected the MAC address of one host (this one "
		  "is multicast: the lowest bit of the first byte is set), found "
		  "'01:00:5e:00:00:12'",
		  "locally administered address serves: 02:00:5e:00:00:12" },
		{ SMALL "  mac: 00:00:00:00:00:00\n",
		  "site.yaml:6: balancers[0].mac: expected the MAC address of one host (this one "
		  "is none: all of it is zero), found '00:00:00:00:00:00'",
		  "locally administered address serves: 02:00:00:00:00:00" },
	};

	EXPECT_REFUSED(rows);
}

Test(value, refuses_numbers_out_of_range)
{
	static const struct refusal rows[] = {
		{ SMALL "  ttl: 2147483648\n",
		  "site.yaml:6: balancers[0].ttl: expected a number from 0 to 2147483647, found "
		  "'2147483648'",
		  "" },
		{ SMALL "  ttl: 15m\n",
		  "site.yaml:6: balancers[0].ttl: expected a number from 0 to 2147483647, found "
		  "'15m'",
		  "" },
		{ SMALL "  ttl: -1\n",
		  "site.yaml:6: balancers[0].ttl: expected a number from 0 to 2147483647, found "
		  "'-1'",
		  "" },
		{ SMALL "  ttl: 0900\n",
		  "site.yaml:6: balancers[0].ttl: expected a number from 0 to 2147483647, found "
		  "'0900'",
		  "" },
		{ SMALL "  ttl: 18446744073709551617\n",
		  "site.yaml:6: balancers[0].ttl: expected a number from 0 to 2147483647, found "
		  "'18446744073709551617'",
		  "" },
		{ SMALL "  probes: [{port: 0}]\n",
		  "site.yaml:6: balancers[0].probes[0].port: expected a number from 1 to 65535, "
		  "found '0'",
		  "" },
		{ SMALL "  probes: [{port: 65536}]\n",
		  "site.yaml:6: balancers[0].probes[0].port: expected a number from 1 to 65535, "
		  "found '65536'",
		  "" },
		{ SMALL "  probes: [{tls: yes}]\n",
		  "site.yaml:6: balancers[0].probes[0].port: expected a number from 1 to 65535, "
		  "found nothing",
		  "add this key" },
		{ SMALL "stack: {router_id: 256}\n",
		  "site.yaml:6: stack.router_id: expected a number from 1 to 255, found '256'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(value, refuses_other_words)
{
	static const struct refusal rows[] = {
		{ SMALL "directory: {auth: kerberos}\n",
		  "site.yaml:6: directory.auth: expected gssapi, spnego or simple, found "
		  "'kerberos'",
		  "" },
		{ SMALL "directory:\n  tls: yes\n",
		  "site.yaml:7: directory.tls: expected off, starttls or ldaps, found 'yes'", "" },
		{ SMALL "dhcp: {backend: kea}\n",
		  "site.yaml:6: dhcp.backend: expected ad or none, found 'kea'", "" },
		{ SMALL "  ptr: maybe\n",
		  "site.yaml:6: balancers[0].ptr: expected auto, yes or no, found 'maybe'", "" },
		{ SMALL "  probes: [{port: 1, tls: starttls}]\n",
		  "site.yaml:6: balancers[0].probes[0].tls: expected yes or no, found 'starttls'",
		  "" },
	};

	EXPECT_REFUSED(rows);
}

Test(value, reads_yaml_words_for_yes_and_no)
{
	struct halb_site site = load_right(
		SMALL "  probes:\n  - {port: 1, tls: yes}\n  - {port: 2, tls: True}\n"
		      "  - {port: 3, tls: ON}\n  - {port: 4, tls: no}\n"
		      "  - {port: 5, tls: false}\n  - {port: 6, tls: Off}\n  - {port: 7}\n");

	cr_assert_eq(site.balancers[0].n_probes, 7);
	for (size_t i = 0; i < 7; i++)
		cr_expect_eq(site.balancers[0].probes[i].tls, i < 3, "%zu", i);
	halb_site_clear(&site);
}

Test(value, refuses_unsafe_texts)
{
	static const struct refusal rows[] = {
		{ "domain: lime.lan\nbalancers:\n- {name: k8s 1, vip: 10.0.0.1, apex: "
		  "a.lime.lan}\n",
		  "site.yaml:3: balancers[0].name: expected a name of 1 to 64 letters, digits, "
		  "'.', '_' and '-', found 'k8s 1'",
		  "" },
		{ SMALL "stack: {interface: eth0/1}\n",
		  "site.yaml:6: stack.interface: expected a network interface's name, found "
		  "'eth0/1'",
		  "ip link" },
		{ SMALL "stack: {interface: a-name-with-16ch}\n",
		  "site.yaml:6: stack.interface: expected a network interface's name, found "
		  "'a-name-with-16ch'",
		  "" },
		{ SMALL "stack: {subnet: 192.168.11.1/24}\n",
		  "site.yaml:6: stack.subnet: expected a subnet and its prefix length, host bits "
		  "zero, found '192.168.11.1/24'",
		  "192.168.11.0/24" },
		{ SMALL "  probes: [{port: 1, http: livez}]\n",
		  "site.yaml:6: balancers[0].probes[0].http: expected a path that begins with '/', "
		  "without spaces, found 'livez'",
		  "/livez" },
		{ SMALL "  probes: [{port: 1, http: /a b}]\n",
		  "site.yaml:6: balancers[0].probes[0].http: expected a path that begins with '/', "
		  "without spaces, found '/a b'",
		  "%20" },
		{ SMALL "directory: {keytab: ''}\n",
		  "site.yaml:6: directory.keytab: expected a text, found ''", "take the key away" },
	};

	EXPECT_REFUSED(rows);
}

Test(value, tells_a_dn_from_what_is_none)
{
	static const char *const good[] = { "CN=config,OU=DHCP,DC=lime,DC=lan",
					    "dc=lan",
					    "CN=a\\, b+OU=c , DC=lan",
					    "2.5.4.3=x,DC=lan",
					    "CN=x\\3Dy,DC=lan",
					    "CN=a=b,DC=lan" };
	static const char *const bad[] = { "",      "config",      "CN=",    "CN=a,",  "CN=a,,DC=b",
					   "=a",    "CN=a,config", "cn =a",  "CN=a\\", "CN=\"a\"",
					   "C N=a", "CN=a;DC=b",   "CN=a\nb" };
	struct halb_site_flags flags = { 0 };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct halb_reader r = { .flags = &flags };
		char *dn = halb_value_dn(&r, "service", good[i]);

		cr_expect_eq(r.status, HALB_OK, "%s", good[i]);
		cr_expect_str_eq(dn, good[i]);
		free(dn);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct halb_reader r = { .flags = &flags };

		cr_expect_null(halb_value_dn(&r, "service", bad[i]));
		cr_expect_eq(r.status, HALB_E_USAGE, "%s", bad[i]);
	}
}
