/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a TCP connect and asks how it went. */
#include "tcp_priv.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
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

/* tcpi_state, by the kernel's include/net/tcp_states.h; libc names them beside a tcp_info that ends
 * before the segments. */
enum { STATE_ESTABLISHED = 1, STATE_SYN_SENT = 2 };

bool halb_tcp_was_mistaken(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof info;
	uint32_t bare;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
		return false;
	bare = info.tcpi_segs_in - info.tcpi_data_segs_in;
	return (info.tcpi_state == STATE_SYN_SENT && bare > 0) ||
	       (info.tcpi_state == STATE_ESTABLISHED && bare > 1); /* one is the SYN's own answer */
}
