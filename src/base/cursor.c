/* SPDX-License-Identifier: Apache-2.0 */
/* The sticky reader of wire formats. */
#include "halb/base/cursor.h"

struct halb_cursor halb_cursor_over(const void *data, size_t len)
{
	return (struct halb_cursor){ .at = data, .left = len };
}

const uint8_t *halb_cursor_bytes(struct halb_cursor *in, size_t n)
{
	const uint8_t *at = in->at;

	if (in->bad || n > in->left) {
		in->bad = true;
		return NULL;
	}
	in->at += n;
	in->left -= n;
	return at;
}

void halb_cursor_skip(struct halb_cursor *in, size_t n)
{
	(void)halb_cursor_bytes(in, n);
}

struct halb_cursor halb_cursor_sub(struct halb_cursor *in, size_t n)
{
	const uint8_t *at = halb_cursor_bytes(in, n);

	return (struct halb_cursor){ .at = at, .left = at ? n : 0, .bad = in->bad };
}

static uint64_t little(struct halb_cursor *in, size_t n)
{
	const uint8_t *at = halb_cursor_bytes(in, n);
	uint64_t v = 0;

	for (size_t i = n; at && i > 0; i--)
		v = v << 8 | at[i - 1];
	return v;
}

static uint64_t big(struct halb_cursor *in, size_t n)
{
	const uint8_t *at = halb_cursor_bytes(in, n);
	uint64_t v = 0;

	for (size_t i = 0; at && i < n; i++)
		v = v << 8 | at[i];
	return v;
}

uint8_t halb_cursor_u8(struct halb_cursor *in)
{
	return (uint8_t)little(in, 1);
}

uint16_t halb_cursor_le16(struct halb_cursor *in)
{
	return (uint16_t)little(in, 2);
}

uint32_t halb_cursor_le32(struct halb_cursor *in)
{
	return (uint32_t)little(in, 4);
}

uint64_t halb_cursor_le64(struct halb_cursor *in)
{
	return little(in, 8);
}

uint16_t halb_cursor_be16(struct halb_cursor *in)
{
	return (uint16_t)big(in, 2);
}

uint32_t halb_cursor_be32(struct halb_cursor *in)
{
	return (uint32_t)big(in, 4);
}
