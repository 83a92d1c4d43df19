/* SPDX-License-Identifier: Apache-2.0 */
/* Probes each port of each vIP at the own address of each host of the stack. */
#include "verify_priv.h"

#include <stdlib.h>

#define IN_FLIGHT_MOST 128 /* of all hosts, beside the vIPs' */

/* The probe of a vIP's port at a host: sorted by vIP, then by host. */
static size_t probe_at(const struct host *host, size_t vip)
{
	const struct run *run = host->run;

	return vip * run->site->stack.n_hosts + (size_t)(host - run->hosts);
}

static bool is_open(const void *asker, size_t vip)
{
	const struct host *host = asker;

	return !host->run->out.hosts[probe_at(host, vip)].right;
}

/* Whether the host was heard in the last round says nothing about this one. */
static void begin(void *asker)
{
	struct host *host = asker;

	host->answered = host->silent = false;
}

static void note(struct host *host, size_t vip, const struct halb_probe_result *result)
{
	struct run *run = host->run;
	struct halb_host_state *state = &run->out.hosts[probe_at(host, vip)];

	state->result = *result;
	state->right = !halb_probe_failure(run->out.vips[vip].spec, result);
	if (halb_probe_answered(result)) {
		host->answered = true;
	} else {
		host->silent = true;
		host->silence = *result;
	}
	halb_round_answered(&host->round);
}

static void on_result(void *arg, const struct halb_probe_result *result)
{
	struct host_probe *probe = arg;
	struct run *run = probe->run;
	size_t i = (size_t)(probe - run->host_probes), n_hosts = run->site->stack.n_hosts;

	note(&run->hosts[i % n_hosts], i / n_hosts, result);
}

/* A dead host costs one timeout, however many ports it has. */
static void ask(void *asker, size_t vip)
{
	struct host *host = asker;
	struct run *run = host->run;
	size_t i = probe_at(host, vip);
	const struct halb_probe_target target =
		halb_vip_target(run, vip, &run->out.hosts[i].host->address);

	if (host->silent && !host->answered)
		note(host, vip, &host->silence);
	else
		halb_probe_start(run->prober, &target, run->timeout, on_result,
				 &run->host_probes[i]);
}

static const struct round_ops ops = { .open = is_open, .ask = ask, .begin = begin };

static void init_host(struct run *run, struct host *host)
{
	size_t most = IN_FLIGHT_MOST / run->site->stack.n_hosts;

	host->run = run;
	host->round = (struct round){ .run = run,
				      .ops = &ops,
				      .asker = host,
				      .n = run->out.n_vips,
				      .most = most ? most : 1,
				      .aside = true };
}

enum halb_status halb_hosts_open(struct run *run, struct halb_error *err)
{
	const struct halb_stack *stack = &run->site->stack;
	struct halb_verification *out = &run->out;
	size_t n = out->n_vips * stack->n_hosts;

	if (!n)
		return HALB_OK;
	out->hosts = calloc(n, sizeof *out->hosts);
	run->host_probes = calloc(n, sizeof *run->host_probes);
	run->hosts = calloc(stack->n_hosts, sizeof *run->hosts);
	if (!out->hosts || !run->host_probes || !run->hosts)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		out->hosts[i].host = &stack->hosts[i % stack->n_hosts];
		run->host_probes[i].run = run;
	}
	for (size_t i = 0; i < out->n_vips; i++) {
		out->vips[i].hosts = &out->hosts[i * stack->n_hosts];
		out->vips[i].n_hosts = stack->n_hosts;
	}
	for (size_t i = 0; i < stack->n_hosts; i++)
		init_host(run, &run->hosts[i]);
	return HALB_OK;
}

void halb_hosts_start(struct run *run)
{
	for (size_t i = 0; run->hosts && i < run->site->stack.n_hosts; i++)
		halb_round_start(&run->hosts[i].round);
}
