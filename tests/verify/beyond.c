/* SPDX-License-Identifier: Apache-2.0 */
#include "beyond.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

static int here, there;

/* A namespace that this thread, and what it starts, is in from now on. */
static int enter_new(void)
{
	int fd;

	if (unshare(CLONE_NEWNET) < 0)
		cr_skip_test("no network namespace is to be had: %s", strerror(errno));
	fd = open("/proc/thread-self/ns/net", O_RDONLY); /* ip(8) is to have it, too */
	cr_assert_geq(fd, 0);
	return fd;
}

static void run(const char *command)
{
	cr_assert_eq(system(command), 0, "%s", command);
}

/* The far end may not take anything for a moment after it is up. */
static void await_router(void)
{
	const struct halb_addr router = address_of(ROUTER);
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&router, 9, &sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_lt(connect(fd, (struct sockaddr *)&sa, len), 0);
	cr_assert_eq(errno, ECONNREFUSED);
	close(fd);
}

void beyond_open(void)
{
	char command[128];

	there = enter_new();
	run("ip link set lo up && ip route add local 10.8.0.0/16 dev lo");
	here = enter_new();
	snprintf(command, sizeof command,
		 "ip link add near0 type veth peer name far0 netns /proc/self/fd/%d", there);
	if (system(command) != 0)
		cr_skip_test("no pair of interfaces is to be had");
	run("ip link set lo up && ip address add 10.9.0.1/24 dev near0 && ip link set near0 up");
	cr_assert_eq(setns(there, CLONE_NEWNET), 0);
	run("ip address add " ROUTER "/24 dev far0 && ip link set far0 up");
	cr_assert_eq(setns(here, CLONE_NEWNET), 0);
	run("ip route add 10.8.0.0/16 via " ROUTER);
	await_router();
}

int beyond_bind(uint16_t *port)
{
	int fd;

	cr_assert_eq(setns(there, CLONE_NEWNET), 0);
	fd = bind_socket("0.0.0.0", SOCK_STREAM, port);
	cr_assert_eq(setns(here, CLONE_NEWNET), 0);
	return fd;
}
