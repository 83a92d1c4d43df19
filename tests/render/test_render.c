/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/render/render.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "halb/base/file.h"

static const struct halb_site_flags no_flags;

static struct halb_site load(const char *path)
{
	struct halb_site site = { 0 };
	struct halb_error err = { 0 };

	cr_assert_eq(halb_site_load(path, true, &no_flags, &site, &err), HALB_OK, "%s", err.text);
	return site;
}

static struct halb_site load_text(const char *text)
{
	char path[] = "/tmp/halb-render.XXXXXX";
	struct halb_site site;
	int fd = mkstemp(path);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	site = load(path);
	unlink(path);
	return site;
}

static struct halb_rendered *render(const struct halb_site *site, const char *source, size_t *n)
{
	struct halb_render_options options = { .source = source };
	struct halb_rendered *all = NULL;
	struct halb_error err = { 0 };

	cr_assert_eq(halb_render_stack(site, &options, &all, n, &err), HALB_OK, "%s", err.text);
	return all;
}

static void expect_file(const struct halb_buf *got, const char *name)
{
	struct halb_buf want = { 0 };
	struct halb_error err = { 0 };
	char path[512];

	snprintf(path, sizeof path, HALB_TEST_DATA "/%s", name);
	cr_assert_eq(halb_file_read(path, 1 << 20, &want, &err), HALB_OK, "%s", err.text);
	cr_expect_str_eq(halb_buf_string(got), halb_buf_string(&want), "%s:\n%s", name,
			 halb_buf_string(got));
	halb_buf_clear(&want);
}

static void expect_golden(const char *which, size_t hosts)
{
	char path[512], source[32], name[64];
	struct halb_site site;
	struct halb_rendered *all;
	size_t n;

	snprintf(path, sizeof path, HALB_TEST_DATA "/%s.yaml", which);
	snprintf(source, sizeof source, "%s.yaml", which);
	site = load(path);
	all = render(&site, source, &n);
	cr_assert_eq(n, hosts);
	for (size_t i = 0; i < 2; i++) {
		snprintf(name, sizeof name, "%s-%s.keepalived.conf", which, all[i].host);
		expect_file(&all[i].keepalived, name);
	}
	snprintf(name, sizeof name, "%s-lb1.haproxy.cfg", which);
	expect_file(&all[0].haproxy, name);
	halb_rendered_free(all, n);
	halb_site_clear(&site);
}

Test(render, makes_the_usual_stack)
{
	expect_golden("usual", 3);
}

Test(render, makes_what_every_key_says)
{
	expect_golden("full", 2);
}

#define STACK                                                                                      \
	"domain: lime.lan\nbalancers: [{name: a, vip: 10.0.0.1, apex: a.lime.lan}]\n"              \
	"stack:\n  interface: eth0\n  router_id: 7\n"                                              \
	"  hosts: [{name: h1, address: 10.0.0.2}, {name: h2, address: 10.0.0.3}]\n"
#define SERVICE "  services: [{name: s, port: 443, servers: [{name: x, address: 10.0.0.9, port: 1}]"

static void expect_line(const char *settings, const char *line)
{
	char yaml[1024], want[256];
	struct halb_rendered *all;
	struct halb_site site;
	size_t n;

	snprintf(yaml, sizeof yaml, STACK SERVICE ", %s}]\n", settings);
	site = load_text(yaml);
	all = render(&site, "x", &n);
	snprintf(want, sizeof want, "\tdefault-server check %s\n", line);
	cr_expect(strstr(halb_buf_string(&all[0].haproxy), want), "%s lacks %s%s", settings, want,
		  halb_buf_string(&all[0].haproxy));
	halb_rendered_free(all, n);
	halb_site_clear(&site);
}

Test(render, tunes_as_the_profile_says)
{
	static const struct {
		const char *settings, *line;
	} rows[] = {
		{ "balance: source", "inter 10s downinter 5s rise 2 fall 2 slowstart 60s maxconn 250 "
				     "maxqueue 256 weight 100" },
		{ "profile: control-plane", "inter 10s downinter 5s rise 2 fall 2 slowstart 60s "
					    "maxconn 250 maxqueue 256 weight 100" },
		{ "profile: data-plane", "inter 10s downinter 5s rise 2 fall 2 slowstart 60s "
					 "maxconn 1000 maxqueue 256 weight 100" },
		{ "profile: sensitive", "inter 5s downinter 5s rise 2 fall 1 slowstart 60s maxconn 250 "
					"maxqueue 256 weight 100" },
		{ "profile: fast-rejoin", "inter 10s downinter 5s rise 1 fall 2 slowstart 60s "
					  "maxconn 250 maxqueue 256 weight 100" },
		{ "profile: no-queue", "inter 10s downinter 5s rise 2 fall 2 slowstart 60s maxconn 250 "
				       "weight 100" },
		{ "profile: fast", "inter 1s fastinter 500ms downinter 1s rise 2 fall 2 slowstart 60s "
				   "maxconn 1000 maxqueue 256 weight 100 on-marked-down "
				   "shutdown-sessions" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		expect_line(rows[i].settings, rows[i].line);
}

Test(render, lets_the_service_have_the_last_word)
{
	expect_line("profile: sensitive, default_server: {inter: 1500ms, fall: 3, rise: 4, "
		    "downinter: none, slowstart: none, maxconn: none, maxqueue: 1, weight: 256}",
		    "inter 1500ms rise 4 fall 3 maxqueue 1 weight 256");
}

static void expect_refused(const char *yaml, const char *text, const char *hint)
{
	struct halb_render_options options = { .source = "x" };
	struct halb_site site = load_text(yaml);
	struct halb_rendered *all = NULL;
	struct halb_error err = { 0 };
	size_t n = 0;

	cr_expect_eq(halb_render_stack(&site, &options, &all, &n, &err), HALB_E_SITE, "%s", text);
	cr_expect(strstr(err.text, text), "'%s' lacks '%s'", err.text, text);
	cr_expect(strstr(err.hint, hint), "'%s' lacks '%s'", err.hint, hint);
	cr_expect_null(all);
	halb_site_clear(&site);
}

Test(render, says_which_keys_are_missing)
{
#define SITE "domain: lime.lan\nbalancers: [{name: a, vip: 10.0.0.1, apex: a.lime.lan}]\n"
	expect_refused(SITE, "has no stack",
		       "interface, router_id, hosts (two at least), services");
	expect_refused(SITE "stack: {interface: eth0}\n", "lacks router_id, hosts",
		       "router_id, hosts (two at least), services");
	expect_refused(STACK, "lacks services", "services");
}

Test(render, wants_a_vip_that_the_hosts_adverts_can_carry)
{
	expect_refused("domain: lime.lan\nbalancers: [{name: a, vip: 'fd00::1', apex: a.lime.lan}]\n"
		       "stack:\n  interface: eth0\n  router_id: 7\n"
		       "  hosts: [{name: h1, address: 10.0.0.2}, {name: h2, address: 10.0.0.3}]\n"
		       SERVICE "}]\n", "IPv4", "vIP's family");
}
