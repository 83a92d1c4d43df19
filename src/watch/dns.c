/* SPDX-License-Identifier: Apache-2.0 */
/* The DNS layer: every name that clients use, at each server and through the system's resolver. */
#include <stdio.h>
#include <stdlib.h>

#include "beat_priv.h"
#include "halb/base/deadline.h"
#include "halb/net/resolver.h"

struct dns_target {
	const struct halb_balancer *balancer;
	const struct halb_name *name; /* belongs to the site */
	struct halb_resolver *resolver;
};

struct dns_source {
	const char *name; /* the server's, or "the resolver" */
	struct halb_resolver *resolver;
};

struct dns_layer {
	struct beat *beat;
	struct dns_source *sources; /* the servers, the system's resolver last; owned like the rest */
	size_t n_sources;
	struct dns_target *targets;
	size_t *numbers;
	size_t n;
};

static uint16_t type_of(const struct halb_balancer *balancer)
{
	return balancer->vip.len == 4 ? HALB_RR_A : HALB_RR_AAAA;
}

/* The vIP, and nothing else: another address beside it sends clients elsewhere half of the time. */
static bool leads_to(const struct halb_reply *reply, const struct dns_target *t)
{
	struct halb_chain chain;
	struct halb_error err;
	bool right;

	if (reply->rcode != 0 ||
	    halb_reply_chain(reply, t->name, type_of(t->balancer), &chain, &err) != HALB_OK)
		return false;
	right = chain.n_records > 0;
	for (size_t i = 0; i < chain.n_records; i++)
		right &= halb_addr_equal(&chain.records[i]->addr, &t->balancer->vip);
	halb_chain_clear(&chain);
	return right;
}

static void on_answer(void *arg, const struct halb_query_result *result)
{
	struct beat_slot *slot = arg;
	const struct dns_layer *layer = beat_arg(slot);
	enum halb_pulse_class class = result->class;

	if (class == HALB_PULSE_OK && !leads_to(result->reply, &layer->targets[slot->pulse.target]))
		class = HALB_PULSE_WRONG;
	beat_end(slot, class);
}

static void query(void *arg, struct beat_slot *slot)
{
	struct dns_layer *layer = arg;
	const struct dns_target *t = &layer->targets[slot->pulse.target];

	halb_resolver_query(t->resolver, t->name, type_of(t->balancer), on_answer, slot);
}

static enum halb_status add_target(struct halb_watch *watch, struct dns_layer *layer,
				   const struct halb_balancer *balancer,
				   const struct halb_name *name, const struct dns_source *source,
				   struct halb_error *err)
{
	char text[HALB_NAME_TEXT], what[2 * HALB_NAME_TEXT];
	const struct halb_watch_series series = { .layer = HALB_WATCH_DNS, .balancer = balancer,
						  .what = what,
						  .period = watch->options.slow_period };

	layer->targets[layer->n] = (struct dns_target){ balancer, name, source->resolver };
	snprintf(what, sizeof what, "%.253s at %.253s", halb_name_format(name, text), source->name);
	return watch_add_series(watch, &series, &layer->numbers[layer->n++], err);
}

static enum halb_status open_source(struct halb_watch *watch, struct dns_layer *layer,
				    const char *name, const struct halb_addr *server,
				    struct halb_error *err)
{
	const struct halb_watch_options *o = &watch->options;
	struct dns_source *source = &layer->sources[layer->n_sources];
	enum halb_status st = halb_resolver_new(watch->parts->loop, server, o->dns_port, o->timeout,
						&source->resolver, err);

	source->name = name;
	layer->n_sources += st == HALB_OK;
	return st;
}

/* A server that has no address cannot be asked, by any client. */
static enum halb_status open_sources(struct halb_watch *watch, struct dns_layer *layer,
				     struct halb_error *err)
{
	const struct halb_dc_list *servers = watch->parts->servers;
	const struct halb_addr *system = &watch->options.system_server;
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < servers->n; i++)
		if (servers->items[i].address.len)
			st = open_source(watch, layer, servers->items[i].name,
					 &servers->items[i].address, err);
	if (st == HALB_OK)
		st = open_source(watch, layer, "the resolver", system->len ? system : NULL, err);
	return st;
}

/* The apex is the first, the aliases follow. */
static const struct halb_name *name_of(const struct halb_balancer *balancer, size_t which)
{
	return which ? &balancer->aliases[which - 1] : &balancer->apex;
}

static size_t count_names(const struct halb_site *site)
{
	size_t n = 0;

	for (size_t i = 0; i < site->n_balancers; i++)
		n += 1 + site->balancers[i].n_aliases;
	return n;
}

static enum halb_status add_balancer(struct halb_watch *watch, struct dns_layer *layer,
				     const struct halb_balancer *balancer, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t k = 0; k <= balancer->n_aliases; k++)
		for (size_t s = 0; st == HALB_OK && s < layer->n_sources; s++)
			st = add_target(watch, layer, balancer, name_of(balancer, k),
					&layer->sources[s], err);
	return st;
}

static enum halb_status add_targets(struct halb_watch *watch, struct dns_layer *layer,
				    struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < watch->site->n_balancers; i++)
		st = add_balancer(watch, layer, &watch->site->balancers[i], err);
	return st;
}

enum halb_status dns_layer_start(struct halb_watch *watch, struct halb_error *err)
{
	size_t servers = watch->parts->servers->n + 1, n = servers * count_names(watch->site);
	struct dns_layer *layer = calloc(1, sizeof *layer);
	enum halb_status st;

	if (!layer)
		return halb_fail_nomem(err);
	watch->parts->dns = layer;
	*layer = (struct dns_layer){ .sources = calloc(servers, sizeof *layer->sources),
				     .targets = calloc(n + 1, sizeof *layer->targets),
				     .numbers = calloc(n + 1, sizeof *layer->numbers) };
	if (!layer->sources || !layer->targets || !layer->numbers)
		return halb_fail_nomem(err);
	st = open_sources(watch, layer, err);
	if (st == HALB_OK)
		st = add_targets(watch, layer, err);
	if (st == HALB_OK)
		st = beat_new(watch, layer->numbers, layer->n, halb_now(), query, layer,
			      &layer->beat, err);
	return st;
}

void dns_layer_stop(struct halb_watch *watch)
{
	struct dns_layer *layer = watch->parts->dns;

	if (!layer)
		return;
	for (size_t i = 0; i < layer->n_sources; i++)
		halb_resolver_free(layer->sources[i].resolver);
	beat_free(layer->beat);
	free(layer->sources);
	free(layer->targets);
	free(layer->numbers);
	free(layer);
	watch->parts->dns = NULL;
}
