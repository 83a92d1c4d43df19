/* SPDX-License-Identifier: Apache-2.0 */
/* Moments on the real clock as text (RFC 3339, UTC). */
#ifndef HALB_BASE_MOMENT_H
#define HALB_BASE_MOMENT_H

#include <stdint.h>

#define HALB_MOMENT_TEXT 40

/* `ns` since 1970 as "2026-11-25T02:55:01.123456Z". Returns `text`. */
const char *halb_moment_format(int64_t ns, char text[HALB_MOMENT_TEXT]);

#endif
