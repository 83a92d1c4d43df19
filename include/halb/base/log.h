/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the program says on standard error while it works: lines that stay, and below them, on a
 * terminal, lines that are replaced in place. Nobody else writes to that terminal meanwhile.
 */
#ifndef HALB_BASE_LOG_H
#define HALB_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "halb/base/error.h"

enum halb_log_level {
	HALB_LOG_ERROR,
	HALB_LOG_WARN,
	HALB_LOG_NOTICE, /* what happens, and is news though nothing need be wrong */
	HALB_LOG_INFO,
	HALB_LOG_DEBUG
};

/* The most talkative level that is printed; HALB_LOG_NOTICE until told otherwise. */
void halb_log_set_level(enum halb_log_level level);
enum halb_log_level halb_log_level(void);

/* One line on standard error: "halb-dns: warning: …". It comes to stand above the progress. What a
 * terminal would obey is escaped (halb_utf8_put). */
void halb_log(enum halb_log_level level, const char *fmt, ...) HALB_PRINTF(2, 3);

/*
 * What is being waited for, or how it stands: one line or several, without a newline at the end.
 * Shown only where standard error is a terminal that this program has, and the level is at least
 * WARN; each call replaces what was shown before. Cut to the terminal as it is now, which may have
 * been resized. Colours (SGR) are let through, nothing else that a terminal obeys. NULL takes it
 * away.
 */
void halb_log_progress(const char *fmt, ...) HALB_PRINTF(1, 2);

/* Whether progress is shown at all. */
bool halb_log_shows_progress(void);

/* How many lines of progress there is room for now, so that one above stays: 1 at the least, and 1
 * where the terminal cannot go back up (TERM). */
size_t halb_log_room(void);

#endif
