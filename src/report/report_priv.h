/* SPDX-License-Identifier: Apache-2.0 */
/* What the formats share. */
#ifndef HALB_REPORT_REPORT_PRIV_H
#define HALB_REPORT_REPORT_PRIV_H

#include "halb/base/utf8.h"
#include "halb/report/report.h"

halb_report_fn halb_report_json, halb_report_text, halb_report_nagios, halb_report_prometheus;

/* ---- words.c ---- */

/* `before`, the text, `after`; nothing at all where there is no text. */
void halb_words_around(struct halb_buf *out, const char *before, const char *text,
		       const char *after, const char *also);

/* "kube.lime.lan: expected A 192.168.11.11, found NXDOMAIN [dc2.lime.lan]" */
void halb_words_finding(struct halb_buf *out, const struct halb_finding *finding,
			const char *also);

/* How a run ended, or that it goes on: nothing comes after it yet. */
const char *halb_words_drill_end(const struct halb_drill_run *run);

/* ---- label.c ---- */

/* `before`, `name`="the value"; the value may be NULL. */
void halb_label_put(struct halb_buf *out, const char *before, const char *name, const char *value);

/* ---- lines.c ---- */

/*
 * Appends the lines of `in` to `out`, sorted. Of those that are the same as far as the last `until`
 * in them, or as a whole where there is none, only the first.
 */
void halb_lines_sort(const struct halb_buf *in, char until, struct halb_buf *out);

#endif
