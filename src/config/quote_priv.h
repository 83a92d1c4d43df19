/* SPDX-License-Identifier: Apache-2.0 */
/* Words from outside in error texts. */
#ifndef HALB_CONFIG_QUOTE_PRIV_H
#define HALB_CONFIG_QUOTE_PRIV_H

#include <stddef.h>

#define HALB_QUOTE_TEXT 96

/*
 * The first 60 bytes or so of `text` in whole characters, what a terminal would act on as '?',
 * without quotes around. Returns `out`.
 */
const char *halb_quote(const char *text, char out[HALB_QUOTE_TEXT]);

#endif
