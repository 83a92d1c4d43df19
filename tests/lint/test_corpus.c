/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/data/lint: `good` has nothing to be found; below `bad`, which the daemons' own tests let
 * pass, and `refused`, which they do not, each directory has the name of what is found in it.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rules_priv.h"
#include "stack.h"

/* What else is found, since it cannot be had alone. */
static const struct {
	const char *code, *others;
} others[] = {
	{ "maxqueue-stuck", " redispatch-missing outage-too-long" },
	{ "redispatch-missing", " outage-too-long" },
	{ "redispatch-never", " outage-too-long" },
	{ "timeout-missing", " outage-too-long" },
	{ "script-untracked", " freeze-unseen" },
	{ "script-user-signal", " freeze-unseen" },
	{ "section-unknown", " redispatch-missing timeout-missing check-missing" },
	{ "servers-differ", " haproxy-differs" },
	{ "slowstart-idle", " check-missing" },
	{ "track-undefined", " script-untracked" },
	{ "unicast-peer-missing", " unicast-peer-unknown" },
};

static const struct rule *const tables[] = { rules_vrrp,    rules_peers,   rules_tracking,
					     rules_proxies, rules_servers, rules_stack };

static bool exists(const char *dir, const char *name)
{
	char pattern[800];
	glob_t found;
	bool any;

	snprintf(pattern, sizeof pattern, "%s/{,*/}%s", dir, name);
	any = glob(pattern, GLOB_BRACE, NULL, &found) == 0;
	globfree(&found);
	return any;
}

static void lint_directory(const char *dir, struct halb_lint *out)
{
	static const struct halb_addr_range pool = {
		{ { 192, 168, 11, 100 }, 4 }, { { 192, 168, 11, 200 }, 4 }
	};
	struct halb_lint_options options = { .max_outage = HALB_LINT_OUTAGE_MOST,
					     .dhcp_ranges = &pool, .n_dhcp_ranges = 1 };
	struct options opt = { .haproxy = { dir }, .keepalived = { dir },
			       .n_haproxy = exists(dir, "haproxy.cfg"),
			       .n_keepalived = exists(dir, "keepalived.conf") };
	struct halb_error err = { 0 };
	struct halb_model model;

	cr_assert_eq(stack_of_files(&opt, &model, &err), HALB_OK, "%s", err.text);
	cr_assert_eq(halb_lint_run(&model, &options, out, &err), HALB_OK, "%s", err.text);
	halb_model_clear(&model);
}

/* The code, and what cannot be had without it; "" of what is good. */
static bool is_wanted(const char *name, const char *code)
{
	if (strcmp(name, code) == 0)
		return true;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(others[i].code, name) == 0)
			return strstr(others[i].others, code) != NULL;
	return false;
}

static void check_directory(const char *dir, const char *name, bool good)
{
	struct halb_lint lint;
	bool found = false;

	lint_directory(dir, &lint);
	for (size_t i = 0; i < lint.findings.n; i++) {
		const struct halb_finding *f = &lint.findings.items[i];

		found = found || strcmp(f->rule, name) == 0;
		cr_expect(!good && is_wanted(name, f->rule), "%s: %s: %s", f->object, f->rule,
			  f->actual);
		cr_expect(strncmp(f->object, HALB_TEST_DATA, strlen(HALB_TEST_DATA)) == 0, "%s",
			  f->object);
	}
	cr_expect(good || found, "%s: not found", name);
	cr_expect_gt(lint.n_predictions, 0);
	halb_lint_clear(&lint);
}

static size_t check_all(const char *kind, bool good)
{
	char path[400], dir[700];
	struct dirent *entry;
	size_t n = 0;
	DIR *all;

	snprintf(path, sizeof path, "%s/%s", HALB_TEST_DATA, kind);
	all = opendir(path);
	cr_assert(all, "%s", path);
	while ((entry = readdir(all))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(dir, sizeof dir, "%s/%s", path, entry->d_name);
		check_directory(dir, entry->d_name, good);
		n++;
	}
	closedir(all);
	return n;
}

Test(corpus, finds_nothing_in_what_is_good)
{
	cr_expect_geq(check_all("good", true), 3);
}

Test(corpus, finds_what_is_bad_and_nothing_else)
{
	cr_expect_geq(check_all("bad", false), 50);
	cr_expect_geq(check_all("refused", false), 10);
}

Test(corpus, has_an_example_of_each_rule)
{
	char bad[400], refused[400];

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		for (const struct rule *rule = tables[i]; rule->code; rule++) {
			snprintf(bad, sizeof bad, "%s/bad/%s", HALB_TEST_DATA, rule->code);
			snprintf(refused, sizeof refused, "%s/refused/%s", HALB_TEST_DATA,
				 rule->code);
			cr_expect(access(bad, R_OK) == 0 || access(refused, R_OK) == 0, "%s",
				  rule->code);
			cr_expect(rule->hint && rule->hint[0], "%s", rule->code);
		}
}
