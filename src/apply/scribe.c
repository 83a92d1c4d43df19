/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the file of one run: first all that it intends, then what became of it. */
#include "scribe_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit_priv.h"
#include "files_priv.h"
#include "line_priv.h"

#define BLOCK ((size_t)64 << 10) /* bytes that are held back at most */

struct scribe {
	const struct halb_journal *journal;
	struct halb_run_head head; /* its texts are the caller's, or the run's */
	const struct halb_steps *steps;
	char id[HALB_RUN_ID];
	int fd;
	struct halb_buf out; /* what is not written yet */
};

static bool write_out(struct scribe *scribe)
{
	const char *at = halb_buf_string(&scribe->out);
	size_t left = scribe->out.len;
	bool ok = !scribe->out.bad;

	if (!ok)
		errno = ENOMEM;
	while (ok && left) {
		ssize_t n = write(scribe->fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		ok = n > 0;
		at += ok ? n : 0;
		left -= ok ? (size_t)n : 0;
	}
	/* Its room stays, so that what is said after the writes needs no memory. */
	scribe->out.len = 0;
	scribe->out.bad = false;
	return ok;
}

void halb_scribe_free(struct scribe *scribe)
{
	if (scribe->fd >= 0)
		close(scribe->fd); /* and with it the lock */
	halb_buf_clear(&scribe->out);
	free(scribe);
}

/* ---- a new file ---- */

static void format_id(int64_t ms, char id[HALB_RUN_ID])
{
	time_t seconds = (time_t)(ms / 1000);
	char text[20];
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &tm))
		snprintf(text, sizeof text, "00000000T000000Z");
	snprintf(id, HALB_RUN_ID, "%s-%03d", text, (int)(ms % 1000));
}

/* The id is the time, but never older than the newest: `undo` goes by their order. */
static int64_t first_time(const struct halb_ids *ids)
{
	struct timespec now;
	struct tm tm = { 0 };
	const char *rest;
	int64_t ms, newest;

	clock_gettime(CLOCK_REALTIME, &now);
	ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	rest = ids->n ? strptime(ids->items[0], "%Y%m%dT%H%M%SZ-", &tm) : NULL;
	if (!rest)
		return ms;
	newest = (int64_t)timegm(&tm) * 1000 + strtol(rest, NULL, 10);
	return newest >= ms ? newest + 1 : ms;
}

static bool write_intents(struct scribe *scribe)
{
	halb_line_head(scribe->id, time(NULL), &scribe->head, &scribe->out);
	for (size_t i = 0; i < scribe->steps->n; i++) {
		halb_line_step(i, &scribe->steps->items[i], &scribe->out);
		if (scribe->out.len > BLOCK && !write_out(scribe))
			return false;
	}
	return write_out(scribe) && fsync(scribe->fd) == 0;
}

