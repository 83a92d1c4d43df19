/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only user of c-ares, which carries messages: ids, retries, TCP after truncation. What it
 * tells is noted first and handed out when it has returned, so that callbacks are free in what
 * they do.
 */
#include "halb/net/resolver.h"

#include <ares.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "halb/base/deadline.h"
#include "sockets_priv.h"
#include "words_priv.h"

#define TRIES       3
/* With the first try at most; c-ares doubles it for the next. A dead name server costs it. */
#define PATIENCE    (500 * HALB_MSEC)
#define CARRIED_MAX 100            /* at a time: more at once overflow a server's socket buffer */
/* How long an error speaks for what nobody answers. RFC 1812 4.3.2.8: a host tells of a closed port
 * only so often, Linux once a second. That nobody has an address Linux knows only each three seconds,
 * when ARP has given up. */
#define REFUSED_FOR HALB_SEC
#define NO_WAY_FOR  (4 * HALB_SEC)
#define FLAG_RD     0x0100         /* RFC 1035 4.1.1: recursion desired */
#define CLASS_IN    1

TAILQ_HEAD(query_list, query);

struct query {
	TAILQ_ENTRY(query) link; /* of `waiting` until carried, of `done` once ended */
	struct halb_resolver *resolver;
	struct halb_name name;
	uint16_t type;
	bool carried;    /* c-ares has it, and will tell */
	bool ended;
	bool handed_out; /* only waits for c-ares to let go of it */
	struct halb_timer *deadline;
	int64_t started, took;
	enum halb_status status;
	enum halb_pulse_class class;
	char text[200];
	struct halb_reply reply;
	halb_query_fn *fn;
	void *arg;
};

struct halb_resolver {
	struct halb_loop *loop;
	ares_channel channel;
	struct halb_socket_error error;
	bool is_system; /* asks the servers of /etc/resolv.conf */
	int64_t timeout, patience;
	struct query_list waiting, done;
	size_t n_carried, n_live; /* live: not ended */
	struct halb_timer *tick;  /* when c-ares looks for what to send again */
	int64_t tick_at;
	bool busy; /* in settle(), which frees the resolver when it finds it dead */
	bool dead;
};

static void settle(struct halb_resolver *r);

static void on_ready(void *arg, int fd, unsigned events)
{
	struct halb_resolver *r = arg;

	ares_process_fd(r->channel, events & HALB_LOOP_READ ? fd : ARES_SOCKET_BAD,
			events & HALB_LOOP_WRITE ? fd : ARES_SOCKET_BAD);
	settle(r);
}

static void watch_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct halb_resolver *r = arg;
	unsigned events = (readable ? HALB_LOOP_READ : 0) | (writable ? HALB_LOOP_WRITE : 0);

	/* An unwatched socket's queries end by their deadlines. */
	if (halb_loop_watch(r->loop, fd, events, on_ready, r, NULL) != HALB_OK)
		halb_loop_unwatch(r->loop, fd);
}

static int set_server(ares_channel channel, const struct halb_addr *server, uint16_t port)
{
	char address[HALB_ADDR_TEXT], text[HALB_ADDR_TEXT + 16];

	halb_addr_format(server, address);
	snprintf(text, sizeof text, server->len == 16 ? "[%s]:%u" : "%s:%u", address, port);
	return ares_set_servers_ports_csv(channel, text);
}

/* One server's error codes are its answer; of the system's servers the next is asked then, as a
 * client does. */
static int open_channel(struct halb_resolver *r, const struct halb_addr *server, uint16_t port)
{
	static const struct ares_socket_functions sockets = {
		.asocket = halb_socket_open,
		.aclose = halb_socket_close,
		.aconnect = halb_socket_connect,
		.arecvfrom = halb_socket_receive,
		.asendv = halb_socket_send,
	};
	static char lookups[] = "b";
	struct ares_options options = {
		.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
			 (server ? ARES_FLAG_NOCHECKRESP : 0),
		.timeout = (int)(r->patience / HALB_MSEC) + 1,
		.tries = TRIES,
		.lookups = lookups,
		.sock_state_cb = watch_socket,
		.sock_state_cb_data = r,
	};
	int code = ares_init_options(&r->channel, &options,
				     ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
					     ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);

	if (code != ARES_SUCCESS) {
		r->channel = NULL;
		return code;
	}
	ares_set_socket_functions(r->channel, &sockets, &r->error);
	return server ? set_server(r->channel, server, port) : ARES_SUCCESS;
}

enum halb_status halb_resolver_new(struct halb_loop *loop, const struct halb_addr *server,
				   uint16_t port, int64_t timeout, struct halb_resolver **out,
				   struct halb_error *err)
{
	struct halb_resolver *r = calloc(1, sizeof *r);
	int code;

