/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that waits: epoll for descriptors, one timerfd for the earliest deadline. */
#include "halb/net/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "halb/base/deadline.h"

#define BATCH 256 /* events taken from the kernel at a time, before timers may give up on them */

struct watch {
	halb_loop_fd_fn *fn;
	void *arg;
	unsigned events; /* 0: not watched */
	uint32_t birth;  /* tells a watch from an earlier one on a descriptor of the same number */
};

struct halb_timer {
	int64_t deadline;
	uint64_t order; /* of creation: equal deadlines fire in it */
	size_t at;      /* in the heap */
	halb_loop_timer_fn *fn;
	void *arg;
};

struct halb_loop {
	int epoll, timerfd;
	int64_t armed; /* what the timerfd is set to */
	bool stopped;
	int64_t asked, asked_before; /* before the last two times that the kernel was asked */
	struct watch *watches; /* by descriptor */
	size_t room_watches, n_watches;
	uint32_t births;
	struct halb_timer **heap; /* a binary heap, the earliest first */
	size_t room_heap, n_heap;
	uint64_t orders;
	struct halb_timer *firing; /* not in the heap any more, not freed yet; NULL once moved */
};

static enum halb_status fail_errno(struct halb_error *err, const char *what)
{
	return halb_fail(err, HALB_E_INTERNAL, "%s: %s", what, strerror(errno));
}

enum halb_status halb_loop_new(struct halb_loop **out, struct halb_error *err)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = UINT64_MAX };
	struct halb_loop *loop = calloc(1, sizeof *loop);

	if (!loop)
		return halb_fail_nomem(err);
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->timerfd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (loop->epoll < 0 || loop->timerfd < 0 ||
	    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->timerfd, &ev) < 0) {
		fail_errno(err, "cannot wait for events");
		halb_loop_free(loop);
		return HALB_E_INTERNAL;
	}
	*out = loop;
	return HALB_OK;
}

void halb_loop_free(struct halb_loop *loop)
{
	if (!loop)
		return;
	for (size_t i = 0; i < loop->n_heap; i++)
		free(loop->heap[i]);
	free(loop->heap);
	free(loop->watches);
	if (loop->timerfd >= 0)
		close(loop->timerfd);
	if (loop->epoll >= 0)
		close(loop->epoll);
	free(loop);
}

/* Makes room for a watch on `fd`. */
static bool reserve_watch(struct halb_loop *loop, size_t fd)
{
	size_t room = loop->room_watches ? loop->room_watches : 64;
	struct watch *watches;

	if (fd < loop->room_watches)
		return true;
	while (room <= fd)
		room *= 2;
	watches = reallocarray(loop->watches, room, sizeof *watches);
	if (!watches)
		return false;
	memset(watches + loop->room_watches, 0, (room - loop->room_watches) * sizeof *watches);
	loop->watches = watches;
	loop->room_watches = room;
	return true;
}

/* A descriptor that was closed while watched has left the set; its number may be new there. */
static int tell_epoll(struct halb_loop *loop, int fd, struct epoll_event *ev)
{
	if (loop->watches[fd].events && epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, ev) == 0)
		return 0;
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, ev) == 0)
		return 0;
	return errno == EEXIST ? epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, ev) : -1;
}

enum halb_status halb_loop_watch(struct halb_loop *loop, int fd, unsigned events,
				 halb_loop_fd_fn *fn, void *arg, struct halb_error *err)
{
	struct epoll_event ev = { .events = (events & HALB_LOOP_READ ? EPOLLIN : 0u) |
					    (events & HALB_LOOP_WRITE ? EPOLLOUT : 0u) };
	struct watch *watch;

	if (!events) {
		halb_loop_unwatch(loop, fd);
		return HALB_OK;
	}
	if (!reserve_watch(loop, (size_t)fd))
		return halb_fail_nomem(err);
	watch = &loop->watches[fd];
	if (!watch->events)
		watch->birth = loop->births++;
	ev.data.u64 = (uint64_t)watch->birth << 32 | (uint32_t)fd;
	if (tell_epoll(loop, fd, &ev) < 0)
		return fail_errno(err, "cannot wait for a descriptor");
	if (!watch->events)
		loop->n_watches++;
	watch->events = events;
	watch->fn = fn;
	watch->arg = arg;
	return HALB_OK;
}

/* Whether it was watched. */
static bool forget(struct halb_loop *loop, int fd)
{
	if (fd < 0 || (size_t)fd >= loop->room_watches || !loop->watches[fd].events)
		return false;
	loop->watches[fd].events = 0;
	loop->n_watches--;
	return true;
}

void halb_loop_unwatch(struct halb_loop *loop, int fd)
{
	/* It fails where the descriptor was closed before; the kernel has then forgotten it. */
	if (forget(loop, fd))
		epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
}

void halb_loop_close(struct halb_loop *loop, int fd)
{
	(void)forget(loop, fd);
	close(fd);
}

static bool before(const struct halb_timer *a, const struct halb_timer *b)
{
	return a->deadline != b->deadline ? a->deadline < b->deadline : a->order < b->order;
}

static void put(struct halb_loop *loop, size_t at, struct halb_timer *timer)
{
	loop->heap[at] = timer;
	timer->at = at;
}

