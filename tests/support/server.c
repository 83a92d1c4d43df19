/* SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

struct halb_addr address_of(const char *text)
{
	struct halb_addr addr;

	cr_assert(halb_addr_parse(text, &addr));
	return addr;
}

int bind_socket(const char *address, int type, uint16_t *port)
{
	struct halb_addr addr = address_of(address);
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&addr, 0, &sa);
	int fd = socket(sa.ss_family, type | SOCK_CLOEXEC, 0);

	cr_assert_geq(fd, 0);
	cr_assert_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	*port = ntohs(((struct sockaddr_in *)&sa)->sin_port);
	return fd;
}

int listen_silently(const char *address, uint16_t *port)
{
	int fd = bind_socket(address, SOCK_STREAM, port);

	cr_assert_eq(listen(fd, 512), 0);
	return fd;
}

void swallow_connects(const char *address, uint16_t *port)
{
	int fd = bind_socket(address, SOCK_STREAM, port);
	struct halb_addr addr = address_of(address);
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&addr, *port, &sa);

	cr_assert_eq(listen(fd, 0), 0);
	for (;;) {
		int c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		struct pollfd pfd = { .fd = c, .events = POLLOUT };

		cr_assert(connect(c, (struct sockaddr *)&sa, len) == 0 || errno == EINPROGRESS);
		if (poll(&pfd, 1, 50) == 0)
			return;
	}
}
