/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines and the progress below them, on standard error. */
#include "halb/base/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "halb/base/utf8.h"

/* Lines are not wrapped meanwhile, however wide the terminal finds a character. */
#define WRAP_OFF "\033[?7l"
#define WRAP_ON  "\033[?7h"

static enum halb_log_level max_level = HALB_LOG_NOTICE;
static struct halb_buf progress; /* its lines as they were cut to the terminal */
static bool standing;            /* they are on the terminal, the cursor at the start of the last */

void halb_log_set_level(enum halb_log_level level)
{
	max_level = level;
}

enum halb_log_level halb_log_level(void)
{
	return max_level;
}

/* ---- the terminal ---- */

static bool can_go_up(void)
{
	const char *term = getenv("TERM");

	return term && *term && strcmp(term, "dumb") != 0;
}

static struct winsize terminal_size(void)
{
	struct winsize ws;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) < 0)
		ws = (struct winsize){ 0 };
	if (!ws.ws_col)
		ws.ws_col = 80;
	if (!ws.ws_row)
		ws.ws_row = 24;
	return ws;
}

/* Whether it is ours, and not a shell's that has put us into the background. */
static bool has_terminal(void)
{
	pid_t foreground = tcgetpgrp(STDERR_FILENO);

	return foreground <= 0 || foreground == getpgrp();
}

/* Whoever waits for probes must not wait for a terminal that Ctrl-S has stopped, nor for a pipe that
 * nobody reads. */
static bool takes_more(void)
{
	struct pollfd error = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&error, 1, 0) == 1 && (error.revents & POLLOUT);
}

/* ---- its lines ---- */

/* The length of a colour (ECMA-48 8.3.117, SGR); 0 where none begins. */
static size_t color_length(const char *text)
{
	size_t n = 2;

	if (strncmp(text, "\033[", n) != 0)
		return 0;
	n += strspn(text + n, "0123456789;");
	return text[n] == 'm' ? n + 1 : 0;
}

/* The bytes of the next character, or of one of our colours, which takes no room. `safe`: whether
 * the terminal may have them. */
static size_t step(const char *text, size_t *width, bool *safe)
{
	size_t n = color_length(text);
	uint32_t code = 0;

	*width = n == 0;
	if (!n)
		n = halb_utf8_next(text, &code);
	*safe = !*width || (code != HALB_UTF8_NONE && !halb_utf8_is_control(code));
	return n;
}

/* One line, `columns` wide at most; colours after the cut too, since one may end there. Returns what
 * follows the line. */
static const char *cut_line(const char *text, size_t columns, struct halb_buf *out)
{
	size_t n, width;
	bool safe;

	for (; *text && *text != '\n'; text += n) {
		n = step(text, &width, &safe);
		if (width > columns)
			continue;
		columns -= width;
		halb_buf_bytes(out, safe ? text : "?", safe ? n : 1);
	}
	return text;
}

static void cut(const char *text, struct halb_buf *out)
{
	const struct winsize ws = terminal_size();
	size_t lines = halb_log_room();

	while (lines--) {
		text = cut_line(text, ws.ws_col - 1u, out);
		if (!*text++ || !lines)
			return;
		halb_buf_text(out, "\n");
	}
}

static size_t line_width(const char *text)
{
	size_t all = 0, width;
	bool safe;

	for (; *text && *text != '\n'; all += width)
		text += step(text, &width, &safe);
	return all;
}

/* The rows from the first line to the start of the last: more than there are lines where the
 * terminal has become narrower meanwhile and wrapped them. */
static size_t rows_above_last(const char *text)
{
	const struct winsize ws = terminal_size();
	const char *end;
	size_t rows = 0;

	for (; (end = strchr(text, '\n')); text = end + 1) {
		size_t width = line_width(text);

		rows += width ? (width + ws.ws_col - 1) / ws.ws_col : 1;
	}
	return rows;
}

static void go_up(size_t rows, struct halb_buf *out)
{
	if (rows)
		halb_buf_printf(out, "\033[%zuA", rows);
}

static void take_away(struct halb_buf *out)
{
	const char *text = halb_buf_string(&progress);
	size_t up = rows_above_last(text);

	if (!standing)
		return;
	standing = false;
	if (!has_terminal())
		return;
	if (!can_go_up()) {
		halb_buf_printf(out, "\r%*s\r", (int)line_width(text), "");
		return;
	}
	go_up(up, out);
	/* Row by row: to erase all below at once is, where that is the whole screen, taken by some
	 * terminals for a clear, which they keep in their history. */
	halb_buf_text(out, "\r\033[K");
	for (size_t i = 0; i < up; i++)
		halb_buf_text(out, "\033[B\033[K");
	go_up(up, out);
}

static void put_up(struct halb_buf *out)
{
	bool wraps = can_go_up();

	if (!progress.len)
		return;
	halb_buf_printf(out, "%s%s%s\r", wraps ? WRAP_OFF : "", halb_buf_string(&progress),
			wraps ? WRAP_ON : "");
	standing = true;
}

static void flush(struct halb_buf *out)
{
	if (out->len && !out->bad)
		fwrite(out->data, 1, out->len, stderr);
	halb_buf_clear(out);
}

/* ---- what is said ---- */

/* As one line, and nothing in it that a terminal would obey: what others wrote comes here, too. */
HALB_PRINTF(2, 0)
static void put_line(struct halb_buf *out, const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	halb_utf8_put(out, text ? text : "out of memory", "");
	halb_buf_text(out, "\n");
	free(text);
}

void halb_log(enum halb_log_level level, const char *fmt, ...)
{
	static const char *const words[] = {
		[HALB_LOG_ERROR] = "", [HALB_LOG_WARN] = "warning: ", [HALB_LOG_NOTICE] = "",
		[HALB_LOG_INFO] = "", [HALB_LOG_DEBUG] = "debug: ",
	};
	bool was_standing = standing;
	struct halb_buf out = { 0 };
	va_list ap;

	if (level > max_level || (level == HALB_LOG_NOTICE && !takes_more()))
		return;
	take_away(&out);
	flush(&out);
	halb_buf_printf(&out, "halb-dns: %s", words[level]);
	va_start(ap, fmt);
	put_line(&out, fmt, ap);
	va_end(ap);
	flush(&out);
	if (was_standing && has_terminal())
		put_up(&out);
	flush(&out);
}

bool halb_log_shows_progress(void)
{
	return max_level >= HALB_LOG_WARN && isatty(STDERR_FILENO);
}

size_t halb_log_room(void)
{
	const struct winsize ws = terminal_size();

	return can_go_up() && ws.ws_row > 2 ? ws.ws_row - 1u : 1;
}

void halb_log_progress(const char *fmt, ...)
{
	struct halb_buf out = { 0 };
	char *text = NULL;
	va_list ap;

	if (!halb_log_shows_progress() || (fmt && !takes_more()))
		return;
	take_away(&out);
	halb_buf_clear(&progress);
	if (fmt && has_terminal()) {
		va_start(ap, fmt);
		if (vasprintf(&text, fmt, ap) < 0)
			text = NULL;
		va_end(ap);
	}
	if (text)
		cut(text, &progress);
	put_up(&out);
	flush(&out);
	free(text);
}
