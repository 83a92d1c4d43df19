/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of probes, from the oldest that is not told yet to the one that is due next. */
#include "halb/net/pulser.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "halb/base/deadline.h"

#define BATCH        64    /* events taken from the kernel at a time */
#define BURST        256   /* probes sent before answers are looked at again */
#define MOST_FLYING  65536 /* probes under way */
#define TIMER        UINT64_MAX
/* RFC 6298 2.1: a SYN is sent again after a second; some lower that. Before this nobody does. */
#define SOONEST_RESENT (100 * HALB_MSEC)

struct flying {
	int fd; /* -1: done */
	struct halb_pulse pulse;
};

struct halb_pulser {
	struct halb_loop *loop;
	struct halb_pulser_options options;
	struct sockaddr_storage *addresses; /* owned; one a target, like the lengths */
	socklen_t *lengths;
	size_t n;
	halb_pulser_fn *fn;
	void *arg;
	int epoll, timerfd;
	struct flying *ring; /* owned */
	uint64_t mask;       /* the ring's room less one, a power of two */
	uint64_t oldest;     /* not told yet */
	uint64_t oldest_open; /* not answered yet: all have one timeout, so this one's is next */
	uint64_t next;       /* to be sent */
	bool stopped;
};

static struct flying *slot(const struct halb_pulser *p, uint64_t number)
{
	return &p->ring[number & p->mask];
}

/* The schedule is a multiplication, so that no rounding adds up over a day. */
static int64_t due_at(const struct halb_pulser *p, uint64_t number)
{
	int64_t rounds = (int64_t)(number / p->n), rest = (int64_t)(number % p->n);

	return p->options.start + rounds * p->options.period +
	       rest * p->options.period / (int64_t)p->n;
}

/* ---- how a probe ends ---- */

static void finish(struct flying *f, enum halb_pulse_class class, int64_t now)
{
	if (f->fd >= 0)
		close(f->fd); /* which takes it out of the epoll set, too */
	f->fd = -1;
	f->pulse.class = class;
	f->pulse.done = now;
}

static bool was_resent(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof info;

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
	       info.tcpi_total_retrans > 0;
}

