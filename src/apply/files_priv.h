/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's directory and the names in it. */
#ifndef HALB_APPLY_FILES_PRIV_H
#define HALB_APPLY_FILES_PRIV_H

#include "halb/apply/journal.h"

#define HALB_JOURNAL_SUFFIX ".jsonl"
#define HALB_JOURNAL_NAME   (HALB_RUN_ID + sizeof HALB_JOURNAL_SUFFIX)
#define HALB_JOURNAL_TEMP   ".new-"
#define HALB_JOURNAL_MOST   ((size_t)256 << 20) /* bytes of one file */

/*
 * A descriptor of the directory, which is the caller's. HALB_E_NOTFOUND where there is none and it
 * is not to be made; HALB_E_CANTCREATE, also where others may write to it: what stands in a journal
 * is written to the directory when it is undone.
 */
enum halb_status halb_files_open(const struct halb_journal *journal, bool make, int *fd,
				 struct halb_error *err) HALB_CHECKED;

struct halb_ids {
	char (*items)[HALB_RUN_ID]; /* owned; newest first */
	size_t n, room;
};

/* The ids of all runs. Remains of runs that died before their file had its name are removed. */
enum halb_status halb_files_list(const struct halb_journal *journal, int dir, struct halb_ids *out,
				 struct halb_error *err) HALB_CHECKED;

/* A run's file name. */
const char *halb_files_name(const char *id, char name[HALB_JOURNAL_NAME]);

/*
 * Reads the run from its file. What stands there after the last line's end is cut off by a crash:
 * `whole`, which may be NULL, is the length without it.
 */
enum halb_status halb_files_read(int fd, const char *id, struct halb_run *run, size_t *whole,
				 struct halb_error *err) HALB_CHECKED;

#endif
