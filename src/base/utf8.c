/* SPDX-License-Identifier: Apache-2.0 */
/* Characters in texts that anybody may have written into a directory. */
#include "halb/base/utf8.h"

#include <string.h>

size_t halb_utf8_next(const char *text, uint32_t *code)
{
	static const struct {
		uint8_t mask, lead;
		uint32_t least; /* a shorter form would do for less: RFC 3629 3 forbids it */
	} forms[] = { { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 },
		      { 0xf8, 0xf0, 0x10000 } };
	const uint8_t *at = (const uint8_t *)text;
	size_t more = 0;
	uint32_t v;

	*code = HALB_UTF8_NONE;
	while (more < 4 && (at[0] & forms[more].mask) != forms[more].lead)
		more++;
	if (more == 4)
		return 1;
	v = at[0] & (uint8_t)~forms[more].mask;
	for (size_t i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (at[i] & 0x3f);
	}
	if (v < forms[more].least || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 1;
	*code = v;
	return more + 1;
}

bool halb_utf8_is_control(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00, 0x1f }, /* C0 */
		{ 0x7f, 0x9f }, /* DELETE and C1; U+009B is CSI */
		/* line separators, and what turns text around: UAX #9 2 */
		{ 0x61c, 0x61c },
		{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

void halb_utf8_put(struct halb_buf *out, const char *text, const char *also)
{
	uint32_t code;

	for (size_t n; *text; text += n) {
		n = halb_utf8_next(text, &code);
		if (code != HALB_UTF8_NONE && !halb_utf8_is_control(code) && !strchr(also, *text)) {
			halb_buf_bytes(out, text, n);
			continue;
		}
		for (size_t i = 0; i < n; i++)
			halb_buf_printf(out, "\\x%02x", (uint8_t)text[i]);
	}
}
