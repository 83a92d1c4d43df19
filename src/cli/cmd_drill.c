/* SPDX-License-Identifier: Apache-2.0 */
/* drill: a watch around a command that causes a fault. */
#include <stdlib.h>

#include "cli.h"
#include "drilling.h"

static enum halb_status check_options(const struct options *opt, struct halb_error *err)
{
	if (!opt->n_words) {
		halb_fail(err, HALB_E_USAGE, "drill: there is no command that causes the fault");
		return halb_hint(err, "halb-dns drill -- ssh lb1 systemctl stop haproxy");
	}
	if (opt->repeat > 1 && !opt->heal) {
		halb_fail(err, HALB_E_USAGE, "--repeat %u: what undoes the fault in between?",
			  opt->repeat);
		return halb_hint(err, "--heal 'ssh lb1 systemctl start haproxy'");
	}
	return HALB_OK;
}

static enum halb_status prepare(struct options *opt, struct halb_drill *drill,
				struct halb_error *err)
{
	*drill = (struct halb_drill){ .command = (const char *const *)opt->words,
				      .heal = opt->heal,
				      .fault = opt->fault,
				      .runs = calloc(opt->repeat, sizeof *drill->runs) };
	if (!opt->duration)
		opt->duration = DRILL_DURATION;
	return drill->runs ? HALB_OK : halb_fail_nomem(err);
}

enum halb_status cmd_drill(const struct options *given, struct halb_site *site,
			   struct outcome *out)
{
	struct options opt = *given;
	struct halb_watch_verdict verdict;
	enum halb_status st = check_options(&opt, &out->error);

	if (st == HALB_OK)
		st = prepare(&opt, &out->drill, &out->error);
	if (st == HALB_OK)
		st = watching_start(&opt, site, "drill", &out->watching, &out->error);
	if (st != HALB_OK)
		return watching_refuse(st, out);
	st = drilling_run(&opt, &out->watching, &out->drill, &out->error);
	if (st == HALB_OK)
		st = watching_stop(&out->watching, &out->error);
	if (st != HALB_OK)
		return st;
	halb_drill_judge(out->watching.watch, &out->drill, opt.max_outage, &verdict);
	out->report.drill = &out->drill;
	return watching_tell(&out->watching, &verdict, out);
}

void drill_clear(struct halb_drill *drill)
{
	free(drill->runs);
	*drill = (struct halb_drill){ 0 };
}
