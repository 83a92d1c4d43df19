/* SPDX-License-Identifier: Apache-2.0 */
/* Asks several DCs by UDP, and takes what they answer. */
#include "halb/net/ping.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/deadline.h"

#define LARGEST 4096 /* an answer to such a question is a few hundred bytes */

struct ping {
	struct halb_loop *loop;
	const struct halb_dc_list *list;
	uint16_t port;
	const void *request;
	size_t len;
	int64_t stagger;
	struct ball *balls; /* one for each of the list */
	size_t next, n_out;
	halb_pong_fn *fn;
	void *arg;
};

struct ball {
	struct ping *ping;
	int fd; /* -1: not out */
};

static void drop(struct ball *ball)
{
	if (ball->fd < 0)
		return;
	halb_loop_unwatch(ball->ping->loop, ball->fd);
	close(ball->fd);
	ball->fd = -1;
	ball->ping->n_out--;
}

static void stop_if_done(struct ping *ping)
{
	if (!ping->n_out && ping->next == ping->list->n)
		halb_loop_stop(ping->loop);
}

static void on_pong(void *arg, int fd, unsigned events)
{
	struct ball *ball = arg;
	struct ping *ping = ball->ping;
	uint8_t bytes[LARGEST];
	ssize_t n = recv(fd, bytes, sizeof bytes, 0);

	(void)events;
	drop(ball);
	if (n > 0 && ping->fn(ping->arg, (size_t)(ball - ping->balls), bytes, (size_t)n))
		halb_loop_stop(ping->loop);
	else
		stop_if_done(ping);
}

/* A socket that is connected takes nothing from anybody else. */
static void serve(struct ping *ping, struct ball *ball, const struct halb_dc *dc)
{
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&dc->address, ping->port, &sa);
	int fd;

	if (!dc->address.len)
		return;
	fd = socket(sa.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)&sa, len) < 0 ||
	    send(fd, ping->request, ping->len, 0) < 0 ||
	    halb_loop_watch(ping->loop, fd, HALB_LOOP_READ, on_pong, ball, NULL)) {
		close(fd);
		return;
	}
	ball->fd = fd;
	ping->n_out++;
}

static void serve_next(void *arg)
{
	struct ping *ping = arg;
	struct halb_timer *timer;
	size_t i = ping->next++;

	serve(ping, &ping->balls[i], &ping->list->items[i]);
	if (ping->next < ping->list->n &&
	    halb_loop_at(ping->loop, halb_now() + ping->stagger, serve_next, ping, &timer, NULL))
		ping->next = ping->list->n; /* no memory: those that are out must do */
	stop_if_done(ping);
}

enum halb_status halb_ping(const struct halb_dc_list *list, uint16_t port, const void *request,
			   size_t len, int64_t stagger, int64_t deadline, halb_pong_fn *fn,
			   void *arg, struct halb_error *err)
{
	struct ping ping = { .list = list, .port = port, .request = request, .len = len,
			     .stagger = stagger, .fn = fn, .arg = arg };
	enum halb_status st;

	if (!list->n)
		return HALB_OK;
	st = halb_loop_new(&ping.loop, err);
	if (st)
		return st;
	ping.balls = calloc(list->n, sizeof *ping.balls);
	st = ping.balls ? HALB_OK : halb_fail_nomem(err);
	for (size_t i = 0; !st && i < list->n; i++)
		ping.balls[i] = (struct ball){ &ping, -1 };
	if (!st) {
		serve_next(&ping);
		st = halb_loop_run(ping.loop, deadline, err);
	}
	for (size_t i = 0; ping.balls && i < list->n; i++)
		drop(&ping.balls[i]);
	free(ping.balls);
	halb_loop_free(ping.loop);
	return st == HALB_E_RETRY ? HALB_OK : st;
}
