/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files: read with a bound, created only if new, replaced only as a whole. */
#ifndef HALB_BASE_FILE_H
#define HALB_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "halb/base/buf.h"
#include "halb/base/error.h"

/*
 * Appends the content of `path` to `out`. HALB_E_NOTFOUND where there is no such file,
 * HALB_E_UNREACHABLE where it cannot be read, HALB_E_MALFORMED where it is longer than `most`.
 */
enum halb_status halb_file_read(const char *path, size_t most, struct halb_buf *out,
				struct halb_error *err) HALB_CHECKED;

/* Creates `path` with that content; refuses to overwrite. HALB_E_CANTCREATE. */
enum halb_status halb_file_create(const char *path, mode_t mode, const void *data, size_t len,
				  struct halb_error *err) HALB_CHECKED;

/* Whether halb_file_replace() could do it by now; makes nothing. Refuses what is no regular file.
 * HALB_E_CANTCREATE. */
enum halb_status halb_file_replaceable(const char *path, struct halb_error *err) HALB_CHECKED;

/* Replaces `path` by a temporary file, fsync and rename(2): all or nothing. HALB_E_CANTCREATE. */
enum halb_status halb_file_replace(const char *path, mode_t mode, const void *data, size_t len,
				   struct halb_error *err) HALB_CHECKED;

/* Makes the directory with all above it, mode 700, on the disk; false: errno tells why not. */
bool halb_file_make_directory(const char *path) HALB_CHECKED;

#endif