/* Puts `timer` into the hole at `at`, moving the hole up or down to where the order holds. */
static void settle(struct halb_loop *loop, size_t at, struct halb_timer *timer)
{
	size_t child;

	while (at && before(timer, loop->heap[(at - 1) / 2])) {
		put(loop, at, loop->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	while ((child = 2 * at + 1) < loop->n_heap) {
		if (child + 1 < loop->n_heap && before(loop->heap[child + 1], loop->heap[child]))
			child++;
		if (!before(loop->heap[child], timer))
			break;
		put(loop, at, loop->heap[child]);
		at = child;
	}
	put(loop, at, timer);
}

static void take_out(struct halb_loop *loop, struct halb_timer *timer)
{
	struct halb_timer *last = loop->heap[--loop->n_heap];

	if (last != timer)
		settle(loop, timer->at, last);
}

enum halb_status halb_loop_at(struct halb_loop *loop, int64_t deadline, halb_loop_timer_fn *fn,
			      void *arg, struct halb_timer **out, struct halb_error *err)
{
	struct halb_timer *timer;

	/* The one that fires keeps its place: it may be moved. */
	if (loop->n_heap + (loop->firing != NULL) == loop->room_heap) {
		size_t room = loop->room_heap ? 2 * loop->room_heap : 16;
		struct halb_timer **heap = reallocarray(loop->heap, room, sizeof *heap);

		if (!heap)
			return halb_fail_nomem(err);
		loop->heap = heap;
		loop->room_heap = room;
	}
	timer = malloc(sizeof *timer);
	if (!timer)
		return halb_fail_nomem(err);
	*timer = (struct halb_timer){
		.deadline = deadline, .order = loop->orders++, .fn = fn, .arg = arg
	};
	settle(loop, loop->n_heap++, timer);
	*out = timer;
	return HALB_OK;
}

void halb_loop_cancel(struct halb_loop *loop, struct halb_timer *timer)
{
	if (!timer || timer == loop->firing)
		return;
	take_out(loop, timer);
	free(timer);
}

void halb_loop_move(struct halb_loop *loop, struct halb_timer *timer, int64_t deadline)
{
	if (timer == loop->firing)
		loop->firing = NULL;
	else
		take_out(loop, timer);
	timer->deadline = deadline;
	timer->order = loop->orders++;
	settle(loop, loop->n_heap++, timer);
}

/* Fires what is due now; what the callbacks add waits for the next turn, so that descriptors get
 * theirs. */
static void fire_due(struct halb_loop *loop)
{
	int64_t now = halb_now();
	uint64_t orders = loop->orders;

	while (!loop->stopped && loop->n_heap && loop->heap[0]->deadline <= now &&
	       loop->heap[0]->order < orders) {
		loop->firing = loop->heap[0];
		take_out(loop, loop->firing);
		loop->firing->fn(loop->firing->arg);
		free(loop->firing);
		loop->firing = NULL;
	}
}

static void dispatch(struct halb_loop *loop, const struct epoll_event *ev)
{
	int fd = (int)(uint32_t)ev->data.u64;
	struct watch watch; /* a copy: the callback may move the table */
	unsigned events = 0;

	if (ev->data.u64 == UINT64_MAX)
		return; /* the timerfd has only woken us */
	watch = loop->watches[fd];
	if (!watch.events || watch.birth != (uint32_t)(ev->data.u64 >> 32))
		return; /* taken away by a callback of this turn */
	/* EPOLLERR and EPOLLHUP come unasked; reading or writing then tells what happened. */
	if (ev->events & (EPOLLIN | EPOLLERR | EPOLLHUP))
		events |= HALB_LOOP_READ;
	if (ev->events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
		events |= HALB_LOOP_WRITE;
	events &= watch.events;
	if (ev->events & EPOLLERR)
		events |= HALB_LOOP_ERROR;
	if (events)
		watch.fn(watch.arg, fd, events);
}

/* Sets the timerfd to the earliest deadline. Zero would disarm it, 1 is as long ago. */
static int arm(struct halb_loop *loop, int64_t deadline)
{
	struct itimerspec spec = { 0 };

	if (loop->n_heap && loop->heap[0]->deadline < deadline)
		deadline = loop->heap[0]->deadline;
	if (deadline < 1)
		deadline = 1;
	if (deadline == loop->armed)
		return 0;
	loop->armed = deadline;
	spec.it_value.tv_sec = deadline / HALB_SEC;
	spec.it_value.tv_nsec = deadline % HALB_SEC;
	return timerfd_settime(loop->timerfd, TFD_TIMER_ABSTIME, &spec, NULL);
}

/* Waits for events until the earliest deadline and hands them out. */
static bool turn(struct halb_loop *loop, int64_t deadline)
{
	struct epoll_event events[BATCH];
	int64_t now;
	int n;

	if (arm(loop, deadline) < 0)
		return false;
	now = halb_now();
	n = epoll_wait(loop->epoll, events, BATCH, -1);
	if (n < 0)
		return errno == EINTR;
	loop->asked_before = loop->asked;
	for (int i = 0; i < n && !loop->stopped; i++)
		dispatch(loop, &events[i]);
	if (n < BATCH && !loop->stopped) /* else the next turn tells what was there in this one */
		loop->asked = now;
	return true;
}

static bool has_work(const struct halb_loop *loop)
{
	return !loop->stopped && (loop->n_heap || loop->n_watches);
}

/* Descriptors come before timers: what arrived in time counts, even when we wake late. */
enum halb_status halb_loop_run(struct halb_loop *loop, int64_t deadline, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	while (!st && has_work(loop)) {
		if (!turn(loop, deadline)) {
			st = fail_errno(err, "waiting for events");
			break;
		}
		fire_due(loop);
		if (has_work(loop) && halb_now() >= deadline)
			st = halb_fail(err, HALB_E_RETRY, "not done in time");
	}
	loop->stopped = false;
	return st;
}

int64_t halb_loop_events_after(const struct halb_loop *loop)
{
	return loop->asked_before;
}

void halb_loop_stop(struct halb_loop *loop)
{
	loop->stopped = true;
}
