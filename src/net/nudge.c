/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the kernel look for a neighbour. */
#include <sys/socket.h>
#include <unistd.h>

#include "halb/net/neighbour.h"

#define DISCARD 9 /* RFC 863; it need not listen */

void halb_neighbour_nudge(const struct halb_addr *address)
{
	struct sockaddr_storage to;
	socklen_t len = halb_addr_to_sockaddr(address, DISCARD, &to);
	int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	(void)!sendto(fd, NULL, 0, 0, (const struct sockaddr *)&to, len);
	close(fd);
}
