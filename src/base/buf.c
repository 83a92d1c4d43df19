/* SPDX-License-Identifier: Apache-2.0 */
/* The growing byte buffer. */
#include "halb/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void halb_buf_clear(struct halb_buf *buf)
{
	free(buf->data);
	*buf = (struct halb_buf){ 0 };
}

/* Makes sure that `more` bytes and the closing zero fit. */
static bool reserve(struct halb_buf *buf, size_t more)
{
	size_t room = buf->room ? buf->room : 64;
	uint8_t *data;

	if (buf->bad || more > SIZE_MAX / 2 - buf->len - 1) {
		buf->bad = true;
		return false;
	}
	if (buf->len + more + 1 <= buf->room)
		return true;
	while (room < buf->len + more + 1)
		room *= 2;
	data = realloc(buf->data, room);
	if (!data) {
		buf->bad = true;
		return false;
	}
	buf->data = data;
	buf->room = room;
	return true;
}

void halb_buf_bytes(struct halb_buf *buf, const void *data, size_t len)
{
	if (!reserve(buf, len))
		return;
	if (len)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = 0;
}

void halb_buf_u8(struct halb_buf *buf, uint8_t v)
{
	halb_buf_bytes(buf, &v, 1);
}

void halb_buf_le16(struct halb_buf *buf, uint16_t v)
{
	halb_buf_u8(buf, (uint8_t)(v & 0xff));
	halb_buf_u8(buf, (uint8_t)(v >> 8));
}

void halb_buf_le32(struct halb_buf *buf, uint32_t v)
{
	halb_buf_le16(buf, (uint16_t)(v & 0xffff));
	halb_buf_le16(buf, (uint16_t)(v >> 16));
}

void halb_buf_le64(struct halb_buf *buf, uint64_t v)
{
	halb_buf_le32(buf, (uint32_t)(v & 0xffffffff));
	halb_buf_le32(buf, (uint32_t)(v >> 32));
}

void halb_buf_be16(struct halb_buf *buf, uint16_t v)
{
	halb_buf_u8(buf, (uint8_t)(v >> 8));
	halb_buf_u8(buf, (uint8_t)(v & 0xff));
}

void halb_buf_be32(struct halb_buf *buf, uint32_t v)
{
	halb_buf_be16(buf, (uint16_t)(v >> 16));
	halb_buf_be16(buf, (uint16_t)(v & 0xffff));
}

void halb_buf_text(struct halb_buf *buf, const char *text)
{
	halb_buf_bytes(buf, text, strlen(text));
}

void halb_buf_printf(struct halb_buf *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !reserve(buf, (size_t)n)) {
		buf->bad = true;
		return;
	}
	va_start(ap, fmt);
	vsnprintf((char *)buf->data + buf->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)n;
}

const char *halb_buf_string(const struct halb_buf *buf)
{
	return buf->data ? (const char *)buf->data : "";
}

char *halb_buf_take_string(struct halb_buf *buf)
{
	char *text = NULL;

	if (!buf->bad)
		text = buf->data ? (char *)buf->data : strdup("");
	if (buf->bad)
		free(buf->data);
	*buf = (struct halb_buf){ 0 };
	return text;
}
