/* SPDX-License-Identifier: Apache-2.0 */
/* Socket calls for a library that does not hand on errno: they remember what the kernel said. */
#ifndef HALB_NET_SOCKETS_PRIV_H
#define HALB_NET_SOCKETS_PRIV_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

/* The last error of any of the sockets; gone as soon as something is received. */
struct halb_socket_error {
	int code;   /* errno; ECONNRESET also for a stream that the peer has ended; 0: none */
	int64_t at; /* CLOCK_MONOTONIC, ns */
};

/* As the system calls, on sockets that never block; `error` is a struct halb_socket_error. */
int halb_socket_open(int family, int type, int protocol, void *error);
int halb_socket_close(int fd, void *error);
int halb_socket_connect(int fd, const struct sockaddr *to, socklen_t len, void *error);
/* `from` is NULL for a stream. */
ssize_t halb_socket_receive(int fd, void *out, size_t room, int flags, struct sockaddr *from,
			    socklen_t *len, void *error);
ssize_t halb_socket_send(int fd, const struct iovec *parts, int n, void *error);

#endif
