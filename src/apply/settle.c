/* SPDX-License-Identifier: Apache-2.0 */
/* Finds out what became of runs that died: the directory knows. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "apply_priv.h"
#include "files_priv.h"
#include "halb/base/log.h"
#include "run_priv.h"
#include "scribe_priv.h"

static enum halb_step_state state_of(enum standing standing)
{
	switch (standing) {
	case STANDS_BEFORE:
		return HALB_STEP_OPEN;
	case STANDS_AFTER:
		return HALB_STEP_DONE;
	case STANDS_OTHERWISE:
		return HALB_STEP_CHANGED;
	}
	return HALB_STEP_CHANGED;
}

static void say(const struct halb_run *run)
{
	size_t done = 0;

	for (size_t i = 0; i < run->steps.n; i++) {
		const struct halb_step *step = &run->steps.items[i];

		done += step->state == HALB_STEP_DONE;
		if (step->state == HALB_STEP_CHANGED)
			halb_log(HALB_LOG_WARN, "%s %s: the %s of %s died while it changed it, and "
						"somebody else has changed it since",
				 step->change->type, step->change->name, run->head.command, run->id);
	}
	halb_log(HALB_LOG_INFO, "the %s of %s died: %zu of its %zu changes are in the directory",
		 run->head.command, run->id, done, run->steps.n);
}

/* What a DC was told to make, and another one does not have, may come by replication yet. */
static enum halb_step_state judge(const struct halb_step *step, const struct halb_image *now,
				  bool elsewhere)
{
	enum halb_step_state state = state_of(halb_step_standing(step, now));

	return elsewhere && state == HALB_STEP_OPEN && halb_step_makes(step) ? HALB_STEP_UNKNOWN
									     : state;
}

/* `here` is false where only the DC that the run wrote to can say what was not done. */
static enum halb_status settle(const struct halb_directory *dir, struct halb_run *run, bool here,
			       struct scribe *scribe, struct halb_error *err)
{
	struct halb_image *now;
	enum halb_status st = halb_steps_look(dir, &run->steps, &now, err);

	if (st != HALB_OK)
		return st;
	for (size_t i = 0; i < run->steps.n; i++) {
		struct halb_step *step = &run->steps.items[i];
		enum halb_step_state was = step->state;

		step->state = judge(step, &now[i], !here);
		if (step->state != was || was == HALB_STEP_OPEN)
			halb_scribe_outcome(scribe, i, false, NULL);
	}
	halb_images_free(now, run->steps.n);
	say(run);
	return HALB_OK;
}

static bool wrote_here(const struct halb_run *run, const struct halb_directory *dir)
{
	return !run->head.server || strcasecmp(run->head.server, dir->server) == 0;
}

/* Whether what is not here may be at the DC that the run wrote to. */
static enum halb_status check_known(const struct halb_run *run, const struct halb_directory *dir,
				    struct halb_error *err)
{
	struct halb_buf names = { 0 };

	halb_steps_list(&run->steps, HALB_STEP_UNKNOWN, ": ", &names);
	if (!names.len)
		return HALB_OK;
	halb_fail(err, HALB_E_RETRY, "the %s of %s ended in the middle, and %.100s does not have "
				     "all of what %.100s may have%s; nothing was written",
		  run->head.command, run->id, dir->server, run->head.server,
		  halb_buf_string(&names));
	halb_buf_clear(&names);
	return halb_hint(err, "start %s and run it again. If that DC is gone for good, halb-dns "
			      "register --force makes them anew", run->head.server);
}

/* Takes over a run of the domain. HALB_E_NOTFOUND where it is none that needs it. */
static enum halb_status take_over(const struct halb_journal *journal, int in, const char *id,
				  const char *domain, struct halb_run *run, struct scribe **out,
				  struct halb_error *why)
{
	struct scribe *scribe = NULL;
	enum halb_status st = halb_scribe_take_over(journal, in, id, run, &scribe, why);

	if (st == HALB_OK && run->head.domain && strcmp(run->head.domain, domain) == 0) {
		*out = scribe;
		return HALB_OK;
	}
	if (st == HALB_OK)
		halb_scribe_free(scribe);
	halb_run_clear(run);
	return st == HALB_OK ? HALB_E_NOTFOUND : st;
}

/* Settles one run, if it needs that. `in` is the journal's directory. */
static enum halb_status settle_one(const struct halb_directory *dir,
				   const struct halb_journal *journal, int in, const char *id,
				   const char *domain, bool force, struct halb_error *err)
{
	struct halb_error why;
	struct scribe *scribe;
	struct halb_run run;
	enum halb_status st = take_over(journal, in, id, domain, &run, &scribe, &why);

	if (st != HALB_OK && st != HALB_E_NOTFOUND)
		halb_log(HALB_LOG_WARN, "journal %s: %s", id, why.text);
	if (st != HALB_OK)
		return HALB_OK;
	st = settle(dir, &run, force || wrote_here(&run, dir), scribe, err);
	if (st == HALB_OK)
		st = check_known(&run, dir, err);
	if (st == HALB_OK || st == HALB_E_RETRY)
		halb_scribe_end(scribe);
	else
		halb_scribe_free(scribe);
	halb_run_clear(&run);
	return st;
}

enum halb_status halb_settle(const struct halb_directory *dir, const struct halb_journal *journal,
			     const char *domain, bool force, struct halb_error *err)
{
	struct halb_ids ids = { 0 };
	int in;
	enum halb_status st = halb_files_open(journal, false, &in, err);

	if (st != HALB_OK)
		return st == HALB_E_NOTFOUND ? HALB_OK : st;
	st = halb_files_list(journal, in, &ids, err);
	for (size_t i = ids.n; st == HALB_OK && i-- > 0;)
		st = settle_one(dir, journal, in, ids.items[i], domain, force, err);
	free(ids.items);
	close(in);
	return st;
}
