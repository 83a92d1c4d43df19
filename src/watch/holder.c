/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who holds each vIP: its MAC in the kernel's neighbour table against those of the stack's hosts,
 * and where that table cannot see it, what the identity listener says.
 */
#include <stdlib.h>

#include "halb/base/addr_index.h"
#include "halb/base/deadline.h"
#include "halb/net/neighbour.h"
#include "identity_priv.h"

#define NUDGES (10 * HALB_SEC)    /* from one at a neighbour to the next: the table forgets */
#define NAMING (1500 * HALB_MSEC) /* the kernel asks each second: a host has answered by then */

struct vip {
	bool asked;    /* anew, since the kernel knew nobody who has it */
	int64_t waits; /* since when `mac` has waited for a host to have it; 0: it does not */
	struct halb_mac mac;
};

struct holder_layer {
	struct halb_watch *watch;
	struct holders *holders;
	struct identity *identity;
	struct halb_follower *follower; /* NULL: the kernel does not tell */
	struct halb_addr_index index;   /* of the balancers' vIPs, then of the stack's hosts */
	struct halb_timer *nudging, *naming;
	size_t next;         /* to be nudged */
	bool *seen;          /* each balancer: the table can tell who has it; owned, like the rest */
	struct vip *vips;
	struct halb_mac *hosts;
	bool *known;
	size_t n_known;
};

/* ---- MACs and names ---- */

static const struct halb_stack *stack_of(const struct holder_layer *layer)
{
	return &layer->watch->site->stack;
}

static const struct halb_stack_host *host_of(const struct holder_layer *layer,
					     const struct halb_mac *mac)
{
	for (size_t i = 0; i < stack_of(layer)->n_hosts; i++)
		if (layer->known[i] && halb_mac_equal(&layer->hosts[i], mac))
			return &stack_of(layer)->hosts[i];
	return NULL;
}

/* Whether there is nothing to wait for: its host is known, or all are, and it is none of them. */
static bool can_name(const struct holder_layer *layer, const struct halb_mac *mac)
{
	return layer->n_known == stack_of(layer)->n_hosts || host_of(layer, mac);
}

static bool has_already(const struct holder_layer *layer, size_t i, const struct halb_mac *mac)
{
	const struct halb_watch_holder *latest = holders_latest(layer->holders, i);

	return latest && latest->has_mac && halb_mac_equal(&latest->mac, mac);
}

static void note_mac(struct holder_layer *layer, size_t i, const struct halb_mac *mac, int64_t at)
{
	const struct halb_stack_host *host = host_of(layer, mac);

	layer->vips[i].waits = 0;
	holders_note(layer->holders, i,
		     &(struct halb_watch_holder){ .at = at, .source = HALB_WATCH_NEIGHBOUR,
						  .host = host ? host->name : NULL,
						  .has_mac = true, .mac = *mac });
}

/* Notes those who need not wait any longer; true where some still do. */
static bool end_waits(struct holder_layer *layer, int64_t now)
{
	bool any = false;

	for (size_t i = 0; i < layer->watch->site->n_balancers; i++) {
		struct vip *vip = &layer->vips[i];

		if (!vip->waits)
			continue;
		if (can_name(layer, &vip->mac) || now - vip->waits >= NAMING)
			note_mac(layer, i, &vip->mac, vip->waits);
		else
			any = true;
	}
	return any;
}

static void on_naming(void *arg);

static void arm_naming(struct holder_layer *layer, int64_t at)
{
	struct halb_error err;

	if (halb_loop_at(layer->watch->parts->loop, at, on_naming, layer, &layer->naming, &err) !=
	    HALB_OK)
		watch_fail(layer->watch, &err);
}

static void on_naming(void *arg)
{
	struct holder_layer *layer = arg;
	int64_t now = halb_now();

	layer->naming = NULL;
	if (end_waits(layer, now))
		arm_naming(layer, now + NAMING);
}

/* A host that was not there at first may just have come, and taken the vIP: who is it? */
static void wait_for_name(struct holder_layer *layer, size_t i, const struct halb_mac *mac)
{
	struct vip *vip = &layer->vips[i];

	if (!vip->waits || !halb_mac_equal(&vip->mac, mac))
		vip->waits = halb_now();
	vip->mac = *mac;
	if (layer->naming)
		return;
	for (size_t k = 0; k < stack_of(layer)->n_hosts; k++)
		if (!layer->known[k])
			halb_neighbour_nudge(&stack_of(layer)->hosts[k].address);
	arm_naming(layer, vip->waits + NAMING);
}

/* ---- the table ---- */

static void find_way(struct holder_layer *layer, size_t i)
{
	layer->seen[i] = halb_follower_sees(layer->follower, &layer->index.addresses[i]);
	layer->watch->holders_known |= layer->seen[i];
}

static void take_host(struct holder_layer *layer, size_t i, const struct halb_mac *mac)
{
	if (!mac || (layer->known[i] && halb_mac_equal(&layer->hosts[i], mac)))
		return;
	layer->n_known += !layer->known[i];
	layer->known[i] = true;
	layer->hosts[i] = *mac;
	holders_name(layer->holders, stack_of(layer)->hosts[i].name, mac);
	end_waits(layer, halb_now());
}

