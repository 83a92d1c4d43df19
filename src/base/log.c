/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines and the progress line, on standard error. */
#include "halb/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static enum halb_log_level max_level = HALB_LOG_WARN;
static bool line_shown;

void halb_log_set_level(enum halb_log_level level)
{
	max_level = level;
}

enum halb_log_level halb_log_level(void)
{
	return max_level;
}

static void take_line_away(void)
{
	if (!line_shown)
		return;
	fputs("\r\033[K", stderr);
	line_shown = false;
}

void halb_log(enum halb_log_level level, const char *fmt, ...)
{
	static const char *const words[] = {
		[HALB_LOG_ERROR] = "", [HALB_LOG_WARN] = "warning: ",
		[HALB_LOG_INFO] = "", [HALB_LOG_DEBUG] = "debug: ",
	};
	va_list ap;

	if (level > max_level)
		return;
	take_line_away();
	fprintf(stderr, "halb-dns: %s", words[level]);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static size_t terminal_width(void)
{
	struct winsize ws;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) < 0 || ws.ws_col < 20)
		return 80;
	return ws.ws_col;
}

bool halb_log_shows_progress(void)
{
	return max_level >= HALB_LOG_WARN && isatty(STDERR_FILENO);
}

void halb_log_progress(const char *fmt, ...)
{
	char line[512];
	size_t width;
	va_list ap;

	if (!halb_log_shows_progress())
		return;
	take_line_away();
	if (!fmt)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	width = terminal_width();
	if (strlen(line) >= width)
		line[width - 1] = '\0'; /* a wrapped line could not be taken away again */
	fputs(line, stderr);
	line_shown = true;
}
