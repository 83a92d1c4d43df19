/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and wipes passwords. */
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define SECRET_MAX 512

/* One line from `fd`, without its end; false on an error or an empty line. */
static bool read_line(int fd, char line[SECRET_MAX])
{
	size_t n = 0;
	char c;

	while (n < SECRET_MAX - 1) {
		ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == '\n')
			break;
		line[n++] = c;
	}
	if (n && line[n - 1] == '\r')
		n--;
	line[n] = '\0';
	return n > 0;
}

#define KEY_INTERRUPT '\003'
#define KEY_END       '\004'
#define KEY_BACKSPACE '\b'
#define KEY_DELETE    '\177'

/* One line as it is typed, mistakes taken back; false for an empty one, and for Ctrl-C. */
static bool type_line(int fd, char line[SECRET_MAX])
{
	size_t n = 0;
	char c;

	while (read(fd, &c, 1) == 1 && c != '\n' && c != '\r' && c != KEY_END) {
		if (c == KEY_INTERRUPT) {
			explicit_bzero(line, SECRET_MAX);
			return false;
		}
		if (c == KEY_BACKSPACE || c == KEY_DELETE)
			n -= n > 0;
		else if (n < SECRET_MAX - 1)
			line[n++] = c;
	}
	line[n] = '\0';
	return n > 0;
}

static enum halb_status keep(char line[SECRET_MAX], bool ok, char **out, const char *where,
			     struct halb_error *err)
{
	char *copy = ok ? strdup(line) : NULL;

	explicit_bzero(line, SECRET_MAX);
	if (!ok)
		return halb_fail(err, HALB_E_DENIED, "%s: no password", where);
	if (!copy)
		return halb_fail_nomem(err);
	*out = copy;
	return HALB_OK;
}

static enum halb_status from_file(const char *path, char **out, struct halb_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char line[SECRET_MAX];
	bool ok;

	if (fd < 0)
		return halb_fail(err, HALB_E_USAGE, "--password-file %s: %s", path,
				 strerror(errno));
	ok = read_line(fd, line);
	close(fd);
	return keep(line, ok, out, path, err);
}

/* The terminal itself, so that the report's redirection does not matter. */
static enum halb_status from_terminal(const char *whose, char **out, struct halb_error *err)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios before, quiet;
	sigset_t stop, old;
	char line[SECRET_MAX];
	bool ok;

	if (fd < 0 || tcgetattr(fd, &before) < 0) {
		if (fd >= 0)
			close(fd);
		halb_fail(err, HALB_E_DENIED, "a password for %s is needed, and there is no "
					      "terminal to ask at", whose);
		return halb_hint(err, "run kinit first, or give --password-file or "
				      "directory.keytab");
	}
	/* A signal in between must not leave the terminal without echo. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_BLOCK, &stop, &old);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG | ICANON); /* each key at once, Ctrl-C too */
	tcsetattr(fd, TCSAFLUSH, &quiet);
	dprintf(fd, "Password for %s: ", whose);
	ok = type_line(fd, line);
	tcsetattr(fd, TCSAFLUSH, &before);
	dprintf(fd, "\n");
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(fd);
	return keep(line, ok, out, "terminal", err);
}

enum halb_status secret_read(const char *path, const char *whose, char **out,
			     struct halb_error *err)
{
	return path ? from_file(path, out, err) : from_terminal(whose, out, err);
}

void secret_free(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}
