/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/arena.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

Test(arena, gives_zeroed_memory_that_stays_apart)
{
	struct halb_arena arena = { 0 };
	uint8_t *parts[200];

	for (size_t i = 0; i < 200; i++) {
		parts[i] = halb_arena_get(&arena, i + 1);
		cr_assert_not_null(parts[i]);
		cr_expect_eq((uintptr_t)parts[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k <= i; k++)
			cr_assert_eq(parts[i][k], 0);
		memset(parts[i], (int)i, i + 1);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t k = 0; k <= i; k++)
			cr_assert_eq(parts[i][k], i);
	halb_arena_clear(&arena);
}

Test(arena, takes_what_is_larger_than_a_block)
{
	struct halb_arena arena = { 0 };
	char *large = halb_arena_get(&arena, 100000);

	cr_assert_not_null(large);
	large[99999] = 'x';
	cr_expect_str_eq(halb_arena_printf(&arena, "%d%s", 7, "up"), "7up");
	cr_expect_str_eq(halb_arena_bytes(&arena, "text", 2), "te");
	halb_arena_clear(&arena);
	cr_expect_null(arena.blocks);
}

Test(arena, stays_bad_once_memory_ran_out)
{
	struct halb_arena arena = { .bad = true };

	cr_expect_null(halb_arena_get(&arena, 1));
	cr_expect_null(halb_arena_text(&arena, "x"));
	cr_expect_null(halb_arena_get(&(struct halb_arena){ 0 }, SIZE_MAX));
}
