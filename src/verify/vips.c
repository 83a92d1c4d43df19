/* SPDX-License-Identifier: Apache-2.0 */
/* Probes each port of each vIP until every layer that is wanted answers. */
#include "verify_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IN_FLIGHT_MOST 256 /* each holds a descriptor, of which 1024 are common */

static bool is_open(const void *asker, size_t i)
{
	const struct run *run = asker;

	return !run->out.vips[i].right;
}

const struct halb_layer *halb_probe_failure(const struct halb_probe_spec *spec,
					    const struct halb_probe_result *result)
{
	if (result->tcp.state != HALB_LAYER_OK)
		return &result->tcp;
	if (spec->tls && result->tls.state != HALB_LAYER_OK)
		return &result->tls;
	if (spec->http && result->http.state != HALB_LAYER_OK)
		return &result->http;
	return NULL;
}

bool halb_probe_answered(const struct halb_probe_result *result)
{
	return result->tcp.state == HALB_LAYER_OK || result->tcp.state == HALB_LAYER_REFUSED;
}

static void on_result(void *arg, const struct halb_probe_result *result)
{
	struct vip *vip = arg;
	struct run *run = vip->run;
	struct halb_vip_state *state = &run->out.vips[vip - run->vips];

	state->result = *result;
	state->right = !halb_probe_failure(state->spec, result);
	halb_round_answered(&run->vips_round);
}

struct halb_probe_target halb_vip_target(const struct run *run, size_t vip,
					 const struct halb_addr *address)
{
	const struct halb_probe_spec *spec = run->out.vips[vip].spec;
	const struct vip *names = &run->vips[vip];

	return (struct halb_probe_target){
		.address = *address,
		.port = spec->port,
		.host = names->names[0],
		.tls = spec->tls,
		.http = spec->http,
		.ca_file = spec->ca_file,
		.names = (const char *const *)names->names,
		.n_names = names->n_names,
	};
}

static void ask(void *asker, size_t i)
{
	struct run *run = asker;
	const struct halb_probe_target target =
		halb_vip_target(run, i, &run->out.vips[i].balancer->vip);

	halb_probe_start(run->prober, &target, run->timeout, on_result, &run->vips[i]);
}

static const struct round_ops ops = { .open = is_open, .ask = ask };

static bool add_name(struct vip *vip, const struct halb_name *name)
{
	char text[HALB_NAME_TEXT];

	vip->names[vip->n_names] = strdup(halb_name_format(name, text));
	return vip->names[vip->n_names] && ++vip->n_names;
}

/* The name that clients use comes first: the certificate has to be good for it. */
static bool add_names(const struct halb_balancer *balancer, struct vip *vip)
{
	bool ok;

	vip->names = calloc(balancer->n_aliases + 1, sizeof *vip->names);
	ok = vip->names != NULL;
	for (size_t i = 0; ok && i < balancer->n_aliases; i++)
		ok = add_name(vip, &balancer->aliases[i]);
	return ok && add_name(vip, &balancer->apex);
}

static bool add_balancer(struct run *run, const struct halb_balancer *balancer)
{
	struct halb_verification *out = &run->out;

	for (size_t k = 0; k < balancer->n_probes; k++) {
		struct vip *vip = &run->vips[out->n_vips];

		*vip = (struct vip){ .run = run, .sight = run->n_sights };
		run->n_vips++;
		out->vips[out->n_vips++] = (struct halb_vip_state){ .balancer = balancer,
								    .spec = &balancer->probes[k] };
		if (!add_names(balancer, vip))
			return false;
	}
	run->n_sights += balancer->n_probes > 0;
	return true;
}

enum halb_status halb_vips_open(struct run *run, struct halb_error *err)
{
	const struct halb_site *site = run->site;
	size_t n = 0;

	for (size_t i = 0; i < site->n_balancers; i++)
		n += site->balancers[i].n_probes;
	if (!n)
		return HALB_OK;
	run->out.vips = calloc(n, sizeof *run->out.vips);
	run->vips = calloc(n, sizeof *run->vips);
	if (!run->out.vips || !run->vips)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < site->n_balancers; i++)
		if (!add_balancer(run, &site->balancers[i]))
			return halb_fail_nomem(err);
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

void halb_vips_clear(struct run *run)
{
	for (size_t i = 0; i < run->n_vips; i++) {
		for (size_t k = 0; k < run->vips[i].n_names; k++)
			free(run->vips[i].names[k]);
		free(run->vips[i].names);
	}
	free(run->vips);
}

const char *halb_endpoint_format(const struct halb_addr *address, uint16_t port,
				 char text[ENDPOINT_TEXT])
{
	char plain[HALB_ADDR_TEXT];

	halb_addr_format(address, plain);
	snprintf(text, ENDPOINT_TEXT, address->len == 16 ? "[%s]:%u" : "%s:%u", plain, port);
	return text;
}
