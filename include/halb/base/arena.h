/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is given back as a whole: what points at each other, and lives and dies together.
 *
 * Running out of memory sticks: `bad` stays set, and every further request is NULL.
 */
#ifndef HALB_BASE_ARENA_H
#define HALB_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "halb/base/error.h"

struct halb_arena_block;

struct halb_arena {
	struct halb_arena_block *blocks; /* owned */
	bool bad;
};

/* Zeroed and aligned for anything. */
void *halb_arena_get(struct halb_arena *arena, size_t size);

/* A string of the first `len` bytes. */
char *halb_arena_bytes(struct halb_arena *arena, const char *text, size_t len);
char *halb_arena_text(struct halb_arena *arena, const char *text);
char *halb_arena_printf(struct halb_arena *arena, const char *fmt, ...) HALB_PRINTF(2, 3);

void halb_arena_clear(struct halb_arena *arena);

#endif
