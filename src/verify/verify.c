/* SPDX-License-Identifier: Apache-2.0 */
/* One run on one loop: everybody is asked at once, and again until all holds or time is up. */
#include "verify_priv.h"

#include <stdlib.h>

#include "halb/base/deadline.h"

/* What was asked at the last moment may still be answered. */
#define GRACE (100 * HALB_MSEC)

void halb_run_ended(struct run *run, bool last)
{
	halb_progress_tell(run, false);
	run->n_running -= last;
	if (!run->n_running)
		halb_loop_stop(run->loop);
}

void halb_run_fail(struct run *run, enum halb_status st, const struct halb_error *err)
{
	if (run->status == HALB_OK) {
		run->status = st;
		run->err = *err;
	}
	halb_loop_stop(run->loop);
}

static void tick(void *arg);

static void set_tick(struct run *run)
{
	struct halb_timer *timer; /* ends with the loop */
	struct halb_error err;
	enum halb_status st =
		halb_loop_at(run->loop, halb_now() + HALB_SEC, tick, run, &timer, &err);

	if (st != HALB_OK)
		halb_run_fail(run, st, &err);
}

static void tick(void *arg)
{
	struct run *run = arg;

	halb_progress_tell(run, true);
	set_tick(run);
}

static enum halb_status open_all(struct run *run, const struct halb_dc_list *servers,
				 struct halb_error *err)
{
	enum halb_status st = halb_loop_new(&run->loop, err);

	if (st == HALB_OK)
		st = halb_questions_of(run->site, &run->questions, err);
	if (st == HALB_OK)
		st = halb_names_open(run, err);
	if (st == HALB_OK)
		st = halb_sources_open(run, servers, err);
	if (st == HALB_OK)
		st = halb_vips_open(run, err);
	if (st == HALB_OK)
		st = halb_hosts_open(run, err);
	if (st == HALB_OK)
		st = halb_holders_open(run, err);
	if (st == HALB_OK)
		st = halb_identities_open(run, err);
	return st;
}

static int64_t limit_of(const struct run *run)
{
	int64_t answer = run->started + run->timeout;

	if (run->options->limit)
		return run->started + run->options->limit;
	return (run->until > answer ? run->until : answer) + GRACE;
}

/*
 * The loop's limit is for answers that never come; a single look is over when its questions are.
 * Starting counts as running, or the first to be answered at once would stop the loop.
 */
static enum halb_status look(struct run *run, struct halb_error *err)
{
	int64_t limit = limit_of(run);
	enum halb_status st = HALB_OK;

	run->n_running = 1;
	halb_vips_start(run);
	halb_hosts_start(run);
	halb_holders_start(run);
	halb_identities_start(run);
	halb_sources_start(run);
	run->n_running--;
	if (run->options->progress)
		set_tick(run);
	if (run->n_running && run->status == HALB_OK)
		st = halb_loop_run(run->loop, limit, err);
	if (run->status != HALB_OK) {
		*err = run->err;
		return run->status;
	}
	return st == HALB_E_RETRY ? HALB_OK : st;
}

static void run_clear(struct run *run)
{
	run->over = true;
	halb_sources_close(run);
	halb_vips_close(run);
	halb_inquiry_free(run->inquiry);
	halb_loop_free(run->loop);
	for (size_t i = 0; i < run->n_sources; i++)
		free(run->sources[i].asked);
	free(run->sources);
	halb_vips_clear(run);
	free(run->hosts);
	free(run->host_probes);
	free(run->identities);
	free(run->questions.items);
	halb_buf_clear(&run->shown);
	halb_verification_clear(&run->out);
}

/* No answer takes longer than the whole may: the first one has to be heard. */
static struct run run_of(const struct halb_site *site, const struct halb_verify_options *options)
{
	int64_t now = halb_now(), timeout = options->query_timeout;

	if (options->wait > 0 && options->wait < timeout)
		timeout = options->wait;
	return (struct run){ .site = site,
			     .options = options,
			     .started = now,
			     .until = now + options->wait,
			     .timeout = timeout };
}

enum halb_status halb_verify_run(const struct halb_site *site, const struct halb_dc_list *servers,
				 const struct halb_verify_options *options,
				 struct halb_verification *out, struct halb_error *err)
{
	struct run run = run_of(site, options);
	struct halb_error own;
	enum halb_status st = open_all(&run, servers, &own);

	if (st == HALB_OK)
		st = look(&run, &own);
	if (st == HALB_OK) {
		run.out.took = halb_now() - run.started;
		run.over = true;
		halb_sources_close(&run);
		halb_vips_close(&run);
		halb_sources_report(&run);
		halb_holders_report(&run);
		st = halb_verdict(&run, &own);
	}
	if (st == HALB_OK) {
		*out = run.out;
		run.out = (struct halb_verification){ 0 };
	} else if (err) {
		*err = own;
	}
	run_clear(&run);
	return st;
}

void halb_verification_clear(struct halb_verification *verification)
{
	for (size_t i = 0; i < verification->n_names; i++) {
		free(verification->names[i].chain);
		free(verification->names[i].addresses);
	}
	free(verification->names);
	free(verification->servers);
	free(verification->vips);
	free(verification->hosts);
	halb_findings_clear(&verification->findings);
	*verification = (struct halb_verification){ 0 };
}
