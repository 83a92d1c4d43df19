/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of memory, the newest first, each filled from its beginning. */
#include "halb/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 8192

struct halb_arena_block {
	struct halb_arena_block *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

static struct halb_arena_block *block_add(struct halb_arena *arena, size_t size)
{
	struct halb_arena_block *block = calloc(1, sizeof *block + size);

	if (!block) {
		arena->bad = true;
		return NULL;
	}
	block->size = size;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

void *halb_arena_get(struct halb_arena *arena, size_t size)
{
	size_t whole = (size + alignof(max_align_t) - 1) / alignof(max_align_t) *
		       alignof(max_align_t);
	struct halb_arena_block *block = arena->blocks;
	void *got;

	if (arena->bad || whole < size)
		return NULL;
	if (!block || block->size - block->used < whole)
		block = block_add(arena, whole > BLOCK ? whole : BLOCK);
	if (!block)
		return NULL;
	got = block->data + block->used;
	block->used += whole;
	return got;
}

char *halb_arena_bytes(struct halb_arena *arena, const char *text, size_t len)
{
	char *copy = halb_arena_get(arena, len + 1);

	if (copy && len)
		memcpy(copy, text, len);
	return copy;
}

char *halb_arena_text(struct halb_arena *arena, const char *text)
{
	return halb_arena_bytes(arena, text, strlen(text));
}

char *halb_arena_printf(struct halb_arena *arena, const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	text = len < 0 ? NULL : halb_arena_get(arena, (size_t)len + 1);
	if (!text)
		return NULL;
	va_start(args, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	va_end(args);
	return text;
}

void halb_arena_clear(struct halb_arena *arena)
{
	while (arena->blocks) {
		struct halb_arena_block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
	arena->bad = false;
}
