/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Split brain: every machine that claims a vIP answers an ARP probe, and one alone should.
 *
 * Two answer for a moment when the vIP moves, too. So who hears a second one asks on at a quick pace
 * until it is clear: three questions that two answered, the last of them a while after the second
 * was first heard; or three in a row that one alone answered.
 */
#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "halb/net/neighbour.h"
#include "watch_priv.h"

#define SPLITS_MOST 1000              /* beside those that last; beyond that the oldest go */
#define ROUND       (250 * HALB_MSEC) /* from one question to the next */
#define QUICK       (50 * HALB_MSEC)  /* while it is not clear */
#define PROOFS      3                 /* questions that make it so */
#define HANDOVER    (200 * HALB_MSEC) /* no vIP takes that long to move */

struct claim {
	int64_t due, asked;
	int64_t since;      /* when the second machine was first heard; 0: one is alone */
	unsigned two;       /* questions that more than one answered, since then */
	unsigned one, none; /* in a row that one alone, that nobody answered */
	int64_t alone;      /* when the first of those was asked that one answered */
	size_t open;        /* the split that lasts, as one more than its number; 0: none */
};

struct split_layer {
	struct halb_watch *watch;
	struct halb_inquiry *inquiry;
	struct halb_timer *timer;
	struct claim *claims; /* one for each balancer; owned */
	int64_t turn, round;  /* ns: between questions at all, and for one vIP */
	int64_t asked;        /* when the last question went out */
};

/* ---- the list ---- */

static void drop_old(struct split_layer *layer)
{
	struct halb_watch *watch = layer->watch;
	size_t kept = 0;

	for (size_t i = 0; i < watch->n_splits; i++) {
		const struct halb_watch_split *split = &watch->splits[i];

		if (split->end && i < watch->n_splits / 2)
			continue;
		if (!split->end)
			layer->claims[split->balancer - watch->site->balancers].open = kept + 1;
		watch->splits[kept++] = *split;
	}
	watch->n_splits = kept;
}

static bool make_room(struct split_layer *layer)
{
	struct halb_watch *watch = layer->watch;
	struct halb_watch_split *more;

	if (watch->n_splits >= SPLITS_MOST + 2 * watch->site->n_balancers)
		drop_old(layer);
	more = reallocarray(watch->splits, watch->n_splits + 1, sizeof *more);
	if (more)
		watch->splits = more;
	return more != NULL;
}

static void tell(struct halb_watch *watch, enum halb_watch_event_kind kind, int64_t at,
		 const struct halb_watch_split *split)
{
	watch_tell(watch, &(struct halb_watch_event){ .kind = kind, .at = at, .split = split });
}

