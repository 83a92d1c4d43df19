/* SPDX-License-Identifier: Apache-2.0 */
/* Quotes what was found without letting it act on the terminal. */
#include "quote_priv.h"

#include <stdint.h>
#include <string.h>

#define SHOWN 60

/* How many bytes of well-formed, printable UTF-8 (RFC 3629 4) stand at `at`; 0 for none. */
static size_t printable(const uint8_t *at)
{
	size_t len = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
	uint32_t c = at[0] & (0x7fU >> len);

	if (at[0] < 0x80)
		return at[0] >= 0x20 && at[0] != 0x7f;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (at[i] & 0x3f);
	}
	if (c < 0xa0 || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		return 0;
	if ((len == 3 && c < 0x800) || (len == 4 && c < 0x10000))
		return 0;
	return c >= 0x2000 && c < 0x2070 ? 0 : len; /* invisible, or turns the direction of text */
}

const char *halb_quote(const char *text, char out[HALB_QUOTE_TEXT])
{
	const uint8_t *at = (const uint8_t *)text;
	size_t n = 0;

	while (*at && n < SHOWN) {
		size_t len = printable(at);

		if (len)
			memcpy(out + n, at, len);
		else
			out[n] = '?';
		n += len ? len : 1;
		at += len ? len : 1;
	}
	memcpy(out + n, *at ? "..." : "", *at ? 4 : 1);
	return out;
}
