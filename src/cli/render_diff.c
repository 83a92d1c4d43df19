/* SPDX-License-Identifier: Apache-2.0 */
/* What the rendered files would change, as diff -u says it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "halb/base/spawn.h"
#include "render.h"

#define DIFF_WAIT (20 * HALB_SEC)

/* A descriptor to read the text from; -1 where there is no memory for it. */
static int readable(const struct halb_buf *text)
{
	int fd = memfd_create("halb-render", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, text->data, text->len) == (ssize_t)text->len &&
	    lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static enum halb_status run_diff(const struct rendered_file *file, const char *path,
				 const char *old, struct halb_buf *said, struct halb_error *err)
{
	const char *argv[] = { "diff", "-u", "--label", path, "--label", file->path, "--", old,
			       "-", NULL };
	int status, input = readable(file->text);
	enum halb_status st;

	if (input < 0)
		return halb_fail_nomem(err);
	st = halb_spawn(argv, input, halb_now() + DIFF_WAIT, said, &status, err);
	close(input);
	if (st == HALB_E_NOTFOUND)
		return halb_hint(err, "install diffutils");
	if (st == HALB_OK && status > 1)
		st = halb_fail(err, HALB_E_INTERNAL, "diff: %.200s", halb_buf_string(said));
	return st;
}

static enum halb_status diff_one(const struct rendered_file *file, const char *dir, char **diff,
				 struct halb_error *err)
{
	struct halb_buf old = { 0 }, said = { 0 };
	char path[PATH_MAX];
	enum halb_status st = render_read(dir, file, &old, err);

	if (st == HALB_OK && (old.len != file->text->len ||
			      (old.len && memcmp(old.data, file->text->data, old.len) != 0))) {
		snprintf(path, sizeof path, "%s/%s", dir, file->path);
		st = run_diff(file, path, old.len ? path : "/dev/null", &said, err);
		if (st == HALB_OK)
			*diff = halb_buf_take_string(&said);
		if (st == HALB_OK && !*diff)
			st = halb_fail_nomem(err);
	}
	halb_buf_clear(&old);
	halb_buf_clear(&said);
	return st;
}

enum halb_status render_diff(struct rendering *all, const char *dir, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	if (access(dir, R_OK | X_OK) < 0) {
		halb_fail(err, HALB_E_UNREACHABLE, "%s: %s", dir, strerror(errno));
		return halb_hint(err, "name the directory with the hosts' files, as -o writes them");
	}
	for (size_t i = 0; st == HALB_OK && i < all->n; i++) {
		struct halb_report_file *to = &all->report.items[i];

		st = diff_one(&all->files[i], dir, &to->diff, err);
		to->changed = to->diff != NULL;
	}
	return st;
}
