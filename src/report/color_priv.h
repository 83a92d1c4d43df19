/* SPDX-License-Identifier: Apache-2.0 */
/* Colours of what people read (ECMA-48 SGR). */
#ifndef HALB_REPORT_COLOR_PRIV_H
#define HALB_REPORT_COLOR_PRIV_H

#include "halb/base/buf.h"

enum halb_color {
	HALB_PLAIN,
	HALB_RED,
	HALB_GREEN,
	HALB_YELLOW,
	HALB_CYAN,
	HALB_ALARM /* bold red */
};

void halb_color_put(struct halb_buf *out, const char *text, enum halb_color color);

#endif
