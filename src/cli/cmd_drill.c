/* SPDX-License-Identifier: Apache-2.0 */
/* drill: a watch around a command that causes a fault. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "drilling.h"
#include "halb/lint/predict.h"
#include "stack.h"

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

/* What caused it is what people think of: the names of the faults are those of its end. */
static enum halb_fault find_fault(const char *name)
{
	static const struct {
		const char *cause;
		enum halb_fault fault;
	} causes[] = {
		{ "cut-host", HALB_FAULT_HOST_LOST },
		{ "kill-haproxy", HALB_FAULT_HAPROXY_KILLED },
		{ "freeze-haproxy", HALB_FAULT_HAPROXY_FROZEN },
		{ "stop-keepalived", HALB_FAULT_KEEPALIVED_STOPPED },
		{ "kill-keepalived", HALB_FAULT_KEEPALIVED_KILLED },
		{ "kill-app", HALB_FAULT_BACKEND_LOST },
	};

	for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
		if (strcmp(causes[i].cause, name) == 0)
			return causes[i].fault;
	return halb_fault_find(name);
}

static enum halb_status refuse_fault(const char *name, struct halb_error *err)
{
	char names[200] = "";
	size_t len = 0;

	for (unsigned i = 0; i < HALB_FAULTS && len < sizeof names; i++)
		len += (size_t)snprintf(names + len, sizeof names - len, "%s%s", i ? ", " : "",
					halb_fault_name((enum halb_fault)i));
	return halb_fail(err, HALB_E_USAGE, "--fault: expected one of %s; found '%.40s'", names,
			 name);
}

static enum halb_status predict(const struct options *opt, const struct halb_site *site,
				struct halb_drill *drill, struct halb_error *err)
{
	struct halb_model model = { .n_hosts = 0 };
	struct halb_prediction prediction;
	enum halb_fault fault;
	enum halb_status st;

	if (!opt->fault)
		return HALB_OK;
	fault = find_fault(opt->fault);
	if (fault == HALB_FAULTS)
		return refuse_fault(opt->fault, err);
	st = stack_of_site(opt, site, &model, err);
	if (st != HALB_OK)
		return halb_fail_in(err, "--fault");
	drill->fault = halb_fault_name(fault);
	drill->predicted = halb_predict(&model, fault, &prediction);
	if (drill->predicted) {
		drill->predicted_min = prediction.outage.min;
		drill->predicted_max = prediction.outage.max;
	}
	halb_model_clear(&model);
	return HALB_OK;
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
		st = predict(&opt, site, &out->drill, &out->error);
	if (st == HALB_OK)
		st = watching_start(&opt, site, "drill", &out->drill, &out->watching,
				    &out->error);
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
