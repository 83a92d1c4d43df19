/* SPDX-License-Identifier: Apache-2.0 */
/* Looks who has the vIPs that a plan registers. */
#include "holders.h"

#include <stdlib.h>

#include "halb/base/deadline.h"
#include "halb/base/log.h"

/* A machine on the same network answers within a few; silence costs all of it. */
#define LOOK_WAIT (50 * HALB_MSEC)

/* More would crowd the kernel's neighbour table (arp(7), gc_thresh2). */
#define LOOK_MOST 256

#define DISCARD 9 /* RFC 863: closed nearly everywhere, and a refusal is an answer */

static uint16_t port_of(const struct halb_balancer *b)
{
	return b->n_probes ? b->probes[0].port : DISCARD;
}

static void gather(struct holders *h)
{
	const struct halb_site *site = h->site;

	h->n_vips = site->n_balancers < LOOK_MOST ? site->n_balancers : LOOK_MOST;
	for (size_t i = 0; i < h->n_vips; i++)
		h->neighbours[h->n++] = (struct halb_neighbour){ site->balancers[i].vip,
								 port_of(&site->balancers[i]) };
	for (size_t i = 0; i < site->stack.n_hosts; i++)
		h->neighbours[h->n++] =
			(struct halb_neighbour){ site->stack.hosts[i].address, DISCARD };
}

static void *look(void *arg)
{
	struct holders *h = arg;
	struct halb_look *look;

	h->status = halb_neighbours_look(h->neighbours, h->n, halb_now() + LOOK_WAIT, h->seen,
					 &look, &h->err);
	sem_post(&h->looked);
	halb_look_free(look);
	return NULL;
}

enum halb_status holders_start(const struct halb_site *site, struct holders *out,
			       struct halb_error *err)
{
	size_t room = site->n_balancers + site->stack.n_hosts + 1;

	*out = (struct holders){ .site = site,
				 .neighbours = calloc(room, sizeof *out->neighbours),
				 .seen = calloc(room, sizeof *out->seen) };
	if (!out->neighbours || !out->seen)
		return halb_fail_nomem(err);
	sem_init(&out->looked, 0, 0);
	gather(out);
	if (pthread_create(&out->thread, NULL, look, out) == 0)
		out->running = true;
	else
		look(out); /* one after the other, then */
	return HALB_OK;
}

enum halb_status holders_check(struct holders *h, const struct halb_plan_options *options,
			       struct halb_plan *plan, struct halb_error *err)
{
	const struct halb_site *site = h->site;
	struct halb_sight *vips;
	enum halb_status st;
	size_t left_out = 0;

	while (sem_wait(&h->looked) < 0)
		; /* a signal */
	if (h->status != HALB_OK) {
		*err = h->err;
		return h->status;
	}
	vips = calloc(site->n_balancers + 1, sizeof *vips); /* a zeroed one is silence */
	if (!vips)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < site->n_balancers; i++) {
		if (!halb_plan_gives_vip(plan, &site->balancers[i]))
			continue;
		if (i < h->n_vips)
			vips[i] = h->seen[i];
		else
			left_out++;
	}
	if (left_out)
		halb_log(HALB_LOG_WARN, "%zu of the vIPs are not looked at, whether a machine has "
					"them already", left_out);
	st = halb_plan_check_holders(site, vips, h->seen + h->n_vips, options, plan, err);
	free(vips);
	return st;
}

void holders_clear(struct holders *h)
{
	if (h->running)
		pthread_join(h->thread, NULL);
	free(h->neighbours);
	free(h->seen);
	*h = (struct holders){ 0 };
}
