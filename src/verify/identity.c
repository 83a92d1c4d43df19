/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks whoever has a vIP behind a router which host it is, at stack.identity.port: no neighbour
 * table tells that from here.
 */
#include "verify_priv.h"

#include <stdlib.h>

#define IN_FLIGHT_MOST 64 /* beside the vIPs' and the hosts' */

static bool is_open(const void *asker, size_t i)
{
	const struct run *run = asker;

	return !halb_holders_sight(run, run->identities[i].vip)->on_link;
}

static bool is_silent(const struct halb_probe_result *result)
{
	return result->tcp.state == HALB_LAYER_TIMEOUT || result->http.state == HALB_LAYER_TIMEOUT;
}

/* Whoever answers has done so by the time that the first one is silent: all cost one timeout. */
static void on_result(void *arg, const struct halb_probe_result *result)
{
	struct identity *identity = arg;
	struct run *run = identity->run;

	if (!halb_identity_read(result, identity->said) && is_silent(result))
		halb_round_cut(&run->identities_round);
	halb_round_answered(&run->identities_round);
}

/* What was said in a round before may not be so any more. */
static void ask(void *asker, size_t i)
{
	struct run *run = asker;
	struct identity *identity = &run->identities[i];
	const struct halb_probe_target target =
		halb_identity_target(&run->out.vips[identity->vip].balancer->vip,
				     run->site->stack.identity_port,
				     run->vips[identity->vip].names[0]);

	identity->said[0] = '\0';
	halb_probe_start(run->prober, &target, run->timeout, on_result, identity);
}

static const struct round_ops ops = { .open = is_open, .ask = ask };

enum halb_status halb_identities_open(struct run *run, struct halb_error *err)
{
	if (!run->n_sights || !run->site->stack.n_hosts)
		return HALB_OK;
	run->identities = calloc(run->n_sights, sizeof *run->identities);
	if (!run->identities)
		return halb_fail_nomem(err);
	for (size_t i = run->out.n_vips; i--;) /* of its ports the first one */
		run->identities[run->vips[i].sight] = (struct identity){ .run = run, .vip = i };
	run->identities_round = (struct round){ .run = run,
						.ops = &ops,
						.asker = run,
						.n = run->n_sights,
						.most = IN_FLIGHT_MOST,
						.aside = true };
	return HALB_OK;
}

void halb_identities_start(struct run *run)
{
	if (run->identities)
		halb_round_start(&run->identities_round);
}

const char *halb_identity_said(const struct run *run, size_t vip)
{
	return run->identities ? run->identities[run->vips[vip].sight].said : "";
}
