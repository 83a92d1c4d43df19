/* SPDX-License-Identifier: Apache-2.0 */
/* A watch as text. */
#ifndef HALB_REPORT_TEXT_WATCH_PRIV_H
#define HALB_REPORT_TEXT_WATCH_PRIV_H

#include "halb/report/report.h"

void halb_text_watch(const struct halb_watch *watch, struct halb_buf *out);

#endif