	if (!r)
		return halb_fail_nomem(err);
	r->loop = loop;
	r->is_system = !server;
	r->timeout = timeout;
	r->patience = timeout / 3 < PATIENCE ? timeout / 3 : PATIENCE;
	TAILQ_INIT(&r->waiting);
	TAILQ_INIT(&r->done);
	code = ares_library_init(ARES_LIB_INIT_ALL);
	if (code == ARES_SUCCESS) {
		code = open_channel(r, server, port);
		if (code == ARES_SUCCESS) {
			*out = r;
			return HALB_OK;
		}
		ares_destroy(r->channel);
		ares_library_cleanup();
	}
	free(r);
	return halb_fail(err, code == ARES_ENOMEM ? HALB_E_NOMEM : HALB_E_INTERNAL,
			 "the resolver does not start: %s", ares_strerror(code));
}

HALB_PRINTF(4, 5)
static void end(struct query *q, enum halb_status st, enum halb_pulse_class class, const char *fmt,
		...)
{
	struct halb_resolver *r = q->resolver;
	va_list ap;

	q->ended = true;
	q->status = st;
	q->class = class;
	q->took = halb_now() - q->started;
	va_start(ap, fmt);
	vsnprintf(q->text, sizeof q->text, fmt, ap);
	va_end(ap);
	halb_loop_cancel(r->loop, q->deadline);
	q->deadline = NULL;
	r->n_live--;
	TAILQ_INSERT_TAIL(&r->done, q, link);
}

/* With the kernel's reason, where it has given one since somebody answered. */
static void end_unanswered(struct query *q, int64_t waited)
{
	const struct halb_socket_error *error = &q->resolver->error;
	enum halb_pulse_class class = halb_pulse_class_of_errno(error->code);
	int64_t holds = class == HALB_PULSE_UNREACHABLE ? NO_WAY_FOR : REFUSED_FOR;
	char span[HALB_SPAN_TEXT], why[HALB_ERRNO_TEXT];

	if (error->code && halb_now() - error->at < holds)
		end(q, HALB_E_UNREACHABLE, class, "%s%s",
		    q->resolver->is_system ? "no name server of /etc/resolv.conf answers: " : "",
		    halb_errno_format(error->code, why));
	else
		end(q, HALB_E_UNREACHABLE, HALB_PULSE_SILENCE, "no answer in %s",
		    halb_span_format(waited, span));
}

static void end_answered(struct query *q, const void *data, size_t len)
{
	struct halb_error err = { 0 };
	enum halb_status st = halb_reply_decode(data, len, &q->name, q->type, &q->reply, &err);
	enum halb_pulse_class class = st == HALB_OK		 ? HALB_PULSE_OK
				      : st == HALB_E_MALFORMED ? HALB_PULSE_WRONG
							       : HALB_PULSE_MISSED;

	/* RFC 2181 9: by TCP there is room for all of it; what is left of it proves nothing. */
	if (st == HALB_OK && q->reply.truncated) {
		halb_reply_clear(&q->reply);
		st = halb_fail(&err, HALB_E_MALFORMED, "DNS message of %zu bytes: truncated, by TCP "
			       "too", len);
		class = HALB_PULSE_WRONG;
	}
	end(q, st, class, "%s", err.text);
}

static void judge(struct query *q, int code, const void *data, size_t len)
{
	switch (code) {
	case ARES_SUCCESS:
		end_answered(q, data, len);
		break;
	case ARES_ECONNREFUSED: /* where no time ran out: the kernel said no, or the servers did */
		if (!q->resolver->error.code) {
			end(q, HALB_E_UNREACHABLE, HALB_PULSE_WRONG, "%s",
			    q->resolver->is_system ? "no name server of /etc/resolv.conf gives an "
						     "answer (SERVFAIL, or another error code)"
						   : "an answer without content");
			break;
		}
		/* fall through */
	case ARES_ETIMEOUT:
		end_unanswered(q, halb_now() - q->started);
		break;
	case ARES_EDESTRUCTION:
		end(q, HALB_E_RETRY, HALB_PULSE_MISSED, "given up");
		break;
	case ARES_ENOMEM:
		end(q, HALB_E_NOMEM, HALB_PULSE_MISSED, "out of memory");
		break;
	default:
		end(q, HALB_E_UNREACHABLE, HALB_PULSE_MISSED, "%s", ares_strerror(code));
	}
}

static void on_answer(void *arg, int code, int timeouts, unsigned char *data, int len)
{
	struct query *q = arg;

	(void)timeouts;
	q->carried = false;
	q->resolver->n_carried--;
	if (q->handed_out)
		free(q);
	else if (!q->ended)
		judge(q, code, data, (size_t)len);
}

static void on_tick(void *arg);

/* c-ares finds its next time-out by walking all queries: it is asked once per tick, not once per
 * event. A tick too early does no harm. */
static void set_tick(struct halb_resolver *r, int64_t at)
{
	if (r->tick && r->tick_at <= at)
		return;
	halb_loop_cancel(r->loop, r->tick);
	r->tick = NULL;
	r->tick_at = at;
	if (halb_loop_at(r->loop, at, on_tick, r, &r->tick, NULL) != HALB_OK)
		r->tick = NULL; /* nothing is sent again, but the deadlines hold */
}

