/* SPDX-License-Identifier: Apache-2.0 */
/* sd_notify(3)'s protocol, which is one datagram. */
#include "halb/base/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void halb_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof name.sun_path || (*path != '/' && *path != '@'))
		return;
	memcpy(name.sun_path, path, len);
	if (*path == '@')
		name.sun_path[0] = '\0'; /* the abstract namespace: unix(7) */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
		     (const struct sockaddr *)&name,
		     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

int64_t halb_notify_watchdog(void)
{
	const char *text = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	long long micros;
	char *end;

	if (!text || (pid && strtol(pid, NULL, 10) != getpid()))
		return 0;
	micros = strtoll(text, &end, 10); /* LLONG_MAX where it is too large */
	return !*end && micros > 0 && micros <= INT64_MAX / 1000 ? micros * 1000 : 0;
}
