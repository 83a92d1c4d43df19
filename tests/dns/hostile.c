/* SPDX-License-Identifier: Apache-2.0 */
/* A deterministic mutator: cuts, flips, overwrites, moves and lengthens. */
#include "hostile_priv.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define MOST 600

/* Xorshift: good enough, and the same on every machine. */
static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static size_t below(uint32_t *state, size_t n)
{
	return next(state) % n;
}

static void feed(const uint8_t *data, size_t len, void (*judge)(const uint8_t *data, size_t len))
{
	uint8_t *block = malloc(len ? len : 1);

	cr_assert(block);
	memcpy(block, data, len);
	judge(block, len);
	free(block);
}

static size_t mutate(uint8_t data[MOST], size_t len, uint32_t *state)
{
	static const uint8_t edges[] = { 0x00, 0x01, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff };
	size_t at = below(state, len);

	switch (below(state, 6)) {
	case 0:
		data[at] ^= (uint8_t)(1U << below(state, 8));
		return len;
	case 1:
		data[at] = edges[below(state, sizeof edges)];
		return len;
	case 2:
		data[at] = (uint8_t)next(state);
		return len;
	case 3: /* a compression pointer to somewhere */
		data[at] = 0xc0;
		data[(at + 1) % len] = (uint8_t)below(state, len);
		return len;
	case 4: /* a piece of it, said again */
		memmove(data + at, data + below(state, at + 1), len - at);
		return len;
	default:
		if (len < MOST)
			data[len++] = (uint8_t)next(state);
		return len;
	}
}

void hostile_feed(const uint8_t *data, size_t len, unsigned rounds,
		  void (*judge)(const uint8_t *data, size_t len))
{
	uint32_t state = 0x68616c62;

	cr_assert(len > 0 && len <= MOST);
	for (size_t cut = 0; cut <= len; cut++)
		feed(data, cut, judge);
	for (unsigned i = 0; i < rounds; i++) {
		uint8_t bad[MOST];
		size_t n = len;

		memcpy(bad, data, len);
		for (size_t more = below(&state, 4) + 1; more; more--)
			n = mutate(bad, n, &state);
		feed(bad, n, judge);
	}
}
