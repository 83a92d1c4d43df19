/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's lines: each one JSON object (RFC 8259), the first of its keys says which it is. */
#ifndef HALB_APPLY_LINE_PRIV_H
#define HALB_APPLY_LINE_PRIV_H

#include "halb/apply/journal.h"

/* Each appends one line with its end. What cannot be said makes `out` bad. */
void halb_line_head(const char *id, time_t time, const struct halb_run_head *head,
		    struct halb_buf *out);
void halb_line_step(size_t which, const struct halb_step *step, struct halb_buf *out);
/* `word` is a step's state, or "put back"; `why` may be NULL. */
void halb_line_outcome(size_t which, const char *word, const char *why, struct halb_buf *out);
void halb_line_server(const char *server, struct halb_buf *out);
void halb_line_end(enum halb_run_end end, time_t time, struct halb_buf *out);

/* What the start of a file's last line is where the run has ended. */
#define HALB_LINE_END "{\"end\":"

/* Reads one line into the run. HALB_E_MALFORMED. */
enum halb_status halb_line_take(const char *line, size_t len, struct halb_run *run,
				struct halb_error *err) HALB_CHECKED;

#endif
