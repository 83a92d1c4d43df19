/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place that waits: descriptors (epoll) and absolute deadlines (timerfd) in one thread.
 * Callbacks may add and remove watches and timers, their own too.
 */
#ifndef HALB_NET_LOOP_H
#define HALB_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "halb/base/error.h"

struct halb_loop;
struct halb_timer;

#define HALB_LOOP_READ  1u
#define HALB_LOOP_WRITE 2u
#define HALB_LOOP_ERROR 4u /* told beside these, never asked for: ask the descriptor for its error */

typedef void halb_loop_fd_fn(void *arg, int fd, unsigned events);
typedef void halb_loop_timer_fn(void *arg);

enum halb_status halb_loop_new(struct halb_loop **out, struct halb_error *err) HALB_CHECKED;
void halb_loop_free(struct halb_loop *loop);

/* Watches `fd`, or changes what it is watched for; 0 events stops. The fd stays the caller's. */
enum halb_status halb_loop_watch(struct halb_loop *loop, int fd, unsigned events,
				 halb_loop_fd_fn *fn, void *arg, struct halb_error *err)
	HALB_CHECKED;
void halb_loop_unwatch(struct halb_loop *loop, int fd);

/* Closes a descriptor that may be watched, and has no duplicate: so the kernel forgets it unasked. */
void halb_loop_close(struct halb_loop *loop, int fd);

/* Calls `fn` once at `deadline` (CLOCK_MONOTONIC, ns). The timer is the loop's; it is gone after
 * it fired or was cancelled. */
enum halb_status halb_loop_at(struct halb_loop *loop, int64_t deadline, halb_loop_timer_fn *fn,
			      void *arg, struct halb_timer **out, struct halb_error *err)
	HALB_CHECKED;
void halb_loop_cancel(struct halb_loop *loop, struct halb_timer *timer);

/* Gives it another deadline; in its own callback, it stays and fires again. */
void halb_loop_move(struct halb_loop *loop, struct halb_timer *timer, int64_t deadline);

/*
 * Runs until halb_loop_stop(), until nothing is watched or due, or until `deadline`:
 * HALB_OK, HALB_OK, HALB_E_RETRY.
 */
enum halb_status halb_loop_run(struct halb_loop *loop, int64_t deadline, struct halb_error *err)
	HALB_CHECKED;

/* CLOCK_MONOTONIC, ns: what a callback is told of now, of a descriptor that was watched by then,
 * came after this. It is as long ago as the turn before; 0 in the first. */
int64_t halb_loop_events_after(const struct halb_loop *loop);

/* Ends the run under way after this callback, or else the next run at its start: a callback that
 * comes before the run can stop it too. */
void halb_loop_stop(struct halb_loop *loop);

#endif
