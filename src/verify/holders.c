/* SPDX-License-Identifier: Apache-2.0 */
/* Looks which host of the stack has each vIP, and whether another one has it, too. */
#include "verify_priv.h"

#include <stdlib.h>

#include "halb/base/deadline.h"

/* Each machine has three chances to say that it has the vIP: one question may be lost. */
#define ASKS 3
#define GAP  (10 * HALB_MSEC)

const struct halb_sight *halb_holders_sight(const struct run *run, size_t vip)
{
	return &halb_inquiry_sights(run->inquiry)[run->vips[vip].sight];
}

/* How many machines have it, as far as ARP says: this one does not answer itself. */
static size_t count_holders(const struct halb_sight *sight)
{
	return sight->asked ? sight->local + sight->n_macs : 0;
}

static bool is_split(const struct halb_sight *sight)
{
	return count_holders(sight) > 1;
}

static bool is_open(const void *asker, size_t i)
{
	const struct run *run = asker;

	(void)i;
	return run->hears;
}

size_t halb_holders_split(const struct run *run)
{
	for (size_t i = 0; run->inquiry && i < run->out.n_vips; i++)
		if (is_split(halb_holders_sight(run, i)))
			return i;
	return run->out.n_vips;
}

/* Two holders are waited for to become one; all else that is asked here keeps nobody waiting. */
static void end(struct run *run)
{
	run->holders_round.aside = halb_holders_split(run) == run->out.n_vips;
	halb_round_answered(&run->holders_round);
}

static void ask_once(void *arg)
{
	struct run *run = arg;
	struct halb_timer *timer; /* ends with the loop */
	struct halb_error err;
	enum halb_status st;

	if (run->asks < ASKS)
		run->hears = halb_inquiry_ask(run->inquiry);
	if (!run->hears || run->asks == ASKS) {
		end(run);
		return;
	}
	run->asks++;
	st = halb_loop_at(run->loop, halb_now() + GAP, ask_once, run, &timer, &err);
	if (st != HALB_OK)
		halb_run_fail(run, st, &err);
}

static void ask(void *asker, size_t i)
{
	struct run *run = asker;

	(void)i;
	run->asks = 0;
	halb_inquiry_forget(run->inquiry);
	ask_once(run);
}

static const struct round_ops ops = { .open = is_open, .ask = ask };

static void gather(const struct run *run, struct halb_addr *addresses)
{
	const struct halb_stack *stack = &run->site->stack;

	for (size_t i = 0; i < run->out.n_vips; i++)
		addresses[run->vips[i].sight] = run->out.vips[i].balancer->vip;
	for (size_t i = 0; i < stack->n_hosts; i++)
		addresses[run->n_sights + i] = stack->hosts[i].address;
}

enum halb_status halb_holders_open(struct run *run, struct halb_error *err)
{
	size_t n = run->n_sights + run->site->stack.n_hosts;
	struct halb_addr *addresses;
	enum halb_status st;

	if (!run->n_sights)
		return HALB_OK;
	addresses = calloc(n, sizeof *addresses);
	if (!addresses)
		return halb_fail_nomem(err);
	gather(run, addresses);
	st = halb_inquiry_new(run->loop, addresses, n, NULL, NULL, &run->inquiry, err);
	free(addresses);
	run->hears = true;
	run->holders_round = (struct round){
		.run = run, .ops = &ops, .asker = run, .n = 1, .most = 1, .aside = true
	};
	return st;
}

void halb_holders_start(struct run *run)
{
	if (run->inquiry)
		halb_round_start(&run->holders_round);
}

/* ---- what came of it ---- */

static const struct halb_sight *sight_of_host(const struct run *run, size_t i)
{
	return &halb_inquiry_sights(run->inquiry)[run->n_sights + i];
}

const struct halb_stack_host *halb_holders_host(const struct run *run, const struct halb_mac *mac)
{
	for (size_t i = 0; i < run->site->stack.n_hosts; i++)
		if (halb_sight_has(sight_of_host(run, i), mac))
			return &run->site->stack.hosts[i];
	return NULL;
}

const struct halb_stack_host *halb_holders_unseen(const struct run *run)
{
	for (size_t i = 0; i < run->site->stack.n_hosts; i++)
		if (!sight_of_host(run, i)->local && !sight_of_host(run, i)->n_macs)
			return &run->site->stack.hosts[i];
	return NULL;
}

static const struct halb_stack_host *this_host(const struct run *run)
{
	for (size_t i = 0; i < run->site->stack.n_hosts; i++)
		if (sight_of_host(run, i)->local)
			return &run->site->stack.hosts[i];
	return NULL;
}

/* The kernel's table has what the probes made it learn. */
static void read_table(struct run *run)
{
	struct halb_sight *sights = halb_inquiry_sights(run->inquiry);

	for (size_t i = 0; i < run->out.n_vips; i++) {
		const struct halb_vip_state *vip = &run->out.vips[i];

		sights[run->vips[i].sight].answers |= halb_probe_answered(&vip->result);
		for (size_t k = 0; k < vip->n_hosts; k++)
			sights[run->n_sights + k].answers |=
				halb_probe_answered(&vip->hosts[k].result);
	}
	halb_inquiry_read_table(run->inquiry);
}

/* Before the table is read: only who was asked can have been alone in answering. */
static enum halb_seen sole_of(const struct run *run, const struct halb_sight *sight)
{
	if (is_split(sight))
		return HALB_SEEN_NO;
	return count_holders(sight) == 1 && run->asks == ASKS ? HALB_SEEN_YES : HALB_SEEN_UNKNOWN;
}

static void name_holder(const struct run *run, size_t vip, struct halb_holder *holder)
{
	const struct halb_sight *sight = halb_holders_sight(run, vip);

	if (sight->local) {
		holder->host = this_host(run);
	} else if (sight->n_macs) {
		holder->has_mac = true;
		holder->mac = sight->macs[0];
		holder->host = halb_holders_host(run, &holder->mac);
	} else {
		holder->host = halb_stack_host_named(&run->site->stack,
						     halb_identity_said(run, vip));
		holder->told = holder->host != NULL;
	}
}

void halb_holders_report(struct run *run)
{
	if (!run->inquiry)
		return;
	for (size_t i = 0; i < run->out.n_vips; i++)
		run->out.vips[i].holder.sole = sole_of(run, halb_holders_sight(run, i));
	read_table(run);
	for (size_t i = 0; i < run->out.n_vips; i++)
		name_holder(run, i, &run->out.vips[i].holder);
}