static void take_answer(struct flying *f, uint32_t events, int64_t now)
{
	int code = 0;
	socklen_t len = sizeof code;
	enum halb_pulse_class class;

	if (events & (EPOLLERR | EPOLLHUP))
		if (getsockopt(f->fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0)
			code = errno;
	class = halb_pulse_class_of_errno(code);
	if (class == HALB_PULSE_OK && now - f->pulse.sent > SOONEST_RESENT && was_resent(f->fd))
		class = HALB_PULSE_RESENT;
	finish(f, class, now);
}

static void give_up_late(struct halb_pulser *p, int64_t now)
{
	for (; p->oldest_open < p->next; p->oldest_open++) {
		struct flying *f = slot(p, p->oldest_open);

		if (f->fd < 0)
			continue;
		if (f->pulse.sent + p->options.timeout > now)
			return;
		finish(f, HALB_PULSE_SILENCE, now);
	}
}

/* In the order of the schedule; the function may free nothing of ours. */
static void tell(struct halb_pulser *p)
{
	while (p->oldest < p->next && slot(p, p->oldest)->fd < 0) {
		const struct halb_pulse pulse = slot(p, p->oldest)->pulse;

		p->oldest++;
		p->fn(p->arg, &pulse);
	}
}

/* ---- how a probe begins ---- */

static int open_socket(int family)
{
	/* A reset closes it: no port waits in TIME_WAIT, and the server's side is gone, too. */
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	return fd;
}

static void send_probe(struct halb_pulser *p, struct flying *f, uint64_t number)
{
	const struct sockaddr_storage *to = &p->addresses[f->pulse.target];
	struct epoll_event ev = { .events = EPOLLOUT, .data.u64 = number };
	int code = 0;

	f->fd = open_socket(to->ss_family);
	f->pulse.sent = halb_now();
	if (f->fd < 0 || connect(f->fd, (const struct sockaddr *)to,
				 p->lengths[f->pulse.target]) < 0)
		code = errno;
	f->pulse.left = halb_now();
	if (code != EINPROGRESS)
		finish(f, halb_pulse_class_of_errno(code), f->pulse.left);
	else if (epoll_ctl(p->epoll, EPOLL_CTL_ADD, f->fd, &ev) < 0)
		finish(f, HALB_PULSE_MISSED, f->pulse.left);
}

/* Too late is what the target's next slot has overtaken. */
static void begin(struct halb_pulser *p, int64_t now)
{
	uint64_t number = p->next++;
	struct flying *f = slot(p, number);

	*f = (struct flying){ .fd = -1, .pulse = { .target = number % p->n,
						   .due = due_at(p, number) } };
	if (now >= f->pulse.due + p->options.period) {
		f->pulse.sent = f->pulse.left = now;
		finish(f, HALB_PULSE_MISSED, now);
		return;
	}
	send_probe(p, f, number);
}

static bool has_room(const struct halb_pulser *p)
{
	return p->next - p->oldest <= p->mask;
}

static void begin_due(struct halb_pulser *p)
{
	int64_t now = halb_now();

	for (int i = 0; i < BURST && !p->stopped && has_room(p) && due_at(p, p->next) <= now; i++)
		begin(p, now);
}

/* ---- waiting ---- */

static void arm(struct halb_pulser *p)
{
	int64_t wake = p->stopped || !has_room(p) ? INT64_MAX : due_at(p, p->next);
	struct itimerspec spec = { 0 };

	if (p->oldest_open < p->next) {
		int64_t late = slot(p, p->oldest_open)->pulse.sent + p->options.timeout;

		wake = late < wake ? late : wake;
	}
	if (wake != INT64_MAX) {
		spec.it_value.tv_sec = wake / HALB_SEC;
		spec.it_value.tv_nsec = wake % HALB_SEC + (wake ? 0 : 1);
	}
	(void)timerfd_settime(p->timerfd, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void take_events(struct halb_pulser *p)
{
	struct epoll_event events[BATCH];
	int n = epoll_wait(p->epoll, events, BATCH, 0);
	int64_t now = halb_now();

	for (int i = 0; i < n; i++) {
		uint64_t count;

		if (events[i].data.u64 == TIMER)
			(void)!read(p->timerfd, &count, sizeof count);
		else
			take_answer(slot(p, events[i].data.u64), events[i].events, now);
	}
	give_up_late(p, now);
}

static void on_wake(void *arg, int fd, unsigned events)
{
	struct halb_pulser *p = arg;

	(void)fd;
	(void)events;
	take_events(p);
	tell(p); /* which makes room: for those that are due, and for the next wake-up's */
	begin_due(p);
	give_up_late(p, 0); /* only moves past what has ended */
	tell(p);
	arm(p);
	if (p->stopped && p->oldest_open == p->next)
		halb_loop_unwatch(p->loop, p->epoll);
}

/* ---- beginning and end ---- */

static uint64_t most_flying(const struct halb_pulser *p)
{
	const struct halb_pulser_options *o = &p->options;

	/* One more round: what is under way when the next is due. */
	return ((uint64_t)(o->timeout / o->period) + 2) * p->n;
}

/* Descriptors: the soft limit is often 1024, the hard one seldom. */
static enum halb_status reserve_descriptors(uint64_t wanted, struct halb_error *err)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted + 64)
		return HALB_OK;
	if (limit.rlim_max >= wanted + 64) {
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
			return HALB_OK;
	}
	halb_fail(err, HALB_E_USAGE, "%llu probes would be under way at once, and this process may "
		  "have %llu descriptors", (unsigned long long)wanted,
		  (unsigned long long)limit.rlim_max);
	return halb_hint(err, "a longer period or a shorter timeout, or ulimit -n %llu",
			 (unsigned long long)wanted + 64);
}

static enum halb_status make_room(struct halb_pulser *p, struct halb_error *err)
{
	uint64_t wanted = most_flying(p), room = 64;

	if (wanted > MOST_FLYING) {
		halb_fail(err, HALB_E_USAGE, "%llu probes would be under way at once, at most %d "
			  "can be", (unsigned long long)wanted, MOST_FLYING);
		return halb_hint(err, "a longer period or a shorter timeout");
	}
	while (room < wanted)
		room *= 2;
	p->ring = calloc(room, sizeof *p->ring);
	p->mask = room - 1;
	return p->ring ? reserve_descriptors(wanted, err) : halb_fail_nomem(err);
}

static enum halb_status take_targets(struct halb_pulser *p,
				     const struct halb_pulser_target *targets, size_t n,
				     struct halb_error *err)
{
	p->addresses = calloc(n, sizeof *p->addresses);
	p->lengths = calloc(n, sizeof *p->lengths);
	p->n = n;
	if (!p->addresses || !p->lengths)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		p->lengths[i] = halb_addr_to_sockaddr(&targets[i].address, targets[i].port,
						      &p->addresses[i]);
	return HALB_OK;
}

static enum halb_status open_waiting(struct halb_pulser *p, struct halb_error *err)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = TIMER };

	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	p->timerfd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (p->epoll < 0 || p->timerfd < 0 ||
	    epoll_ctl(p->epoll, EPOLL_CTL_ADD, p->timerfd, &ev) < 0)
		return halb_fail(err, HALB_E_INTERNAL, "cannot wait for events: %s",
				 strerror(errno));
	return halb_loop_watch(p->loop, p->epoll, HALB_LOOP_READ, on_wake, p, err);
}

enum halb_status halb_pulser_new(struct halb_loop *loop, const struct halb_pulser_target *targets,
				 size_t n, const struct halb_pulser_options *options,
				 halb_pulser_fn *fn, void *arg, struct halb_pulser **out,
				 struct halb_error *err)
{
	struct halb_pulser *p = calloc(1, sizeof *p);
	enum halb_status st;

	if (!p)
		return halb_fail_nomem(err);
	*p = (struct halb_pulser){ .loop = loop, .options = *options, .fn = fn, .arg = arg,
				   .epoll = -1, .timerfd = -1 };
	st = take_targets(p, targets, n, err);
	if (st == HALB_OK)
		st = make_room(p, err);
	if (st == HALB_OK)
		st = open_waiting(p, err);
	if (st != HALB_OK) {
		halb_pulser_free(p);
		return st;
	}
	arm(p);
	*out = p;
	return HALB_OK;
}

void halb_pulser_stop(struct halb_pulser *p)
{
	p->stopped = true;
	arm(p);
	if (p->oldest_open == p->next)
		halb_loop_unwatch(p->loop, p->epoll);
}

void halb_pulser_free(struct halb_pulser *p)
{
	if (!p)
		return;
	for (uint64_t i = p->oldest; p->ring && i < p->next; i++)
		if (slot(p, i)->fd >= 0)
			close(slot(p, i)->fd);
	if (p->epoll >= 0) {
		halb_loop_unwatch(p->loop, p->epoll);
		close(p->epoll);
	}
	if (p->timerfd >= 0)
		close(p->timerfd);
	free(p->ring);
	free(p->addresses);
	free(p->lengths);
	free(p);
}
