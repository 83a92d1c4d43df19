/* SPDX-License-Identifier: Apache-2.0 */
/* watch: probes at a fixed rate and reports outages with bounds. */
#include "cli.h"
#include "halb/base/deadline.h"

enum halb_status cmd_watch(const struct options *opt, struct halb_site *site, struct outcome *out)
{
	struct watching *w = &out->watching;
	struct halb_watch_verdict verdict;
	enum halb_status st = watching_start(opt, site, "watch", NULL, w, &out->error);

	if (st != HALB_OK)
		return watching_refuse(st, out);
	st = watching_run(w, opt->duration ? halb_now() + opt->duration : INT64_MAX,
			  &out->error);
	if (st == HALB_OK)
		st = watching_stop(w, &out->error);
	if (st != HALB_OK)
		return st;
	halb_watch_judge(w->watch, opt->max_outage, &verdict);
	return watching_tell(w, &verdict, out);
}
