/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "cli.h"

static struct options opt;
static struct halb_error err;

/* Parses the words, of which the first is the command. */
static enum halb_status parse(const char *const *words)
{
	char *argv[16];
	int argc = 0;

	for (; words[argc]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc];
	argv[argc] = NULL;
	err = (struct halb_error){ 0 };
	return options_parse(command_find(argv[0]), argc, argv, &opt, &err);
}

#define PARSE(...) parse((const char *const[]){ __VA_ARGS__, NULL })

static void expect_hint(const char *command, const char *option, const char *hint)
{
	cr_expect_eq(PARSE(command, option), HALB_E_USAGE, "%s", option);
	cr_expect(strstr(err.text, "there is no option --"), "%s", err.text);
	cr_expect_str_eq(err.hint, hint, "%s: %s", option, err.hint);
}

Test(options, suggests_the_one_that_was_probably_meant)
{
	expect_hint("plan", "--formaat", "did you mean --format? halb-dns help plan");
	expect_hint("verify", "--wiat", "did you mean --wait? halb-dns help verify");
	expect_hint("register", "--dry", "did you mean --dry-run? halb-dns help register");
	expect_hint("plan", "--dry", "halb-dns help plan");
	expect_hint("plan", "--nosuch", "halb-dns help plan");
}

Test(options, a_value_in_the_same_word_is_never_shown)
{
	expect_hint("plan", "--password=hunter2",
		    "did you mean --password-file? halb-dns help plan");
	cr_expect_str_eq(err.text, "plan: there is no option --password");
}

Test(options, names_the_letter_that_lacks_its_value)
{
	cr_expect_eq(PARSE("plan", "-qf"), HALB_E_USAGE);
	cr_expect_str_eq(err.text, "plan: -f needs a value");
	cr_expect_eq(PARSE("plan", "-qf", "--vip", "10.0.0.1"), HALB_E_USAGE);
	cr_expect_str_eq(err.text, "plan: -f needs a value");
	cr_expect_eq(PARSE("plan", "--site", "--vip", "10.0.0.1"), HALB_E_USAGE);
	cr_expect_str_eq(err.text, "plan: --site needs a value");
}

Test(options, a_hyphen_is_a_standard_stream)
{
	cr_expect_eq(PARSE("plan", "-f", "-"), HALB_OK);
	cr_expect_str_eq(opt.site_path, "/dev/stdin");
	cr_expect(opt.site_given);
	cr_expect_eq(PARSE("init", "-o", "-"), HALB_OK);
	cr_expect_null(opt.output);
	cr_expect_eq(PARSE("verify", "-o", "-"), HALB_OK);
	cr_expect_null(opt.into);
}
