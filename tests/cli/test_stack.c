/* SPDX-License-Identifier: Apache-2.0 */
/* Which files are whose. */
#include "stack.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/halb-stack-XXXXXX";
static struct options opt;
static struct halb_model model;
static struct halb_error err;

static void setup(void)
{
	cr_assert(mkdtemp(dir));
	cr_assert_eq(chdir(dir), 0);
}

static void teardown(void)
{
	char command[100];

	halb_model_clear(&model);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	cr_expect_eq(system(command), 0);
}

TestSuite(stack, .init = setup, .fini = teardown);

/* haproxy.cfg and keepalived.conf whose one section's name is the path. */
static void put_file(const char *path)
{
	FILE *file = fopen(path, "w");

	cr_assert(file);
	fprintf(file, strstr(path, "cfg") ? "backend %s\n" : "vrrp_instance %s {\n}\n", path);
	fclose(file);
}

static void give(const char *haproxy, const char *keepalived)
{
	if (haproxy)
		opt.haproxy[opt.n_haproxy++] = haproxy;
	if (keepalived)
		opt.keepalived[opt.n_keepalived++] = keepalived;
}

/* "host haproxy keepalived", by the sections' names. */
static void expect_hosts(const char *want)
{
	char got[600] = "";

	cr_assert_eq(stack_of_files(&opt, &model, &err), HALB_OK, "%s", err.text);
	for (const struct halb_model_host *h = model.hosts; h; h = h->next)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s %s %s;", h->name,
			 h->haproxy.proxies ? h->haproxy.proxies->name : "-",
			 h->keepalived.instances ? h->keepalived.instances->name : "-");
	cr_expect_str_eq(got, want, "%s", got);
}

static void put_hosts(void)
{
	mkdir("a", 0755);
	mkdir("b", 0755);
	put_file("a/haproxy.cfg");
	put_file("b/haproxy.cfg");
	put_file("a/keepalived.conf");
	put_file("b/keepalived.conf");
}

Test(stack, pairs_files_of_one_directory)
{
	put_hosts();
	give("b/haproxy.cfg", "a/keepalived.conf");
	give("a/haproxy.cfg", "b/keepalived.conf");
	expect_hosts("a a/haproxy.cfg a/keepalived.conf;b b/haproxy.cfg b/keepalived.conf;");
}

Test(stack, reads_what_render_writes)
{
	put_hosts();
	give(".", ".");
	expect_hosts("a a/haproxy.cfg a/keepalived.conf;b b/haproxy.cfg b/keepalived.conf;");
}

Test(stack, pairs_files_of_one_name)
{
	put_file("x.cfg");
	put_file("y.cfg");
	put_file("x.conf");
	put_file("y.conf");
	give("y.cfg", "x.conf");
	give("x.cfg", "y.conf");
	expect_hosts("x x.cfg x.conf;y y.cfg y.conf;");
}

Test(stack, gives_all_hosts_the_one_haproxy)
{
	put_hosts();
	put_file("all.cfg");
	give("all.cfg", "a/keepalived.conf");
	give(NULL, "b/keepalived.conf");
	expect_hosts("a all.cfg a/keepalived.conf;b all.cfg b/keepalived.conf;");
}

Test(stack, keeps_a_haproxy_that_has_no_keepalived)
{
	put_hosts();
	give("a/haproxy.cfg", "b/keepalived.conf");
	give("b/haproxy.cfg", NULL);
	expect_hosts("keepalived b/haproxy.cfg b/keepalived.conf;a a/haproxy.cfg -;");
}

Test(stack, makes_a_host_of_each_config_id)
{
	FILE *file = fopen("k.conf", "w");

	cr_assert(file);
	fputs("@x vrrp_instance one {\n@y vrrp_instance two {\n}\n", file);
	fclose(file);
	give(NULL, "k.conf");
	expect_hosts("x - one;y - two;");
}

Test(stack, reads_all_of_a_directory_as_one_configuration)
{
	mkdir("d", 0755);
	put_file("d/1.cfg");
	put_file("d/2.cfg");
	give("d", NULL);
	expect_hosts("1 d/1.cfg -;");
	cr_expect_str_eq(model.hosts->haproxy.proxies->next->name, "d/2.cfg");
}

Test(stack, names_the_file_that_it_cannot_read)
{
	give("none.cfg", NULL);
	cr_expect_eq(stack_of_files(&opt, &model, &err), HALB_E_NOTFOUND);
	cr_expect(strstr(err.text, "none.cfg"), "%s", err.text);
	opt.haproxy[0] = dir;
	cr_expect_eq(stack_of_files(&opt, &model, &err), HALB_E_NOTFOUND);
	cr_expect(strstr(err.text, "haproxy.cfg"), "%s", err.text);
}
