/* SPDX-License-Identifier: Apache-2.0 */
/* A text in a colour, and nothing after it. */
#include "color_priv.h"

void halb_color_put(struct halb_buf *out, const char *text, enum halb_color color)
{
	static const char *const codes[] = {
		[HALB_RED] = "\033[31m",    [HALB_GREEN] = "\033[32m",
		[HALB_YELLOW] = "\033[33m", [HALB_CYAN] = "\033[36m",
		[HALB_ALARM] = "\033[1;31m",
	};

	halb_buf_printf(out, "%s%s%s", color ? codes[color] : "", text, color ? "\033[0m" : "");
}
