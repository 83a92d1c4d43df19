/* SPDX-License-Identifier: Apache-2.0 */
#include "descriptors.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a process of its own, which says by its exit status what failed. */
static int without(int closed)
{
	int fd, status;
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (!pid) {
		close(closed);
		descriptors_occupy();
		if (write(closed, "x", 1) != -1 || errno != EBADF)
			_exit(1);
		fd = open("/dev/null", O_RDONLY);
		_exit(fd > STDERR_FILENO ? 0 : 2);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(descriptors, nothing_else_becomes_one_that_is_closed_and_nothing_can_be_written_there)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		cr_assert_eq(without(fd), 0, "%d", fd);
}

Test(descriptors, those_that_are_open_stay_what_they_are)
{
	int status;
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (!pid) {
		int pipes[2];

		if (pipe(pipes) < 0 || dup2(pipes[1], STDOUT_FILENO) < 0)
			_exit(1);
		descriptors_occupy();
		_exit(write(STDOUT_FILENO, "x", 1) == 1 ? 0 : 2);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
