/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte buffer whose failure sticks: write all, ask once.
 *
 * After running out of memory every further write is ignored and `bad` stays set. The bytes are
 * always followed by a zero that is not counted, so that text can be read as a string.
 */
#ifndef HALB_BASE_BUF_H
#define HALB_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "halb/base/error.h"

struct halb_buf {
	uint8_t *data; /* owned; NULL while empty */
	size_t len;
	size_t room;
	bool bad;
};

void halb_buf_clear(struct halb_buf *buf);

void halb_buf_bytes(struct halb_buf *buf, const void *data, size_t len);
void halb_buf_u8(struct halb_buf *buf, uint8_t v);
void halb_buf_le16(struct halb_buf *buf, uint16_t v);
void halb_buf_le32(struct halb_buf *buf, uint32_t v);
void halb_buf_le64(struct halb_buf *buf, uint64_t v);
void halb_buf_be16(struct halb_buf *buf, uint16_t v);
void halb_buf_be32(struct halb_buf *buf, uint32_t v);

void halb_buf_text(struct halb_buf *buf, const char *text);
void halb_buf_printf(struct halb_buf *buf, const char *fmt, ...) HALB_PRINTF(2, 3);

/* The content as text, never NULL; belongs to the buffer. */
const char *halb_buf_string(const struct halb_buf *buf);

/* Hands the content over as a heap string and empties the buffer; NULL when bad. */
char *halb_buf_take_string(struct halb_buf *buf);

#endif
