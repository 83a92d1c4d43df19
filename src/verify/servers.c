/* SPDX-License-Identifier: Apache-2.0 */
/* Asks each DC and the system's resolver, and keeps what each of them said last. */
#include "verify_priv.h"

#include <stdio.h>
#include <stdlib.h>

#define IN_FLIGHT_MOST 64 /* questions to one server at a time */
#define DNS_PORT       53
#define NO_ADDRESS     "its name has no address"

static const struct question *question_of(const struct asked *asked)
{
	return &asked->source->run->questions.items[asked - asked->source->asked];
}

static bool is_open(const void *asker, size_t i)
{
	const struct source *source = asker;
	const struct look *look = &source->asked[i].look;
	const struct question *question = &source->run->questions.items[i];

	/* Nobody knows whether an optional one was ever meant to be: one answer is enough. */
	return !halb_outcome_is_settled(look->outcome) &&
	       !(look->answered && halb_question_is_optional(question));
}

static void note_failure(struct look *look, enum outcome outcome, const char *text)
{
	look->outcome = outcome;
	snprintf(look->text, sizeof look->text, "%s", text);
}

/*
 * Nobody answered. The rest of the round counts the same without being asked: a dead server costs
 * one time-out a round, not one for each name.
 */
static void note_silence(struct asked *asked, const char *text)
{
	struct source *source = asked->source;

	if (halb_question_is_optional(question_of(asked))) {
		note_failure(&asked->look,
			     source->answered ? OUTCOME_NOT_HOSTED : OUTCOME_UNREACHABLE, text);
		return;
	}
	source->silent = true;
	note_failure(&asked->look, OUTCOME_UNREACHABLE, text);
	for (size_t i = source->round.next; i < source->round.n; i++)
		if (is_open(source, i))
			note_failure(&source->asked[i].look, OUTCOME_UNREACHABLE, text);
	halb_round_cut(&source->round);
}

/* The serial counts only where the server holds the zone; the question is settled either way. */
static void note_serial(struct asked *asked, const struct halb_reply *reply)
{
	struct source *source = asked->source;

	asked->look.outcome = OUTCOME_RIGHT;
	if (!reply->authoritative || !reply->has_serial || !reply->n_answers)
		return;
	source->has_serial = true;
	source->serial = reply->serial;
}

static enum halb_status note_reply(struct asked *asked, const struct halb_query_result *result,
				   struct halb_error *err)
{
	struct source *source = asked->source;
	const struct question *q = question_of(asked);
	struct halb_chain chain;
	enum halb_status st;

	source->answered = true;
	source->silent = false;
	asked->look.answered = true;
	asked->look.authoritative = result->reply->authoritative;
	asked->look.took = result->took;
	if (!q->balancer) {
		note_serial(asked, result->reply);
		return HALB_OK;
	}
	st = halb_question_judge(q, source->dc != NULL, result->reply, &asked->look, &chain, err);
	if (st != HALB_OK)
		return st;
	if (!source->dc)
		st = halb_name_note(&source->run->out.names[asked - source->asked], &chain, err);
	halb_chain_clear(&chain);
	return st;
}

static void note_nonsense(struct asked *asked, const char *text)
{
	asked->source->answered = true;
	asked->source->silent = false;
	if (question_of(asked)->balancer)
		note_failure(&asked->look, OUTCOME_MALFORMED, text);
	else
		asked->look.outcome = OUTCOME_RIGHT; /* then there is no serial */
}

static void on_answer(void *arg, const struct halb_query_result *result)
{
	struct asked *asked = arg;
	struct source *source = asked->source;
	enum halb_status st = HALB_OK;
	struct halb_error err;

	if (source->run->over)
		return;
	if (result->status == HALB_OK)
		st = note_reply(asked, result, &err);
	else if (result->status == HALB_E_NOMEM)
		st = halb_fail_nomem(&err);
	else if (result->status == HALB_E_MALFORMED)
		note_nonsense(asked, result->text);
	else
		note_silence(asked, result->text);
	if (st != HALB_OK)
		halb_run_fail(source->run, st, &err);
	halb_round_answered(&source->round);
}

static void ask(void *asker, size_t i)
{
	struct source *source = asker;
	const struct question *q = &source->run->questions.items[i];

	halb_resolver_query(source->resolver, &q->name, q->type, on_answer, &source->asked[i]);
}

static const struct round_ops ops = { .open = is_open, .ask = ask };

/* `address` NULL: the servers of /etc/resolv.conf. */
static enum halb_status open_source(struct run *run, struct source *source,
				    const struct halb_addr *address, size_t n_questions,
				    struct halb_error *err)
{
	uint16_t port = run->options->port ? run->options->port : DNS_PORT;

	source->run = run;
	source->round = (struct round){
		.run = run, .ops = &ops, .asker = source, .n = n_questions, .most = IN_FLIGHT_MOST
	};
	source->asked = calloc(run->questions.n, sizeof *source->asked);
	if (!source->asked)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < run->questions.n; i++)
		source->asked[i] = (struct asked){ .source = source, .look.text = "no answer yet" };
	if (address && !address->len) {
		for (size_t i = 0; i < n_questions; i++)
			note_failure(&source->asked[i].look, OUTCOME_UNREACHABLE, NO_ADDRESS);
		source->silent = true;
		return HALB_OK;
	}
	return halb_resolver_new(run->loop, address, port, run->timeout, &source->resolver, err);
}

