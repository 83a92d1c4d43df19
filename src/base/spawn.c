/* SPDX-License-Identifier: Apache-2.0 */
/* Runs other programs: never through a shell, never without an end. */
#include "halb/base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "halb/base/deadline.h"

#define SAID_MOST 1048576 /* bytes; who says more is not listened to any longer */

extern char **environ;

static bool find_in(const char *dirs, const char *name, char path[PATH_MAX])
{
	while (dirs && *dirs) {
		int len = (int)strcspn(dirs, ":");

		if (len && snprintf(path, PATH_MAX, "%.*s/%s", len, dirs, name) < PATH_MAX &&
		    access(path, X_OK) == 0)
			return true;
		dirs += len;
		dirs += *dirs == ':';
	}
	return false;
}

static bool find(const char *name, char path[PATH_MAX])
{
	return find_in(getenv("PATH"), name, path) ||
	       find_in("/usr/local/sbin:/usr/sbin:/sbin", name, path);
}

/* Never in a process group of its own: keepalived -t then ends itself by a signal to its group. */
static int start(const char *path, const char *const *argv, int input, int output, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none;
	int rc = posix_spawn_file_actions_init(&files);

	if (rc)
		return rc;
	rc = posix_spawnattr_init(&attributes);
	if (rc) {
		posix_spawn_file_actions_destroy(&files);
		return rc;
	}
	sigemptyset(&none);
	if (input >= 0)
		rc = posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	else
		rc = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY,
						      0);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
	if (!rc)
		rc = posix_spawnattr_setsigmask(&attributes, &none);
	if (!rc)
		rc = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	if (!rc)
		rc = posix_spawn(pid, path, &files, &attributes, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

/* Listens until the other end is closed; false when the deadline came first. */
static bool listen_to(int fd, int64_t deadline, struct halb_buf *said)
{
	char block[4096];
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t before = said->len;

	for (;;) {
		int64_t left = halb_deadline_left(deadline);
		int rc = poll(&ready, 1, (int)((left + HALB_MSEC - 1) / HALB_MSEC));
		ssize_t n;

		if (rc == 0)
			return false;
		if (rc < 0 && errno == EINTR)
			continue;
		n = rc < 0 ? 0 : read(fd, block, sizeof block);
		if (n <= 0)
			return true;
		if (said->len - before < SAID_MOST)
			halb_buf_bytes(said, block, (size_t)n);
	}
}

static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

enum halb_status halb_spawn(const char *const *argv, int input, int64_t deadline,
			    struct halb_buf *said, int *status, struct halb_error *err)
{
	char path[PATH_MAX];
	int ends[2], rc;
	bool done;
	pid_t pid;

	if (!find(argv[0], path))
		return halb_fail(err, HALB_E_NOTFOUND, "%s is not installed here", argv[0]);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return halb_fail(err, HALB_E_INTERNAL, "pipe: %s", strerror(errno));
	rc = start(path, argv, input, ends[1], &pid);
	close(ends[1]);
	if (rc) {
		close(ends[0]);
		return halb_fail(err, HALB_E_UNREACHABLE, "%s: %s", path, strerror(rc));
	}
	done = listen_to(ends[0], deadline, said);
	close(ends[0]);
	if (!done)
		kill(pid, SIGKILL);
	rc = wait_for(pid);
	if (!done)
		return halb_fail(err, HALB_E_RETRY, "%s was not done in time", path);
	if (said->bad)
		return halb_fail_nomem(err);
	*status = rc;
	return HALB_OK;
}
