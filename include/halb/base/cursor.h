/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a wire format from front to back. Reading past the end sets `bad`, which sticks, and
 * yields zeros: read a whole structure first, then give one verdict.
 */
#ifndef HALB_BASE_CURSOR_H
#define HALB_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct halb_cursor {
	const uint8_t *at; /* belongs to the caller */
	size_t left;
	bool bad;
};

struct halb_cursor halb_cursor_over(const void *data, size_t len);

uint8_t halb_cursor_u8(struct halb_cursor *in);
uint16_t halb_cursor_le16(struct halb_cursor *in);
uint32_t halb_cursor_le32(struct halb_cursor *in);
uint64_t halb_cursor_le64(struct halb_cursor *in);
uint16_t halb_cursor_be16(struct halb_cursor *in);
uint32_t halb_cursor_be32(struct halb_cursor *in);
void halb_cursor_skip(struct halb_cursor *in, size_t n);

/* A pointer to the next `n` bytes inside the input, or NULL (and bad) when they are not there. */
const uint8_t *halb_cursor_bytes(struct halb_cursor *in, size_t n);

/* The next `n` bytes as a cursor of their own. */
struct halb_cursor halb_cursor_sub(struct halb_cursor *in, size_t n);

#endif