static void begin(struct split_layer *layer, size_t i, const struct halb_sight *sight, int64_t now)
{
	struct halb_watch *watch = layer->watch;
	struct halb_watch_split split = { .start = layer->claims[i].since,
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
	layer->claims[i].open = watch->n_splits;
	tell(watch, HALB_WATCH_SPLIT_BEGINS, now, &watch->splits[watch->n_splits - 1]);
}

static void end(struct split_layer *layer, size_t i, int64_t now)
{
	struct claim *claim = &layer->claims[i];
	struct halb_watch_split *split = &layer->watch->splits[claim->open - 1];

	split->end = claim->alone;
	claim->open = 0;
	tell(layer->watch, HALB_WATCH_SPLIT_ENDS, now, split);
}

/* ---- who answered ---- */

/* This machine does not answer itself. */
static size_t count_machines(const struct split_layer *layer, size_t i)
{
	const struct halb_sight *sight = &halb_inquiry_sights(layer->inquiry)[i];

	return sight->n_macs + sight->local;
}

static void count_answers(struct claim *claim, size_t n)
{
	if (n == 0) {
		if (++claim->none >= PROOFS) /* it may be that nobody is left */
			claim->one = 0;
		return;
	}
	claim->none = 0;
	if (n > 1) {
		claim->two++;
		claim->one = 0;
	} else if (!claim->one++) {
		claim->alone = claim->asked;
	}
}

/* What the last question has brought, now that the next is due. */
static void judge(struct split_layer *layer, size_t i, int64_t now)
{
	struct claim *claim = &layer->claims[i];
	size_t n = count_machines(layer, i);

	if (!claim->since)
		return;
	count_answers(claim, n);
	if (!claim->open && n > 1 && claim->two >= PROOFS &&
	    claim->asked - claim->since >= HANDOVER)
		begin(layer, i, &halb_inquiry_sights(layer->inquiry)[i], now);
	if (claim->one < PROOFS && (claim->open || claim->none < PROOFS))
		return;
	if (claim->open)
		end(layer, i, now);
	claim->since = 0;
}

/* ---- asking ---- */

/* One that lasts is known: it is asked for again as the others are, until one alone answers. */
static bool is_unclear(const struct claim *claim)
{
	return claim->since && (!claim->open || claim->one);
}

/* What is not clear goes first, and of that the oldest, so that not all wait for all. */
static bool goes_before(const struct claim *a, const struct claim *b)
{
	if (is_unclear(a) != is_unclear(b))
		return is_unclear(a);
	return is_unclear(a) ? a->since < b->since : a->due < b->due;
}

static struct claim *next_claim(struct split_layer *layer, int64_t now)
{
	struct claim *next = NULL;

	for (size_t i = 0; i < layer->watch->site->n_balancers; i++)
		if (layer->claims[i].due <= now &&
		    (!next || goes_before(&layer->claims[i], next)))
			next = &layer->claims[i];
	return next;
}

static void ask(struct split_layer *layer, struct claim *claim)
{
	size_t i = (size_t)(claim - layer->claims);
	int64_t now = halb_now();

	if (claim->asked)
		judge(layer, i, now);
	layer->watch->splits_known |= halb_inquiry_ask_one(layer->inquiry, i);
	layer->asked = claim->asked = now;
	claim->due = now + (is_unclear(claim) ? QUICK : layer->round);
}

static void arm(struct split_layer *layer);

static void on_turn(void *arg)
{
	struct split_layer *layer = arg;
	struct claim *claim = next_claim(layer, halb_now());

	layer->timer = NULL;
	if (claim)
		ask(layer, claim);
	arm(layer);
}

static void arm(struct split_layer *layer)
{
	int64_t at = layer->claims[0].due;
	struct halb_error err;

	for (size_t i = 1; i < layer->watch->site->n_balancers; i++)
		if (layer->claims[i].due < at)
			at = layer->claims[i].due;
	if (at < layer->asked + layer->turn)
		at = layer->asked + layer->turn;
	halb_loop_cancel(layer->watch->parts->loop, layer->timer);
	layer->timer = NULL;
	if (halb_loop_at(layer->watch->parts->loop, at, on_turn, layer, &layer->timer, &err) !=
	    HALB_OK)
		watch_fail(layer->watch, &err);
}

static void on_answer(void *arg, size_t i)
{
	struct split_layer *layer = arg;
	struct claim *claim = &layer->claims[i];

	if (claim->since || count_machines(layer, i) < 2)
		return;
	*claim = (struct claim){ .asked = claim->asked, .since = halb_now() };
	arm(layer);
}

/* ---- the whole ---- */

/* The hosts are there to show on which link a vIP is that this machine has itself. */
static enum halb_status open_inquiry(struct split_layer *layer, struct halb_error *err)
{
	size_t n;
	struct halb_addr *addresses = watch_addresses(layer->watch->site, &n);
	enum halb_status st;

	if (!addresses)
		return halb_fail_nomem(err);
	st = halb_inquiry_new(layer->watch->parts->loop, addresses, n, on_answer, layer,
			      &layer->inquiry, err);
	free(addresses);
	return st;
}

enum halb_status split_layer_start(struct halb_watch *watch, struct halb_error *err)
{
	size_t n = watch->site->n_balancers;
	struct split_layer *layer;
	enum halb_status st;

	if (!n)
		return HALB_OK;
	layer = watch->parts->split = calloc(1, sizeof *layer);
	if (!layer)
		return halb_fail_nomem(err);
	*layer = (struct split_layer){ .watch = watch, .claims = calloc(n, sizeof *layer->claims),
				       .turn = watch_turn(watch, 0),
				       .round = watch_turn(watch, ROUND) * (int64_t)n };
	if (!layer->claims)
		return halb_fail_nomem(err);
	st = open_inquiry(layer, err);
	if (st != HALB_OK || !halb_inquiry_hears(layer->inquiry))
		return st;
	for (size_t i = 0; i < n; i++)
		layer->claims[i].due = halb_now() + (int64_t)i * layer->round / (int64_t)n;
	ask(layer, &layer->claims[0]);
	arm(layer);
	return HALB_OK;
}

void split_layer_stop(struct halb_watch *watch)
{
	struct split_layer *layer = watch->parts->split;

	if (!layer)
		return;
	halb_loop_cancel(watch->parts->loop, layer->timer);
	halb_inquiry_free(layer->inquiry);
	free(layer->claims);
	free(layer);
	watch->parts->split = NULL;
}
