/* SPDX-License-Identifier: Apache-2.0 */
/* One run after the other, each of steps that wait for something to become true on the loop. */
#include "drilling.h"

#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "halb/base/deadline.h"
#include "halb/base/log.h"
#include "halb/net/command.h"

#define STEADY_BEFORE HALB_SEC
#define STEADY_WITHIN (10 * HALB_SEC)
#define UNDER_WAY     INT64_MAX /* nothing comes later yet */
#define LOOK_EVERY    (20 * HALB_MSEC) /* whether it is true by now */

struct drilling {
	const struct options *opt;
	struct watching *w;
	struct halb_drill *drill;
	struct halb_drill_run *run;      /* the one under way */
	struct halb_command *command;    /* NULL: none runs */
	struct halb_command_end ended;   /* of the last one */
	int64_t settle;
	unsigned layers; /* bits: those that must be well */
};

typedef bool condition_fn(const struct drilling *d, int64_t now);

static bool is_steady_before(const struct drilling *d, int64_t now)
{
	return halb_watch_is_steady(d->w->watch, d->layers, STEADY_BEFORE, now);
}

static bool has_ended(const struct drilling *d, int64_t now)
{
	(void)now;
	return !d->command;
}

/* A probe that went out right after the command's end tells its result a timeout later only. */
static bool is_steady_again(const struct drilling *d, int64_t now)
{
	return now - d->ended.at >= d->settle + d->w->watch->options.timeout &&
	       halb_watch_is_steady(d->w->watch, d->layers, d->settle, now);
}

/* Runs the loop until it holds, a signal comes, or the time is up. */
static enum halb_status wait_until(const struct drilling *d, condition_fn *holds, int64_t deadline,
				   struct halb_error *err)
{
	enum halb_status st = HALB_OK;
	int64_t now = halb_now();

	while (st == HALB_OK && !d->w->interrupted && !holds(d, now) && now < deadline) {
		st = watching_run(d->w, now + LOOK_EVERY, err);
		if (st == HALB_OK && d->w->watch->error.status != HALB_OK) {
			*err = d->w->watch->error;
			st = err->status;
		}
		now = halb_now();
	}
	return st;
}

static void on_end(void *arg, const struct halb_command_end *end)
{
	struct drilling *d = arg;

	d->command = NULL;
	d->ended = *end;
}

static void say(struct drilling *d, const char *what)
{
	outlets_say(&d->w->outlets, "drill %zu of %u: %s", d->drill->n_runs, d->opt->repeat, what);
}

/* Runs a command to its end, with the terminal to itself: what it prints would stand in the middle of
 * the view. HALB_E_NOTFOUND and the like: it could not be started. */
static enum halb_status run_command(struct drilling *d, const char *const *argv, const char *what,
				    struct halb_error *err)
{
	int64_t deadline = halb_now() + d->opt->command_timeout;
	enum halb_status st;

	live_leave(&d->w->outlets.live, true);
	say(d, what);
	st = halb_command_start(d->w->loop, argv, deadline, on_end, d, &d->command, err);
	if (st == HALB_OK) {
		st = wait_until(d, has_ended, INT64_MAX, err);
		halb_command_kill(d->command);
		d->command = NULL;
	}
	live_leave(&d->w->outlets.live, false);
	return st;
}

static void log_end(const char *what, const struct halb_command_end *end)
{
	if (end->timed_out)
		halb_log(HALB_LOG_WARN, "%s did not end in time and was killed (--command-timeout)",
			 what);
	else if (end->signal)
		halb_log(HALB_LOG_WARN, "%s was ended by signal %d", what, end->signal);
	else if (end->exit)
		halb_log(HALB_LOG_WARN, "%s ended with %d", what, end->exit);
}

static void note_end(struct drilling *d)
{
	struct halb_drill_run *run = d->run;

	run->took = d->ended.at - run->start;
	run->exit = d->ended.exit;
	run->signal = d->ended.signal;
	if (d->ended.timed_out)
		run->end = HALB_DRILL_HUNG;
	else if (d->ended.exit != 0)
		run->end = HALB_DRILL_FAILED;
	log_end(d->drill->command[0], &d->ended);
}

static enum halb_status inject(struct drilling *d, struct halb_error *err)
{
	struct halb_error why;
	enum halb_status st;

	d->ended = (struct halb_command_end){ .exit = -1 };
	d->run->start = halb_now();
	st = run_command(d, d->drill->command, "the command runs", &why);
	if (d->ended.at) {
		note_end(d);
		return st == HALB_OK ? st : halb_fail(err, st, "%s", why.text);
	}
	if (st == HALB_OK) {
		d->run->end = HALB_DRILL_INTERRUPTED;
		return HALB_OK;
	}
	halb_log(HALB_LOG_WARN, "%s", why.text);
	d->run->end = HALB_DRILL_NOT_RUN;
	d->run->start = 0;
	return HALB_OK;
}

