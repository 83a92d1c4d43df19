/* SPDX-License-Identifier: Apache-2.0 */
/* A watch as JSON: all times of day to the microsecond, all durations in milliseconds. */
#include "json_priv.h"
#include "halb/base/moment.h"
#include "report_priv.h"

json_t *halb_json_moment(const struct halb_watch *watch, int64_t at)
{
	char text[HALB_MOMENT_TEXT];

	return halb_json_text(halb_moment_format(halb_watch_real_time(watch, at), text));
}

static json_t *pack_probes(const struct halb_watch_series *series, int64_t timeout)
{
	const struct halb_outages *o = &series->outages;

	return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I}",
			"period_ms", halb_json_milliseconds(series->period),
			"timeout_ms", halb_json_milliseconds(timeout),
			"sent", (json_int_t)o->sent,
			"ok", (json_int_t)o->ok,
			"failed", (json_int_t)o->failed,
			"unknown", (json_int_t)o->unknown);
}

/* null where no probe was good */
static json_t *pack_latency(const struct halb_histogram *h)
{
	if (!h->n)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o}",
			"p50", halb_json_milliseconds(halb_histogram_at(h, 0.5)),
			"p90", halb_json_milliseconds(halb_histogram_at(h, 0.9)),
			"p99", halb_json_milliseconds(halb_histogram_at(h, 0.99)),
			"p999", halb_json_milliseconds(halb_histogram_at(h, 0.999)),
			"max", halb_json_milliseconds(h->max));
}

static json_t *pack_series(const struct halb_watch *watch, const struct halb_watch_series *s)
{
	return json_pack("{s:s, s:o, s:o, s:s, s:o, s:o, s:I, s:o}",
			"layer", halb_watch_layer_name(s->layer),
			"what", halb_json_text(s->what),
			"blind_ms", halb_json_milliseconds(s->outages.blind),
			"state", s->outages.down ? "down" : s->outages.ok ? "up" : "unknown",
			"probes", pack_probes(s, watch->options.timeout),
			"latency_ms", pack_latency(&s->latency),
			"closed", (json_int_t)s->closed,
			"closed_last", s->closed ? halb_json_moment(watch, s->closed_at)
						 : json_null());
}

static json_t *pack_all_series(const struct halb_watch *watch)
{
	json_t *array = json_array();

	for (size_t i = 0; i < watch->n_series; i++)
		json_array_append_new(array, pack_series(watch, &watch->series[i]));
	return halb_json_complete(array, watch->n_series);
}

/* The sum over the TCP layer, which is what a vIP answers to first; else over all. */
static enum halb_status sum_up(const struct halb_watch *watch, struct halb_watch_series *sum)
{
	bool tcp = watch->options.layers & 1u << HALB_WATCH_TCP;
	enum halb_status st = HALB_OK;
	struct halb_error err;

	*sum = (struct halb_watch_series){ .period = watch->options.period };
	for (size_t i = 0; st == HALB_OK && i < watch->n_series; i++) {
		const struct halb_watch_series *s = &watch->series[i];

		if (tcp && s->layer != HALB_WATCH_TCP)
			continue;
		sum->outages.sent += s->outages.sent;
		sum->outages.ok += s->outages.ok;
		sum->outages.failed += s->outages.failed;
		sum->outages.unknown += s->outages.unknown;
		st = halb_histogram_merge(&sum->latency, &s->latency, &err);
	}
	return st;
}

static json_t *pack_phase(const struct halb_outage_phase *phase)
{
	return json_pack("{s:s, s:o, s:I}",
			"class", halb_pulse_class_name(phase->class),
			"ms", halb_json_milliseconds(phase->took),
			"probes", (json_int_t)phase->probes);
}

static json_t *pack_phases(const struct halb_outage *outage)
{
	json_t *array = json_array();

	for (size_t i = 0; i < outage->n_phases; i++)
		json_array_append_new(array, pack_phase(&outage->phases[i]));
	return halb_json_complete(array, outage->n_phases);
}

