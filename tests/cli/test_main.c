/* SPDX-License-Identifier: Apache-2.0 */
/* What the program itself says to a command line for which no directory is needed. Runs where it
 * was built. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char said[65536]; /* what does not fit would break the pipe */

/* Runs "halb-dns LINE" in a shell; returns the exit status, for a signal as a shell has it. `said` is
 * all that it prints. */
static int run(const char *line)
{
	char command[256];
	FILE *pipe;
	size_t n;
	int status;

	snprintf(command, sizeof command, "exec 2>&1; ./halb-dns %s", line);
	pipe = popen(command, "r");
	cr_assert_not_null(pipe);
	n = fread(said, 1, sizeof said - 1, pipe);
	said[n] = '\0';
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#define EXPECT_RUN(line, status, text)                                                             \
	do {                                                                                       \
		cr_expect_eq(run(line), status, "%s: %s", line, said);                             \
		cr_expect(strstr(said, text), "%s: %s", line, said);                               \
	} while (0)

Test(main, help_is_there_however_it_is_asked_for)
{
	static const char *const lines[] = { "help", "-h", "--help", "help help", "help -h",
					     "help --help", "--help help" };

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		EXPECT_RUN(lines[i], 0, "  help COMMAND what a command does");
	EXPECT_RUN("help plan", 0, "halb-dns plan: ");
	EXPECT_RUN("--help plan", 0, "halb-dns plan: ");
	EXPECT_RUN("plan -h", 0, "halb-dns plan: ");
}

Test(main, a_reader_who_leaves_early_ends_it_without_a_word)
{
	static const char *const lines[] = { "schema --forest lime.lan", "help", "init -o -" };
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	close(ends[0]);
	cr_assert_eq(dup2(ends[1], 9), 9); /* a number that each shell takes */
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		char line[64];

		snprintf(line, sizeof line, "%s >&9", lines[i]);
		cr_expect_eq(run(line), 128 + SIGPIPE, "%s: %s", line, said);
		cr_expect_str_eq(said, "", "%s", line);
	}
}

Test(main, a_word_too_many_is_wrong_usage)
{
	EXPECT_RUN("help plan extra", 64, "halb-dns: help takes no 'extra'\n");
	EXPECT_RUN("--version extra", 64, "halb-dns: --version takes no 'extra'\n");
	EXPECT_RUN("init extra", 64, "halb-dns: init takes no 'extra'\n");
}

Test(main, suggests_the_command_that_was_probably_meant)
{
	EXPECT_RUN("regsiter", 64, "there is no command 'regsiter'\nhalb-dns:   -> did you mean "
				   "register? ");
	EXPECT_RUN("help verfy", 64, "did you mean verify? ");
	EXPECT_RUN("version", 64, "did you mean --version? ");
	EXPECT_RUN("frobnicate", 64, "'frobnicate'\nhalb-dns:   -> halb-dns help\n");
}

Test(main, says_where_options_go)
{
	EXPECT_RUN("-v plan", 64, "there is no command '-v'\nhalb-dns:   -> options follow the "
				  "command");
}

Test(main, reads_and_writes_standard_streams)
{
	EXPECT_RUN("init -o -", 0, "\ndomain: lime.lan\n");
	EXPECT_RUN("init | ./halb-dns schema -f -", 0, "DC=lime,DC=lan\n");
}

Test(main, says_why_it_could_not_print)
{
	EXPECT_RUN("--help > /dev/full", 73, "halb-dns: standard output could not be written: No "
					     "space left on device\n");
	EXPECT_RUN("--version >&-", 73, "could not be written");
	EXPECT_RUN("init > /dev/full", 73, "could not be written");
}

Test(main, a_report_that_cannot_be_written_hides_no_error)
{
	EXPECT_RUN("plan -f /nonexistent/x --format json > /dev/full", 73,
		   "halb-dns: no site file /nonexistent/x\n");
	cr_expect(strstr(said, "halb-dns: the report could not be written: "), "%s", said);
}
