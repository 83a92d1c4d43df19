/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/config/site.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "halb/base/buf.h"
#include "sites_priv.h"

static void expect_addr(const struct halb_addr *addr, const char *text)
{
	char got[HALB_ADDR_TEXT];

	cr_expect_str_eq(halb_addr_format(addr, got), text);
}

static void expect_name(const struct halb_name *name, const char *text)
{
	char got[HALB_NAME_TEXT];

	cr_expect_str_eq(halb_name_format(name, got), text);
}

Test(site, reads_every_key)
{
	struct halb_site site = load_right(full_site);
	const struct halb_balancer *b = site.balancers;
	const struct halb_stack_service *service = site.stack.services;
	char mac[HALB_MAC_TEXT];

	expect_name(&site.domain, "lime.lan");
	cr_assert_eq(site.directory.auth, HALB_AUTH_GSSAPI);
	cr_assert_eq(site.directory.tls, HALB_TLS_OFF);
	cr_assert_str_eq(site.directory.keytab, "/etc/halb-dns/halb-dns.keytab");
	cr_assert_str_eq(site.directory.principal, "halb-dns@LIME.LAN");
	cr_assert_eq(site.directory.n_servers, 0);
	cr_assert_eq(site.dhcp_backend, HALB_DHCP_AD);
	cr_assert_str_eq(site.dhcp_service, "CN=config,OU=DHCP,DC=lime,DC=lan");
	cr_assert_eq(site.n_balancers, 1);
	cr_assert_str_eq(b->name, "k8s1");
	expect_addr(&b->vip, "192.168.11.11");
	cr_assert(b->has_mac);
	cr_assert_str_eq(halb_mac_format(&b->mac, mac), "02:00:00:00:01:01");
	expect_name(&b->apex, "k8s1.lime.lan");
	cr_assert_eq(b->n_aliases, 1);
	expect_name(&b->aliases[0], "kube.lime.lan");
	cr_assert_eq(b->ttl, 900);
	cr_assert_eq(b->ptr, HALB_PTR_AUTO);
	cr_assert_eq(b->n_probes, 1);
	cr_assert_eq(b->probes[0].port, 6443);
	cr_assert(b->probes[0].tls);
	cr_assert_str_eq(b->probes[0].http, "/livez");
	cr_assert(site.has_stack);
	cr_assert_str_eq(site.stack.interface, "eth0");
	cr_assert(site.stack.has_subnet);
	cr_assert_eq(site.stack.subnet.prefix, 24);
	cr_assert_eq(site.stack.router_id, 51);
	cr_assert_eq(site.stack.n_hosts, 3);
	cr_assert_str_eq(site.stack.hosts[2].name, "lb3");
	expect_addr(&site.stack.hosts[2].address, "192.168.11.14");
	cr_assert_eq(site.stack.n_services, 1);
	cr_assert_str_eq(service->name, "control-plane");
	cr_assert_eq(service->profile, HALB_PROFILE_CONTROL_PLANE);
	cr_assert_eq(service->port, 6443);
	cr_assert_eq(service->n_servers, 1);
	cr_assert_str_eq(service->servers[0].name, "app1");
	expect_addr(&service->servers[0].address, "192.168.11.31");
	cr_assert_eq(service->servers[0].port, 6443);
	halb_site_clear(&site);
}

Test(site, has_defaults_for_what_is_left_out)
{
	struct halb_site site = load_right(SMALL);
	const struct halb_balancer *b = site.balancers;

	cr_assert_eq(site.directory.auth, HALB_AUTH_GSSAPI);
	cr_assert_eq(site.directory.tls, HALB_TLS_OFF);
	cr_assert_null(site.directory.keytab);
	cr_assert_null(site.directory.principal);
	cr_assert_null(site.directory.ca_file);
	cr_assert_eq(site.dhcp_backend, HALB_DHCP_NONE);
	cr_assert_null(site.dhcp_service);
	cr_assert_not(b->has_mac);
	cr_assert_eq(b->ttl, HALB_TTL_DEFAULT);
	cr_assert_eq(b->ptr, HALB_PTR_AUTO);
	cr_assert_eq(b->n_aliases, 0);
	cr_assert_eq(b->n_probes, 0);
	cr_assert_not(site.has_stack);
	halb_site_clear(&site);
}

Test(site, reads_the_other_choices)
{
	struct halb_site site = load_right(
		"domain: lime.lan\n"
		"directory:\n"
		"  auth: simple\n"
		"  tls: ldaps\n"
		"  principal: admin@lime.lan\n"
		"  ca_file: /etc/ca.pem\n"
		"  servers: [dc1.lime.lan, 192.168.11.3, 'fd00::3']\n"
		"dhcp: {backend: none}\n"
		"balancers:\n"
		"- {name: v6, vip: 'fd00::11', apex: Z\xc3\xbcrich.lime.lan., ttl: 0, ptr: no,\n"
		"   probes: [{port: '443', tls: on, ca_file: /etc/k8s.pem}]}\n"
		"stack: {}\n");
	const struct halb_balancer *b = site.balancers;

	cr_assert_eq(site.directory.auth, HALB_AUTH_SIMPLE);
	cr_assert_eq(site.directory.tls, HALB_TLS_LDAPS);
	cr_assert_str_eq(site.directory.ca_file, "/etc/ca.pem");
	cr_assert_eq(site.directory.n_servers, 3);
	cr_assert_str_eq(site.directory.servers[2], "fd00::3");
	expect_addr(&b->vip, "fd00::11");
	expect_name(&b->apex, "xn--zrich-kva.lime.lan");
	cr_assert_eq(b->ttl, 0);
	cr_assert_eq(b->ptr, HALB_PTR_NO);
	cr_assert_eq(b->probes[0].port, 443);
	cr_assert_str_eq(b->probes[0].ca_file, "/etc/k8s.pem");
	cr_assert(site.has_stack);
	cr_assert_not(site.stack.has_subnet);
	cr_assert_eq(site.stack.router_id, 0);
	halb_site_clear(&site);
}

