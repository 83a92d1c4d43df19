/* SPDX-License-Identifier: Apache-2.0 */
/* Opens, lists and reads what is in the journal's directory. */
#include "files_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "halb/base/file.h"
#include "line_priv.h"

#define STALE (24 * 60 * 60) /* seconds: a file without its name is a dead run's */

/* ---- the directory ---- */

static enum halb_status cannot_open(const struct halb_journal *journal, struct halb_error *err)
{
	halb_fail(err, HALB_E_CANTCREATE, "journal %s: %s", journal->path, strerror(errno));
	return halb_hint(err, "nothing is written to the directory without its journal: make that "
			      "path writable for this user");
}

enum halb_status halb_files_open(const struct halb_journal *journal, bool make, int *out,
				 struct halb_error *err)
{
	struct stat found;
	int fd;

	if (make && !halb_file_make_directory(journal->path))
		return cannot_open(journal, err);
	fd = open(journal->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return halb_fail(err, HALB_E_NOTFOUND, "%s: no journal", journal->path);
	if (fd < 0 || fstat(fd, &found) < 0) {
		cannot_open(journal, err);
		if (fd >= 0)
			close(fd);
		return HALB_E_CANTCREATE;
	}
	if (found.st_uid != geteuid() || (found.st_mode & (S_IWGRP | S_IWOTH))) {
		close(fd);
		halb_fail(err, HALB_E_CANTCREATE, "journal %s: others may write to it",
			  journal->path);
		return halb_hint(err, "it must belong to this user alone: chown and chmod 700 it, "
				      "after looking at what is in it");
	}
	*out = fd;
	return HALB_OK;
}

/* ---- the names ---- */

const char *halb_files_name(const char *id, char name[HALB_JOURNAL_NAME])
{
	snprintf(name, HALB_JOURNAL_NAME, "%s" HALB_JOURNAL_SUFFIX, id);
	return name;
}

static bool is_name(const char *name)
{
	size_t len = strlen(name), suffix = strlen(HALB_JOURNAL_SUFFIX);

	return len > suffix && len - suffix < HALB_RUN_ID &&
	       fnmatch("[0-9]*T[0-9]*Z-[0-9]*" HALB_JOURNAL_SUFFIX, name, 0) == 0;
}

static void remove_stale(int dir, const char *name)
{
	struct stat found;

	if (strncmp(name, HALB_JOURNAL_TEMP, strlen(HALB_JOURNAL_TEMP)) == 0 &&
	    fstatat(dir, name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
	    time(NULL) - found.st_mtime > STALE)
		unlinkat(dir, name, 0);
}

static bool add_id(struct halb_ids *ids, const char *name)
{
	if (ids->n == ids->room) {
		size_t room = ids->room ? 2 * ids->room : 64;
		char (*items)[HALB_RUN_ID] = realloc(ids->items, room * sizeof *items);

		if (!items)
			return false;
		ids->items = items;
		ids->room = room;
	}
	snprintf(ids->items[ids->n++], sizeof *ids->items, "%.*s",
		 (int)(strlen(name) - strlen(HALB_JOURNAL_SUFFIX)), name);
	return true;
}

static int newest_first(const void *a, const void *b)
{
	return strcmp(b, a);
}

enum halb_status halb_files_list(const struct halb_journal *journal, int dir, struct halb_ids *out,
				 struct halb_error *err)
{
	struct halb_ids ids = { 0 };
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd >= 0 ? fdopendir(fd) : NULL;
	bool ok = list != NULL;

	if (!list) {
		cannot_open(journal, err);
		if (fd >= 0)
			close(fd);
		return HALB_E_CANTCREATE;
	}
	for (struct dirent *at = readdir(list); ok && at; at = readdir(list)) {
		if (is_name(at->d_name))
			ok = add_id(&ids, at->d_name);
		else
			remove_stale(dir, at->d_name);
	}
	closedir(list);
	if (!ok) {
		free(ids.items);
		return halb_fail_nomem(err);
	}
	if (ids.n)
		qsort(ids.items, ids.n, sizeof *ids.items, newest_first);
	*out = ids;
	return HALB_OK;
}

/* ---- a file ---- */

static enum halb_status read_all(int fd, struct halb_buf *out, struct halb_error *err)
{
	char block[16384];
	ssize_t n;

	while ((n = pread(fd, block, sizeof block, (off_t)out->len)) > 0 &&
	       out->len <= HALB_JOURNAL_MOST)
		halb_buf_bytes(out, block, (size_t)n);
	if (n < 0)
		return halb_fail(err, HALB_E_UNREACHABLE, "%s", strerror(errno));
	if (n > 0)
		return halb_fail(err, HALB_E_MALFORMED, "longer than %zu bytes", HALB_JOURNAL_MOST);
	return out->bad ? halb_fail_nomem(err) : HALB_OK;
}

/* The steps' changes lie where the plan's array ended up. */
static void tie(struct halb_run *run)
{
	for (size_t i = 0; i < run->steps.n; i++)
		run->steps.items[i].change = &run->plan.changes[i];
}

enum halb_status halb_files_read(int fd, const char *id, struct halb_run *run, size_t *whole,
				 struct halb_error *err)
{
	struct halb_buf text = { 0 };
	enum halb_status st = read_all(fd, &text, err);
	size_t at = 0, line = 1;

	*run = (struct halb_run){ 0 };
	snprintf(run->id, sizeof run->id, "%s", id);
	while (st == HALB_OK && at < text.len) {
		const char *start = halb_buf_string(&text) + at;
		const char *end = memchr(start, '\n', text.len - at);

		if (!end)
			break;
		st = halb_line_take(start, (size_t)(end - start), run, err);
		if (st != HALB_OK)
			halb_fail_in(err, "line %zu", line);
		at += (size_t)(end - start) + 1;
		line++;
	}
	if (st == HALB_OK && !run->head.command)
		st = halb_fail(err, HALB_E_MALFORMED, "it is empty");
	if (whole)
		*whole = at;
	tie(run);
	halb_buf_clear(&text);
	return st;
}
