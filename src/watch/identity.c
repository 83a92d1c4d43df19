/* SPDX-License-Identifier: Apache-2.0 */
/* One GET a turn, answers in the order of their questions. */
#include "identity_priv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "halb/base/deadline.h"

struct question {
	LIST_ENTRY(question) link;
	struct identity *identity;
	size_t balancer;
	int64_t asked;
	char host[HALB_NAME_TEXT]; /* whom clients ask for */
};

struct identity {
	struct halb_watch *watch;
	struct holders *holders;
	const bool *seen;
	struct halb_prober *prober;
	struct halb_timer *timer;
	int64_t period;  /* ns, from one question to the next */
	size_t next;
	int64_t *latest; /* when the last question that was answered was asked; owned */
	LIST_HEAD(, question) questions;
};

/* ---- what was said ---- */

static void take_name(struct identity *identity, const struct question *q, const char *name)
{
	const struct halb_stack_host *host =
		halb_stack_host_named(&identity->watch->site->stack, name);
	struct halb_watch_holder holder = { .at = halb_now(),
					    .source = HALB_WATCH_IDENTITY,
					    .host = host ? host->name : NULL };

	memcpy(holder.said, name, strlen(name) + 1);
	identity->latest[q->balancer] = q->asked;
	identity->watch->holders_known = true;
	holders_note(identity->holders, q->balancer, &holder);
}

/* A later question may be answered first; and the table may see by now, which knows better. */
static void on_answer(void *arg, const struct halb_probe_result *result)
{
	struct question *q = arg;
	struct identity *identity = q->identity;
	char name[HALB_IDENTITY_NAME];

	LIST_REMOVE(q, link);
	if (q->asked > identity->latest[q->balancer] && !identity->seen[q->balancer] &&
	    halb_identity_read(result, name))
		take_name(identity, q, name);
	free(q);
}

/* ---- asking ---- */

static void ask(struct identity *identity, size_t balancer)
{
	const struct halb_site *site = identity->watch->site;
	const struct halb_balancer *b = &site->balancers[balancer];
	struct question *q = calloc(1, sizeof *q);
	struct halb_probe_target target;

	if (!q)
		return; /* the next turn may have what it takes */
	q->identity = identity;
	q->balancer = balancer;
	q->asked = halb_now();
	target = halb_identity_target(&b->vip, site->stack.identity_port,
				      halb_name_format(&b->apex, q->host));
	LIST_INSERT_HEAD(&identity->questions, q, link);
	halb_probe_start(identity->prober, &target, identity->watch->options.timeout, on_answer, q);
}

static enum halb_status arm(struct identity *identity, int64_t at, struct halb_error *err);

static void on_turn(void *arg)
{
	struct identity *identity = arg;
	size_t balancer = identity->next++ % identity->watch->site->n_balancers;
	struct halb_error err;

	identity->timer = NULL;
	if (!identity->seen[balancer])
		ask(identity, balancer);
	if (arm(identity, halb_now() + identity->period, &err) != HALB_OK)
		watch_fail(identity->watch, &err);
}

static enum halb_status arm(struct identity *identity, int64_t at, struct halb_error *err)
{
	return halb_loop_at(identity->watch->parts->loop, at, on_turn, identity, &identity->timer,
			    err);
}

enum halb_status identity_new(struct halb_watch *watch, struct holders *holders, const bool *seen,
			      struct identity **out, struct halb_error *err)
{
	size_t n = watch->site->n_balancers;
	struct identity *identity = calloc(1, sizeof *identity);
	enum halb_status st;

	if (!identity)
		return halb_fail_nomem(err);
	*identity = (struct identity){ .watch = watch, .holders = holders, .seen = seen,
				       .period = watch_turn(watch, watch->options.slow_period),
				       .latest = calloc(n + 1, sizeof *identity->latest) };
	LIST_INIT(&identity->questions);
	st = identity->latest ? halb_prober_new(watch->parts->loop, &identity->prober, err)
			      : halb_fail_nomem(err);
	if (st == HALB_OK)
		st = arm(identity, halb_now(), err);
	if (st != HALB_OK) {
		identity_free(identity);
		return st;
	}
	*out = identity;
	return HALB_OK;
}

void identity_free(struct identity *identity)
{
	struct question *q;

	if (!identity)
		return;
	halb_loop_cancel(identity->watch->parts->loop, identity->timer);
	halb_prober_free(identity->prober);
	while ((q = LIST_FIRST(&identity->questions))) {
		LIST_REMOVE(q, link);
		free(q);
	}
	free(identity->latest);
	free(identity);
}
