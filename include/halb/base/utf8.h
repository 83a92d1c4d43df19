/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that anybody may have written, as people may safely see them. */
#ifndef HALB_BASE_UTF8_H
#define HALB_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "halb/base/buf.h"

#define HALB_UTF8_NONE UINT32_MAX

/*
 * Reads one character (RFC 3629 3) of a text that is not at its end; returns its length in bytes.
 * One byte and HALB_UTF8_NONE where no character begins.
 */
size_t halb_utf8_next(const char *text, uint32_t *code);

/* Whether a terminal might obey the character, or show the rest of the line in another order. */
bool halb_utf8_is_control(uint32_t code);

/* The text, with \xNN for bytes that are no character, for controls, and for what is in `also`. */
void halb_utf8_put(struct halb_buf *out, const char *text, const char *also);

#endif