static void log_unsteady(const struct drilling *d)
{
	const struct halb_watch *watch = d->w->watch;
	int64_t now = halb_now();

	for (size_t i = 0; i < watch->n_series; i++) {
		const struct halb_watch_series *s = &watch->series[i];

		if (!halb_outages_steady(&s->outages, s->period, STEADY_BEFORE, now))
			halb_log(HALB_LOG_WARN, "%s %s was not good for a second",
				 halb_watch_layer_name(s->layer), s->what);
	}
}

/* Names that are not right do not keep a vIP from moving, unless they are all that was asked for. */
static bool do_without_names(struct drilling *d)
{
	unsigned rest = d->layers & ~(1u << HALB_WATCH_DNS);

	if (!(d->w->watch->options.layers & rest) ||
	    !halb_watch_is_steady(d->w->watch, rest, STEADY_BEFORE, halb_now()))
		return false;
	d->layers = rest;
	return true;
}

/* A run ends well where nothing else was found. */
static enum halb_status one_run(struct drilling *d, struct halb_error *err)
{
	int64_t slowest = 4 * d->w->watch->options.slow_period;
	enum halb_status st;

	say(d, "waiting until all is well");
	st = wait_until(d, is_steady_before,
			halb_now() + (slowest > STEADY_WITHIN ? slowest : STEADY_WITHIN), err);
	if (st != HALB_OK || !is_steady_before(d, halb_now())) {
		d->run->end = d->w->interrupted ? HALB_DRILL_INTERRUPTED : HALB_DRILL_UNSTEADY;
		log_unsteady(d);
		if (st != HALB_OK || d->w->interrupted || !do_without_names(d))
			return st;
		d->run->end = HALB_DRILL_DONE;
	}
	st = inject(d, err);
	if (st != HALB_OK || d->run->end != HALB_DRILL_DONE)
		return st;
	say(d, "waiting until all is well again");
	st = wait_until(d, is_steady_again, d->ended.at + d->opt->duration, err);
	if (d->w->interrupted)
		d->run->end = HALB_DRILL_INTERRUPTED;
	else if (!is_steady_again(d, halb_now()))
		d->run->end = HALB_DRILL_OPEN;
	return st;
}

/* Also after a signal, which asks to end and not to leave the fault where it is; a second one ends
 * that too. */
static enum halb_status heal(struct drilling *d, struct halb_error *err)
{
	const char *const argv[] = { "/bin/sh", "-c", d->drill->heal, NULL };
	bool interrupted = d->w->interrupted;
	struct halb_error why;
	enum halb_status st;

	d->w->interrupted = false;
	d->ended = (struct halb_command_end){ .exit = -1 };
	st = run_command(d, argv, "the healing command runs", &why);
	d->w->interrupted |= interrupted;
	log_end("--heal", &d->ended);
	if (st != HALB_OK && d->ended.at)
		return halb_fail(err, st, "%s", why.text);
	if (st != HALB_OK)
		halb_log(HALB_LOG_WARN, "--heal: %s", why.text);
	if (d->ended.exit == 0)
		return HALB_OK;
	if (d->run->end == HALB_DRILL_DONE || d->run->end == HALB_DRILL_OPEN)
		d->run->end = HALB_DRILL_NOT_HEALED;
	return HALB_OK;
}

static enum halb_status next_run(struct drilling *d, struct halb_error *err)
{
	enum halb_status st;

	d->run = &d->drill->runs[d->drill->n_runs++];
	*d->run = (struct halb_drill_run){ .end = HALB_DRILL_DONE, .took = -1, .until = UNDER_WAY,
					   .exit = -1, .max = -1 };
	st = one_run(d, err);
	d->run->until = halb_now();
	if (d->run->start) {
		halb_drill_measure(d->w->watch, d->run);
		if (st == HALB_OK && d->drill->heal)
			st = heal(d, err);
	}
	return st;
}

enum halb_status drilling_run(const struct options *opt, struct watching *watching,
			      struct halb_drill *drill, struct halb_error *err)
{
	struct drilling d = { .opt = opt, .w = watching, .drill = drill, .settle = opt->settle,
			      .layers = ~0u };
	enum halb_status st = HALB_OK;

	for (unsigned i = 0; st == HALB_OK && i < opt->repeat && !watching->interrupted; i++) {
		st = next_run(&d, err);
		if (drill->runs[i].end != HALB_DRILL_DONE && drill->runs[i].end != HALB_DRILL_OPEN)
			break;
	}
	return st;
}

bool drilling_is_under_way(const struct halb_drill *drill)
{
	return drill->n_runs && drill->runs[drill->n_runs - 1].until == UNDER_WAY;
}

enum halb_status drilling_so_far(const struct halb_watch *watch, const struct halb_drill *drill,
				 struct halb_drill *out, struct halb_error *err)
{
	struct halb_drill_run *runs = calloc(drill->n_runs + 1, sizeof *runs), *last;

	if (!runs)
		return halb_fail_nomem(err);
	memcpy(runs, drill->runs, drill->n_runs * sizeof *runs);
	*out = *drill;
	out->runs = runs;
	if (!drilling_is_under_way(drill))
		return HALB_OK;
	last = &runs[drill->n_runs - 1];
	last->end = HALB_DRILL_INTERRUPTED; /* which is how it would end now */
	if (last->start)
		halb_drill_measure(watch, last);
	return HALB_OK;
}
