/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds each vIP: its MAC in the kernel's neighbour table against those of the stack's hosts. */
#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "halb/net/neighbour.h"
#include "watch_priv.h"

#define HOLDERS_MOST 1000                /* beyond that the oldest go */
#define KNOCK_WAIT   (300 * HALB_MSEC)   /* for the hosts, so that the table has them */
#define KNOCK_PORT   9                   /* discard: closed does */

struct holder_layer {
	struct halb_watch *watch;
	struct halb_follower *follower;
	struct halb_mac *hosts; /* of the stack; owned, like the two below */
	bool *known;
	size_t *last; /* each balancer's holder, as one more than its number; 0: none yet */
};

static const struct halb_stack_host *host_of(const struct holder_layer *layer,
					     const struct halb_mac *mac)
{
	const struct halb_stack *stack = &layer->watch->site->stack;

	for (size_t i = 0; i < stack->n_hosts; i++)
		if (layer->known[i] && halb_mac_equal(&layer->hosts[i], mac))
			return &stack->hosts[i];
	return NULL;
}

/* Room for one more; the numbers that are kept of older ones move with them. */
static bool make_room(struct holder_layer *layer)
{
	struct halb_watch *watch = layer->watch;
	struct halb_watch_holder *holders;

	if (watch->n_holders == HOLDERS_MOST) {
		memmove(watch->holders, watch->holders + 1, --watch->n_holders * sizeof *holders);
		for (size_t i = 0; i < watch->site->n_balancers; i++)
			layer->last[i] -= layer->last[i] > 0;
		return true;
	}
	holders = reallocarray(watch->holders, watch->n_holders + 1, sizeof *holders);
	if (holders)
		watch->holders = holders;
	return holders != NULL;
}

static void add_holder(struct holder_layer *layer, size_t balancer, const struct halb_mac *mac,
		       int64_t now)
{
	struct halb_watch *watch = layer->watch;
	const struct halb_stack_host *host = host_of(layer, mac);
	struct halb_error err;

	if (!make_room(layer)) {
		halb_fail_nomem(&err);
		watch_fail(watch, &err);
		return;
	}
	watch->holders[watch->n_holders++] = (struct halb_watch_holder){
		.at = now, .balancer = &watch->site->balancers[balancer],
		.host = host ? host->name : NULL, .has_mac = true, .mac = *mac };
	layer->last[balancer] = watch->n_holders;
	watch_tell(watch, &(struct halb_watch_event){
				  .kind = HALB_WATCH_HOLDER, .at = now,
				  .holder = &watch->holders[watch->n_holders - 1] });
}

/* A host whose MAC becomes known later may be the holder that had no name. */
static void name_holders(struct holder_layer *layer, const char *host, const struct halb_mac *mac)
{
	struct halb_watch *watch = layer->watch;

	for (size_t i = 0; i < watch->n_holders; i++)
		if (!watch->holders[i].host && halb_mac_equal(&watch->holders[i].mac, mac))
			watch->holders[i].host = host;
}

static void take_neighbour(void *arg, const struct halb_addr *address, const struct halb_mac *mac)
{
	struct holder_layer *layer = arg;
	const struct halb_site *site = layer->watch->site;
	int64_t now = halb_now();

	if (!mac) /* lost for now: who has it next is told */
		return;
	for (size_t i = 0; i < site->stack.n_hosts; i++) {
		if (!halb_addr_equal(&site->stack.hosts[i].address, address))
			continue;
		layer->known[i] = true;
		layer->hosts[i] = *mac;
		name_holders(layer, site->stack.hosts[i].name, mac);
	}
	for (size_t i = 0; i < site->n_balancers; i++) {
		const size_t last = layer->last[i];

		if (!halb_addr_equal(&site->balancers[i].vip, address))
			continue;
		if (!last || !halb_mac_equal(&layer->watch->holders[last - 1].mac, mac))
			add_holder(layer, i, mac, now);
	}
}

/* Knocks at hosts and vIPs once: the kernel only remembers whom something was sent to. */
static enum halb_status knock(struct holder_layer *layer, struct halb_error *err)
{
	const struct halb_site *site = layer->watch->site;
	size_t n = site->stack.n_hosts + site->n_balancers;
	struct halb_neighbour *to = calloc(n + 1, sizeof *to);
	struct halb_sight *sights = calloc(n + 1, sizeof *sights);
	enum halb_status st = to && sights ? HALB_OK : halb_fail_nomem(err);

	for (size_t i = 0; st == HALB_OK && i < n; i++)
		to[i] = (struct halb_neighbour){
			i < site->n_balancers ? site->balancers[i].vip
					      : site->stack.hosts[i - site->n_balancers].address,
			KNOCK_PORT };
	if (st == HALB_OK)
		st = halb_neighbours_look(to, n, halb_now() + KNOCK_WAIT, sights, err);
	for (size_t i = 0; st == HALB_OK && i < site->n_balancers; i++)
		layer->watch->holders_known |= sights[i].on_link;
	free(to);
	free(sights);
	return st;
}

enum halb_status holder_layer_start(struct halb_watch *watch, struct halb_error *err)
{
	const struct halb_site *site = watch->site;
	struct holder_layer *layer = calloc(1, sizeof *layer);
	enum halb_status st;

	if (!layer)
		return halb_fail_nomem(err);
	watch->parts->holder = layer;
	*layer = (struct holder_layer){
		.watch = watch,
		.hosts = calloc(site->stack.n_hosts + 1, sizeof *layer->hosts),
		.known = calloc(site->stack.n_hosts + 1, sizeof *layer->known),
		.last = calloc(site->n_balancers + 1, sizeof *layer->last) };
	if (!layer->hosts || !layer->known || !layer->last)
		return halb_fail_nomem(err);
	st = knock(layer, err);
	if (st == HALB_OK && watch->holders_known)
		st = halb_neighbours_follow(watch->parts->loop, take_neighbour, layer,
					    &layer->follower, err);
	if (st == HALB_E_UNREACHABLE) {
		watch->holders_known = false;
		st = HALB_OK;
	}
	return st;
}

void holder_layer_stop(struct halb_watch *watch)
{
	struct holder_layer *layer = watch->parts->holder;

	if (!layer)
		return;
	halb_follower_free(layer->follower);
	free(layer->hosts);
	free(layer->known);
	free(layer->last);
	free(layer);
	watch->parts->holder = NULL;
}
