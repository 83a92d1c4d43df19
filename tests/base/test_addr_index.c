/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/addr_index.h"

#include <criterion/criterion.h>

static struct halb_addr_index found;
static struct halb_error err;

static struct halb_addr number(uint32_t i)
{
	return (struct halb_addr){ .bytes = { 10, (uint8_t)(i >> 16), (uint8_t)(i >> 8),
					      (uint8_t)i },
				   .len = 4 };
}

static void teardown(void)
{
	halb_addr_index_clear(&found);
}

TestSuite(addr_index, .fini = teardown);

Test(addr_index, finds_each_of_many_and_none_that_is_not_there)
{
	struct halb_addr addresses[1000], other;
	const size_t *numbers;
	size_t n;

	for (uint32_t i = 0; i < 1000; i++)
		addresses[i] = number(i * 7919 % 1000 * 2); /* in no order, the odd ones left out */
	cr_assert_eq(halb_addr_index_init(&found, addresses, 1000, &err), HALB_OK);
	for (size_t i = 0; i < 1000; i++) {
		numbers = halb_addr_index_find(&found, &addresses[i], &n);
		cr_assert_eq(n, 1);
		cr_assert_eq(*numbers, i);
		other = number((uint32_t)i * 2 + 1);
		cr_assert_null(halb_addr_index_find(&found, &other, &n));
		cr_assert_eq(n, 0);
	}
}

Test(addr_index, tells_all_numbers_of_an_address_in_order)
{
	const struct halb_addr addresses[] = { number(2), number(1), number(2), number(3),
					       number(2) };
	const struct halb_addr six = { .bytes = { 10, 0, 0, 2 }, .len = 16 };
	const size_t *numbers;
	size_t n;

	cr_assert_eq(halb_addr_index_init(&found, addresses, 5, &err), HALB_OK);
	numbers = halb_addr_index_find(&found, &addresses[0], &n);
	cr_assert_eq(n, 3);
	cr_expect(numbers[0] == 0 && numbers[1] == 2 && numbers[2] == 4);
	cr_expect_null(halb_addr_index_find(&found, &six, &n), "IPv6 is another address");
}

Test(addr_index, of_nothing_has_nothing)
{
	const struct halb_addr one = number(1);
	size_t n = 1;

	cr_assert_eq(halb_addr_index_init(&found, NULL, 0, &err), HALB_OK);
	cr_expect_null(halb_addr_index_find(&found, &one, &n));
	cr_expect_eq(n, 0);
}