enum halb_status halb_sources_open(struct run *run, const struct halb_dc_list *servers,
				   struct halb_error *err)
{
	const struct halb_addr *system = &run->options->system_server;
	enum halb_status st = HALB_OK;

	run->sources = calloc(servers->n + 1, sizeof *run->sources);
	run->out.servers = calloc(servers->n + 1, sizeof *run->out.servers);
	if (!run->sources || !run->out.servers)
		return halb_fail_nomem(err);
	run->out.n_servers = servers->n;
	for (size_t i = 0; st == HALB_OK && i < servers->n; i++) {
		struct source *source = &run->sources[run->n_sources++];

		source->dc = &servers->items[i];
		source->name = servers->items[i].name;
		st = open_source(run, source, &source->dc->address, run->questions.n, err);
	}
	if (st == HALB_OK && !run->options->skip_system) {
		struct source *source = &run->sources[run->n_sources++];

		source->name = "resolver";
		st = open_source(run, source, system->len ? system : NULL, run->questions.n_names,
				 err);
	}
	return st;
}

void halb_sources_start(struct run *run)
{
	for (size_t i = 0; i < run->n_sources; i++)
		if (run->sources[i].resolver)
			halb_round_start(&run->sources[i].round);
}

void halb_sources_close(struct run *run)
{
	for (size_t i = 0; i < run->n_sources; i++) {
		struct source *source = &run->sources[i];

		halb_resolver_free(source->resolver);
		source->resolver = NULL;
		for (size_t k = 0; source->asked && k < source->round.n; k++)
			if (source->asked[k].look.outcome == OUTCOME_UNASKED)
				note_failure(&source->asked[k].look, OUTCOME_UNREACHABLE,
					     "no answer in time");
	}
}

/* ---- what is reported ---- */

size_t halb_source_worst(const struct source *source, size_t *n_open)
{
	const struct question *questions = source->run->questions.items;
	enum halb_severity worst = HALB_SEV_OK;
	size_t found = source->round.n;

	*n_open = 0;
	for (size_t i = 0; i < source->round.n; i++) {
		enum halb_severity severity =
			halb_outcome_severity(&questions[i], source->asked[i].look.outcome);

		if (severity > worst) {
			worst = severity;
			found = i;
		}
		*n_open += severity > HALB_SEV_OK;
	}
	return found;
}

void halb_source_describe(const struct source *source, size_t i, const char *between,
			  struct halb_buf *out)
{
	const struct look *look = &source->asked[i].look;

	if (look->outcome == OUTCOME_UNREACHABLE && source->silent)
		halb_buf_text(out, look->text); /* it is all the same for each name */
	else
		halb_look_describe(&source->run->questions.items[i], look, between, out);
}

/* What is worst, in words. */
static void describe(const struct source *source, char *text, size_t size)
{
	struct halb_buf line = { 0 };
	size_t n_open, i = halb_source_worst(source, &n_open);

	if (i < source->round.n)
		halb_source_describe(source, i, ": ", &line);
	if (n_open > 1 && !source->silent)
		halb_buf_printf(&line, " (+%zu more)", n_open - 1);
	snprintf(text, size, "%s", halb_buf_string(&line));
	halb_buf_clear(&line);
}

/* Sums up the names; what was not answered decides nothing, unless another was answered wrong. */
static void sum_up(const struct source *source, struct halb_server_state *state)
{
	bool all_heard = true, foreign = false, wrong = false;

	for (size_t i = 0; i < source->run->questions.n_names; i++) {
		const struct look *look = &source->asked[i].look;

		if (look->outcome == OUTCOME_UNREACHABLE || look->outcome == OUTCOME_MALFORMED) {
			all_heard = false;
			continue;
		}
		foreign = foreign || !look->authoritative;
		wrong = wrong || !halb_outcome_is_usable(look->outcome);
		state->names_right += halb_outcome_is_usable(look->outcome);
	}
	if (foreign || all_heard)
		state->authoritative = foreign ? HALB_SEEN_NO : HALB_SEEN_YES;
	if (wrong || all_heard)
		state->resolving = wrong ? HALB_SEEN_NO : HALB_SEEN_YES;
}

static void report(const struct source *source, struct halb_server_state *state)
{
	snprintf(state->name, sizeof state->name, "%s", source->name);
	state->address = source->dc->address;
	state->dns_reachable = source->answered && !source->silent ? HALB_SEEN_YES : HALB_SEEN_NO;
	state->has_serial = source->has_serial;
	state->serial = source->serial;
	for (size_t i = 0; i < source->round.n; i++)
		if (source->asked[i].look.took > state->took)
			state->took = source->asked[i].look.took;
	sum_up(source, state);
	describe(source, state->text, sizeof state->text);
}

void halb_sources_report(struct run *run)
{
	for (size_t i = 0; i < run->n_sources; i++) {
		if (run->sources[i].dc)
			report(&run->sources[i], &run->out.servers[i]);
		else
			halb_names_report(run, &run->sources[i]);
	}
}
