/* SPDX-License-Identifier: Apache-2.0 */
/* System calls, and a note of how they failed. */
#include "sockets_priv.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#include "halb/base/deadline.h"

static void note(void *arg, int code)
{
	struct halb_socket_error *error = arg;

	if (code != EAGAIN && code != EINPROGRESS && code != EINTR)
		*error = (struct halb_socket_error){ code, halb_now() };
}

/* The result, and errno as it is: the caller looks at it, too. */
static ssize_t noted(ssize_t result, void *error)
{
	if (result < 0)
		note(error, errno);
	return result;
}

/* ip(7): without this a datagram socket hears of a closed port alone, not of a host or network that
 * there is no way to. glibc's resolver wants it, too. */
static void want_icmp(int fd, int family)
{
	static const int on = 1;

	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
	else
		(void)setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
}

/* What came by ICMP stands in a queue, too, and the socket is ready as long as it does. */
static void drop_icmp(int fd)
{
	struct msghdr message = { 0 };

	while (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0)
		;
}

int halb_socket_open(int family, int type, int protocol, void *error)
{
	int fd = (int)noted(socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol), error);

	if (fd >= 0 && type == SOCK_DGRAM)
		want_icmp(fd, family);
	return fd;
}

int halb_socket_close(int fd, void *error)
{
	(void)error;
	return close(fd);
}

int halb_socket_connect(int fd, const struct sockaddr *to, socklen_t len, void *error)
{
	return (int)noted(connect(fd, to, len), error);
}

ssize_t halb_socket_receive(int fd, void *out, size_t room, int flags, struct sockaddr *from,
			    socklen_t *len, void *error)
{
	ssize_t n = noted(recvfrom(fd, out, room, flags, from, len), error);

	if (n > 0)
		note(error, 0);
	else if (n == 0 && room && !from)
		note(error, ECONNRESET);
	if (n < 0 && from) {
		int code = errno;

		drop_icmp(fd);
		errno = code;
	}
	return n;
}

ssize_t halb_socket_send(int fd, const struct iovec *parts, int n, void *error)
{
	const struct msghdr message = { .msg_iov = (struct iovec *)(uintptr_t)parts,
					.msg_iovlen = (size_t)n };

	return noted(sendmsg(fd, &message, MSG_NOSIGNAL), error);
}
