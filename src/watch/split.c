/* SPDX-License-Identifier: Apache-2.0 */
/* Split brain: every machine that claims a vIP answers an ARP probe, and one alone should. */
#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "halb/net/neighbour.h"
#include "watch_priv.h"

#define SPLITS_MOST 1000              /* beyond that the oldest go */
#define ROUND       (250 * HALB_MSEC) /* from one question to the next */
#define ROUNDS      2                 /* in which two answer, so that a handover is none */

struct split_layer {
	struct halb_watch *watch;
	struct halb_inquiry *inquiry;
	struct halb_timer *timer;
	int64_t *since;   /* when two first answered in a row of rounds; owned, like the others */
	unsigned *rounds; /* for how many */
	size_t *open;     /* the split that lasts, as one more than its number */
};

static bool make_room(struct split_layer *layer)
{
	struct halb_watch *watch = layer->watch;
	struct halb_watch_split *splits;

	if (watch->n_splits == SPLITS_MOST) {
		memmove(watch->splits, watch->splits + 1, --watch->n_splits * sizeof *splits);
		for (size_t i = 0; i < watch->site->n_balancers; i++)
			layer->open[i] -= layer->open[i] > 0;
		return true;
	}
	splits = reallocarray(watch->splits, watch->n_splits + 1, sizeof *splits);
	if (splits)
		watch->splits = splits;
	return splits != NULL;
}

static void tell(struct halb_watch *watch, enum halb_watch_event_kind kind, int64_t at,
		 const struct halb_watch_split *split)
{
	watch_tell(watch, &(struct halb_watch_event){ .kind = kind, .at = at, .split = split });
}

static void begin(struct split_layer *layer, size_t i, const struct halb_sight *sight, int64_t now)
{
	struct halb_watch *watch = layer->watch;
	struct halb_watch_split split = { .start = layer->since[i],
					  .balancer = &watch->site->balancers[i],
					  .n_macs = sight->n_macs };
	struct halb_error err;

	if (!make_room(layer)) {
		halb_fail_nomem(&err);
		watch_fail(watch, &err);
		return;
	}
	memcpy(split.macs, sight->macs, sizeof split.macs);
	watch->splits[watch->n_splits++] = split;
	layer->open[i] = watch->n_splits;
	tell(watch, HALB_WATCH_SPLIT_BEGINS, now, &watch->splits[watch->n_splits - 1]);
}

static void end(struct split_layer *layer, size_t i, int64_t now)
{
	struct halb_watch_split *split = &layer->watch->splits[layer->open[i] - 1];

	split->end = now;
	layer->open[i] = 0;
	tell(layer->watch, HALB_WATCH_SPLIT_ENDS, now, split);
}

static void judge(struct split_layer *layer, size_t i, int64_t now)
{
	const struct halb_sight *sight = &halb_inquiry_sights(layer->inquiry)[i];

	if (sight->n_macs > 1) {
		if (!layer->rounds[i]++)
			layer->since[i] = now;
		if (layer->rounds[i] >= ROUNDS && !layer->open[i])
			begin(layer, i, sight, now);
	} else if (sight->n_macs == 1) { /* none says nothing: the question may be lost */
		layer->rounds[i] = 0;
		if (layer->open[i])
			end(layer, i, now);
	}
}

static void ask(struct split_layer *layer);

static void on_round(void *arg)
{
	struct split_layer *layer = arg;
	int64_t now = halb_now();

	for (size_t i = 0; i < layer->watch->site->n_balancers; i++)
		judge(layer, i, now);
	ask(layer);
}

static void ask(struct split_layer *layer)
{
	struct halb_error err;

	halb_inquiry_forget(layer->inquiry);
	layer->watch->splits_known |= halb_inquiry_ask(layer->inquiry);
	if (halb_loop_at(layer->watch->parts->loop, halb_now() + ROUND, on_round, layer,
			 &layer->timer, &err) != HALB_OK)
		watch_fail(layer->watch, &err);
}

static enum halb_status take_vips(struct split_layer *layer, struct halb_error *err)
{
	const struct halb_site *site = layer->watch->site;
	struct halb_addr *vips = calloc(site->n_balancers + 1, sizeof *vips);
	enum halb_status st;

	if (!vips)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < site->n_balancers; i++)
		vips[i] = site->balancers[i].vip;
	st = halb_inquiry_new(layer->watch->parts->loop, vips, site->n_balancers, NULL, NULL,
			      &layer->inquiry, err);
	free(vips);
	return st;
}

enum halb_status split_layer_start(struct halb_watch *watch, struct halb_error *err)
{
	size_t n = watch->site->n_balancers;
	struct split_layer *layer = calloc(1, sizeof *layer);
	enum halb_status st;

	if (!layer)
		return halb_fail_nomem(err);
	watch->parts->split = layer;
	*layer = (struct split_layer){ .watch = watch,
				       .since = calloc(n + 1, sizeof *layer->since),
				       .rounds = calloc(n + 1, sizeof *layer->rounds),
				       .open = calloc(n + 1, sizeof *layer->open) };
	if (!layer->since || !layer->rounds || !layer->open)
		return halb_fail_nomem(err);
	st = take_vips(layer, err);
	if (st == HALB_OK && halb_inquiry_ask(layer->inquiry))
		ask(layer);
	return st;
}

void split_layer_stop(struct halb_watch *watch)
{
	struct split_layer *layer = watch->parts->split;

	if (!layer)
		return;
	halb_loop_cancel(watch->parts->loop, layer->timer);
	halb_inquiry_free(layer->inquiry);
	free(layer->since);
	free(layer->rounds);
	free(layer->open);
	free(layer);
	watch->parts->split = NULL;
}
