/* SPDX-License-Identifier: Apache-2.0 */
/* Measures and judges drills by what a watch saw. Reads no clock. */
#include "halb/watch/drill.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "verdict_priv.h"

const char *halb_drill_end_name(enum halb_drill_end end)
{
	static const char *const names[HALB_DRILL_ENDS] = {
		[HALB_DRILL_DONE] = "done",
		[HALB_DRILL_OPEN] = "not well again",
		[HALB_DRILL_UNSTEADY] = "not well before",
		[HALB_DRILL_NOT_RUN] = "command not run",
		[HALB_DRILL_FAILED] = "command failed",
		[HALB_DRILL_HUNG] = "command hung",
		[HALB_DRILL_NOT_HEALED] = "not healed",
		[HALB_DRILL_INTERRUPTED] = "interrupted",
	};

	return names[end];
}

/* ---- what was seen ---- */

/* A probe that was under way when the command began may have been the first to fail. */
static bool belongs_to(const struct halb_watch *watch, const struct halb_drill_run *run,
		       const struct halb_outage *outage)
{
	return outage->start >= run->start - watch->options.timeout && outage->start <= run->until;
}

/* Whether a new client is served: names, and connections that were there before, come after that. */
static bool is_service(const struct halb_watch_series *series)
{
	return series->layer == HALB_WATCH_TCP || series->layer == HALB_WATCH_TLS ||
	       series->layer == HALB_WATCH_HTTP;
}

static bool is_longer(const struct halb_watch_series *series, const struct halb_outage *o,
		      const struct halb_drill_run *run)
{
	if (!run->series || is_service(series) != is_service(run->series))
		return !run->series || is_service(series);
	if (o->min != run->min)
		return o->min > run->min;
	return run->max >= 0 && (o->max < 0 || o->max > run->max);
}

static void take_outage(const struct halb_watch_series *series, const struct halb_outage *outage,
			struct halb_drill_run *run)
{
	run->outages++;
	if (!is_longer(series, outage, run))
		return;
	run->series = series;
	run->min = outage->min;
	run->max = outage->max;
}

static void measure_series(const struct halb_watch *watch, const struct halb_watch_series *series,
			   struct halb_drill_run *run)
{
	const struct halb_outages *all = &series->outages;
	struct halb_outage lasting;

	for (size_t i = 0; i < all->n; i++)
		if (belongs_to(watch, run, &all->items[i]))
			take_outage(series, &all->items[i], run);
	if (halb_outages_lasting(all, &lasting) && belongs_to(watch, run, &lasting))
		take_outage(series, &lasting, run);
}

/* Without an outage: what lies between two good probes of the series that is probed most often. */
static int64_t unseen(const struct halb_watch *watch)
{
	int64_t least = -1;

	for (size_t i = 0; i < watch->n_series; i++) {
		const struct halb_outages *o = &watch->series[i].outages;
		int64_t most = o->blind + o->trip;

		if (o->ok && (least < 0 || most < least))
			least = most;
	}
	return least;
}

static const char *host_at(const struct halb_watch *watch, const struct halb_balancer *balancer,
			   int64_t at)
{
	const char *host = NULL;

	/* A host that got its name late may stand behind what was known sooner. */
	for (size_t i = 0; i < watch->n_holders; i++)
		if (watch->holders[i].balancer == balancer && watch->holders[i].at <= at)
			host = watch->holders[i].host;
	return host;
}

void halb_drill_measure(const struct halb_watch *watch, struct halb_drill_run *run)
{
	run->series = NULL;
	run->outages = 0;
	run->min = 0;
	for (size_t i = 0; i < watch->n_series; i++)
		measure_series(watch, &watch->series[i], run);
	if (!run->series)
		run->max = unseen(watch);
	run->balancer = run->series ? run->series->balancer : NULL;
	if (!run->balancer && watch->n_series)
		run->balancer = watch->series[0].balancer;
	run->before = host_at(watch, run->balancer, run->start);
	run->after = host_at(watch, run->balancer, run->until);
}

/* ---- several runs ---- */

/* Whether a run says how long the fault lasts: the command did its work. */
static bool counts(const struct halb_drill_run *run)
{
	return run->end == HALB_DRILL_DONE || run->end == HALB_DRILL_OPEN ||
	       run->end == HALB_DRILL_NOT_HEALED;
}

