/* SPDX-License-Identifier: Apache-2.0 */
/* Base64, four characters a group. */
#include "halb/base/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void halb_base64_encode(const void *data, size_t len, struct halb_buf *out)
{
	const uint8_t *in = data;

	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t bits = (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
				(left > 2 ? in[i + 2] : 0);
		const char group[4] = { alphabet[bits >> 18], alphabet[bits >> 12 & 63],
					left > 1 ? alphabet[bits >> 6 & 63] : '=',
					left > 2 ? alphabet[bits & 63] : '=' };

		halb_buf_bytes(out, group, sizeof group);
	}
}

/* How many of the group's characters are padding; more than 2 where it is no group. */
static size_t count_padding(const char *group)
{
	size_t n = 0;

	while (n < 4 && group[3 - n] == '=')
		n++;
	return n;
}

bool halb_base64_decode(const char *text, size_t len, struct halb_buf *out)
{
	if (len % 4)
		return false;
	for (size_t i = 0; i < len; i += 4) {
		size_t padding = count_padding(text + i);
		uint32_t bits = 0;

		if (padding > 2 || (padding && i + 4 < len))
			return false;
		for (size_t k = 0; k < 4; k++) {
			const char *at = k < 4 - padding ? memchr(alphabet, text[i + k], 64)
							 : alphabet;

			if (!at)
				return false;
			bits = bits << 6 | (uint32_t)(at - alphabet);
		}
		/* RFC 4648 3.5: the bits that mean nothing are zero. */
		if (bits & ((1u << 8 * padding) - 1))
			return false;
		for (size_t k = 0; k < 3 - padding; k++)
			halb_buf_u8(out, (uint8_t)(bits >> (16 - 8 * k)));
	}
	return true;
}
