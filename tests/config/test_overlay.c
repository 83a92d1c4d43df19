/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "sites_priv.h"

#define TWO SMALL "- {name: k8s2, vip: 192.168.11.21, apex: k8s2.lime.lan}\n"
#define ALL .domain = "lime.lan", .vip = "192.168.11.11", .apex = "k8s1.lime.lan"

/* The flags of the list, as the command line gives them. */
#define LIST(field, ...)                                                                           \
	.field = (const char *const[]){ __VA_ARGS__ },                                             \
	.n_##field = sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)

static struct halb_site load_flags(const char *yaml, const struct halb_site_flags *flags)
{
	struct halb_site site = { 0 };
	struct halb_error err = { 0 };
	enum halb_status st =
		yaml ? load_yaml(yaml, flags, &site, &err)
		     : halb_site_load("/nowhere/halb.yaml", false, flags, &site, &err);

	cr_assert_eq(st, HALB_OK, "%s", err.text);
	return site;
}

struct wrong_flags {
	const char *yaml; /* NULL: no site file */
	struct halb_site_flags flags;
	enum halb_status status;
	const char *text, *hint;
};

static void expect_flags_refused(const struct wrong_flags *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct wrong_flags *row = &rows[i];
		struct halb_site site;
		struct halb_error err = { 0 };
		enum halb_status st = row->yaml ? load_yaml(row->yaml, &row->flags, &site, &err)
						: halb_site_load("/nowhere/halb.yaml", false,
								 &row->flags, &site, &err);

		cr_expect_eq(st, row->status, "%s", row->text);
		cr_expect_str_eq(err.text, row->text);
		cr_expect(strstr(err.hint, row->hint), "%s: hint '%s' lacks '%s'", err.text,
			  err.hint, row->hint);
	}
}

#define EXPECT_FLAGS_REFUSED(rows) expect_flags_refused(rows, sizeof(rows) / sizeof(rows)[0])

static void expect_name(const struct halb_name *name, const char *text)
{
	char got[HALB_NAME_TEXT];

	cr_expect_str_eq(halb_name_format(name, got), text);
}

Test(overlay, makes_a_site_of_flags_alone)
{
	struct halb_site_flags flags = { ALL, LIST(aliases, "kube.lime.lan", "api.lime.lan"),
					 LIST(ports, "6443", "443"),
					 LIST(servers, "dc1.lime.lan") };
	struct halb_site site = load_flags(NULL, &flags);
	const struct halb_balancer *b = site.balancers;

	expect_name(&site.domain, "lime.lan");
	cr_assert_eq(site.n_balancers, 1);
	cr_assert_str_eq(b->name, "k8s1");
	cr_assert_eq(b->n_aliases, 2);
	expect_name(&b->aliases[1], "api.lime.lan");
	cr_assert_eq(b->ttl, HALB_TTL_DEFAULT);
	cr_assert_eq(b->n_probes, 2);
	cr_assert_eq(b->probes[0].port, 6443);
	cr_assert_not(b->probes[0].tls);
	cr_assert_null(b->probes[0].http);
	cr_assert_eq(site.directory.n_servers, 1);
	cr_assert_str_eq(site.directory.servers[0], "dc1.lime.lan");
	cr_assert_eq(site.dhcp_backend, HALB_DHCP_NONE);
	cr_assert_not(b->has_mac);
	cr_assert_not(site.has_stack);
	halb_site_clear(&site);
}

Test(overlay, takes_a_dhcp_service_for_the_wish_to_use_it)
{
	struct halb_site_flags flags = { ALL, .mac = "02:00:00:00:01:01",
					 .dhcp_service = "CN=config,DC=lan" };
	struct halb_site site = load_flags(NULL, &flags);

	cr_assert_eq(site.dhcp_backend, HALB_DHCP_AD);
	cr_assert_str_eq(site.dhcp_service, "CN=config,DC=lan");
	halb_site_clear(&site);

	site = load_flags(SMALL "  mac: 02:00:00:00:01:01\ndhcp: {backend: none}\n",
			  &(struct halb_site_flags){ .dhcp_service = "CN=config,DC=lan" });
	cr_assert_eq(site.dhcp_backend, HALB_DHCP_AD);
	halb_site_clear(&site);

	flags.dhcp_backend = "none";
	flags.mac = NULL;
	site = load_flags(NULL, &flags);
	cr_assert_eq(site.dhcp_backend, HALB_DHCP_NONE);
	halb_site_clear(&site);
}

Test(overlay, takes_another_keytab_for_the_same_principal)
{
	struct halb_site site = load_flags(SMALL "directory: {keytab: /a, principal: u@LIME.LAN}\n",
					   &(struct halb_site_flags){ .keytab = "/b" });

	cr_assert_str_eq(site.directory.keytab, "/b");
	cr_assert_str_eq(site.directory.principal, "u@LIME.LAN");
	halb_site_clear(&site);
}

