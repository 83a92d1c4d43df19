/* SPDX-License-Identifier: Apache-2.0 */
/* The TLS and HTTP layers: a handshake, a GET, of each port that the site file wants them of. */
#include "halb/net/probe.h"

#include <stdio.h>
#include <stdlib.h>

#include "beat_priv.h"
#include "halb/base/deadline.h"

struct probe_target {
	const struct halb_balancer *balancer;
	const struct halb_probe_spec *spec;
	char host[HALB_NAME_TEXT]; /* whom clients ask for */
	bool http;
};

struct probe_layer {
	struct halb_watch *watch;
	struct halb_prober *prober;
	struct beat *beat;
	struct probe_target *targets; /* owned, like the numbers of their series */
	size_t *numbers;
	size_t n;
};

/* `failed` is what a failure of no other kind means. */
static enum halb_pulse_class class_of(const struct halb_layer *layer, enum halb_pulse_class failed)
{
	switch (layer->state) {
	case HALB_LAYER_OK:
	case HALB_LAYER_SKIPPED:
		return HALB_PULSE_OK;
	case HALB_LAYER_REFUSED:
		return HALB_PULSE_REFUSED;
	case HALB_LAYER_TIMEOUT:
		return HALB_PULSE_SILENCE;
	case HALB_LAYER_RESET:
		return HALB_PULSE_RESET;
	case HALB_LAYER_UNREACHABLE:
		return HALB_PULSE_UNREACHABLE;
	case HALB_LAYER_FAILED:
		return failed;
	}
	return failed;
}

/* A layer is down where one below it is: its client gets nothing either way. */
static enum halb_pulse_class judge(const struct halb_probe_result *result)
{
	enum halb_pulse_class class = class_of(&result->tcp, HALB_PULSE_MISSED);

	if (class == HALB_PULSE_OK)
		class = class_of(&result->tls, HALB_PULSE_WRONG);
	if (class == HALB_PULSE_OK)
		class = class_of(&result->http, HALB_PULSE_WRONG);
	return class;
}

static void on_result(void *arg, const struct halb_probe_result *result)
{
	beat_end(arg, judge(result));
}

static void probe(void *arg, struct beat_slot *slot)
{
	struct probe_layer *layer = arg;
	const struct probe_target *t = &layer->targets[slot->pulse.target];
	const struct halb_probe_target target = {
		.address = t->balancer->vip,
		.port = t->spec->port,
		.host = t->host,
		.tls = t->spec->tls,
		.http = t->http ? t->spec->http : NULL,
		.ca_file = t->spec->ca_file,
	};

	halb_probe_start(layer->prober, &target, layer->watch->options.timeout, on_result, slot);
}

static enum halb_status add_target(struct probe_layer *layer, const struct halb_balancer *balancer,
				   const struct halb_probe_spec *spec, bool http,
				   struct halb_error *err)
{
	struct probe_target *t = &layer->targets[layer->n];
	char what[HALB_ADDR_TEXT + 8];
	const struct halb_watch_series series = { .layer = http ? HALB_WATCH_HTTP : HALB_WATCH_TLS,
						  .balancer = balancer,
						  .port = spec->port,
						  .what = what,
						  .period = layer->watch->options.slow_period };

	*t = (struct probe_target){ .balancer = balancer, .spec = spec, .http = http };
	halb_name_format(balancer->n_aliases ? &balancer->aliases[0] : &balancer->apex, t->host);
	watch_put_endpoint(what, sizeof what, &balancer->vip, spec->port);
	return watch_add_series(layer->watch, &series, &layer->numbers[layer->n++], err);
}

static enum halb_status add_targets(struct probe_layer *layer, struct halb_error *err)
{
	const struct halb_site *site = layer->watch->site;
	unsigned layers = layer->watch->options.layers;
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < site->n_balancers; i++) {
		const struct halb_balancer *b = &site->balancers[i];

		for (size_t p = 0; st == HALB_OK && p < b->n_probes; p++) {
			if (b->probes[p].tls && layers & 1u << HALB_WATCH_TLS)
				st = add_target(layer, b, &b->probes[p], false, err);
			if (st == HALB_OK && b->probes[p].http && layers & 1u << HALB_WATCH_HTTP)
				st = add_target(layer, b, &b->probes[p], true, err);
		}
	}
	return st;
}

enum halb_status probe_layer_start(struct halb_watch *watch, struct halb_error *err)
{
	size_t most = 2 * watch_count_ports(watch->site);
	struct probe_layer *layer = calloc(1, sizeof *layer);
	enum halb_status st;

	if (!layer)
		return halb_fail_nomem(err);
	watch->parts->probe = layer;
	*layer = (struct probe_layer){ .watch = watch,
				       .targets = calloc(most + 1, sizeof *layer->targets),
				       .numbers = calloc(most + 1, sizeof *layer->numbers) };
	if (!layer->targets || !layer->numbers)
		return halb_fail_nomem(err);
	st = halb_prober_new(watch->parts->loop, &layer->prober, err);
	if (st == HALB_OK)
		st = add_targets(layer, err);
	if (st == HALB_OK && layer->n)
		st = beat_new(watch, layer->numbers, layer->n, halb_now(), probe, layer,
			      &layer->beat, err);
	return st;
}

void probe_layer_stop(struct halb_watch *watch)
{
	struct probe_layer *layer = watch->parts->probe;

	if (!layer)
		return;
	halb_prober_free(layer->prober);
	beat_free(layer->beat);
	free(layer->targets);
	free(layer->numbers);
	free(layer);
	watch->parts->probe = NULL;
}