/* Locks the file while nobody else knows of it, fills it and gives it its name; errno tells. */
static bool make_file(struct scribe *scribe, int dir, const struct halb_ids *ids)
{
	char temp[64], name[HALB_JOURNAL_NAME];
	int64_t ms = first_time(ids);
	bool ok;
	int kept;

	snprintf(temp, sizeof temp, HALB_JOURNAL_TEMP "%lld-%ld", (long long)ms, (long)getpid());
	scribe->fd = openat(dir, temp, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (scribe->fd < 0)
		return false;
	format_id(ms, scribe->id);
	ok = flock(scribe->fd, LOCK_EX | LOCK_NB) == 0 && write_intents(scribe);
	while (ok && linkat(dir, temp, dir, halb_files_name(scribe->id, name), 0) < 0) {
		ok = errno == EEXIST;
		format_id(++ms, scribe->id);
	}
	kept = errno;
	unlinkat(dir, temp, 0);
	errno = kept;
	return ok && fsync(dir) == 0;
}

static enum halb_status no_file(const struct halb_journal *journal, struct halb_error *err)
{
	if (errno == ENOMEM)
		return halb_fail_nomem(err);
	halb_fail(err, HALB_E_CANTCREATE, "journal %s: %s; nothing was written to the directory",
		  journal->path, strerror(errno));
	return halb_hint(err, errno == ENOSPC || errno == EDQUOT
				 ? "every change is recorded first, so that it can be undone: make "
				   "some room there"
				 : "every change is recorded first, so that it can be undone: look "
				   "at that path's file system");
}

enum halb_status halb_scribe_new(const struct halb_journal *journal,
				 const struct halb_run_head *head, const struct halb_steps *steps,
				 struct scribe **out, struct halb_error *err)
{
	struct scribe *scribe = calloc(1, sizeof *scribe);
	struct halb_ids ids = { 0 };
	enum halb_status st;
	int dir = -1;

	if (!scribe)
		return halb_fail_nomem(err);
	*scribe = (struct scribe){ .journal = journal, .head = *head, .steps = steps, .fd = -1 };
	st = halb_files_open(journal, true, &dir, err);
	if (st == HALB_OK)
		st = halb_files_list(journal, dir, &ids, err);
	if (st == HALB_OK && !make_file(scribe, dir, &ids))
		st = no_file(journal, err);
	free(ids.items);
	if (dir >= 0)
		close(dir);
	if (st != HALB_OK) {
		halb_scribe_free(scribe);
		return st;
	}
	*out = scribe;
	return HALB_OK;
}

/* ---- a dead run's file ---- */

/* Whether its last line says how it ended. */
static bool has_ended(int fd)
{
	static const char mark[] = "\n" HALB_LINE_END;
	char tail[256] = "";
	struct stat found;
	ssize_t n;

	if (fstat(fd, &found) < 0)
		return false;
	n = pread(fd, tail, sizeof tail,
		  found.st_size > (off_t)sizeof tail ? found.st_size - (off_t)sizeof tail : 0);
	return n > 0 && tail[n - 1] == '\n' && memmem(tail, (size_t)n, mark, sizeof mark - 1);
}

static int open_dead(int dir, const char *id, struct halb_error *err)
{
	char name[HALB_JOURNAL_NAME];
	int fd = openat(dir, halb_files_name(id, name), O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0) {
		halb_fail(err, errno == ENOENT ? HALB_E_NOTFOUND : HALB_E_CANTCREATE, "%s",
			  strerror(errno));
		return -1;
	}
	/* Ended, or its writer is alive, or another run settles it right now. */
	if (has_ended(fd) || flock(fd, LOCK_EX | LOCK_NB) < 0 || has_ended(fd)) {
		halb_fail(err, HALB_E_NOTFOUND, "it needs nothing");
		close(fd);
		return -1;
	}
	return fd;
}

enum halb_status halb_scribe_take_over(const struct halb_journal *journal, int dir, const char *id,
				       struct halb_run *run, struct scribe **out,
				       struct halb_error *err)
{
	struct scribe *scribe = calloc(1, sizeof *scribe);
	enum halb_status st;
	size_t whole = 0;

	*run = (struct halb_run){ 0 };
	if (!scribe)
		return halb_fail_nomem(err);
	*scribe = (struct scribe){ .journal = journal, .steps = &run->steps, .fd = -1 };
	snprintf(scribe->id, sizeof scribe->id, "%s", id);
	scribe->fd = open_dead(dir, id, err);
	st = scribe->fd < 0 ? err->status : HALB_OK;
	if (st == HALB_OK)
		st = halb_files_read(scribe->fd, id, run, &whole, err);
	/* A line that a crash has cut off would make the next one unreadable. */
	if (st == HALB_OK && ftruncate(scribe->fd, (off_t)whole) < 0)
		st = halb_fail(err, HALB_E_CANTCREATE, "%s", strerror(errno));
	if (st != HALB_OK) {
		halb_scribe_free(scribe);
		return st;
	}
	scribe->head = run->head;
	*out = scribe;
	return HALB_OK;
}

/* ---- what became of it ---- */

const char *halb_scribe_id(const struct scribe *scribe)
{
	return scribe->id;
}

void halb_scribe_flush(struct scribe *scribe)
{
	(void)write_out(scribe);
}

void halb_scribe_serve(struct scribe *scribe, const char *server)
{
	scribe->head.server = server;
}

void halb_scribe_moved(struct scribe *scribe)
{
	halb_line_server(scribe->head.server, &scribe->out);
	halb_scribe_flush(scribe);
}

void halb_scribe_outcome(struct scribe *scribe, size_t which, bool backward, const char *why)
{
	const struct halb_step *step = &scribe->steps->items[which];
	bool back = backward && !why;

	halb_line_outcome(which, back ? "put back" : halb_step_state_name(step->state), why,
			  &scribe->out);
	if (scribe->out.len > BLOCK)
		halb_scribe_flush(scribe);
	if (scribe->journal->audit && !why && (back || step->state == HALB_STEP_DONE))
		halb_audit(scribe->journal, scribe->id, &scribe->head, step, back);
}

static enum halb_run_end how_it_ended(const struct halb_steps *steps)
{
	size_t done = 0, open = 0;

	for (size_t i = 0; i < steps->n; i++) {
		done += steps->items[i].state == HALB_STEP_DONE ||
			steps->items[i].state == HALB_STEP_TWIN;
		open += steps->items[i].state == HALB_STEP_OPEN;
		if (steps->items[i].state == HALB_STEP_UNKNOWN)
			return HALB_RUN_OPEN;
	}
	return done == steps->n ? HALB_RUN_APPLIED
	       : open == steps->n ? HALB_RUN_PUT_BACK : HALB_RUN_PARTIAL;
}

void halb_scribe_end(struct scribe *scribe)
{
	enum halb_run_end end;

	if (!scribe)
		return;
	end = how_it_ended(scribe->steps);
	if (end != HALB_RUN_OPEN)
		halb_line_end(end, time(NULL), &scribe->out);
	if (write_out(scribe))
		(void)fsync(scribe->fd);
	halb_scribe_free(scribe);
}