static void expect_no_file(bool must_exist, const struct halb_site_flags *flags)
{
	struct halb_site site;
	struct halb_error err;

	cr_expect_eq(halb_site_load("/nowhere/halb.yaml", must_exist, flags, &site, &err),
		     HALB_E_SITE);
	cr_expect_str_eq(err.text, "no site file /nowhere/halb.yaml");
	cr_expect(strstr(err.hint, "halb-dns init -o /nowhere/halb.yaml, or give --domain"), "%s",
		  err.hint);
}

Test(site, says_that_there_is_no_file)
{
	struct halb_site_flags none = { 0 };
	struct halb_site_flags whole = { .domain = "lime.lan",
					 .vip = "10.0.0.1",
					 .apex = "a.lime.lan" };

	expect_no_file(false, &none);
	expect_no_file(false, &(struct halb_site_flags){ .balancer = "k8s1" });
	expect_no_file(true, &none);
	expect_no_file(true, &whole);
}

Test(site, says_why_a_file_cannot_be_read)
{
	struct halb_site_flags none = { 0 };
	struct halb_site site;
	struct halb_error err;

	cr_assert_eq(halb_site_load("/", true, &none, &site, &err), HALB_E_SITE);
	cr_assert_str_eq(err.text, "/: Is a directory");
	cr_assert_eq(err.status, HALB_E_SITE);
}

static void write_balancers(struct halb_buf *yaml, unsigned n)
{
	halb_buf_text(yaml, "domain: lime.lan\nbalancers:\n");
	for (unsigned i = n; i > 0; i--)
		halb_buf_printf(yaml,
				"- name: b%u\n  vip: 10.0.%u.%u\n  mac: 02:00:00:00:%02x:%02x\n"
				"  apex: b%u.lime.lan\n  aliases: [x%u.lime.lan, y%u.lime.lan]\n"
				"  probes: [{port: 6443, tls: yes, http: /livez}]\n",
				i, i / 250, 1 + i % 250, i / 256, i % 256, i, i, i);
}

Test(site, keeps_a_thousand_balancers_in_the_files_order)
{
	struct halb_buf yaml = { 0 };
	struct halb_site site;
	char name[16];

	write_balancers(&yaml, 1000);
	site = load_right(halb_buf_string(&yaml));
	cr_assert_eq(site.n_balancers, 1000);
	for (size_t i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "b%zu", 1000 - i);
		cr_assert_str_eq(site.balancers[i].name, name);
	}
	halb_site_clear(&site);
	halb_buf_clear(&yaml);
}

/* Marsaglia's xorshift: the same mutations on every run. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Changes, removes or repeats a few bytes. */
static size_t mutate(char *text, size_t len, size_t room, uint32_t *state)
{
	static const char likely[] = "\n\t :-[]{},'\"#&*!|>%@?~0\x00\x1b\x7f\xc3\xff";

	for (uint32_t n = 1 + next_random(state) % 3; n > 0 && len > 2; n--) {
		size_t at = next_random(state) % (len - 1), end;

		switch (next_random(state) % 4) {
		case 0:
			text[at] = likely[next_random(state) % (sizeof likely - 1)];
			break;
		case 1:
			text[at] = (char)next_random(state);
			break;
		case 2:
			end = at + 1 + next_random(state) % (len - at - 1);
			end = end - at > 40 ? at + 40 : end;
			memmove(text + at, text + end, len - end);
			len -= end - at;
			break;
		case 3:
			end = at + next_random(state) % 60;
			if (end > len || len + (end - at) > room)
				break;
			memmove(text + end, text + at, len - at);
			len += end - at;
			break;
		}
	}
	return len;
}

Test(site, explains_every_mutation_itself)
{
	static char text[2 * 1200];
	uint32_t state = 20240611;
	size_t loaded = 0, rounds = 3000;

	cr_assert_lt(strlen(full_site), sizeof text / 2 + 200);
	for (size_t i = 0; i < rounds; i++) {
		size_t len = strlen(full_site);
		struct halb_error err = { 0 };
		struct halb_site site;

		memcpy(text, full_site, len);
		len = mutate(text, len, sizeof text, &state);
		if (load_bytes(text, len, NULL, &site, &err) == HALB_OK) {
			loaded++;
			halb_site_clear(&site);
			continue;
		}
		cr_assert_eq(err.status, HALB_E_SITE, "%s", err.text);
		cr_assert(strstr(err.text, "site.yaml:"), "%s", err.text);
		cr_assert(strstr(err.text, "expected ") || strstr(err.text, "not valid YAML"), "%s",
			  err.text);
	}
	cr_assert(loaded > 0 && loaded < rounds);
}
