/* SPDX-License-Identifier: Apache-2.0 */
/* watch: probes at a fixed rate and reports outages with bounds. */
#include "cli.h"
#include "halb/base/deadline.h"
#include "halb/base/log.h"
#include "halb/watch/verdict.h"

static enum halb_status check_site(const struct halb_site *site, struct halb_error *err)
{
	for (size_t i = 0; i < site->n_balancers; i++)
		if (site->balancers[i].n_probes)
			return HALB_OK;
	halb_fail(err, HALB_E_SITE, "there is no port to watch");
	return halb_hint(err, "balancers: probes: [{port: 6443}], or --port 6443");
}

enum halb_status cmd_watch(const struct options *opt, struct halb_site *site, struct outcome *out)
{
	struct watching *w = &out->watching;
	struct halb_watch_verdict verdict;
	enum halb_status st = check_site(site, &out->error);

	if (st == HALB_OK)
		st = watching_start(opt, site, w, &out->error);
	if (st == HALB_OK)
		st = watching_run(w, opt->duration ? halb_now() + opt->duration : INT64_MAX,
				  &out->error);
	if (st == HALB_OK)
		st = halb_watch_finish(w->watch, &out->error);
	if (st != HALB_OK)
		return st;
	halb_watch_judge(w->watch, opt->max_outage, &verdict);
	if (verdict.severity != HALB_SEV_OK)
		halb_log(HALB_LOG_WARN, "%s", verdict.why);
	out->report.watch = w->watch;
	out->severity = verdict.severity;
	out->has_exit = true;
	out->exit = exit_of_severity(verdict.severity);
	return HALB_OK;
}
