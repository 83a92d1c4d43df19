/* SPDX-License-Identifier: Apache-2.0 */
/* Who has the vIPs now that a plan registers. */
#ifndef HALB_CLI_HOLDERS_H
#define HALB_CLI_HOLDERS_H

#include <pthread.h>
#include <semaphore.h>

#include "halb/net/neighbour.h"
#include "halb/plan/plan.h"

/*
 * A look at the vIPs and the stack's hosts. It takes a twentieth of a second, and goes on beside the
 * login, which takes as long. Must not move while it lives.
 */
struct holders {
	const struct halb_site *site;
	struct halb_neighbour *neighbours; /* owned; the vIPs, then the stack's hosts */
	struct halb_sight *seen;           /* owned; one for each */
	size_t n_vips, n;
	bool running; /* the thread is to be joined: it closes what it looked with beside the rest */
	pthread_t thread;
	sem_t looked; /* posted once; until then only the thread touches `seen` and what follows */
	enum halb_status status;
	struct halb_error err;
};

/* Begins to look; of a site with very many vIPs at the first of them only, which is said. */
enum halb_status holders_start(const struct halb_site *site, struct holders *out,
			       struct halb_error *err) HALB_CHECKED;

/* Ends the look, and puts in the plan what is to be said of the vIPs that the plan gives. */
enum halb_status holders_check(struct holders *holders, const struct halb_plan_options *options,
			       struct halb_plan *plan, struct halb_error *err) HALB_CHECKED;

void holders_clear(struct holders *holders);

#endif
