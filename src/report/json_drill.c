/* SPDX-License-Identifier: Apache-2.0 */
/* A drill as JSON; bounds that there are none of are null. */
#include "json_priv.h"
#include "report_priv.h"

static json_t *pack_bound(int64_t ns)
{
	return ns < 0 || ns == INT64_MAX ? json_null() : halb_json_milliseconds(ns);
}

static json_t *pack_words(const struct halb_drill *drill)
{
	json_t *array = json_array();
	size_t n = 0;

	for (; drill->command[n]; n++)
		json_array_append_new(array, halb_json_text(drill->command[n]));
	return halb_json_complete(array, n);
}

static json_t *pack_exit(const struct halb_drill_run *run)
{
	return run && run->exit >= 0 ? json_integer(run->exit) : json_null();
}

static json_t *pack_measured(const struct halb_drill_run *run)
{
	const struct halb_watch_series *s = run->series;
	bool has_vip = s && s->balancer;

	return json_pack("{s:o, s:o, s:o, s:o, s:o}",
			"layer", s ? json_string(halb_watch_layer_name(s->layer)) : json_null(),
			"vip", has_vip ? halb_json_address(&s->balancer->vip) : json_null(),
			"port", s && s->port ? json_integer(s->port) : json_null(),
			"min_ms", pack_bound(run->min),
			"max_ms", pack_bound(run->max));
}

/* "outage" is null where nothing was done; without one it has no layer, and says how short an
 * outage could have been missed. */
static json_t *pack_run(const struct halb_watch *watch, const struct halb_drill_run *run)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o}",
			"end", halb_words_drill_end(run),
			"start", run->start ? halb_json_moment(watch, run->start) : json_null(),
			"exit", pack_exit(run),
			"signal", run->signal ? json_integer(run->signal) : json_null(),
			"took_ms", pack_bound(run->took),
			"outage", run->start ? pack_measured(run) : json_null(),
			"outages", (json_int_t)run->outages,
			"holder_before", halb_json_text(run->before),
			"holder_after", halb_json_text(run->after));
}

static json_t *pack_runs(const struct halb_watch *watch, const struct halb_drill *drill)
{
	json_t *array = json_array();

	for (size_t i = 0; i < drill->n_runs; i++)
		json_array_append_new(array, pack_run(watch, &drill->runs[i]));
	return halb_json_complete(array, drill->n_runs);
}

static json_t *pack_share(const struct halb_drill *drill, double share)
{
	struct halb_drill_spread spread;

	if (!halb_drill_spread(drill, share, &spread))
		return json_null();
	return json_pack("{s:o, s:o}", "min_ms", pack_bound(spread.min), "max_ms",
			pack_bound(spread.max));
}

static json_t *pack_spread(const struct halb_drill *drill)
{
	return json_pack("{s:o, s:o, s:o, s:o}",
			"min", pack_share(drill, 0),
			"median", pack_share(drill, 0.5),
			"p95", pack_share(drill, 0.95),
			"max", pack_share(drill, 1));
}

static json_t *pack_prediction(const struct halb_drill *drill)
{
	if (!drill->predicted)
		return json_null();
	return json_pack("{s:o, s:o}", "min", pack_bound(drill->predicted_min), "max",
			pack_bound(drill->predicted_max));
}

json_t *halb_json_drill(const struct halb_watch *watch, const struct halb_drill *drill)
{
	const struct halb_drill_run *last = drill->n_runs ? &drill->runs[drill->n_runs - 1] : NULL;

	return json_pack("{s:{s:o, s:o, s:o, s:o, s:o, s:o, s:o}, s:o}", "drill",
			"command", pack_words(drill),
			"heal", halb_json_text(drill->heal),
			"fault", halb_json_text(drill->fault),
			"exit", pack_exit(last),
			"took_ms", last ? pack_bound(last->took) : json_null(),
			"runs", pack_runs(watch, drill),
			"measured_ms", pack_spread(drill),
			"predicted_ms", pack_prediction(drill));
}
