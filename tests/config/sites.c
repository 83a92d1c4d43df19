/* SPDX-License-Identifier: Apache-2.0 */
/* Loads test sites, and compares refusals word for word. */
#include "sites_priv.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char full_site[] = "domain: lime.lan\n"
			 "directory:\n"
			 "  auth: gssapi\n"
			 "  keytab: /etc/halb-dns/halb-dns.keytab   # optional\n"
			 "  principal: halb-dns@LIME.LAN # with keytab\n"
			 "  servers: []\n"
			 "  tls: off\n"
			 "dhcp:\n"
			 "  backend: ad\n"
			 "  service: CN=config,OU=DHCP,DC=lime,DC=lan\n"
			 "balancers:\n"
			 "  - name: k8s1\n"
			 "    vip: 192.168.11.11\n"
			 "    mac: 02:00:00:00:01:01\n"
			 "    apex: k8s1.lime.lan        # A (or AAAA) record\n"
			 "    aliases: [kube.lime.lan]   # CNAME records to the apex\n"
			 "    ttl: 900\n"
			 "    ptr: auto\n"
			 "    probes:\n"
			 "      - port: 6443\n"
			 "        tls: yes\n"
			 "        http: /livez\n"
			 "stack:\n"
			 "  interface: eth0\n"
			 "  subnet: 192.168.11.0/24\n"
			 "  router_id: 51\n"
			 "  hosts:\n"
			 "    - {name: lb1, address: 192.168.11.12}\n"
			 "    - {name: lb2, address: 192.168.11.13}\n"
			 "    - {name: lb3, address: 192.168.11.14}\n"
			 "  services:\n"
			 "    - name: control-plane\n"
			 "      port: 6443\n"
			 "      profile: control-plane\n"
			 "      servers:\n"
			 "        - {name: app1, address: 192.168.11.31, port: 6443}\n";

static char dir[] = "/tmp/halb-config-XXXXXX";

static void leave_directory(void)
{
	unlink("site.yaml");
	if (chdir("/") == 0)
		rmdir(dir);
}

/* Once in each test's process. */
static void enter_directory(void)
{
	static bool there;

	if (there)
		return;
	cr_assert(mkdtemp(dir));
	cr_assert_eq(chdir(dir), 0);
	atexit(leave_directory);
	there = true;
}

enum halb_status load_bytes(const void *data, size_t len, const struct halb_site_flags *flags,
			    struct halb_site *site, struct halb_error *err)
{
	static const struct halb_site_flags none;
	FILE *file;

	enter_directory();
	file = fopen("site.yaml", "w"); /* not base/file, which syncs: thousands are written */
	cr_assert(file);
	cr_assert_eq(fwrite(data, 1, len, file), len);
	cr_assert_eq(fclose(file), 0);
	return halb_site_load("site.yaml", true, flags ? flags : &none, site, err);
}

enum halb_status load_yaml(const char *yaml, const struct halb_site_flags *flags,
			   struct halb_site *site, struct halb_error *err)
{
	return load_bytes(yaml, strlen(yaml), flags, site, err);
}

struct halb_site load_right(const char *yaml)
{
	struct halb_site site = { 0 };
	struct halb_error err = { 0 };

	cr_assert_eq(load_yaml(yaml, NULL, &site, &err), HALB_OK, "%s", err.text);
	return site;
}

void expect_refused(const struct refusal *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct halb_site site = { 0 };
		struct halb_error err = { 0 };

		if (load_yaml(rows[i].yaml, NULL, &site, &err) == HALB_OK) {
			cr_expect_fail("was loaded, wanted: %s", rows[i].text);
			halb_site_clear(&site);
			continue;
		}
		cr_expect_eq(err.status, HALB_E_SITE, "%s", rows[i].text);
		cr_expect_str_eq(err.text, rows[i].text);
		cr_expect(strstr(err.hint, rows[i].hint), "%s: hint '%s' lacks '%s'", err.text,
			  err.hint, rows[i].hint);
	}
}
