/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the rendered files: first all of them aside, where HAProxy and Keepalived judge them, then
 * each into its place by a rename(2). What can fail has failed before the first rename.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "halb/base/file.h"
#include "halb/base/log.h"
#include "halb/base/spawn.h"
#include "render.h"

#define JUDGE_WAIT (20 * HALB_SEC)

static enum halb_status fail_path(struct halb_error *err, const char *path)
{
	halb_fail(err, HALB_E_CANTCREATE, "%s: %s", path, strerror(errno));
	return halb_hint(err, "you must be able to write there; -o DIR names another directory");
}

/* Joins with '/'; what does not fit is no path that anybody has. */
static enum halb_status join(char out[PATH_MAX], const char *dir, const char *name,
			     struct halb_error *err)
{
	if (snprintf(out, PATH_MAX, "%s/%s", dir, name) < PATH_MAX)
		return HALB_OK;
	errno = ENAMETOOLONG;
	return fail_path(err, dir);
}

static enum halb_status make_directory(const char *path, struct halb_error *err)
{
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return fail_path(err, path);
	return HALB_OK;
}

/* The hosts' directories below `dir`. */
static enum halb_status make_directories(const struct rendering *all, const char *dir,
					 struct halb_error *err)
{
	enum halb_status st = make_directory(dir, err);
	char path[PATH_MAX];

	for (size_t i = 0; st == HALB_OK && i < all->n_hosts; i++) {
		st = join(path, dir, all->hosts[i].host, err);
		if (st == HALB_OK)
			st = make_directory(path, err);
	}
	return st;
}

/* Takes away the files that are still aside, and the directories as far as they are empty. */
static void remove_directories(const struct rendering *all, const char *dir, bool files)
{
	char path[PATH_MAX];

	for (size_t i = 0; files && i < all->n; i++)
		if (join(path, dir, all->files[i].path, NULL) == HALB_OK)
			(void)unlink(path);
	for (size_t i = 0; i < all->n_hosts; i++)
		if (join(path, dir, all->hosts[i].host, NULL) == HALB_OK)
			(void)rmdir(path);
	(void)rmdir(dir);
}

static enum halb_status write_aside(const struct rendering *all, const char *aside,
				    struct halb_error *err)
{
	enum halb_status st = make_directories(all, aside, err);
	char path[PATH_MAX];

	for (size_t i = 0; st == HALB_OK && i < all->n; i++) {
		st = join(path, aside, all->files[i].path, err);
		if (st == HALB_OK)
			st = halb_file_create(path, 0644, all->files[i].text->data,
					      all->files[i].text->len, err);
	}
	return st;
}

static enum halb_status judge(const struct rendered_file *file, const char *aside, bool warn,
			      struct halb_buf *words, struct halb_error *err)
{
	char path[PATH_MAX];
	const char *argv[] = { file->tool[0], file->tool[1], file->tool[2], path, NULL };
	enum halb_status st = join(path, aside, file->path, err);
	int status;

	if (st != HALB_OK)
		return st;
	halb_buf_clear(words);
	st = halb_spawn(argv, -1, halb_now() + JUDGE_WAIT, words, &status, err);
	if (st == HALB_E_NOTFOUND) {
		if (warn)
			halb_log(HALB_LOG_WARN, "%s is not installed here: nothing checked its files",
				 file->tool[0]);
		return HALB_OK;
	}
	if (st != HALB_OK || status == 0)
		return st;
	halb_fail(err, HALB_E_SITE, "%s %s refuses %s (it ended with %d); nothing was written",
		  argv[0], argv[1], file->path, status);
	return halb_hint(err, "correct the site file's stack; the user, interface and CA file that it "
			      "names must be there where render runs, too");
}

/* The files that are the same already keep their times. */
static enum halb_status place(struct rendering *all, const char *aside, const char *dir,
			      struct halb_error *err)
{
	char from[PATH_MAX], to[PATH_MAX];

	for (size_t i = 0; i < all->n; i++) {
		struct halb_buf old = { 0 };
		const struct halb_buf *text = all->files[i].text;
		bool same = render_read(dir, &all->files[i], &old, NULL) == HALB_OK &&
			    old.len == text->len && memcmp(old.data, text->data, old.len) == 0;

		halb_buf_clear(&old);
		if (same)
			continue;
		if (join(from, aside, all->files[i].path, err) != HALB_OK ||
		    join(to, dir, all->files[i].path, err) != HALB_OK)
			return HALB_E_CANTCREATE;
		if (rename(from, to) < 0)
			return fail_path(err, to);
		all->report.items[i].written = true;
		all->report.items[i].changed = true;
	}
	return HALB_OK;
}

enum halb_status render_write(struct rendering *all, const char *dir, struct halb_buf *words,
			      struct halb_error *err)
{
	bool there = access(dir, F_OK) == 0;
	enum halb_status st = make_directory(dir, err);
	char aside[PATH_MAX];

	if (st == HALB_OK)
		st = join(aside, dir, ".render-XXXXXX", err);
	if (st != HALB_OK)
		return st;
	if (!mkdtemp(aside))
		return fail_path(err, dir);
	st = write_aside(all, aside, err);
	for (size_t i = 0; st == HALB_OK && i < all->n; i++)
		st = judge(&all->files[i], aside, i < 2, words, err);
	if (st == HALB_OK)
		st = make_directories(all, dir, err);
	if (st == HALB_OK)
		st = place(all, aside, dir, err);
	remove_directories(all, aside, true);
	if (st != HALB_OK && !there)
		remove_directories(all, dir, false);
	return st;
}
