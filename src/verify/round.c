/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds of questions: each begins when the one before has ended, after a pause that doubles. */
#include "verify_priv.h"

#include "halb/base/deadline.h"

#define PAUSE_FIRST (100 * HALB_MSEC)
#define PAUSE_MOST  (2 * HALB_SEC)

static bool any_open(const struct round *round)
{
	for (size_t i = 0; i < round->n; i++)
		if (round->ops->open(round->asker, i))
			return true;
	return false;
}

static void begin(void *arg);

/* What is asked aside counts as running only while it asks. */
static void again(void *arg)
{
	struct round *round = arg;

	round->run->n_running += round->aside;
	begin(round);
}

static void end(struct round *round)
{
	struct run *run = round->run;
	int64_t now = halb_now(), at = now + round->pause;
	bool last = now >= run->until || !any_open(round);
	struct halb_timer *timer; /* never cancelled: it ends with the loop */
	struct halb_error err;
	enum halb_status st;

	if (!last) {
		round->pause = round->pause * 2 < PAUSE_MOST ? round->pause * 2 : PAUSE_MOST;
		st = halb_loop_at(run->loop, at < run->until ? at : run->until, again, round,
				  &timer, &err);
		if (st != HALB_OK)
			halb_run_fail(run, st, &err);
	}
	halb_run_ended(run, last || round->aside);
}

/* Starts as many as may be in flight. An answer that comes at once finds `starting` set. */
static void start_some(struct round *round)
{
	if (round->starting)
		return;
	round->starting = true;
	while (round->in_flight < round->most && round->next < round->n) {
		size_t i = round->next++;

		if (!round->ops->open(round->asker, i))
			continue;
		round->in_flight++;
		round->ops->ask(round->asker, i);
	}
	round->starting = false;
	if (!round->in_flight)
		end(round);
}

static void begin(void *arg)
{
	struct round *round = arg;

	round->next = 0;
	if (round->ops->begin)
		round->ops->begin(round->asker);
	start_some(round);
}

void halb_round_start(struct round *round)
{
	round->pause = PAUSE_FIRST;
	round->run->n_running++;
	begin(round);
}

void halb_round_answered(struct round *round)
{
	round->in_flight--;
	start_some(round);
}

void halb_round_cut(struct round *round)
{
	round->next = round->n;
}
