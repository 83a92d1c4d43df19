/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a watch. Reads no clock. */
#include "verdict_priv.h"

#include <stdio.h>

/* Of what could have happened in so long a time without a probe nothing is said. */
#define MOST_BLIND INT64_C(1000000000)

void verdict_raise(struct halb_watch_verdict *verdict, enum halb_severity severity,
		   const char *why)
{
	if (severity <= verdict->severity)
		return;
	verdict->severity = severity;
	snprintf(verdict->why, sizeof verdict->why, "%s", why);
}

void verdict_judge_outage(const struct halb_watch_series *s, const struct halb_outage *o,
			  int64_t most, struct halb_watch_verdict *verdict)
{
	const char *layer = halb_watch_layer_name(s->layer);
	char why[sizeof verdict->why], limit[48] = "", bounds[HALB_BOUNDS_TEXT];
	bool open = o->max < 0;

	if (most >= 0)
		snprintf(limit, sizeof limit, ", at most %.1f ms wanted", (double)most / 1e6);
	snprintf(why, sizeof why, "%s %.100s: an outage of %s%s", layer, s->what,
		 halb_outage_format_bounds(o, bounds), limit);
	if (o->min > most)
		verdict_raise(verdict, HALB_SEV_CRITICAL, why);
	else if (open || o->max > most)
		verdict_raise(verdict, most < 0 ? HALB_SEV_CRITICAL : HALB_SEV_UNKNOWN, why);
}

void verdict_judge_sight(const struct halb_watch_series *s, int64_t most,
			 struct halb_watch_verdict *verdict)
{
	const struct halb_outages *all = &s->outages;
	int64_t blind = s->period + (most >= 0 ? most : MOST_BLIND);
	char why[sizeof verdict->why];

	snprintf(why, sizeof why, "%s %.100s: no probe went out for %.1f ms",
		 halb_watch_layer_name(s->layer), s->what, (double)all->blind / 1e6);
	if (!all->sent)
		snprintf(why, sizeof why, "%s %.100s: no probe went out",
			 halb_watch_layer_name(s->layer), s->what);
	if (!all->sent || all->blind > blind)
		verdict_raise(verdict, HALB_SEV_UNKNOWN, why);
}

void verdict_judge_splits(const struct halb_watch *watch, struct halb_watch_verdict *verdict)
{
	if (watch->n_splits)
		verdict_raise(verdict, HALB_SEV_CRITICAL, "more than one machine claimed a vIP");
}

/* Shorter by their lower bounds than those that were kept; by their upper ones perhaps not. */
static void judge_dropped(const struct halb_watch_series *s, int64_t most,
			  struct halb_watch_verdict *verdict)
{
	const int64_t max = s->outages.dropped_max;
	char why[sizeof verdict->why];

	if (most < 0 || (max >= 0 && max <= most))
		return;
	snprintf(why, sizeof why, "%s %.100s: of many outages, one that is not kept may have been "
		 "longer than %.1f ms", halb_watch_layer_name(s->layer), s->what,
		 (double)most / 1e6);
	verdict_raise(verdict, HALB_SEV_UNKNOWN, why);
}

static void judge_series(const struct halb_watch_series *s, int64_t most,
			 struct halb_watch_verdict *verdict)
{
	struct halb_outage lasting;

	verdict_judge_sight(s, most, verdict);
	for (size_t i = 0; i < s->outages.n; i++)
		verdict_judge_outage(s, &s->outages.items[i], most, verdict);
	judge_dropped(s, most, verdict);
	if (halb_outages_lasting(&s->outages, &lasting))
		verdict_judge_outage(s, &lasting, most, verdict);
}

void halb_watch_judge(const struct halb_watch *watch, int64_t max_outage,
		      struct halb_watch_verdict *out)
{
	*out = (struct halb_watch_verdict){ .severity = HALB_SEV_OK };
	if (!watch->n_series)
		verdict_raise(out, HALB_SEV_UNKNOWN, "nothing was watched");
	for (size_t i = 0; i < watch->n_series; i++)
		judge_series(&watch->series[i], max_outage, out);
	verdict_judge_splits(watch, out);
}
