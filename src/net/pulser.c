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
/* RFC 6298 2.1: a SYN that was lost is sent again after a second; some lower that. Sooner Linux sends
 * one again whose port the server still knows of a connection of old, and nothing was lost. */
#define SOONEST_RESENT (100 * HALB_MSEC)
/* To wake for each answer costs as much as half of a probe: where the next is sent so soon, we look
 * then, and the kernel says when the answer came. */
#define SOON (2 * HALB_MSEC)
/* To make a socket and to close it costs a third of a probe: one that nobody waits for is used again,
 * with a port and a handshake of its own, as if it were new. */
#define SPARES 16

struct flying {
	struct halb_pulser *pulser;
	int fd; /* -1: done */
	bool watched;
	struct halb_pulse pulse;
};

struct spare {
	int fd;
	int family;
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
	uint64_t unseen;     /* from here on nobody has looked for an answer yet */
	uint64_t next;       /* to be sent */
	bool stopped;
	struct spare spares[SPARES];
	size_t n_spares;
};

static struct flying *slot(const struct halb_pulser *p, uint64_t number)
{
	return &p->ring[number & p->mask];
}

static bool has_room(const struct halb_pulser *p)
{
	return p->next - p->oldest <= p->mask;
}

/* When the next slot is due; once there are no more, what nobody has looked at is looked at now. */
static int64_t next_look(const struct halb_pulser *p)
{
	if (p->stopped)
		return p->unseen < p->next ? 0 : INT64_MAX;
	return has_room(p) ? halb_schedule_due(&p->schedule, p->next) : INT64_MAX;
}

/* For the next slot, or for the end of the oldest probe under way. */
static void arm(struct halb_pulser *p)
{
	int64_t wake = next_look(p);

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

/* Breaks it off by a reset, as close(2) would, and with what the kernel has to say of that. */
static bool disconnect(int fd)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	if (connect(fd, &nobody, sizeof nobody) < 0)
		return false;
	(void)halb_tcp_outcome(fd);
	return true;
}

static void let_go(const struct flying *f)
{
	struct halb_pulser *p = f->pulser;

	if (!f->watched && p->n_spares < SPARES && disconnect(f->fd))
		p->spares[p->n_spares++] = (struct spare){
			f->fd, p->addresses[f->pulse.target].ss_family };
	else
		halb_loop_close(p->loop, f->fd);
}

static void finish(struct flying *f, enum halb_pulse_class class, int64_t now)
{
	if (f->fd >= 0)
		let_go(f);
	f->fd = -1;
	f->pulse.class = class;
	f->pulse.done = now;
}

static bool is_connected(const struct tcp_info *info)
{
	/* By now it may have been closed again; only a handshake gave it a round trip time. */
	return info->tcpi_rtt || info->tcpi_state == TCP_ESTABLISHED;
}

/* When the answer came, which we may have slept through. */
static int64_t answered_at(const struct flying *f, const struct tcp_info *info, int64_t now)
{
	int64_t at = f->pulse.left + (info->tcpi_rtt + 1) * HALB_USEC;

	return info->tcpi_rtt && at < now ? at : now;
}

/* A server that mistook it was there; what became of the second SYN says nothing of when the first
 * was sent. */
static enum halb_pulse_class unless_mistaken(const struct flying *f, enum halb_pulse_class class)
{
	return halb_tcp_was_mistaken(f->fd) ? HALB_PULSE_MISSED : class;
}

/* Whether it has ended. */
static bool look(struct flying *f, int64_t now)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof info;

	if (getsockopt(f->fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0) {
		finish(f, HALB_PULSE_MISSED, now);
	} else if (!is_connected(&info)) {
		if (info.tcpi_state == TCP_SYN_SENT)
			return false;
		finish(f, halb_pulse_class_of_errno(halb_tcp_outcome(f->fd)), now);
	} else if (info.tcpi_total_retrans && now - f->pulse.sent > SOONEST_RESENT) {
		finish(f, unless_mistaken(f, HALB_PULSE_RESENT), now);
	} else {
		finish(f, HALB_PULSE_OK, answered_at(f, &info, now));
	}
	return true;
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

	if (!look(f, halb_now())) {
		if (!(events & HALB_LOOP_ERROR))
			return;
		finish(f, halb_pulse_class_of_errno(halb_tcp_outcome(fd)), halb_now());
	}
	tell(p);
	if (p->stopped)
		arm(p);
}

static void wait_for_answer(struct flying *f)
{
	struct halb_error err;

	f->watched = true;
	if (halb_loop_watch(f->pulser->loop, f->fd, HALB_LOOP_WRITE, on_answer, f, &err) != HALB_OK)
		finish(f, HALB_PULSE_MISSED, f->pulse.left);
}

/* Once; what has no answer by now wakes us when it comes. */
static void look_for_answers(struct halb_pulser *p, uint64_t until, int64_t now)
{
	for (uint64_t i = p->unseen; i < until; i++) {
		struct flying *f = slot(p, i);

		if (f->fd >= 0 && !f->watched && !look(f, now))
			wait_for_answer(f);
	}
	p->unseen = until;
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
		finish(f, unless_mistaken(f, HALB_PULSE_SILENCE), now);
	}
}

/* ---- how a probe begins ---- */

static int open_socket(struct halb_pulser *p, int family)
{
	/* A reset closes it: no port waits in TIME_WAIT, and the server's side is gone, too. */
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	int fd;

	if (p->n_spares && p->spares[p->n_spares - 1].family == family)
		return p->spares[--p->n_spares].fd;
	fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	return fd;
}

static void send_probe(struct halb_pulser *p, struct flying *f)
{
	const struct sockaddr_storage *to = &p->addresses[f->pulse.target];
	int code = 0;

	f->fd = open_socket(p, to->ss_family);
	f->pulse.sent = halb_now();
	if (f->fd < 0 || connect(f->fd, (const struct sockaddr *)to,
				 p->lengths[f->pulse.target]) < 0)
		code = errno;
	f->pulse.left = halb_now();
	if (code != EINPROGRESS)
		finish(f, halb_pulse_class_of_errno(code), f->pulse.left);
	else if (halb_schedule_due(&p->schedule, p->next) - f->pulse.left > SOON)
		wait_for_answer(f);
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
	const uint64_t until = p->next;

	begin_due(p, halb_now()); /* first of all: answers have time */
	look_for_answers(p, until, halb_now());
	give_up_late(p, halb_now());
	tell(p);
	arm(p); /* where there was no room, there is some by now, and its slot is due at once */
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
	while (p->n_spares)
		close(p->spares[--p->n_spares].fd);
	halb_loop_cancel(p->loop, p->timer);
	free(p->ring);
	free(p->addresses);
	free(p->lengths);
	free(p);
}
