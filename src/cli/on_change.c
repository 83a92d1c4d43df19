/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file for each command line and site file, replaced as a whole. The lock beside it lets one of
 * two runs at once tell and keep; the other tells too, since what it saw may be something else.
 */
#include "on_change.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "halb/base/file.h"
#include "halb/base/log.h"
#include "state.h"

#define STATE_MOST ((size_t)64 << 20)

/* The first lines: whose state this is. */
static void put_question(struct halb_buf *out, const struct options *opt)
{
	char *path = realpath(opt->site_path, NULL);

	halb_buf_printf(out, "%s\nhalb-dns", path ? path : opt->site_path);
	for (char **word = opt->line; *word; word++)
		halb_buf_printf(out, " %s", *word);
	halb_buf_text(out, "\n");
	free(path);
}

/* FNV-1a. Two questions of one hash would only tell too often: the file holds the question. */
static uint64_t hash(const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * UINT64_C(1099511628211);
	return h;
}

/* systemd names the directory that it has made for a unit, and may name several. */
static void put_directory(struct halb_buf *out)
{
	const char *given = getenv("STATE_DIRECTORY");

	if (given && given[0] == '/')
		halb_buf_bytes(out, given, strcspn(given, ":"));
	else
		state_put_home(out);
}

static void warn(const char *what, const char *path, const char *why)
{
	halb_log(HALB_LOG_WARN, "--on-change: %s %s: %s", what, path, why);
}

static int take_lock(const char *state)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof path, "%s.lock", state);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (errno != EWOULDBLOCK)
		warn("cannot lock", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* What the last run saw, as far as it can be read: nothing well, nothing wrong where it cannot. */
static bool differs(const char *path, const struct halb_buf *seen, size_t question)
{
	struct halb_error err;
	struct halb_buf before = { 0 };
	enum halb_status st = halb_file_read(path, STATE_MOST, &before, &err);
	bool news = true;

	if (st == HALB_E_NOTFOUND)
		news = seen->len > question;
	else if (st == HALB_OK)
		news = before.len != seen->len || memcmp(before.data, seen->data, seen->len) != 0;
	else
		warn("cannot read", "what the last run saw", err.text);
	halb_buf_clear(&before);
	return news;
}

bool on_change_begin(struct on_change *change, const struct options *opt,
		     const struct halb_report *report)
{
	struct halb_buf directory = { 0 };
	const char *path;
	size_t question;
	bool news = true;

	*change = (struct on_change){ .lock = -1 };
	put_question(&change->seen, opt);
	question = change->seen.len;
	put_directory(&directory);
	halb_buf_printf(&change->path, "%s/%s-%016" PRIx64, halb_buf_string(&directory),
			report->command, hash(halb_buf_string(&change->seen)));
	halb_report_state(report, &change->seen);
	path = halb_buf_string(&change->path);
	if (directory.bad || change->path.bad || change->seen.bad) {
		warn("cannot compare with", "the last run", "out of memory");
	} else if (!halb_file_make_directory(halb_buf_string(&directory))) {
		warn("cannot make", halb_buf_string(&directory), strerror(errno));
	} else {
		change->lock = take_lock(path);
		news = differs(path, &change->seen, question);
	}
	halb_buf_clear(&directory);
	return news;
}

void on_change_end(struct on_change *change, bool told)
{
	const char *path = halb_buf_string(&change->path);
	struct halb_error err;

	if (told && change->lock >= 0 &&
	    halb_file_replace(path, 0600, change->seen.data, change->seen.len, &err) != HALB_OK)
		warn("cannot keep", "what was seen", err.text);
	if (change->lock >= 0)
		close(change->lock);
	halb_buf_clear(&change->path);
	halb_buf_clear(&change->seen);
}
