/* SPDX-License-Identifier: Apache-2.0 */
/* Probes each port of each vIP at the own address of each host of the stack. */
#include "verify_priv.h"

#include <stdlib.h>

#define IN_FLIGHT_MOST 128 /* beside the vIPs' */

/* Probes are sorted by vIP, then by host. */
static size_t host_of(const struct run *run, size_t i)
{
	return i % run->site->stack.n_hosts;
}

static bool is_open(const void *asker, size_t i)
{
	const struct run *run = asker;

	return !run->out.hosts[i].right;
}

/* Whether the host was heard in the last round says nothing about this one. */
static void begin(void *asker)
{
	struct run *run = asker;

	for (size_t i = 0; i < run->site->stack.n_hosts; i++)
		run->hosts[i] = (struct host){ 0 };
}

static void note(struct run *run, size_t i, const struct halb_probe_result *result)
{
	size_t vip = i / run->site->stack.n_hosts;
	struct host *host = &run->hosts[host_of(run, i)];

	run->out.hosts[i].result = *result;
	run->out.hosts[i].right = !halb_probe_failure(run->out.vips[vip].spec, result);
	if (halb_probe_answered(result)) {
		host->answered = true;
	} else {
		host->silent = true;
		host->silence = *result;
	}
	halb_round_answered(&run->hosts_round);
}

static void on_result(void *arg, const struct halb_probe_result *result)
{
	struct host_probe *probe = arg;

	note(probe->run, (size_t)(probe - probe->run->host_probes), result);
}

/* A dead host costs one timeout, however many ports it has. */
static void ask(void *asker, size_t i)
{
	struct run *run = asker;
	const struct host *host = &run->hosts[host_of(run, i)];
	const struct halb_probe_target target = halb_vip_target(
		run, i / run->site->stack.n_hosts, &run->out.hosts[i].host->address);

	if (host->silent && !host->answered)
		note(run, i, &host->silence);
	else
		halb_probe_start(run->prober, &target, run->timeout, on_result,
				 &run->host_probes[i]);
}

static const struct round_ops ops = { .open = is_open, .ask = ask, .begin = begin };

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
		out->hosts[i].host = &stack->hosts[host_of(run, i)];
		run->host_probes[i].run = run;
	}
	for (size_t i = 0; i < out->n_vips; i++) {
		out->vips[i].hosts = &out->hosts[i * stack->n_hosts];
		out->vips[i].n_hosts = stack->n_hosts;
	}
	run->hosts_round = (struct round){ .run = run,
					   .ops = &ops,
					   .asker = run,
					   .n = n,
					   .most = IN_FLIGHT_MOST,
					   .aside = true };
	return HALB_OK;
}

void halb_hosts_start(struct run *run)
{
	if (run->hosts)
		halb_round_start(&run->hosts_round);
}
