/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/net/ping.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "halb/base/deadline.h"
#include "server.h"

#define LONG_ENOUGH (60 * HALB_SEC)
#define SHORT       (50 * HALB_MSEC)

static struct halb_error err;
static size_t n_heard, last_heard;
static char heard[32];

static bool hear(void *arg, size_t which, const uint8_t *bytes, size_t len)
{
	const size_t *wanted = arg;

	cr_assert_lt(len, sizeof heard);
	memcpy(heard, bytes, len);
	heard[len] = '\0';
	last_heard = which;
	return ++n_heard == *wanted;
}

/* Answers one question with what it is. */
static void *echo(void *arg)
{
	const int *fd = arg;
	struct sockaddr_storage from;
	socklen_t room = sizeof from;
	char bytes[32];
	ssize_t n = recvfrom(*fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &room);

	if (n > 0)
		sendto(*fd, bytes, (size_t)n, 0, (struct sockaddr *)&from, room);
	return NULL;
}

static void start_echo(int *fd)
{
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, echo, fd), 0);
	pthread_detach(thread);
}

static enum halb_status ping(struct halb_dc *dcs, size_t n, uint16_t port, size_t wanted,
			     int64_t stagger, int64_t wait)
{
	const struct halb_dc_list list = { dcs, n };

	return halb_ping(&list, port, "who?", 4, stagger, halb_now() + wait, hear, &wanted, &err);
}

Test(ping, the_first_answer_can_end_it)
{
	static int fd;
	uint16_t port;
	struct halb_dc dcs[2] = { { .address = address_of("127.0.0.1") },
				  { .address = address_of("127.0.0.2") } };

	fd = bind_socket("127.0.0.1", SOCK_DGRAM, &port);
	start_echo(&fd);
	cr_assert_eq(ping(dcs, 2, port, 1, LONG_ENOUGH, LONG_ENOUGH), HALB_OK, "%s", err.text);
	cr_assert_eq(n_heard, 1);
	cr_assert_eq(last_heard, 0);
	cr_assert_str_eq(heard, "who?");
}

Test(ping, a_silent_one_does_not_keep_the_next_waiting_for_more_than_its_turn)
{
	static int fd;
	uint16_t port;
	struct halb_dc dcs[3] = { { .address = address_of("127.0.0.1") },
				  { .name = "has no address" },
				  { .address = address_of("127.0.0.2") } };

	bind_socket("127.0.0.1", SOCK_DGRAM, &port);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&dcs[2].address, port, &sa);

	cr_assert_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
	start_echo(&fd);
	cr_assert_eq(ping(dcs, 3, port, 1, HALB_MSEC, LONG_ENOUGH), HALB_OK, "%s", err.text);
	cr_assert_eq(last_heard, 2);
}

Test(ping, ends_when_all_have_answered_or_refused)
{
	static int fd;
	uint16_t port;
	struct halb_dc dcs[2] = { { .address = address_of("127.0.0.1") },
				  { .address = address_of("127.0.0.2") } }; /* nobody is there */

	fd = bind_socket("127.0.0.1", SOCK_DGRAM, &port);
	start_echo(&fd);
	cr_assert_eq(ping(dcs, 2, port, 99, 0, LONG_ENOUGH), HALB_OK, "%s", err.text);
	cr_assert_eq(n_heard, 1);
}

Test(ping, silence_is_no_error)
{
	uint16_t port;
	struct halb_dc dcs[1] = { { .address = address_of("127.0.0.1") } };

	bind_socket("127.0.0.1", SOCK_DGRAM, &port);
	cr_assert_eq(ping(dcs, 1, port, 1, 0, SHORT), HALB_OK, "%s", err.text);
	cr_assert_eq(ping(dcs, 0, port, 1, 0, SHORT), HALB_OK);
	cr_assert_eq(n_heard, 0);
}
