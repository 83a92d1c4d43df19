/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on a terminal afterwards: standard error is a pty, and what comes out of it is obeyed
 * by a small terminal here. */
#include "halb/base/log.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ROWS 12
#define COLUMNS 40

static int master, slave, saved;
static char screen[ROWS][COLUMNS + 1];
static int row, column;
static bool wrote_beyond;

static void resize(unsigned short rows, unsigned short columns)
{
	const struct winsize size = { .ws_row = rows, .ws_col = columns };

	cr_assert_eq(ioctl(slave, TIOCSWINSZ, &size), 0);
}

static void setup(void)
{
	master = posix_openpt(O_RDWR | O_NOCTTY);
	cr_assert(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	saved = dup(STDERR_FILENO);
	cr_assert(slave >= 0 && saved >= 0 && dup2(slave, STDERR_FILENO) >= 0);
	resize(ROWS, COLUMNS);
	setenv("TERM", "xterm", 1);
	halb_log_set_level(HALB_LOG_NOTICE);
	memset(screen, ' ', sizeof screen);
}

static void teardown(void)
{
	dup2(saved, STDERR_FILENO);
}

TestSuite(log, .init = setup, .fini = teardown);

/* ---- the terminal ---- */

static void erase_to_end_of_line(void)
{
	memset(&screen[row][column], ' ', (size_t)(COLUMNS - column));
}

/* What we write of ECMA-48, and nothing else. */
static const char *obey(const char *at)
{
	char *end;
	int n = (int)strtol(at + 2, &end, 10);

	switch (*end) {
	case 'A': row = row > n ? row - n : 0; break;
	case 'B': row = row + (n ? n : 1) < ROWS ? row + (n ? n : 1) : ROWS - 1; break;
	case 'K': erase_to_end_of_line(); break;
	case 'm': break;
	case '?': end += strcspn(end, "hl"); break; /* wrapping */
	default: cr_assert_fail("a sequence that ends with %c", *end);
	}
	return end + 1;
}

static void show(char c)
{
	if (c == '\r') {
		column = 0;
	} else if (c == '\n') {
		row++; /* the tests write less than a screen */
	} else if (column < COLUMNS - 1 && row < ROWS) {
		screen[row][column++] = c;
	} else {
		wrote_beyond = true;
	}
}

static void read_terminal(void)
{
	struct pollfd ready = { .fd = master, .events = POLLIN };
	char text[4096];
	ssize_t n;

	while (poll(&ready, 1, 50) == 1 && (n = read(master, text, sizeof text - 1)) > 0) {
		text[n] = '\0';
		for (const char *at = text; *at;)
			if (*at == '\033')
				at = obey(at);
			else
				show(*at++);
	}
}

static const char *line(int which)
{
	static char text[COLUMNS + 1];
	int len = COLUMNS;

	while (len && screen[which][len - 1] == ' ')
		len--;
	memcpy(text, screen[which], (size_t)len);
	text[len] = '\0';
	return text;
}

static void expect_lines(const char *const *lines)
{
	read_terminal();
	cr_assert_not(wrote_beyond);
	for (int i = 0; i < ROWS; i++) {
		cr_expect_str_eq(line(i), *lines ? *lines : "", "line %d: '%s'", i, line(i));
		lines += *lines != NULL;
	}
}

#define EXPECT(...) expect_lines((const char *const[]){ __VA_ARGS__ __VA_OPT__(,) NULL })

/* ---- the claims ---- */

Test(log, lines_of_progress_replace_those_before_them)
{
	halb_log_progress("one\ntwo\nthree");
	EXPECT("one", "two", "three");
	halb_log_progress("four\nfive");
	EXPECT("four", "five");
	halb_log_progress("six");
	EXPECT("six");
}

Test(log, nothing_of_it_is_left_over)
{
	halb_log_progress("one\ntwo\nthree");
	halb_log_progress(NULL);
	EXPECT();
	cr_assert(row == 0 && column == 0);
}

Test(log, lines_that_stay_come_to_stand_above_it)
{
	halb_log_progress("one\ntwo");
	halb_log(HALB_LOG_WARN, "it rains");
	EXPECT("halb-dns: warning: it rains", "one", "two");
	halb_log(HALB_LOG_NOTICE, "it is over");
	halb_log(HALB_LOG_INFO, "not told");
	halb_log_progress("three");
	EXPECT("halb-dns: warning: it rains", "halb-dns: it is over", "three");
}

Test(log, is_never_wider_nor_higher_than_the_terminal)
{
	char text[1024] = "";

	for (int i = 0; i < 12; i++)
		strcat(text, "\033[31m0123456789\033[0m0123456789012345678901234567890123456789\n");
	resize(4, 20);
	cr_assert_eq(halb_log_room(), 3);
	halb_log_progress("%s", text);
	EXPECT("0123456789012345678", "0123456789012345678", "0123456789012345678");
	halb_log_progress(NULL);
	EXPECT();
}

Test(log, characters_are_counted_and_not_bytes)
{
	resize(ROWS, 5);
	halb_log_progress("ääääääää");
	read_terminal();
	cr_assert_str_eq(line(0), "ääää");
}

Test(log, shows_what_others_wrote_and_the_terminal_obeys_none_of_it)
{
	halb_log(HALB_LOG_ERROR, "%s", "a\033[2J\nb\xff");
	halb_log_progress("%s", "\033[31mc\033[0m\033[2Jd\a\xff");
	EXPECT("halb-dns: a\\x1b[2J\\x0ab\\xff", "c?[2Jd??");
}

/* A terminal wraps what stood there when it becomes narrower, so there is more to take away. */
Test(log, a_narrower_terminal_has_more_rows_to_take_away)
{
	halb_log_progress("%s\n%s\nthree", "0123456789012345678901234567890123456789",
			  "0123456789");
	read_terminal();
	resize(ROWS, 15); /* 39 characters in three rows, ten in one */
	row = 4;
	halb_log_progress("one");
	EXPECT("one");
}

Test(log, a_dumb_terminal_has_one_line)
{
	setenv("TERM", "dumb", 1);
	cr_assert_eq(halb_log_room(), 1);
	halb_log_progress("a long line\nand another");
	EXPECT("a long line");
	halb_log_progress("short");
	EXPECT("short");
	halb_log_progress(NULL);
	EXPECT();
}

Test(log, without_a_terminal_or_when_it_is_to_be_quiet_there_is_none)
{
	int null = open("/dev/null", O_WRONLY);

	halb_log_set_level(HALB_LOG_ERROR);
	cr_assert_not(halb_log_shows_progress());
	halb_log_progress("one");
	EXPECT();
	halb_log_set_level(HALB_LOG_INFO);
	cr_assert(halb_log_shows_progress());
	dup2(null, STDERR_FILENO);
	cr_assert_not(halb_log_shows_progress());
}

/* Ctrl-S: whoever waits here would miss probes. */
Test(log, waits_for_no_terminal_that_takes_nothing, .timeout = 10)
{
	cr_assert_eq(ioctl(slave, TCXONC, 0 /* TCOOFF */), 0);
	halb_log_progress("one");
	cr_assert_eq(ioctl(slave, TCXONC, 1 /* TCOON */), 0);
	halb_log_progress("two");
	EXPECT("two");
}

Test(log, news_that_nobody_reads_is_lost_and_holds_up_nobody, .timeout = 20)
{
	char bytes[4096] = "";
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	while (write(ends[1], bytes, sizeof bytes) > 0)
		;
	cr_assert_eq(fcntl(ends[1], F_SETFL, 0), 0);
	cr_assert(dup2(ends[1], STDERR_FILENO) >= 0);
	halb_log(HALB_LOG_NOTICE, "held by lb1");
	cr_assert_gt(read(ends[0], bytes, sizeof bytes), 0);
	halb_log(HALB_LOG_NOTICE, "held by lb2");
	dup2(saved, STDERR_FILENO);
	close(ends[1]);
	for (ssize_t n; (n = read(ends[0], bytes, sizeof bytes)) > 0;)
		cr_assert_not(memmem(bytes, (size_t)n, "lb1", 3));
}
