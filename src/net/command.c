/* SPDX-License-Identifier: Apache-2.0 */
/* A process group whose leader's end the loop waits for (pidfd). */
#include "halb/net/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "halb/base/deadline.h"

struct halb_command {
	struct halb_loop *loop;
	struct halb_timer *timer; /* NULL once it has fired */
	pid_t pid;
	int pidfd;
	halb_command_fn *fn;
	void *arg;
};

static void free_command(struct halb_command *command)
{
	halb_loop_cancel(command->loop, command->timer);
	if (command->pidfd >= 0) {
		halb_loop_unwatch(command->loop, command->pidfd);
		close(command->pidfd);
	}
	free(command);
}

static void tell(struct halb_command *command, struct halb_command_end *end)
{
	halb_command_fn *fn = command->fn;
	void *arg = command->arg;

	end->at = halb_now();
	free_command(command);
	fn(arg, end);
}

static void on_end(void *arg, int fd, unsigned events)
{
	struct halb_command *command = arg;
	struct halb_command_end end = { .exit = -1 };
	int status = 0;

	(void)fd;
	(void)events;
	if (waitpid(command->pid, &status, WNOHANG) == 0)
		return;
	if (WIFEXITED(status))
		end.exit = WEXITSTATUS(status);
	if (WIFSIGNALED(status))
		end.signal = WTERMSIG(status);
	tell(command, &end);
}

/* It is not waited for any more: what runs with other rights than ours may not let itself be killed. */
static void kill_group(const struct halb_command *command)
{
	kill(-command->pid, SIGKILL);
	(void)waitpid(command->pid, NULL, WNOHANG);
}

static void on_deadline(void *arg)
{
	struct halb_command *command = arg;
	struct halb_command_end end = { .timed_out = true, .exit = -1, .signal = SIGKILL };

	command->timer = NULL;
	kill_group(command);
	tell(command, &end);
}

void halb_command_kill(struct halb_command *command)
{
	if (!command)
		return;
	kill_group(command);
	free_command(command);
}

/* A group of its own, so that Ctrl-C is ours alone to act on, and with no signal blocked. */
static int set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int failed;

	sigemptyset(&none);
	sigfillset(&all);
	failed = posix_spawnattr_setpgroup(attributes, 0);
	if (!failed)
		failed = posix_spawnattr_setsigmask(attributes, &none);
	if (!failed)
		failed = posix_spawnattr_setsigdefault(attributes, &all);
	if (!failed)
		failed = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
								      POSIX_SPAWN_SETSIGMASK |
								      POSIX_SPAWN_SETSIGDEF);
	return failed;
}

static int spawn(const char *const *argv, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int failed = posix_spawn_file_actions_init(&actions);

	if (failed)
		return failed;
	failed = posix_spawnattr_init(&attributes);
	if (failed) {
		posix_spawn_file_actions_destroy(&actions);
		return failed;
	}
	failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!failed)
		failed = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	if (!failed)
		failed = set_attributes(&attributes);
	if (!failed)
		failed = posix_spawnp(pid, argv[0], &actions, &attributes, (char *const *)argv,
				      environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

static enum halb_status fail_start(struct halb_error *err, const char *name, int error)
{
	enum halb_status st = error == ENOENT   ? HALB_E_NOTFOUND
			      : error == EACCES ? HALB_E_DENIED
						: HALB_E_INTERNAL;

	return halb_fail(err, st, "%.200s could not be run: %s", name, strerror(error));
}

enum halb_status halb_command_start(struct halb_loop *loop, const char *const *argv,
				    int64_t deadline, halb_command_fn *fn, void *arg, struct halb_command **out,
				    struct halb_error *err)
{
	struct halb_command *command = calloc(1, sizeof *command);
	enum halb_status st;
	int failed;

	if (!command)
		return halb_fail_nomem(err);
	*command = (struct halb_command){ .loop = loop, .pidfd = -1, .fn = fn, .arg = arg };
	failed = spawn(argv, &command->pid);
	if (failed) {
		free(command);
		return fail_start(err, argv[0], failed);
	}
	command->pidfd = (int)syscall(SYS_pidfd_open, command->pid, 0);
	if (command->pidfd < 0)
		st = halb_fail(err, HALB_E_INTERNAL, "%.200s could not be waited for: %s", argv[0],
			       strerror(errno));
	else
		st = halb_loop_watch(loop, command->pidfd, HALB_LOOP_READ, on_end, command, err);
	if (st == HALB_OK)
		st = halb_loop_at(loop, deadline, on_deadline, command, &command->timer, err);
	if (st != HALB_OK) {
		halb_command_kill(command);
		return st;
	}
	*out = command;
	return HALB_OK;
}