Test(overlay, asks_for_the_flags_that_are_missing)
{
	static const char needed[] = "--domain, --vip and --apex are needed";
	const struct wrong_flags rows[] = {
		{ NULL,
		  { .vip = "10.0.0.1" },
		  HALB_E_USAGE,
		  "--domain: expected a host name with its domain, found nothing",
		  needed },
		{ NULL,
		  { .domain = "lime.lan" },
		  HALB_E_USAGE,
		  "--vip: expected an IPv4 or IPv6 address, found nothing",
		  needed },
		{ NULL,
		  { .domain = "lime.lan", .vip = "10.0.0.1" },
		  HALB_E_USAGE,
		  "--apex: expected a host name with its domain, found nothing",
		  needed },
		{ NULL,
		  { ALL, .dhcp_service = "CN=config" },
		  HALB_E_USAGE,
		  "--mac: expected a MAC address, six pairs of hex digits, found nothing",
		  "the DHCP reservation needs it" },
		{ NULL,
		  { ALL, .dhcp_backend = "ad" },
		  HALB_E_USAGE,
		  "--dhcp-backend: expected a DHCP service to go with it, found 'ad'",
		  "add --dhcp-service DN" },
		{ SMALL,
		  { .dhcp_backend = "ad" },
		  HALB_E_USAGE,
		  "--dhcp-backend: expected a DHCP service to go with it, found 'ad'",
		  "add --dhcp-service DN" },
	};

	EXPECT_FLAGS_REFUSED(rows);
}

Test(overlay, names_the_flag_that_is_wrong)
{
	const struct wrong_flags rows[] = {
		{ NULL,
		  { ALL, LIST(ports, "6443", "70000") },
		  HALB_E_USAGE,
		  "--port: expected a number from 1 to 65535, found '70000'",
		  "" },
		{ NULL,
		  { ALL, .ttl = "1h" },
		  HALB_E_USAGE,
		  "--ttl: expected a number from 0 to 2147483647, found '1h'",
		  "" },
		{ NULL,
		  { ALL, LIST(servers, "dc1") },
		  HALB_E_USAGE,
		  "--server: expected a host name with its domain, found 'dc1'",
		  "dc1.lime.lan?" },
		{ NULL,
		  { ALL, LIST(aliases, "kube") },
		  HALB_E_USAGE,
		  "--alias: expected a host name with its domain, found 'kube'",
		  "kube.lime.lan?" },
		{ NULL,
		  { .domain = "lime.lan", .vip = "10.0.0.1", .apex = "k8s1" },
		  HALB_E_USAGE,
		  "--apex: expected a host name with its domain, found 'k8s1'",
		  "k8s1.lime.lan?" },
		{ NULL,
		  { ALL, LIST(aliases, "K8S1.lime.lan") },
		  HALB_E_USAGE,
		  "--alias: expected another name than the apex, found 'K8S1.lime.lan'",
		  "CNAME" },
		{ SMALL,
		  { .mac = "03:00:00:00:01:01" },
		  HALB_E_USAGE,
		  "--mac: expected the MAC address of one host (this one is multicast: the lowest "
		  "bit of the first byte is set), found '03:00:00:00:01:01'",
		  "02:00:00:00:01:01" },
		{ SMALL,
		  { .dhcp_service = "config" },
		  HALB_E_USAGE,
		  "--dhcp-service: expected the DN of the dhcpService entry, attribute=value,..., "
		  "found 'config'",
		  "CN=config" },
		{ SMALL,
		  { .dhcp_backend = "kea" },
		  HALB_E_USAGE,
		  "--dhcp-backend: expected ad or none, found 'kea'",
		  "" },
		{ SMALL "directory: {keytab: /a, principal: u@LIME.LAN}\n",
		  { .keytab = "" },
		  HALB_E_USAGE,
		  "--keytab: expected a text, found ''",
		  "" },
		{ NULL,
		  { ALL, .keytab = "/b" },
		  HALB_E_USAGE,
		  "--keytab: expected a keytab whose principal the site file names, found '/b'",
		  "directory: {principal: " },
		{ SMALL,
		  { .keytab = "/b" },
		  HALB_E_USAGE,
		  "--keytab: expected a keytab whose principal the site file names, found '/b'",
		  "directory: {principal: " },
		{ SMALL,
		  { .domain = "lemon" },
		  HALB_E_USAGE,
		  "--domain: expected a host name with its domain, found 'lemon'",
		  "" },
		{ SMALL "  aliases: [kube.lime.lan]\n",
		  { .apex = "kube.lime.lan" },
		  HALB_E_USAGE,
		  "--apex: expected a name that is no alias (aliases[0]), found 'kube.lime.lan'",
		  "CNAME" },
		{ SMALL "stack: {subnet: 192.168.11.0/24}\n",
		  { .vip = "192.168.12.11" },
		  HALB_E_USAGE,
		  "--vip: expected an address in 192.168.11.0/24, found '192.168.12.11'",
		  "" },
		{ TWO,
		  { .balancer = "k8s1", .vip = "192.168.11.21" },
		  HALB_E_USAGE,
		  "--vip: expected an address of its own (balancers[1].vip has it already), found "
		  "'192.168.11.21'",
		  "" },
		/* The file's mistakes stay the file's. */
		{ SMALL "  ttl: x\n",
		  { .vip = "192.168.11.12" },
		  HALB_E_SITE,
		  "site.yaml:6: balancers[0].ttl: expected a number from 0 to 2147483647, found "
		  "'x'",
		  "" },
	};

	EXPECT_FLAGS_REFUSED(rows);
}

