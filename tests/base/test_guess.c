/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/base/guess.h"

#include <criterion/criterion.h>

static const char *guess(const char *typed)
{
	static const char *const words[] = { "register", "unregister", "dry-run", "ttl", "vip",
					     "aliases", "a-word-that-is-far-too-long-to-be-meant" };
	struct halb_guess guess = { .typed = typed };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		halb_guess_offer(&guess, words[i]);
	return guess.word ? guess.word : "";
}

Test(guess, finds_what_was_mistyped)
{
	static const struct {
		const char *typed, *meant;
	} rows[] = {
		{ "register", "register" }, { "regsiter", "register" }, { "Register", "register" },
		{ "registre", "register" }, { "unregistr", "unregister" }, { "vipp", "vip" },
		{ "alias", "aliases" },     { "tll", "ttl" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_expect_str_eq(guess(rows[i].typed), rows[i].meant, "%s", rows[i].typed);
}

Test(guess, finds_what_was_cut_short)
{
	cr_expect_str_eq(guess("dr"), "dry-run");
	cr_expect_str_eq(guess("reg"), "register");
	cr_expect_str_eq(guess("unreg"), "unregister");
}

Test(guess, keeps_quiet_where_nothing_is_near)
{
	static const char *const typed[] = { "", "d", "x", "deploy", "vpi", "mac",
					     "a-word-that-is-far-too-long-to-be-a-guess" };

	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
		cr_expect_str_eq(guess(typed[i]), "", "%s", typed[i]);
}
