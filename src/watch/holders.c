/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps each balancer's latest holder, and of the older ones as many as there is room for. */
#include "holders_priv.h"

#include <stdlib.h>

#define OLDER 1000 /* beyond that the oldest go */

struct holders {
	struct halb_watch *watch;
	size_t *latest; /* of each balancer, as one more than its number; 0: none yet; owned */
};

const char *halb_watch_source_name(enum halb_watch_source source)
{
	return source == HALB_WATCH_IDENTITY ? "identity" : "neighbour";
}

const char *halb_watch_holder_name(const struct halb_watch_holder *holder)
{
	if (holder->nobody)
		return "nobody";
	return holder->host ? holder->host : "none of the stack's hosts";
}

const struct halb_watch_holder *halb_watch_holder_of(const struct halb_watch *watch,
						     const struct halb_balancer *balancer)
{
	for (size_t i = watch->n_holders; i--;)
		if (watch->holders[i].balancer == balancer)
			return &watch->holders[i];
	return NULL;
}

enum halb_status holders_new(struct halb_watch *watch, struct holders **out, struct halb_error *err)
{
	struct holders *holders = calloc(1, sizeof *holders);

	if (!holders)
		return halb_fail_nomem(err);
	holders->watch = watch;
	holders->latest = calloc(watch->site->n_balancers + 1, sizeof *holders->latest);
	if (!holders->latest) {
		free(holders);
		return halb_fail_nomem(err);
	}
	*out = holders;
	return HALB_OK;
}

void holders_free(struct holders *holders)
{
	if (!holders)
		return;
	free(holders->latest);
	free(holders);
}

const struct halb_watch_holder *holders_latest(const struct holders *holders, size_t balancer)
{
	size_t latest = holders->latest[balancer];

	return latest ? &holders->watch->holders[latest - 1] : NULL;
}

static size_t *latest_of(struct holders *holders, const struct halb_watch_holder *holder)
{
	return &holders->latest[holder->balancer - holders->watch->site->balancers];
}

/* Half of them at once, so that a thousand vIPs which move together are not a thousand moves. */
static void drop_old(struct holders *holders)
{
	struct halb_watch *watch = holders->watch;
	size_t kept = 0;

	for (size_t i = 0; i < watch->n_holders; i++) {
		size_t *latest = latest_of(holders, &watch->holders[i]);

		if (*latest != i + 1 && i < watch->n_holders / 2)
			continue;
		watch->holders[kept++] = watch->holders[i];
		if (*latest == i + 1)
			*latest = kept;
	}
	watch->n_holders = kept;
}

static bool make_room(struct holders *holders)
{
	struct halb_watch *watch = holders->watch;
	struct halb_watch_holder *more;

	/* Half of that is more than the latest ones, so that there is always an older one to go. */
	if (watch->n_holders >= OLDER + 2 * watch->site->n_balancers)
		drop_old(holders);
	more = reallocarray(watch->holders, watch->n_holders + 1, sizeof *more);
	if (more)
		watch->holders = more;
	return more != NULL;
}

static bool is_same(const struct halb_watch_holder *a, const struct halb_watch_holder *b)
{
	if (a->nobody || b->nobody)
		return a->nobody == b->nobody;
	if (a->has_mac && b->has_mac)
		return halb_mac_equal(&a->mac, &b->mac);
	return a->host == b->host;
}

static void tell(const struct holders *holders, int64_t at, const struct halb_watch_holder *holder)
{
	watch_tell(holders->watch, &(struct halb_watch_event){ .kind = HALB_WATCH_HOLDER, .at = at,
							       .holder = holder });
}

void holders_note(struct holders *holders, size_t balancer, const struct halb_watch_holder *holder)
{
	struct halb_watch *watch = holders->watch;
	const struct halb_watch_holder *latest = holders_latest(holders, balancer);
	struct halb_watch_holder *added;
	struct halb_error err;

	if (latest && is_same(latest, holder))
		return;
	if (!make_room(holders)) {
		halb_fail_nomem(&err);
		watch_fail(watch, &err);
		return;
	}
	added = &watch->holders[watch->n_holders++];
	*added = *holder;
	added->balancer = &watch->site->balancers[balancer];
	holders->latest[balancer] = watch->n_holders;
	tell(holders, added->at, added);
}

void holders_name(struct holders *holders, const char *host, const struct halb_mac *mac)
{
	struct halb_watch *watch = holders->watch;

	for (size_t i = 0; i < watch->n_holders; i++) {
		struct halb_watch_holder *h = &watch->holders[i];

		if (h->host || !h->has_mac || !halb_mac_equal(&h->mac, mac))
			continue;
		h->host = host;
		if (*latest_of(holders, h) == i + 1) /* the news that was told had no name */
			tell(holders, h->at, h);
	}
}
