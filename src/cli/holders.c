/* SPDX-License-Identifier: Apache-2.0 */
/* Looks who has the vIPs that a plan registers. */
#include "holders.h"

#include <stdlib.h>

#include "halb/base/deadline.h"
#include "halb/base/log.h"
#include "halb/net/neighbour.h"

/* A machine on the same network answers within a few; silence costs all of it. */
#define LOOK_WAIT (50 * HALB_MSEC)

/* More would crowd the kernel's neighbour table (arp(7), gc_thresh2). */
#define LOOK_MOST 256

#define DISCARD 9 /* RFC 863: closed nearly everywhere, and a refusal is an answer */

static uint16_t port_of(const struct halb_balancer *b)
{
	return b->n_probes ? b->probes[0].port : DISCARD;
}

struct looking {
	struct halb_neighbour *neighbours; /* the vIPs, then the stack's hosts */
	struct halb_sight *seen;
	size_t *balancers; /* which one each vIP is */
	size_t n_vips, n;
};

static void gather(const struct halb_site *site, const struct halb_plan *plan, struct looking *l)
{
	size_t left_out = 0;

	for (size_t i = 0; i < site->n_balancers; i++) {
		const struct halb_balancer *b = &site->balancers[i];

		if (!halb_plan_gives_vip(plan, b))
			continue;
		if (l->n_vips == LOOK_MOST) {
			left_out++;
			continue;
		}
		l->balancers[l->n_vips] = i;
		l->neighbours[l->n_vips++] = (struct halb_neighbour){ b->vip, port_of(b) };
	}
	if (left_out)
		halb_log(HALB_LOG_WARN, "%zu of the vIPs are not looked at, whether a machine has "
					"them already", left_out);
	l->n = l->n_vips;
	for (size_t i = 0; l->n_vips && i < site->stack.n_hosts; i++)
		l->neighbours[l->n++] =
			(struct halb_neighbour){ site->stack.hosts[i].address, DISCARD };
}

static enum halb_status look(const struct halb_site *site,
			     const struct halb_plan_options *options, struct looking *l,
			     struct halb_plan *plan, struct halb_error *err)
{
	struct halb_sight *vips;
	enum halb_status st = halb_neighbours_look(l->neighbours, l->n, halb_now() + LOOK_WAIT,
						   l->seen, err);

	if (st != HALB_OK)
		return st;
	vips = calloc(site->n_balancers + 1, sizeof *vips);
	if (!vips)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < l->n_vips; i++)
		vips[l->balancers[i]] = l->seen[i];
	st = halb_plan_check_holders(site, vips, l->seen + l->n_vips, options, plan, err);
	free(vips);
	return st;
}

enum halb_status holders_check(const struct halb_site *site,
			       const struct halb_plan_options *options, struct halb_plan *plan,
			       struct halb_error *err)
{
	size_t room = site->n_balancers + site->stack.n_hosts + 1;
	struct looking l = { .neighbours = calloc(room, sizeof *l.neighbours),
			     .seen = calloc(room, sizeof *l.seen),
			     .balancers = calloc(room, sizeof *l.balancers) };
	enum halb_status st = HALB_OK;

	if (!l.neighbours || !l.seen || !l.balancers)
		st = halb_fail_nomem(err);
	else
		gather(site, plan, &l);
	if (st == HALB_OK && l.n_vips)
		st = look(site, options, &l, plan, err);
	free(l.neighbours);
	free(l.seen);
	free(l.balancers);
	return st;
}