static int compare(const void *a, const void *b)
{
	/* -1, no bound, is the longest: as unsigned it is. */
	uint64_t x = (uint64_t)*(const int64_t *)a, y = (uint64_t)*(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t ranked(int64_t *values, size_t n, double share)
{
	size_t rank = (size_t)ceil(share * (double)n);

	qsort(values, n, sizeof *values, compare);
	return values[rank ? rank - 1 : 0];
}

bool halb_drill_spread(const struct halb_drill *drill, double share, struct halb_drill_spread *out)
{
	int64_t *mins = calloc(drill->n_runs + 1, sizeof *mins);
	int64_t *maxs = calloc(drill->n_runs + 1, sizeof *maxs);
	size_t n = 0;

	for (size_t i = 0; mins && maxs && i < drill->n_runs; i++) {
		if (!counts(&drill->runs[i]))
			continue;
		mins[n] = drill->runs[i].min;
		maxs[n++] = drill->runs[i].max;
	}
	if (n)
		*out = (struct halb_drill_spread){ ranked(mins, n, share), ranked(maxs, n, share) };
	free(mins);
	free(maxs);
	return n != 0;
}

/* ---- the verdict ---- */

bool halb_drill_contradicts(const struct halb_drill *drill, const struct halb_drill_run *run)
{
	if (!drill->predicted || !counts(run) || (run->series && !is_service(run->series)))
		return false;
	return run->min > drill->predicted_max || (run->max >= 0 && run->max < drill->predicted_min);
}

static void judge_end(const struct halb_drill_run *run, struct halb_watch_verdict *out)
{
	switch (run->end) {
	case HALB_DRILL_DONE:
		break;
	case HALB_DRILL_OPEN:
		verdict_raise(out, HALB_SEV_CRITICAL, "all was not well again in time");
		break;
	case HALB_DRILL_UNSTEADY:
		verdict_raise(out, HALB_SEV_UNKNOWN,
			      "not all was well before the command: it was not run");
		break;
	case HALB_DRILL_NOT_RUN:
		verdict_raise(out, HALB_SEV_UNKNOWN, "the command could not be run");
		break;
	case HALB_DRILL_FAILED:
	case HALB_DRILL_HUNG:
		verdict_raise(out, HALB_SEV_UNKNOWN, "the command did not end as it should");
		break;
	case HALB_DRILL_NOT_HEALED:
		verdict_raise(out, HALB_SEV_UNKNOWN, "the command that heals failed");
		break;
	case HALB_DRILL_INTERRUPTED:
	case HALB_DRILL_ENDS:
		verdict_raise(out, HALB_SEV_UNKNOWN, "the drill was interrupted");
		break;
	}
}

static void judge_outages(const struct halb_watch *watch, const struct halb_drill_run *run,
			  int64_t most, struct halb_watch_verdict *out)
{
	for (size_t i = 0; i < watch->n_series; i++) {
		const struct halb_watch_series *s = &watch->series[i];
		struct halb_outage lasting;

		for (size_t k = 0; k < s->outages.n; k++)
			if (belongs_to(watch, run, &s->outages.items[k]))
				verdict_judge_outage(s, &s->outages.items[k], most, out);
		if (halb_outages_lasting(&s->outages, &lasting) && belongs_to(watch, run, &lasting))
			verdict_judge_outage(s, &lasting, most, out);
	}
}

static void judge_prediction(const struct halb_drill *drill, const struct halb_drill_run *run,
			     struct halb_watch_verdict *out)
{
	char why[sizeof out->why], upper[32] = "no end", most[32] = "no bound";

	if (!halb_drill_contradicts(drill, run))
		return;
	if (drill->predicted_max != INT64_MAX)
		snprintf(upper, sizeof upper, "%.1f ms", (double)drill->predicted_max / 1e6);
	if (run->max >= 0)
		snprintf(most, sizeof most, "%.1f ms", (double)run->max / 1e6);
	snprintf(why, sizeof why, "%.40s: %.1f ms to %s predicted, %.1f ms to %s measured",
		 drill->fault, (double)drill->predicted_min / 1e6, upper, (double)run->min / 1e6,
		 most);
	verdict_raise(out, HALB_SEV_WARNING, why);
}

/* What was not done is unknown, though something was seen that is worse. */
static bool was_done(const struct halb_drill *drill, struct halb_watch_verdict *out)
{
	for (size_t i = 0; i < drill->n_runs; i++)
		if (drill->runs[i].end != HALB_DRILL_OPEN)
			judge_end(&drill->runs[i], out);
	return out->severity == HALB_SEV_OK;
}

void halb_drill_judge(const struct halb_watch *watch, const struct halb_drill *drill,
		      int64_t max_outage, struct halb_watch_verdict *out)
{
	*out = (struct halb_watch_verdict){ .severity = HALB_SEV_OK };
	if (!drill->n_runs)
		verdict_raise(out, HALB_SEV_UNKNOWN, "nothing was done");
	if (!was_done(drill, out))
		return;
	for (size_t i = 0; i < watch->n_series; i++)
		verdict_judge_sight(&watch->series[i], max_outage, out);
	for (size_t i = 0; i < drill->n_runs; i++) {
		judge_outages(watch, &drill->runs[i], max_outage, out);
		judge_end(&drill->runs[i], out);
		judge_prediction(drill, &drill->runs[i], out);
	}
	verdict_judge_splits(watch, out);
}
