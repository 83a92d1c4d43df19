/* SPDX-License-Identifier: Apache-2.0 */
/* What the formats share. */
#ifndef HALB_REPORT_REPORT_PRIV_H
#define HALB_REPORT_REPORT_PRIV_H

#include "halb/report/report.h"

halb_report_fn halb_report_json, halb_report_text;

#define HALB_UTF8_NONE UINT32_MAX

/*
 * Reads one character (RFC 3629 3) of a text that is not at its end; returns its length in bytes.
 * One byte and HALB_UTF8_NONE where no character begins.
 */
size_t halb_utf8_next(const char *text, uint32_t *code);

/* Whether a terminal might obey the character, or show the rest of the line in another order. */
bool halb_utf8_is_control(uint32_t code);

#endif
