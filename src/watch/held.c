/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Held connections: what becomes of those that clients keep. One is idle, and learns of its end only
 * when it is told (a reset, a FIN); one is kept alive by the kernel once a second (RFC 9293 3.8.4),
 * and so learns of a silence, too.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "beat_priv.h"
#include "halb/base/deadline.h"

#define KINDS      2 /* idle, and kept alive */
#define ALIVE_IDLE 1 /* seconds without traffic before the kernel asks, and between two questions */
#define ALIVE_GONE 2 /* seconds without an answer after which the connection is dead */

enum held_state { HELD_NONE, HELD_CONNECTING, HELD_UP };

struct held {
	struct held_layer *layer;
	const struct halb_balancer *balancer;
	uint16_t port;
	bool alive;
	enum held_state state;
	int fd;          /* -1 without one */
	int64_t begun;   /* the connect under way */
	/* How the last one ended, told by every slot until the next one stands. */
	enum halb_pulse_class end;
};

struct held_layer {
	struct halb_watch *watch;
	struct beat *beat;
	struct held *items; /* owned, like the numbers of their series */
	size_t *numbers;
	size_t n;
};

static void let_go(struct held *h, enum halb_pulse_class end)
{
	halb_loop_unwatch(h->layer->watch->parts->loop, h->fd);
	close(h->fd);
	h->fd = -1;
	h->state = HELD_NONE;
	h->end = end;
}

/* Whatever comes while it is up is the end of it, or an answer that nobody asked for. */
static void on_readable(struct held *h)
{
	char bytes[512];
	ssize_t n = recv(h->fd, bytes, sizeof bytes, 0);

	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return;
	/* A FIN is a server's own timeout for the silent: the next one is opened, nothing failed. */
	let_go(h, n == 0 ? HALB_PULSE_OK : halb_pulse_class_of_errno(errno));
}

static void on_event(void *arg, int fd, unsigned events)
{
	struct held *h = arg;
	int code = 0;
	socklen_t len = sizeof code;
	struct halb_error err;

	(void)events;
	if (h->state == HELD_UP) {
		on_readable(h);
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0)
		code = errno;
	if (code) {
		let_go(h, halb_pulse_class_of_errno(code));
		return;
	}
	h->state = HELD_UP;
	h->end = HALB_PULSE_OK;
	if (halb_loop_watch(h->layer->watch->parts->loop, fd, HALB_LOOP_READ, on_event, h, &err) !=
	    HALB_OK)
		watch_fail(h->layer->watch, &err);
}

static void keep_alive(int fd)
{
	const int on = 1, idle = ALIVE_IDLE, gone = ALIVE_GONE * 1000;

	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &idle, sizeof idle);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &gone, sizeof gone);
}

static void begin(struct held *h)
{
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	struct sockaddr_storage sa;
	socklen_t len = halb_addr_to_sockaddr(&h->balancer->vip, h->port, &sa);
	struct halb_error err;

	h->fd = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (h->fd < 0)
		return;
	(void)setsockopt(h->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	if (h->alive)
		keep_alive(h->fd);
	h->begun = halb_now();
	h->state = HELD_CONNECTING;
	if (connect(h->fd, (const struct sockaddr *)&sa, len) < 0 && errno != EINPROGRESS)
		let_go(h, halb_pulse_class_of_errno(errno));
	else if (halb_loop_watch(h->layer->watch->parts->loop, h->fd, HALB_LOOP_WRITE, on_event, h,
				 &err) != HALB_OK)
		watch_fail(h->layer->watch, &err);
}

/* A slot looks at what there is, and begins what there is not. */
static void look(void *arg, struct beat_slot *slot)
{
	struct held_layer *layer = arg;
	struct held *h = &layer->items[slot->pulse.target];
	enum halb_pulse_class class = h->end;

	if (h->state == HELD_CONNECTING && halb_now() - h->begun > layer->watch->options.timeout) {
		let_go(h, HALB_PULSE_SILENCE);
		class = HALB_PULSE_SILENCE;
	}
	/* What is only being opened, for the first time or after a polite end, says nothing yet. */
	if (class == HALB_PULSE_OK && h->state != HELD_UP)
		class = HALB_PULSE_MISSED;
	if (h->state == HELD_NONE)
		begin(h);
	beat_end(slot, class);
}

static enum halb_status add_held(struct held_layer *layer, const struct halb_balancer *balancer,
				 uint16_t port, bool alive, struct halb_error *err)
{
	struct halb_watch_series series = { .layer = HALB_WATCH_HELD, .balancer = balancer,
					    .port = port,
					    .period = layer->watch->options.slow_period };
	char endpoint[HALB_ADDR_TEXT + 8];

	watch_put_endpoint(endpoint, sizeof endpoint, &balancer->vip, port);
	snprintf(series.what, sizeof series.what, "%s %s", endpoint, alive ? "kept alive" : "idle");
	layer->items[layer->n] = (struct held){ .layer = layer, .balancer = balancer, .port = port,
						.alive = alive, .fd = -1, .end = HALB_PULSE_OK };
	return watch_add_series(layer->watch, &series, &layer->numbers[layer->n++], err);
}

static enum halb_status add_all(struct held_layer *layer, struct halb_error *err)
{
	const struct halb_site *site = layer->watch->site;
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < site->n_balancers; i++) {
		const struct halb_balancer *b = &site->balancers[i];

		for (size_t p = 0; st == HALB_OK && p < KINDS * b->n_probes; p++)
			st = add_held(layer, b, b->probes[p / KINDS].port, p % KINDS, err);
	}
	return st;
}

enum halb_status held_layer_start(struct halb_watch *watch, struct halb_error *err)
{
	size_t most = KINDS * watch_count_ports(watch->site);
	struct held_layer *layer = calloc(1, sizeof *layer);
	enum halb_status st;

	if (!layer)
		return halb_fail_nomem(err);
	watch->parts->held = layer;
	*layer = (struct held_layer){ .watch = watch,
				      .items = calloc(most + 1, sizeof *layer->items),
				      .numbers = calloc(most + 1, sizeof *layer->numbers) };
	if (!layer->items || !layer->numbers)
		return halb_fail_nomem(err);
	st = add_all(layer, err);
	if (st == HALB_OK && layer->n)
		st = beat_new(watch, layer->numbers, layer->n, look, layer, &layer->beat, err);
	return st;
}

void held_layer_stop(struct halb_watch *watch)
{
	struct held_layer *layer = watch->parts->held;

	if (!layer)
		return;
	for (size_t i = 0; i < layer->n; i++)
		if (layer->items[i].fd >= 0)
			let_go(&layer->items[i], HALB_PULSE_OK);
	beat_free(layer->beat);
	free(layer->items);
	free(layer->numbers);
	free(layer);
	watch->parts->held = NULL;
}
