/* SPDX-License-Identifier: Apache-2.0 */
/* Words that several reasons share. */
#ifndef HALB_NET_WORDS_PRIV_H
#define HALB_NET_WORDS_PRIV_H

#include <stdint.h>

#define HALB_SPAN_TEXT  32
#define HALB_ERRNO_TEXT 64

/* "250 ms", "1.5 s". Returns `text`. */
const char *halb_span_format(int64_t ns, char text[HALB_SPAN_TEXT]);

/* "connection refused", "no route to host": to stand inside a sentence. Returns `text`. */
const char *halb_errno_format(int code, char text[HALB_ERRNO_TEXT]);

#endif