static void on_tick(void *arg)
{
	struct halb_resolver *r = arg;
	struct timeval room, *next;
	int64_t wait;

	r->tick = NULL;
	ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	next = ares_timeout(r->channel, NULL, &room);
	if (next) {
		wait = next->tv_sec * HALB_SEC + next->tv_usec * HALB_USEC + HALB_MSEC;
		set_tick(r, halb_now() + (wait > r->patience / 16 ? wait : r->patience / 16));
	}
	settle(r);
}

/* RFC 1035 4.1: a header and one question. Written here and not by c-ares, whose presentation form
 * knows no \DDD. */
static void compose(const struct query *q, struct halb_buf *out)
{
	halb_buf_be16(out, (uint16_t)arc4random());
	halb_buf_be16(out, FLAG_RD);
	halb_buf_be16(out, 1);
	for (int i = 0; i < 3; i++)
		halb_buf_be16(out, 0);
	halb_buf_bytes(out, q->name.wire, q->name.len);
	halb_buf_be16(out, q->type);
	halb_buf_be16(out, CLASS_IN);
}

static void send_query(struct halb_resolver *r, struct query *q)
{
	struct halb_buf message = { 0 };

	TAILQ_REMOVE(&r->waiting, q, link);
	q->started = halb_now();
	compose(q, &message);
	if (message.bad) {
		end(q, HALB_E_NOMEM, HALB_PULSE_MISSED, "out of memory");
	} else {
		q->carried = true;
		r->n_carried++;
		set_tick(r, q->started + r->patience + 2 * HALB_MSEC);
		ares_send(r->channel, message.data, (int)message.len, on_answer, q);
	}
	halb_buf_clear(&message);
}

/* The callback may free the resolver; the query is its own. */
static void hand_out(struct halb_resolver *r, struct query *q)
{
	struct halb_query_result result = {
		.status = q->status,
		.class = q->class,
		.text = q->text,
		.reply = q->status == HALB_OK ? &q->reply : NULL,
		.took = q->took,
	};

	TAILQ_REMOVE(&r->done, q, link);
	q->fn(q->arg, &result);
	halb_reply_clear(&q->reply);
	if (q->carried)
		q->handed_out = true;
	else
		free(q);
}

/* Sends what waits and hands out what has ended, until neither is left to do. */
static void settle(struct halb_resolver *r)
{
	struct query *q;

	if (r->busy)
		return;
	r->busy = true;
	for (;;) {
		if ((q = TAILQ_FIRST(&r->done)))
			hand_out(r, q);
		else if (r->n_carried < CARRIED_MAX && (q = TAILQ_FIRST(&r->waiting)))
			send_query(r, q);
		else
			break;
	}
	r->busy = false;
	if (r->dead) {
		free(r);
		return;
	}
	if (!r->n_live && r->n_carried)
		ares_cancel(r->channel); /* all of them past their deadlines */
	if (!r->n_carried) {
		halb_loop_cancel(r->loop, r->tick);
		r->tick = NULL;
	}
}

static void on_deadline(void *arg)
{
	struct query *q = arg;
	struct halb_resolver *r = q->resolver;

	q->deadline = NULL;
	if (!q->carried)
		TAILQ_REMOVE(&r->waiting, q, link);
	end_unanswered(q, r->timeout);
	settle(r);
}

void halb_resolver_free(struct halb_resolver *r)
{
	struct query *q;

	if (!r)
		return;
	r->dead = true;
	ares_destroy(r->channel);
	ares_library_cleanup();
	while ((q = TAILQ_FIRST(&r->waiting))) {
		TAILQ_REMOVE(&r->waiting, q, link);
		end(q, HALB_E_RETRY, HALB_PULSE_MISSED, "given up");
	}
	while ((q = TAILQ_FIRST(&r->done)))
		hand_out(r, q);
	halb_loop_cancel(r->loop, r->tick);
	if (!r->busy)
		free(r);
}

static void refuse(halb_query_fn *fn, void *arg, enum halb_status st, const char *text)
{
	struct halb_query_result result = { .status = st, .class = HALB_PULSE_MISSED,
					    .text = text };

	fn(arg, &result);
}

void halb_resolver_query(struct halb_resolver *r, const struct halb_name *name, uint16_t type,
			 halb_query_fn *fn, void *arg)
{
	struct query *q;

	if (r->dead) {
		refuse(fn, arg, HALB_E_RETRY, "given up");
		return;
	}
	q = calloc(1, sizeof *q);
	if (!q || halb_loop_at(r->loop, halb_now() + r->timeout, on_deadline, q, &q->deadline,
			       NULL) != HALB_OK) {
		free(q);
		refuse(fn, arg, HALB_E_NOMEM, "out of memory");
		return;
	}
	q->resolver = r;
	q->name = *name;
	q->type = type;
	q->started = halb_now();
	q->fn = fn;
	q->arg = arg;
	r->n_live++;
	TAILQ_INSERT_TAIL(&r->waiting, q, link);
	settle(r);
}
