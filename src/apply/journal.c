/* SPDX-License-Identifier: Apache-2.0 */
/* All runs as their files tell them. */
#include "halb/apply/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files_priv.h"
#include "run_priv.h"

#define KEPT_RUNS 1000
#define KEPT_TIME (365 * 24 * 60 * 60) /* seconds */
#define REPLICATION (3 * 60 * 60) /* seconds: how often AD replicates between sites by default */

const char *halb_step_state_name(enum halb_step_state state)
{
	switch (state) {
	case HALB_STEP_OPEN:
		return "not done";
	case HALB_STEP_DONE:
		return "done";
	case HALB_STEP_UNKNOWN:
		return "unknown";
	case HALB_STEP_TWIN:
		return "done by another run";
	case HALB_STEP_CHANGED:
		return "changed since";
	}
	return "unknown";
}

const char *halb_run_end_name(const struct halb_run *run)
{
	if (run->unreadable)
		return "unreadable";
	if (run->undone_by)
		return "undone";
	switch (run->end) {
	case HALB_RUN_OPEN:
		return "unknown";
	case HALB_RUN_APPLIED:
		return "applied";
	case HALB_RUN_PUT_BACK:
		return "put back";
	case HALB_RUN_PARTIAL:
		return "partial";
	}
	return "unknown";
}

bool halb_step_is_ours(const struct halb_step *step)
{
	return step->state != HALB_STEP_OPEN && step->state != HALB_STEP_TWIN;
}

size_t halb_run_changes(const struct halb_run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->steps.n; i++)
		n += halb_step_is_ours(&run->steps.items[i]);
	return n;
}

/* From the newest on, so that of whoever undid a run it is known already whether that stands. */
static void find_undone(struct halb_runs *runs)
{
	for (size_t i = 0; i < runs->n; i++) {
		const struct halb_run *by = &runs->items[i];

		if (!by->head.undoes || by->undone_by || by->end != HALB_RUN_APPLIED)
			continue;
		for (size_t k = i + 1; k < runs->n; k++)
			if (!runs->items[k].undone_by &&
			    strcmp(runs->items[k].id, by->head.undoes) == 0)
				runs->items[k].undone_by = by;
	}
}

/* A file that makes no sense is one of the runs, and says so: the others are worth showing. */
static enum halb_status read_run(int dir, const char *id, struct halb_run *run,
				 struct halb_error *err)
{
	char name[HALB_JOURNAL_NAME];
	int fd = openat(dir, halb_files_name(id, name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct halb_error why;
	enum halb_status st;

	*run = (struct halb_run){ 0 };
	if (fd < 0) {
		snprintf(run->id, sizeof run->id, "%s", id);
		st = halb_fail(&why, HALB_E_UNREACHABLE, "%s", strerror(errno));
	} else {
		st = halb_files_read(fd, id, run, NULL, &why);
		close(fd);
	}
	if (st == HALB_OK)
		return st;
	halb_steps_clear(&run->steps);
	halb_plan_clear(&run->plan);
	run->unreadable = strdup(why.text);
	return st == HALB_E_NOMEM || !run->unreadable ? halb_fail_nomem(err) : HALB_OK;
}

enum halb_status halb_journal_read(const struct halb_journal *journal, struct halb_runs *out,
				   struct halb_error *err)
{
	struct halb_runs runs = { 0 };
	struct halb_ids ids = { 0 };
	int dir;
	enum halb_status st = halb_files_open(journal, false, &dir, err);

	if (st == HALB_E_NOTFOUND) {
		*out = runs;
		return HALB_OK;
	}
	if (st != HALB_OK)
		return st;
	st = halb_files_list(journal, dir, &ids, err);
	runs.items = calloc(ids.n + 1, sizeof *runs.items);
	if (st == HALB_OK && !runs.items)
		st = halb_fail_nomem(err);
	while (st == HALB_OK && runs.n < ids.n) {
		st = read_run(dir, ids.items[runs.n], &runs.items[runs.n], err);
		runs.n++;
	}
	free(ids.items);
	close(dir);
	if (st != HALB_OK) {
		halb_runs_clear(&runs);
		return st;
	}
	find_undone(&runs);
	*out = runs;
	return HALB_OK;
}

static bool is_of(const struct halb_run *run, const char *domain)
{
	return !run->unreadable && run->head.domain && strcmp(run->head.domain, domain) == 0;
}

void halb_journal_where(const struct halb_journal *journal, const char *domain, char *server)
{
	struct halb_ids ids = { 0 };
	bool found = false;
	int dir;

	*server = '\0';
	if (halb_files_open(journal, false, &dir, NULL) != HALB_OK)
		return;
	if (halb_files_list(journal, dir, &ids, NULL) != HALB_OK)
		ids.n = 0;
	for (size_t i = 0; i < ids.n && !found; i++) {
		struct halb_run run;

		found = read_run(dir, ids.items[i], &run, NULL) == HALB_OK && is_of(&run, domain);
		if (found && run.head.server && time(NULL) - run.time < REPLICATION)
			snprintf(server, 256, "%s", run.head.server);
		halb_run_clear(&run);
	}
	free(ids.items);
	close(dir);
}

static bool is_settled(const struct halb_run *run)
{
	return !run->unreadable && run->end != HALB_RUN_OPEN;
}

void halb_journal_prune(const struct halb_journal *journal, time_t now)
{
	struct halb_ids ids = { 0 };
	int dir;

	if (halb_files_open(journal, false, &dir, NULL) != HALB_OK)
		return;
	if (halb_files_list(journal, dir, &ids, NULL) != HALB_OK)
		ids.n = 0;
	for (size_t i = KEPT_RUNS; i < ids.n; i++) {
		char name[HALB_JOURNAL_NAME];
		struct halb_run run;

		if (read_run(dir, ids.items[i], &run, NULL) == HALB_OK && is_settled(&run) &&
		    now - run.time > KEPT_TIME)
			unlinkat(dir, halb_files_name(ids.items[i], name), 0);
		halb_run_clear(&run);
	}
	free(ids.items);
	close(dir);
}

static void drop(const char *text)
{
	free((void *)(uintptr_t)text);
}

void halb_run_clear(struct halb_run *run)
{
	drop(run->head.command);
	drop(run->head.user);
	drop(run->head.login);
	drop(run->head.server);
	drop(run->head.domain);
	drop(run->head.checksum);
	drop(run->head.undoes);
	halb_steps_clear(&run->steps);
	halb_plan_clear(&run->plan);
	free(run->unreadable);
	*run = (struct halb_run){ 0 };
}

void halb_runs_clear(struct halb_runs *runs)
{
	for (size_t i = 0; i < runs->n; i++)
		halb_run_clear(&runs->items[i]);
	free(runs->items);
	*runs = (struct halb_runs){ 0 };
}
