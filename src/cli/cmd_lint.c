/* SPDX-License-Identifier: Apache-2.0 */
/* lint: what is wrong with a stack's files, and how long its faults will last. */
#include <string.h>

#include "cli.h"
#include "stack.h"

/* "192.168.11.100-192.168.11.200" */
static enum halb_status parse_range(const char *text, struct halb_addr_range *out,
				    struct halb_error *err)
{
	const char *dash = strchr(text, '-');
	char first[HALB_ADDR_TEXT] = "";
	struct halb_addr_range range;

	if (dash && (size_t)(dash - text) < sizeof first) {
		memcpy(first, text, (size_t)(dash - text));
		if (halb_addr_parse(first, &range.first) &&
		    halb_addr_parse(dash + 1, &range.last) && range.first.len == range.last.len) {
			*out = range;
			return HALB_OK;
		}
	}
	return halb_fail(err, HALB_E_USAGE,
			 "--dhcp-range: expected FIRST-LAST (192.168.11.100-192.168.11.200), found "
			 "'%.80s'", text);
}

static enum halb_status make_model(const struct options *opt, struct halb_site *site,
				   struct halb_model *model, struct halb_error *err)
{
	enum halb_status st;

	if (opt->n_haproxy || opt->n_keepalived)
		return stack_of_files(opt, model, err);
	st = halb_site_load(opt->site_path, opt->site_given, &opt->flags, site, err);
	return st == HALB_OK ? stack_of_site(opt, site, model, err) : st;
}

enum halb_status cmd_lint(const struct options *opt, struct halb_site *site, struct outcome *out)
{
	struct halb_addr_range ranges[MOST_REPEATS];
	struct halb_lint_options options = {
		.max_outage = opt->max_outage >= 0 ? opt->max_outage : HALB_LINT_OUTAGE_MOST,
		.dhcp_ranges = ranges,
		.n_dhcp_ranges = opt->n_dhcp_ranges,
	};
	struct halb_model model = { .n_hosts = 0 };
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < opt->n_dhcp_ranges; i++)
		st = parse_range(opt->dhcp_ranges[i], &ranges[i], &out->error);
	if (st == HALB_OK)
		st = make_model(opt, site, &model, &out->error);
	if (st != HALB_OK)
		return st;
	st = halb_lint_run(&model, &options, &out->lint, &out->error);
	halb_model_clear(&model);
	if (st != HALB_OK)
		return st;
	out->report.lint = &out->lint;
	out->has_exit = true;
	out->exit = exit_of_severity(out->lint.findings.worst);
	return HALB_OK;
}
