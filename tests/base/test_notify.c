/* SPDX-License-Identifier: Apache-2.0 */
/* What arrives at a socket in place of systemd's. */
#include "halb/base/notify.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char said[64];

static int listen_at(const char *name, size_t len)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, name, len);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address,
			  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)), 0);
	return fd;
}

/* The next datagram, empty where there is none. */
static const char *next(int fd)
{
	ssize_t n = recv(fd, said, sizeof said - 1, 0);

	said[n > 0 ? n : 0] = '\0';
	return said;
}

Test(notify, one_datagram_for_each_state)
{
	char path[] = "/tmp/halb-notify.XXXXXX", name[64];
	int fd;

	cr_assert_not_null(mkdtemp(path));
	snprintf(name, sizeof name, "%s/socket", path);
	fd = listen_at(name, strlen(name));
	setenv("NOTIFY_SOCKET", name, 1);
	halb_notify("READY=1");
	halb_notify("STOPPING=1");
	cr_assert_str_eq(next(fd), "READY=1");
	cr_assert_str_eq(next(fd), "STOPPING=1");
	cr_assert_str_eq(next(fd), "");
	unlink(name);
	rmdir(path);
}

Test(notify, an_abstract_name_begins_with_an_at)
{
	char name[64];
	int fd;

	snprintf(name, sizeof name, "@halb-notify-%d", (int)getpid());
	setenv("NOTIFY_SOCKET", name, 1);
	name[0] = '\0';
	fd = listen_at(name, 1 + strlen(name + 1));
	halb_notify("READY=1");
	cr_assert_str_eq(next(fd), "READY=1");
}

Test(notify, where_nobody_listens_nothing_happens)
{
	static const char *const names[] = { "", "relative", "/nonexistent/socket", "@nobody" };
	char overlong[200];

	unsetenv("NOTIFY_SOCKET");
	halb_notify("READY=1");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		setenv("NOTIFY_SOCKET", names[i], 1);
		halb_notify("READY=1");
	}
	memset(overlong, '/', sizeof overlong - 1);
	overlong[sizeof overlong - 1] = '\0';
	setenv("NOTIFY_SOCKET", overlong, 1);
	halb_notify("READY=1");
}

Test(notify, the_watchdog_of_this_process_alone_counts)
{
	char pid[16];

	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	cr_assert_eq(halb_notify_watchdog(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	cr_assert_eq(halb_notify_watchdog(), INT64_C(30000000000));
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	cr_assert_eq(halb_notify_watchdog(), INT64_C(30000000000));
	setenv("WATCHDOG_PID", "1", 1);
	cr_assert_eq(halb_notify_watchdog(), 0);
}

Test(notify, a_watchdog_without_a_time_that_makes_sense_is_none)
{
	static const char *const times[] = { "", "soon", "0", "-5", "99999999999999999999", "30s" };

	unsetenv("WATCHDOG_PID");
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		setenv("WATCHDOG_USEC", times[i], 1);
		cr_assert_eq(halb_notify_watchdog(), 0, "%s", times[i]);
	}
}
