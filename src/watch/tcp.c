/* SPDX-License-Identifier: Apache-2.0 */
/* The TCP layer: connects to every probed port of every vIP. */
#include <stdlib.h>

#include "halb/base/deadline.h"
#include "halb/net/pulser.h"
#include "watch_priv.h"

struct tcp_layer {
	struct halb_watch *watch;
	struct halb_pulser *pulser;
	struct halb_pulser_target *targets; /* owned, like the numbers of their series */
	size_t *numbers;
	size_t n;
};

static enum halb_status add_port(struct tcp_layer *layer, const struct halb_balancer *balancer,
				 uint16_t port, struct halb_error *err)
{
	char what[HALB_ADDR_TEXT + 8];
	const struct halb_watch_series series = { .layer = HALB_WATCH_TCP, .balancer = balancer,
						  .port = port, .what = what,
						  .period = layer->watch->options.period };
	enum halb_status st;

	watch_put_endpoint(what, sizeof what, &balancer->vip, port);
	st = watch_add_series(layer->watch, &series, &layer->numbers[layer->n], err);
	layer->targets[layer->n++] = (struct halb_pulser_target){ balancer->vip, port };
	return st;
}

static void take_pulse(void *arg, const struct halb_pulse *pulse)
{
	struct tcp_layer *layer = arg;

	watch_take(layer->watch, layer->numbers[pulse->target], pulse);
}

static enum halb_status add_ports(struct tcp_layer *layer, struct halb_error *err)
{
	const struct halb_site *site = layer->watch->site;
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < site->n_balancers; i++)
		for (size_t p = 0; st == HALB_OK && p < site->balancers[i].n_probes; p++)
			st = add_port(layer, &site->balancers[i],
				      site->balancers[i].probes[p].port, err);
	return st;
}

enum halb_status tcp_layer_start(struct halb_watch *watch, struct halb_error *err)
{
	const struct halb_pulser_options options = { .period = watch->options.period,
						     .timeout = watch->options.timeout,
						     .start = halb_now() };
	size_t n = watch_count_ports(watch->site);
	struct tcp_layer *layer;
	enum halb_status st;

	if (!n)
		return HALB_OK;
	layer = watch->parts->tcp = calloc(1, sizeof *layer);
	if (!layer)
		return halb_fail_nomem(err);
	*layer = (struct tcp_layer){ .watch = watch, .targets = calloc(n, sizeof *layer->targets),
				     .numbers = calloc(n, sizeof *layer->numbers) };
	if (!layer->targets || !layer->numbers)
		return halb_fail_nomem(err);
	st = add_ports(layer, err);
	if (st == HALB_OK)
		st = halb_pulser_new(watch->parts->loop, layer->targets, n, &options, take_pulse,
				     layer, &layer->pulser, err);
	return st;
}

void tcp_layer_stop(struct halb_watch *watch)
{
	struct tcp_layer *layer = watch->parts->tcp;

	if (!layer)
		return;
	halb_pulser_free(layer->pulser);
	free(layer->targets);
	free(layer->numbers);
	free(layer);
	watch->parts->tcp = NULL;
}
