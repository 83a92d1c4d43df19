/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells a DC that is slow from one that hangs. To both the kernel answers, and both are silent: but
 * one that only takes long over a write still tells somebody else at once who it is.
 */
#include "session_priv.h"

#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/deadline.h"

/* A blocking connect that waits no longer than a blocking send would (socket(7)). */
static bool connect_to(int fd, const struct sockaddr_storage *peer, socklen_t len)
{
	const struct timeval wait = halb_timeval(HALB_FIRST_WAIT * HALB_SEC);

	return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) == 0 &&
	       connect(fd, (const struct sockaddr *)peer, len) == 0;
}

bool halb_session_is_alive(const struct halb_session *session)
{
	int64_t until = halb_now() + HALB_FIRST_WAIT * HALB_SEC;
	struct sockaddr_storage peer;
	socklen_t len = sizeof peer;
	struct halb_session *other;
	struct halb_error why;
	int fd;

	if (session->until < until ||
	    getpeername(session->fd, (struct sockaddr *)&peer, &len) < 0 ||
	    (fd = socket(peer.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return true;
	if (!connect_to(fd, &peer, len)) {
		close(fd);
		return false;
	}
	if (halb_session_open(fd, session->host, &session->nobody, until, &other, &why) != HALB_OK)
		return false;
	halb_session_close(other);
	return true;
}
