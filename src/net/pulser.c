/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of probes, from the oldest that is not told yet to the one that is due next. */
#include "halb/net/pulser.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/deadline.h"
#include "halb/base/schedule.h"
#include "tcp_priv.h"

#define BURST        256   /* probes sent before answers are looked at again */
#define MOST_FLYING  65536 /* probes under way */
/* RFC 6298 2.1: a SYN is sent again after a second; some lower that. Before this nobody does. */
#define SOONEST_RESENT (100 * HALB_MSEC)

struct flying {
	struct halb_pulser *pulser;
	int fd; /* -1: done */
	struct halb_pulse pulse;
};

struct halb_pulser {
	struct halb_loop *loop;
	struct halb_schedule schedule;
	int64_t timeout;
	struct sockaddr_storage *addresses; /* owned; one a target, like the lengths */
	socklen_t *lengths;
	halb_pulser_fn *fn;
	void *arg;
	struct halb_timer *timer; /* NULL: there is nothing more to come */
	struct flying *ring; /* owned */
	uint64_t mask;       /* the ring's room less one, a power of two */
	uint64_t oldest;     /* not told yet, since it is under way */
	uint64_t next;       /* to be sent */
	bool stopped;
};

static struct flying *slot(const struct halb_pulser *p, uint64_t number)
{
	return &p->ring[number & p->mask];
}

static bool has_room(const struct halb_pulser *p)
{
	return p->next - p->oldest <= p->mask;
}

/* For the next slot, or for the end of the oldest probe under way. */
static void arm(struct halb_pulser *p)
{
	int64_t wake = p->stopped || !has_room(p) ? INT64_MAX
						  : halb_schedule_due(&p->schedule, p->next);

	if (p->oldest < p->next) {
		int64_t late = slot(p, p->oldest)->pulse.sent + p->timeout;

		wake = late < wake ? late : wake;
	}
	if (wake != INT64_MAX) {
		halb_loop_move(p->loop, p->timer, wake);
		return;
	}
	halb_loop_cancel(p->loop, p->timer);
	p->timer = NULL;
}

/* ---- how a probe ends ---- */

static void finish(struct flying *f, enum halb_pulse_class class, int64_t now)
{
	if (f->fd >= 0)
		halb_loop_close(f->pulser->loop, f->fd);
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

static enum halb_pulse_class judge_answer(const struct flying *f, unsigned events, int64_t now)
{
	int code = events & HALB_LOOP_ERROR ? halb_tcp_outcome(f->fd) : 0;

	if (!code && now - f->pulse.sent > SOONEST_RESENT && was_resent(f->fd))
		return HALB_PULSE_RESENT;
	return halb_pulse_class_of_errno(code);
}

/* In the order of the schedule; the function may free nothing of ours. */
static void tell(struct halb_pulser *p)
{
	while (p->oldest < p->next && slot(p, p->oldest)->fd < 0) {
		const struct halb_pulse pulse = slot(p, p->oldest++)->pulse;

		p->fn(p->arg, &pulse);
	}
}

static void on_answer(void *arg, int fd, unsigned events)
{
	struct flying *f = arg;
	struct halb_pulser *p = f->pulser;
	int64_t now = halb_now();

	(void)fd;
	finish(f, judge_answer(f, events, now), now);
	tell(p);
	if (p->stopped)
		arm(p);
}

/* All have one timeout: where one may still be answered, so may all that were sent later. */
static void give_up_late(struct halb_pulser *p, int64_t now)
{
	for (uint64_t i = p->oldest; i < p->next; i++) {
		struct flying *f = slot(p, i);

		if (f->fd < 0)
			continue;
		if (f->pulse.sent + p->timeout > now)
			return;
		finish(f, HALB_PULSE_SILENCE, now);
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

static void send_probe(struct halb_pulser *p, struct flying *f)
{
	const struct sockaddr_storage *to = &p->addresses[f->pulse.target];
	struct halb_error err;
	int code = 0;

	f->fd = open_socket(to->ss_family);
	f->pulse.sent = halb_now();
	if (f->fd < 0 || connect(f->fd, (const struct sockaddr *)to,
				 p->lengths[f->pulse.target]) < 0)
		code = errno;
	f->pulse.left = halb_now();
	if (code != EINPROGRESS)
		finish(f, halb_pulse_class_of_errno(code), f->pulse.left);
	else if (halb_loop_watch(p->loop, f->fd, HALB_LOOP_WRITE, on_answer, f, &err) != HALB_OK)
		finish(f, HALB_PULSE_MISSED, f->pulse.left);
}

static void begin(struct halb_pulser *p, int64_t now)
{
	uint64_t number = p->next++;
	struct flying *f = slot(p, number);

	*f = (struct flying){ .pulser = p, .fd = -1,
			      .pulse = halb_schedule_pulse(&p->schedule, number) };
	if (halb_schedule_overtaken(&p->schedule, &f->pulse, now)) {
		f->pulse.sent = f->pulse.left = now;
		finish(f, HALB_PULSE_MISSED, now);
		return;
	}
	send_probe(p, f);
}

static void begin_due(struct halb_pulser *p, int64_t now)
{
	for (int i = 0; i < BURST && !p->stopped && has_room(p) &&
			halb_schedule_due(&p->schedule, p->next) <= now; i++)
		begin(p, now);
}

static void on_timer(void *arg)
{
	struct halb_pulser *p = arg;
	int64_t now = halb_now();

	give_up_late(p, now);
	tell(p); /* which makes room: for those that are due, and for the next wake-up's */
	begin_due(p, now);
	tell(p);
	arm(p);
}

/* ---- beginning and end ---- */

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
	uint64_t wanted = halb_schedule_most(&p->schedule, p->timeout), room = 64;

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
	if (!p->addresses || !p->lengths)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		p->lengths[i] = halb_addr_to_sockaddr(&targets[i].address, targets[i].port,
						      &p->addresses[i]);
	return HALB_OK;
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
	*p = (struct halb_pulser){ .loop = loop, .timeout = options->timeout, .fn = fn, .arg = arg,
				   .schedule = { options->start, options->period, n } };
	st = take_targets(p, targets, n, err);
	if (st == HALB_OK)
		st = make_room(p, err);
	if (st == HALB_OK)
		st = halb_loop_at(loop, options->start, on_timer, p, &p->timer, err);
	if (st != HALB_OK) {
		halb_pulser_free(p);
		return st;
	}
	*out = p;
	return HALB_OK;
}

void halb_pulser_stop(struct halb_pulser *p)
{
	p->stopped = true;
	arm(p);
}

void halb_pulser_free(struct halb_pulser *p)
{
	if (!p)
		return;
	for (uint64_t i = p->oldest; i < p->next; i++)
		if (slot(p, i)->fd >= 0)
			halb_loop_close(p->loop, slot(p, i)->fd);
	halb_loop_cancel(p->loop, p->timer);
	free(p->ring);
	free(p->addresses);
	free(p->lengths);
	free(p);
}
