/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a TCP connect and asks how it went. */
#include "tcp_priv.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

int halb_tcp_start(const struct halb_addr *addr, uint16_t port, int *fd)
{
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(addr, port, &sa);
	int s = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int code = 0;

	if (s < 0)
		return errno;
	if (connect(s, (const struct sockaddr *)&sa, len) < 0)
		code = errno;
	if (code && code != EINPROGRESS)
		close(s);
	else
		*fd = s;
	return code;
}

int halb_tcp_outcome(int fd)
{
	int code = 0;
	socklen_t len = sizeof code;

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0 ? errno : code;
}
