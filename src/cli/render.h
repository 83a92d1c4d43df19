/* SPDX-License-Identifier: Apache-2.0 */
/* What render does with the files that it made. */
#ifndef HALB_CLI_RENDER_H
#define HALB_CLI_RENDER_H

#include "cli.h"
#include "halb/render/render.h"

/* A file below the directory of all hosts. */
struct rendered_file {
	char path[160]; /* "lb1/haproxy.cfg" */
	const char *tool[4]; /* what validates it: the file's path comes last; NULL ends it */
	const struct halb_buf *text;
};

struct rendering {
	struct halb_rendered *hosts; /* owned */
	size_t n_hosts;
	struct rendered_file *files; /* owned; two for each host */
	size_t n;
	struct halb_report_files report; /* owned */
};

/* render_diff.c: each file's difference from what stands in `dir`, into the report. */
enum halb_status render_diff(struct rendering *all, const char *dir,
			     struct halb_error *err) HALB_CHECKED;

/*
 * render_write.c: writes all files below `dir`, or leaves all as they were. `words` gets what a
 * program said that refuses one.
 */
enum halb_status render_write(struct rendering *all, const char *dir, struct halb_buf *words,
			      struct halb_error *err) HALB_CHECKED;

/* Reads what stands in `dir` for that file; nothing where it is not there. */
enum halb_status render_read(const char *dir, const struct rendered_file *file,
			     struct halb_buf *out, struct halb_error *err) HALB_CHECKED;

#endif