/* max_ms is null where nothing good was seen before or after it. */
json_t *halb_json_outage(const struct halb_watch *watch, const struct halb_watch_series *s,
			 const struct halb_outage *o)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:I, s:I, s:o}",
			"layer", halb_watch_layer_name(s->layer),
			"what", halb_json_text(s->what),
			"vip", s->balancer ? halb_json_address(&s->balancer->vip) : json_null(),
			"port", s->port ? json_integer(s->port) : json_null(),
			"start", halb_json_moment(watch, o->start),
			"min_ms", halb_json_milliseconds(o->min),
			"max_ms", o->max < 0 ? json_null() : halb_json_milliseconds(o->max),
			"flaps", (int)o->flaps,
			"failed", (json_int_t)o->failed,
			"unknown", (json_int_t)o->unknown,
			"phases", pack_phases(o));
}

static json_t *pack_outages(const struct halb_watch *watch)
{
	json_t *array = json_array();
	size_t n = 0;

	for (size_t i = 0; i < watch->n_series; i++) {
		const struct halb_watch_series *s = &watch->series[i];
		struct halb_outage lasting;

		for (size_t k = 0; k < s->outages.n; k++, n++)
			json_array_append_new(array, halb_json_outage(watch, s, &s->outages.items[k]));
		if (!halb_outages_lasting(&s->outages, &lasting))
			continue;
		json_array_append_new(array, halb_json_outage(watch, s, &lasting));
		n++;
	}
	return halb_json_complete(array, n);
}

static json_t *pack_mac(const struct halb_mac *mac)
{
	char text[HALB_MAC_TEXT];

	return halb_json_text(halb_mac_format(mac, text));
}

json_t *halb_json_holder(const struct halb_watch *watch, const struct halb_watch_holder *h)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:b, s:o}",
			"time", halb_json_moment(watch, h->at),
			"vip", halb_json_address(&h->balancer->vip),
			"host", halb_json_text(h->host),
			"mac", h->has_mac ? pack_mac(&h->mac) : json_null(),
			"source", halb_watch_source_name(h->source),
			"nobody", h->nobody,
			"said", halb_json_text(h->said[0] ? h->said : NULL));
}

static json_t *pack_holders(const struct halb_watch *watch)
{
	json_t *array = json_array();

	for (size_t i = 0; i < watch->n_holders; i++)
		json_array_append_new(array, halb_json_holder(watch, &watch->holders[i]));
	return halb_json_complete(array, watch->n_holders);
}

static json_t *pack_macs(const struct halb_watch_split *split)
{
	json_t *array = json_array();

	for (size_t i = 0; i < split->n_macs; i++)
		json_array_append_new(array, pack_mac(&split->macs[i]));
	return halb_json_complete(array, split->n_macs);
}

/* "ms" is null while it lasts. */
json_t *halb_json_split(const struct halb_watch *watch, const struct halb_watch_split *s)
{
	return json_pack("{s:o, s:o, s:o, s:o}",
			"start", halb_json_moment(watch, s->start),
			"vip", halb_json_address(&s->balancer->vip),
			"ms", s->end ? halb_json_milliseconds(s->end - s->start) : json_null(),
			"macs", pack_macs(s));
}

static json_t *pack_splits(const struct halb_watch *watch)
{
	json_t *array = json_array();

	for (size_t i = 0; i < watch->n_splits; i++)
		json_array_append_new(array, halb_json_split(watch, &watch->splits[i]));
	return halb_json_complete(array, watch->n_splits);
}

static json_t *pack_watch(const struct halb_watch *watch, const struct halb_watch_series *sum)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:b, s:o, s:o, s:o}",
			"started", halb_json_moment(watch, watch->started),
			"watched_ms", watch->ended
					      ? halb_json_milliseconds(watch->ended - watch->started)
					      : json_null(),
			"probes", pack_probes(sum, watch->options.timeout),
			"latency_ms", pack_latency(&sum->latency),
			"outages", pack_outages(watch),
			"holders_known", watch->holders_known,
			"holders", pack_holders(watch),
			"split_brain_known", watch->splits_known,
			"split_brain", pack_splits(watch),
			"series", pack_all_series(watch),
			"lag_ms", json_pack("{s:o, s:o}",
					"p99", halb_json_milliseconds(
						       halb_histogram_at(&watch->lag, 0.99)),
					"max", halb_json_milliseconds(watch->lag.max)));
}

/* NULL without memory. */
json_t *halb_json_watch(const struct halb_watch *watch)
{
	struct halb_watch_series sum;
	enum halb_status st = sum_up(watch, &sum);
	json_t *object = st == HALB_OK ? pack_watch(watch, &sum) : NULL;

	halb_histogram_clear(&sum.latency);
	return object;
}
