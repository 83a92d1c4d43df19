/* SPDX-License-Identifier: Apache-2.0 */
/* What pages of HTML are made of. */
#ifndef HALB_REPORT_HTML_PRIV_H
#define HALB_REPORT_HTML_PRIV_H

#include "report_priv.h"
#include "text_watch_priv.h"

/* A text of somebody else's, as text: in an element, or in an attribute between quotes. What no
 * character is, or would turn the order of others around, becomes U+FFFD. */
void halb_html_text(const char *text, struct halb_buf *out);

#endif
