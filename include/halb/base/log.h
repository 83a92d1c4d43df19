/* SPDX-License-Identifier: Apache-2.0 */
/* What the program says on standard error while it works. Knows nothing above libc. */
#ifndef HALB_BASE_LOG_H
#define HALB_BASE_LOG_H

#include <stdbool.h>

#include "halb/base/error.h"

enum halb_log_level { HALB_LOG_ERROR, HALB_LOG_WARN, HALB_LOG_INFO, HALB_LOG_DEBUG };

/* The most talkative level that is printed; HALB_LOG_WARN until told otherwise. */
void halb_log_set_level(enum halb_log_level level);
enum halb_log_level halb_log_level(void);

/* One line on standard error: "halb-dns: warning: …". Clears a progress line first. */
void halb_log(enum halb_log_level level, const char *fmt, ...) HALB_PRINTF(2, 3);

/*
 * The line that says what is being waited for. Shown only where standard error is a terminal and
 * the level is at least WARN; each call replaces the line before. NULL takes the line away.
 */
void halb_log_progress(const char *fmt, ...) HALB_PRINTF(1, 2);

/* Whether that line is shown at all. */
bool halb_log_shows_progress(void);

#endif
