/* SPDX-License-Identifier: Apache-2.0 */
/* Probes each port of each vIP until every layer that is wanted answers. */
#include "verify_priv.h"

#include <stdio.h>
#include <stdlib.h>

#define IN_FLIGHT_MOST 256 /* each holds a descriptor, of which 1024 are common */

static bool is_open(const void *asker, size_t i)
{
	const struct run *run = asker;

	return !run->out.vips[i].right;
}

const struct halb_layer *halb_vip_failure(const struct halb_vip_state *vip)
{
	const struct halb_probe_result *result = &vip->result;

	if (result->tcp.state != HALB_LAYER_OK)
		return &result->tcp;
	if (vip->spec->tls && result->tls.state != HALB_LAYER_OK)
		return &result->tls;
	if (vip->spec->http && result->http.state != HALB_LAYER_OK)
		return &result->http;
	return NULL;
}

static void on_result(void *arg, const struct halb_probe_result *result)
{
	struct vip *vip = arg;
	struct run *run = vip->run;
	struct halb_vip_state *state = &run->out.vips[vip - run->vips];

	state->result = *result;
	state->right = !halb_vip_failure(state);
	halb_round_answered(&run->vips_round);
}

static void ask(void *asker, size_t i)
{
	struct run *run = asker;
	const struct halb_vip_state *state = &run->out.vips[i];
	const struct halb_probe_target target = {
		.address = state->balancer->vip,
		.port = state->spec->port,
		.host = run->vips[i].host,
		.tls = state->spec->tls,
		.http = state->spec->http,
		.ca_file = state->spec->ca_file,
	};

	halb_probe_start(run->prober, &target, run->timeout, on_result, &run->vips[i]);
}

static const struct round_ops ops = { .open = is_open, .ask = ask };

/* The name that clients use is the one that the certificate has to be good for. */
static void name_host(const struct halb_balancer *balancer, struct vip *vip)
{
	const struct halb_name *name = balancer->n_aliases ? balancer->aliases : &balancer->apex;
	char text[HALB_NAME_TEXT];

	snprintf(vip->host, sizeof vip->host, "%s", halb_name_format(name, text));
}

enum halb_status halb_vips_open(struct run *run, struct halb_error *err)
{
	const struct halb_site *site = run->site;
	struct halb_verification *out = &run->out;
	size_t n = 0;

	for (size_t i = 0; i < site->n_balancers; i++)
		n += site->balancers[i].n_probes;
	if (!n)
		return HALB_OK;
	out->vips = calloc(n, sizeof *out->vips);
	run->vips = calloc(n, sizeof *run->vips);
	if (!out->vips || !run->vips)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < site->n_balancers; i++) {
		const struct halb_balancer *balancer = &site->balancers[i];

		for (size_t k = 0; k < balancer->n_probes; k++) {
			struct vip *vip = &run->vips[out->n_vips];

			vip->run = run;
			name_host(balancer, vip);
			out->vips[out->n_vips++] =
				(struct halb_vip_state){ .balancer = balancer,
							 .spec = &balancer->probes[k] };
		}
	}
	run->vips_round = (struct round){
		.run = run, .ops = &ops, .asker = run, .n = n, .most = IN_FLIGHT_MOST
	};
	return halb_prober_new(run->loop, &run->prober, err);
}

void halb_vips_start(struct run *run)
{
	if (run->prober)
		halb_round_start(&run->vips_round);
}

void halb_vips_close(struct run *run)
{
	halb_prober_free(run->prober);
	run->prober = NULL;
}

const char *halb_vip_format(const struct halb_vip_state *vip, char text[HALB_ADDR_TEXT + 8])
{
	char address[HALB_ADDR_TEXT];

	halb_addr_format(&vip->balancer->vip, address);
	snprintf(text, HALB_ADDR_TEXT + 8, vip->balancer->vip.len == 16 ? "[%s]:%u" : "%s:%u",
		 address, vip->spec->port);
	return text;
}
