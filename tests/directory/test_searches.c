/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/directory/directory.h"

#include <criterion/criterion.h>
#include <string.h>

/* A directory that finds one entry for each search: the search's base. */
static enum halb_status find_bases(void *self, const struct halb_search *searches, size_t n,
				   halb_entry_fn *fn, void *arg, struct halb_error *err)
{
	size_t *calls = self;

	++*calls;
	for (size_t i = 0; i < n; i++) {
		const struct halb_entry entry = { .dn = searches[i].base };
		enum halb_status st = fn(arg, i, &entry, err);

		if (st != HALB_OK)
			return st;
	}
	return HALB_OK;
}

static const struct halb_directory_ops ops = { .search = find_bases };

struct found {
	const char *dn[4];
	size_t n;
};

static enum halb_status take(void *arg, size_t which, const struct halb_entry *entry,
			     struct halb_error *err)
{
	struct found *found = arg;

	cr_assert_eq(which, found->n, "a search of another reader");
	if (strcmp(entry->dn, "bad") == 0)
		return halb_fail(err, HALB_E_MALFORMED, "bad");
	found->dn[found->n++] = entry->dn;
	return HALB_OK;
}

Test(searches, each_reader_gets_its_own_and_all_go_at_once)
{
	const struct halb_search first[] = { { .base = "a" }, { .base = "b" } };
	const struct halb_search second[] = { { .base = "c" } };
	struct found one = { 0 }, two = { 0 }, none = { 0 };
	struct halb_searches all = { 0 };
	size_t calls = 0;
	const struct halb_directory dir = { .ops = &ops, .self = &calls };
	struct halb_error err;

	halb_searches_add(&all, first, 2, take, &one);
	halb_searches_add(&all, first, 0, take, &none);
	halb_searches_add(&all, second, 1, take, &two);
	cr_assert_eq(halb_searches_run(&all, &dir, &err), HALB_OK);
	cr_expect_eq(calls, 1);
	cr_assert_eq(one.n, 2);
	cr_expect_str_eq(one.dn[0], "a");
	cr_expect_str_eq(one.dn[1], "b");
	cr_assert_eq(two.n, 1);
	cr_expect_str_eq(two.dn[0], "c");
	cr_expect_eq(none.n, 0);
}

Test(searches, a_reader_that_fails_ends_all_and_nothing_is_left)
{
	const struct halb_search bad = { .base = "bad" }, good = { .base = "good" };
	struct found one = { 0 }, two = { 0 };
	struct halb_searches all = { 0 };
	size_t calls = 0;
	const struct halb_directory dir = { .ops = &ops, .self = &calls };
	struct halb_error err;

	halb_searches_add(&all, &bad, 1, take, &one);
	halb_searches_add(&all, &good, 1, take, &two);
	cr_expect_eq(halb_searches_run(&all, &dir, &err), HALB_E_MALFORMED);
	cr_expect_eq(two.n, 0);
	cr_expect_eq(all.n, 0);
	cr_expect_eq(halb_searches_run(&all, &dir, &err), HALB_OK, "there is nothing to ask");
	cr_expect_eq(calls, 1);
}
