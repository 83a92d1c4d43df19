/* SPDX-License-Identifier: Apache-2.0 */
#include "lime.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct halb_name parsed(const char *name)
{
	struct halb_name out;

	cr_assert_eq(halb_name_parse(name, &out, NULL), HALB_OK);
	return out;
}

static void init_site(struct lime *lime)
{
	static char name[] = "k8s1";

	lime->alias = parsed(KUBE);
	lime->balancer = (struct halb_balancer){ .name = name,
						 .apex = parsed(K8S1),
						 .aliases = &lime->alias,
						 .n_aliases = 1,
						 .ttl = 900,
						 .ptr = HALB_PTR_NO };
	cr_assert(halb_addr_parse(VIP, &lime->balancer.vip));
	lime->site = (struct halb_site){ .domain = parsed("lime.lan"),
					 .balancers = &lime->balancer,
					 .n_balancers = 1 };
}

static void init_server(struct lime *lime, size_t i)
{
	const struct canned right[N_ROWS] = {
		[ROW_APEX] = { .name = K8S1, .addresses = { VIP } },
		[ROW_ALIAS] = { .name = KUBE, .cname = K8S1, .addresses = { VIP } },
		[ROW_PTR] = { .name = REVERSE, .ptr = K8S1 },
	};

	memcpy(lime->tables[i], right, sizeof right);
	lime->servers[i].canned = lime->tables[i];
	lime->servers[i].n_canned = N_ROWS;
	lime->servers[i].serial = 110 + (uint32_t)i;
}

void lime_init(struct lime *lime, size_t n_dcs)
{
	memset(lime, 0, sizeof *lime);
	init_site(lime);
	lime->options = (struct halb_verify_options){ .query_timeout = LONG_ENOUGH,
						      .port = dcs_bind(lime->servers, n_dcs + 1) };
	lime->dcs = (struct halb_dc_list){ .items = lime->dc_items, .n = n_dcs };
	for (size_t i = 0; i <= n_dcs; i++) {
		struct halb_addr addr = { .len = 4, .bytes = { 127, 0, 0, (uint8_t)(i + 1) } };

		init_server(lime, i);
		if (i == n_dcs)
			lime->options.system_server = addr;
		else
			lime->dc_items[i].address = addr;
		snprintf(lime->dc_items[i].name, sizeof lime->dc_items[i].name, "dc%zu.lime.lan",
			 i + 1);
	}
}

void lime_verify(struct lime *lime)
{
	struct halb_error err = { 0 };

	for (size_t i = 0; i <= lime->dcs.n; i++)
		dc_start(&lime->servers[i]);
	cr_assert_eq(halb_verify_run(&lime->site, &lime->dcs, &lime->options, &lime->seen, &err),
		     HALB_OK, "%s", err.text);
}

void lime_clear(struct lime *lime)
{
	halb_verification_clear(&lime->seen);
}

const struct halb_finding *finding_at(const struct lime *lime, const char *server)
{
	const struct halb_finding *found = NULL;

	for (size_t i = 0; i < lime->seen.findings.n; i++) {
		const struct halb_finding *f = &lime->seen.findings.items[i];

		if (server ? !f->server || strcmp(f->server, server) != 0 : f->server != NULL)
			continue;
		cr_assert_null(found, "two findings: %s %s, %s %s", halb_code_name(f->code),
			       f->actual, found ? halb_code_name(found->code) : "",
			       found ? found->actual : "");
		found = f;
	}
	return found;
}

void expect_finding(const struct lime *lime, const char *server, enum halb_code code,
		    enum halb_severity severity, const char *actual)
{
	const struct halb_finding *f = finding_at(lime, server);

	cr_assert_not_null(f);
	cr_assert_eq(lime->seen.findings.n, 1);
	cr_expect_str_eq(halb_code_name(f->code), halb_code_name(code));
	cr_expect_eq(f->severity, severity);
	cr_expect_eq(strncmp(f->actual, actual, strlen(actual)), 0, "saw '%s'", f->actual);
	cr_expect_not_null(f->object);
	cr_expect_not_null(f->expected);
	cr_expect_not_null(f->hint);
}
