/* SPDX-License-Identifier: Apache-2.0 */
/* What a client is told of each name: the system's resolver's view. */
#include "verify_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum halb_status halb_names_open(struct run *run, struct halb_error *err)
{
	struct halb_verification *out = &run->out;

	if (run->options->skip_system)
		return HALB_OK;
	out->names = calloc(run->questions.n_names + 1, sizeof *out->names);
	if (!out->names)
		return halb_fail_nomem(err);
	out->n_names = run->questions.n_names;
	for (size_t i = 0; i < out->n_names; i++)
		out->names[i].name = run->questions.items[i].name;
	return HALB_OK;
}

enum halb_status halb_name_note(struct halb_name_state *state, const struct halb_chain *chain,
				struct halb_error *err)
{
	struct halb_name *names = calloc(chain->n_names, sizeof *names);
	struct halb_addr *addresses = calloc(chain->n_records + 1, sizeof *addresses);

	if (!names || !addresses) {
		free(names);
		free(addresses);
		return halb_fail_nomem(err);
	}
	memcpy(names, chain->names, chain->n_names * sizeof *names);
	for (size_t i = 0; i < chain->n_records; i++)
		addresses[i] = chain->records[i]->addr;
	free(state->chain);
	free(state->addresses);
	state->chain = names;
	state->n_chain = chain->n_names;
	state->addresses = addresses;
	state->n_addresses = chain->n_records;
	return HALB_OK;
}

void halb_names_report(struct run *run, const struct source *system)
{
	for (size_t i = 0; i < run->out.n_names; i++) {
		struct halb_name_state *state = &run->out.names[i];
		const struct look *look = &system->asked[i].look;

		state->right = look->outcome == OUTCOME_RIGHT;
		state->took = look->took;
		snprintf(state->text, sizeof state->text, "%s", look->text);
	}
}
