/* SPDX-License-Identifier: Apache-2.0 */
/* history: the journal, newest first. */
#include <stdlib.h>

#include "cli.h"

static void fill_changes(const struct halb_run *run, struct halb_report_run *out)
{
	for (size_t i = 0; i < run->steps.n; i++)
		out->outcomes[i] = halb_step_state_name(run->steps.items[i].state);
}

static enum halb_status fill(const struct halb_run *run, struct halb_report_run *out,
			     struct halb_error *err)
{
	const struct halb_run_head *head = &run->head;

	*out = (struct halb_report_run){
		.id = run->id, .time = run->time, .command = head->command, .user = head->user,
		.uid = head->uid, .login = head->login, .server = head->server,
		.domain = head->domain, .checksum = head->checksum, .undoes = head->undoes,
		.undone_by = run->undone_by ? run->undone_by->id : NULL,
		.outcome = halb_run_end_name(run), .problem = run->unreadable,
		.plan = &run->plan, .applied = halb_run_changes(run),
		.outcomes = calloc(run->steps.n + 1, sizeof *out->outcomes),
	};
	if (!out->outcomes)
		return halb_fail_nomem(err);
	fill_changes(run, out);
	return HALB_OK;
}

enum halb_status cmd_history(const struct options *opt, struct halb_site *site,
			     struct outcome *out)
{
	struct planning *p = &out->planning;
	struct halb_report_history *history = &out->history;
	enum halb_status st = journaling_init(&p->journaling, &out->error);

	(void)opt;
	(void)site;
	if (st == HALB_OK)
		st = halb_journal_read(&p->journaling.journal, &p->runs, &out->error);
	if (st != HALB_OK)
		return st;
	history->path = p->journaling.path;
	history->runs = calloc(p->runs.n + 1, sizeof *history->runs);
	if (!history->runs)
		return halb_fail_nomem(&out->error);
	while (st == HALB_OK && history->n < p->runs.n) {
		st = fill(&p->runs.items[history->n], &history->runs[history->n], &out->error);
		history->n++;
	}
	out->report.history = history;
	return st;
}

void history_clear(struct halb_report_history *history)
{
	for (size_t i = 0; i < history->n; i++)
		free(history->runs[i].outcomes);
	free(history->runs);
}