/*
 * Nobody answered the kernel. Where it knew somebody before, it has asked that one alone: the vIP
 * may have moved unheard. Once nudged it asks all, three times within three seconds; who does not
 * answer then does not have it.
 */
static void take_silence(struct holder_layer *layer, size_t i)
{
	struct vip *vip = &layer->vips[i];

	vip->waits = 0;
	if (vip->asked) {
		holders_note(layer->holders, i,
			     &(struct halb_watch_holder){ .at = halb_now(),
							  .source = HALB_WATCH_NEIGHBOUR,
							  .nobody = true });
		return;
	}
	vip->asked = true;
	halb_neighbour_nudge(&layer->index.addresses[i]);
}

static void take_vip(struct holder_layer *layer, size_t i, const struct halb_mac *mac)
{
	/* The table remembers what it cannot see any more, and hears of what it could not before. */
	if (!mac || !layer->seen[i])
		find_way(layer, i);
	if (!layer->seen[i])
		return;
	if (!mac) {
		take_silence(layer, i);
		return;
	}
	layer->vips[i].asked = false;
	if (can_name(layer, mac) || has_already(layer, i, mac))
		note_mac(layer, i, mac, halb_now());
	else
		wait_for_name(layer, i, mac);
}

static void take_neighbour(void *arg, const struct halb_addr *address, const struct halb_mac *mac)
{
	struct holder_layer *layer = arg;
	size_t n_vips = layer->watch->site->n_balancers, n;
	const size_t *numbers = halb_addr_index_find(&layer->index, address, &n);

	for (size_t i = 0; i < n; i++) {
		if (numbers[i] < n_vips)
			take_vip(layer, numbers[i], mac);
		else
			take_host(layer, numbers[i] - n_vips, mac);
	}
}

/* ---- nudging ---- */

static void nudge(struct holder_layer *layer, size_t number)
{
	halb_neighbour_nudge(&layer->index.addresses[number]);
	if (number < layer->watch->site->n_balancers)
		find_way(layer, number);
}

static enum halb_status arm_nudging(struct holder_layer *layer, struct halb_error *err);

static void on_nudging(void *arg)
{
	struct holder_layer *layer = arg;
	struct halb_error err;

	layer->nudging = NULL;
	nudge(layer, layer->next++ % layer->index.n);
	if (arm_nudging(layer, &err) != HALB_OK)
		watch_fail(layer->watch, &err);
}

static enum halb_status arm_nudging(struct holder_layer *layer, struct halb_error *err)
{
	return halb_loop_at(layer->watch->parts->loop,
			    halb_now() + NUDGES / (int64_t)layer->index.n, on_nudging, layer,
			    &layer->nudging, err);
}

/* ---- the whole ---- */

static enum halb_status index_addresses(struct holder_layer *layer, struct halb_error *err)
{
	size_t n;
	struct halb_addr *addresses = watch_addresses(layer->watch->site, &n);
	enum halb_status st;

	if (!addresses)
		return halb_fail_nomem(err);
	st = halb_addr_index_init(&layer->index, addresses, n, err);
	free(addresses);
	return st;
}

/* The hosts first, so that they have a name when the vIPs' answers come. */
static enum halb_status follow(struct holder_layer *layer, struct halb_error *err)
{
	size_t n_vips = layer->watch->site->n_balancers;
	enum halb_status st = halb_neighbours_follow(layer->watch->parts->loop, take_neighbour,
						     layer, &layer->follower, err);

	if (st == HALB_E_UNREACHABLE)
		return HALB_OK;
	for (size_t i = layer->index.n; st == HALB_OK && i--;)
		nudge(layer, i);
	for (size_t i = 0; st == HALB_OK && i < n_vips; i++) /* who is not known: all are asked */
		layer->vips[i].asked = !layer->vips[i].waits && !holders_latest(layer->holders, i);
	return st == HALB_OK && layer->index.n ? arm_nudging(layer, err) : st;
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
		.seen = calloc(site->n_balancers + 1, sizeof *layer->seen),
		.vips = calloc(site->n_balancers + 1, sizeof *layer->vips),
		.hosts = calloc(site->stack.n_hosts + 1, sizeof *layer->hosts),
		.known = calloc(site->stack.n_hosts + 1, sizeof *layer->known) };
	if (!layer->seen || !layer->vips || !layer->hosts || !layer->known)
		return halb_fail_nomem(err);
	st = holders_new(watch, &layer->holders, err);
	if (st == HALB_OK)
		st = index_addresses(layer, err);
	if (st == HALB_OK)
		st = follow(layer, err);
	if (st == HALB_OK && site->has_stack && site->n_balancers)
		st = identity_new(watch, layer->holders, layer->seen, &layer->identity, err);
	return st;
}

void holder_layer_stop(struct halb_watch *watch)
{
	struct holder_layer *layer = watch->parts->holder;

	if (!layer)
		return;
	if (layer->holders)
		end_waits(layer, INT64_MAX);
	identity_free(layer->identity);
	halb_loop_cancel(watch->parts->loop, layer->nudging);
	halb_loop_cancel(watch->parts->loop, layer->naming);
	halb_follower_free(layer->follower);
	halb_addr_index_clear(&layer->index);
	holders_free(layer->holders);
	free(layer->seen);
	free(layer->vips);
	free(layer->hosts);
	free(layer->known);
	free(layer);
	watch->parts->holder = NULL;
}
