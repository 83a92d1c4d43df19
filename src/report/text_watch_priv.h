/* SPDX-License-Identifier: Apache-2.0 */
/* A watch as text. */
#ifndef HALB_REPORT_TEXT_WATCH_PRIV_H
#define HALB_REPORT_TEXT_WATCH_PRIV_H

#include "halb/report/report.h"

void halb_text_watch(const struct halb_watch *watch, struct halb_buf *out);
void halb_text_drill(const struct halb_watch *watch, const struct halb_drill *drill,
		     struct halb_buf *out);

/* The time of day alone: the day stands in the first line. */
void halb_text_time(const struct halb_watch *watch, int64_t at, struct halb_buf *out);

/* "16.1 ms"; "12.50 s" where milliseconds would be hard to read. */
void halb_text_span(int64_t ns, struct halb_buf *out);

#endif