Test(overlay, lays_flags_over_the_only_balancer)
{
	struct halb_site_flags flags = { .vip = "192.168.11.12",
					 .mac = "02:00:00:00:01:02",
					 .apex = "k8s9.lime.lan",
					 .ttl = "60",
					 LIST(aliases, "a.lime.lan"),
					 LIST(ports, "443"),
					 LIST(servers, "192.168.11.2", "dc2.lime.lan") };
	static const char yaml[] = SMALL "  aliases: [kube.lime.lan, api.lime.lan]\n"
					 "  probes: [{port: 6443, http: /livez}]\n"
					 "directory: {servers: [dc1.lime.lan]}\n";
	struct halb_site site = load_flags(yaml, &flags);
	const struct halb_balancer *b = site.balancers;
	char text[HALB_ADDR_TEXT], mac[HALB_MAC_TEXT];

	cr_assert_eq(site.n_balancers, 1);
	cr_assert_str_eq(b->name, "k8s1");
	cr_assert_str_eq(halb_addr_format(&b->vip, text), "192.168.11.12");
	cr_assert_str_eq(halb_mac_format(&b->mac, mac), "02:00:00:00:01:02");
	expect_name(&b->apex, "k8s9.lime.lan");
	cr_assert_eq(b->ttl, 60);
	cr_assert_eq(b->n_aliases, 1);
	cr_assert_eq(b->n_probes, 1);
	cr_assert_eq(b->probes[0].port, 443);
	cr_assert_null(b->probes[0].http);
	cr_assert_eq(site.directory.n_servers, 2);
	halb_site_clear(&site);
}

Test(overlay, lets_a_flag_give_what_the_file_lacks)
{
	struct halb_site_flags flags = { .vip = "192.168.11.11", .apex = "k8s1.lime.lan" };
	struct halb_site site = load_flags("domain: lime.lan\nbalancers:\n- name: k8s1\n", &flags);

	cr_assert_str_eq(site.balancers[0].name, "k8s1");
	halb_site_clear(&site);
}

Test(overlay, keeps_the_balancer_that_was_asked_for)
{
	struct halb_site_flags flags = { .balancer = "k8s2", .ttl = "60" };
	struct halb_site site = load_flags(TWO, &flags);

	cr_assert_eq(site.n_balancers, 1);
	cr_assert_str_eq(site.balancers[0].name, "k8s2");
	cr_assert_eq(site.balancers[0].ttl, 60);
	halb_site_clear(&site);

	site = load_flags(TWO, &(struct halb_site_flags){ LIST(servers, "dc1.lime.lan") });
	cr_assert_eq(site.n_balancers, 2, "flags of the whole site need no balancer");
	halb_site_clear(&site);
}

Test(overlay, asks_which_balancer_is_meant)
{
	const struct wrong_flags rows[] = {
		{ TWO,
		  { .ttl = "60" },
		  HALB_E_USAGE,
		  "the site file has 2 balancers: which one do --vip, --mac, --apex, --alias, "
		  "--ttl and --port mean?",
		  "add --balancer NAME, one of: k8s1, k8s2" },
		{ TWO,
		  { .balancer = "k8s3" },
		  HALB_E_USAGE,
		  "--balancer: expected a balancer of the site file, found 'k8s3'",
		  "there are: k8s1, k8s2" },
		{ NULL,
		  { ALL, .balancer = "k8s1" },
		  HALB_E_USAGE,
		  "--balancer: expected a balancer of the site file, found 'k8s1'",
		  "leave --balancer out" },
	};

	EXPECT_FLAGS_REFUSED(rows);
}
