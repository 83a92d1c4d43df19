/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal: a file for each run that writes, in it what the run intended, with every raw old and
 * new value, and what became of it. It appears, complete and durable, before the first write is
 * sent; while a run is alive it holds a lock on it (flock(2)).
 */
#ifndef HALB_APPLY_JOURNAL_H
#define HALB_APPLY_JOURNAL_H

#include <sys/types.h>

#include "halb/apply/step.h"

#define HALB_RUN_ID 32 /* "20261124T234210Z-417" and some room */

struct halb_journal {
	const char *path; /* of the directory; made, with mode 0700, when it is needed */
	/* Takes a line for each change that was made or put back. */
	void (*audit)(void *arg, const char *line);
	void *arg;
};

/* Who did what where. Texts belong to the caller, or to the run that was read. */
struct halb_run_head {
	const char *command; /* "register" */
	const char *user;    /* of this machine */
	uid_t uid;
	const char *login; /* who the DC takes us for; NULL where it did not say */
	const char *server, *domain, *checksum;
	const char *undoes; /* the id of the run that is undone, or NULL */
};

enum halb_run_end {
	HALB_RUN_OPEN, /* still under way, or nobody has looked yet what became of it */
	HALB_RUN_APPLIED,
	HALB_RUN_PUT_BACK, /* nothing of it is in the directory */
	HALB_RUN_PARTIAL,
};

/* A run as its file tells it. */
struct halb_run {
	char id[HALB_RUN_ID];
	time_t time;
	struct halb_run_head head;
	struct halb_plan plan;   /* its changes, for people: they cannot be applied again */
	struct halb_steps steps; /* one for each change */
	enum halb_run_end end;
	char *unreadable; /* why its file makes no sense, or NULL; owned */
	const struct halb_run *undone_by; /* NULL: it stands */
};

struct halb_runs {
	struct halb_run *items; /* owned; newest first */
	size_t n;
};

/* All runs; none where there is no such directory. HALB_E_CANTCREATE: it cannot be looked into. */
enum halb_status halb_journal_read(const struct halb_journal *journal, struct halb_runs *out,
				   struct halb_error *err) HALB_CHECKED;
void halb_runs_clear(struct halb_runs *runs);

size_t halb_run_changes(const struct halb_run *run); /* that are, or were, in the directory */
const char *halb_run_end_name(const struct halb_run *run); /* "applied", "undone", "unknown", … */
const char *halb_step_state_name(enum halb_step_state state); /* "done", "not done", … */

/*
 * Finds out, from what the directory says, what became of the domain's runs that ended without
 * saying so, and writes it to their files. Runs that are alive are left alone. HALB_E_RETRY where
 * they wrote to another DC and may have made objects there that are not here: made again, one of
 * the two would be renamed by replication. With `force` those count as not made.
 */
enum halb_status halb_settle(const struct halb_directory *dir, const struct halb_journal *journal,
			     const char *domain, bool force, struct halb_error *err) HALB_CHECKED;

/*
 * The DC that was written to last, into `server` (256 bytes), where others may not have got it yet
 * by replication; "" where that is long ago, or not known.
 */
void halb_journal_where(const struct halb_journal *journal, const char *domain, char *server);

/*
 * Removes the files of runs that nobody will undo any more: those that are beyond the newest 1000,
 * older than a year, and known how they ended. What cannot be removed stays.
 */
void halb_journal_prune(const struct halb_journal *journal, time_t now);

/* A sink for halb_journal.audit: syslog(3), facility authpriv. */
void halb_audit_syslog(void *arg, const char *line);

#endif
