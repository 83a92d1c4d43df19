/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/net/loop.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "halb/base/deadline.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached by a working loop */

static struct halb_loop *loop;
static struct halb_error err;

static void setup(void)
{
	cr_assert_eq(halb_loop_new(&loop, &err), HALB_OK);
}

static void teardown(void)
{
	halb_loop_free(loop);
}

TestSuite(loop, .init = setup, .fini = teardown);

static struct halb_timer *timer_at(int64_t deadline, halb_loop_timer_fn *fn, void *arg)
{
	struct halb_timer *timer;

	cr_assert_eq(halb_loop_at(loop, deadline, fn, arg, &timer, &err), HALB_OK);
	return timer;
}

static void watch(int fd, unsigned events, halb_loop_fd_fn *fn, void *arg)
{
	cr_assert_eq(halb_loop_watch(loop, fd, events, fn, arg, &err), HALB_OK, "%s", err.text);
}

static enum halb_status run(void)
{
	return halb_loop_run(loop, halb_now() + LONG_ENOUGH, &err);
}

static void make_pipe(int fds[2])
{
	cr_assert_eq(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
}

static int fired[64];
static size_t n_fired;

static void note(void *arg)
{
	fired[n_fired++] = *(int *)arg;
}

Test(loop, ends_when_nothing_is_left)
{
	cr_assert_eq(run(), HALB_OK);
}

Test(loop, fires_timers_in_order_and_equal_ones_as_created)
{
	static int ids[40];
	int64_t start = halb_now();

	for (int i = 0; i < 40; i++) {
		ids[i] = (i * 7) % 40 / 2; /* each deadline twice */
		timer_at(start + ids[i] * HALB_MSEC / 4, note, &ids[i]);
	}
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(n_fired, 40);
	for (size_t i = 0; i < 40; i++)
		cr_assert_eq(fired[i], (int)i / 2);
	cr_assert_geq(halb_now() - start, 19 * HALB_MSEC / 4, "none fires early");
}

Test(loop, cancelled_timers_do_not_fire)
{
	static int ids[30];
	struct halb_timer *timers[30];
	int64_t start = halb_now();

	for (int i = 0; i < 30; i++) {
		ids[i] = i;
		timers[i] = timer_at(start + (i * 11) % 30 * HALB_USEC, note, &ids[i]);
	}
	for (int i = 0; i < 30; i += 2)
		halb_loop_cancel(loop, timers[i]);
	halb_loop_cancel(loop, NULL);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(n_fired, 15);
	for (size_t i = 0; i < n_fired; i++) {
		cr_assert_eq(fired[i] % 2, 1);
		cr_assert(i == 0 || (fired[i - 1] * 11) % 30 < (fired[i] * 11) % 30);
	}
}

static struct halb_timer *own, *other;

static void cancel_both(void *arg)
{
	(*(int *)arg)++;
	halb_loop_cancel(loop, own);
	halb_loop_cancel(loop, other);
}

Test(loop, a_timer_may_cancel_itself_and_others_that_are_due)
{
	int64_t now = halb_now();
	int calls = 0;

	own = timer_at(now, cancel_both, &calls);
	other = timer_at(now, cancel_both, &calls);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(calls, 1);
}

static void move_on(void *arg)
{
	if (++*(int *)arg < 5)
		halb_loop_move(loop, own, 0);
}

Test(loop, a_timer_that_moves_itself_fires_again_until_it_does_not)
{
	int calls = 0;

	own = timer_at(0, move_on, &calls);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(calls, 5);
}

static void crowd(void *arg)
{
	for (int i = 0; i < 40; i++)
		timer_at(0, note, arg);
	halb_loop_move(loop, own, halb_now() + HALB_MSEC);
	halb_loop_cancel(loop, own);
}

Test(loop, a_timer_that_fires_keeps_its_place_among_any_that_it_adds)
{
	int id = 7;

	own = timer_at(0, crowd, &id);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(n_fired, 40);
}

Test(loop, a_timer_can_be_moved_before_and_behind_others)
{
	static int ids[] = { 0, 1, 2 };
	struct halb_timer *timers[3];
	int64_t start = halb_now();

	for (int i = 0; i < 3; i++)
		timers[i] = timer_at(start + (i + 1) * HALB_USEC, note, &ids[i]);
	halb_loop_move(loop, timers[2], start);
	halb_loop_move(loop, timers[0], start + 9 * HALB_USEC);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(n_fired, 3);
	for (int i = 0; i < 3; i++)
		cr_assert_eq(fired[i], 2 - i, "%d in place %d", fired[i], i);
}

static void again(void *arg)
{
	if (++*(int *)arg < 1000)
		timer_at(halb_now(), again, arg);
}

static void stop(void *arg, int fd, unsigned events)
{
	(void)fd;
	*(unsigned *)arg = events;
	halb_loop_stop(loop);
}

Test(loop, timers_that_renew_themselves_do_not_starve_descriptors)
{
	unsigned events = 0;
	int calls = 0, fds[2];

	make_pipe(fds);
	watch(fds[1], HALB_LOOP_WRITE, stop, &events);
	timer_at(0, again, &calls);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(events, HALB_LOOP_WRITE);
	cr_assert_lt(calls, 1000);
}

Test(loop, tells_when_a_descriptor_is_ready)
{
	unsigned events = 0;
	int fds[2];

	make_pipe(fds);
	watch(fds[0], HALB_LOOP_READ, stop, &events);
	cr_assert_eq(halb_loop_run(loop, halb_now() + HALB_MSEC, &err), HALB_E_RETRY);
	cr_assert_eq(events, 0);
	cr_assert_eq(write(fds[1], "x", 1), 1);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(events, HALB_LOOP_READ);
}

static int64_t after;

static void note_after(void *arg, int fd, unsigned events)
{
	char byte;

	(void)events;
	after = halb_loop_events_after(loop);
	cr_assert_eq(read(fd, &byte, 1), 1);
	if (arg)
		halb_loop_stop(loop);
}

Test(loop, knows_a_time_before_which_nothing_had_happened)
{
	int fds[2], more[2];
	int64_t before;

	make_pipe(fds);
	make_pipe(more);
	watch(fds[0], HALB_LOOP_READ, note_after, NULL);
	cr_assert_eq(halb_loop_run(loop, halb_now(), &err), HALB_E_RETRY);
	before = halb_now();
	cr_assert_eq(write(fds[1], "x", 1), 1);
	cr_assert_eq(halb_loop_run(loop, halb_now(), &err), HALB_E_RETRY);
	cr_assert_gt(after, 0);
	cr_assert_leq(after, before);

	/* Of two that are ready the first one ends the run: the second was ready all the time. */
	watch(fds[0], HALB_LOOP_READ, note_after, loop);
	watch(more[0], HALB_LOOP_READ, note_after, loop);
	before = halb_now();
	cr_assert_eq(write(fds[1], "x", 1), 1);
	cr_assert_eq(write(more[1], "x", 1), 1);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_leq(after, before);
}

Test(loop, a_closed_peer_counts_as_readable)
{
	unsigned events = 0;
	int fds[2];

	make_pipe(fds);
	close(fds[1]);
	watch(fds[0], HALB_LOOP_READ, stop, &events);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(events, HALB_LOOP_READ);
}

Test(loop, the_deadline_ends_a_run_and_the_next_goes_on)
{
	int id = 7;
	int64_t start = halb_now();
	struct halb_timer *later = timer_at(start + LONG_ENOUGH, note, &id);

	cr_assert_eq(halb_loop_run(loop, start + 5 * HALB_MSEC, &err), HALB_E_RETRY);
	cr_assert_geq(halb_now(), start + 5 * HALB_MSEC);
	cr_assert_eq(halb_loop_run(loop, 0, &err), HALB_E_RETRY);
	cr_assert_eq(n_fired, 0);
	halb_loop_cancel(loop, later);
	timer_at(start, note, &id);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(n_fired, 1);
}

Test(loop, a_stop_before_the_run_counts_once)
{
	int id = 1;

	timer_at(0, note, &id);
	halb_loop_stop(loop);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(n_fired, 0);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(n_fired, 1);
}

struct pair {
	int a, b, calls;
};

static void unwatch_pair(void *arg, int fd, unsigned events)
{
	struct pair *pair = arg;

	(void)fd;
	(void)events;
	pair->calls++;
	halb_loop_unwatch(loop, pair->a);
	halb_loop_unwatch(loop, pair->b);
}

Test(loop, a_callback_may_take_away_watches_that_are_ready)
{
	int fds1[2], fds2[2];
	struct pair pair;

	make_pipe(fds1);
	make_pipe(fds2);
	pair = (struct pair){ .a = fds1[1], .b = fds2[1] };
	watch(pair.a, HALB_LOOP_WRITE, unwatch_pair, &pair);
	watch(pair.b, HALB_LOOP_WRITE, unwatch_pair, &pair);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(pair.calls, 1);
}

static void never(void *arg, int fd, unsigned events)
{
	(void)arg;
	cr_assert_fail("descriptor %d, events %u: this one is empty", fd, events);
}

/* Closes the other one and opens an empty pipe under its number. */
static void replace_other(void *arg, int fd, unsigned events)
{
	struct pair *pair = arg;
	int other_fd = fd == pair->a ? pair->b : pair->a;
	int fds[2];

	(void)events;
	pair->calls++;
	halb_loop_unwatch(loop, fd);
	halb_loop_unwatch(loop, other_fd);
	make_pipe(fds);
	cr_assert_eq(dup2(fds[0], other_fd), other_fd);
	watch(other_fd, HALB_LOOP_READ, never, NULL);
}

Test(loop, an_old_event_does_not_reach_a_new_watch_of_the_same_number)
{
	int fds1[2], fds2[2];
	struct pair pair;

	make_pipe(fds1);
	make_pipe(fds2);
	cr_assert_eq(write(fds1[1], "x", 1), 1);
	cr_assert_eq(write(fds2[1], "x", 1), 1);
	pair = (struct pair){ .a = fds1[0], .b = fds2[0] };
	watch(pair.a, HALB_LOOP_READ, replace_other, &pair);
	watch(pair.b, HALB_LOOP_READ, replace_other, &pair);
	cr_assert_eq(halb_loop_run(loop, halb_now() + 5 * HALB_MSEC, &err), HALB_E_RETRY);
	cr_assert_eq(pair.calls, 1);
}

Test(loop, a_descriptor_closed_while_watched_can_be_watched_anew)
{
	unsigned events = 0;
	int fds[2], number;

	make_pipe(fds);
	number = fds[0];
	watch(number, HALB_LOOP_READ, never, NULL);
	close(fds[0]);
	close(fds[1]);
	make_pipe(fds);
	cr_assert_eq(dup2(fds[0], number), number);
	cr_assert_eq(write(fds[1], "x", 1), 1);
	watch(number, HALB_LOOP_READ, stop, &events);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(events, HALB_LOOP_READ);
}

Test(loop, a_descriptor_that_it_closes_is_watched_no_longer)
{
	char byte;
	int fds[2];

	make_pipe(fds);
	watch(fds[0], HALB_LOOP_READ, never, NULL);
	halb_loop_close(loop, fds[0]);
	cr_assert_eq(run(), HALB_OK, "nothing is watched");
	cr_assert_lt(read(fds[0], &byte, 1), 0);
	cr_assert_eq(errno, EBADF);
	make_pipe(fds);
	halb_loop_close(loop, fds[1]);
	cr_assert_eq(read(fds[0], &byte, 1), 0, "the end of a pipe that was not watched");
}

Test(loop, tells_that_a_descriptor_has_failed)
{
	unsigned events = 0;
	int fds[2];

	make_pipe(fds);
	watch(fds[1], HALB_LOOP_WRITE, stop, &events);
	close(fds[0]);
	cr_assert_eq(run(), HALB_OK);
	cr_assert_eq(events, HALB_LOOP_WRITE | HALB_LOOP_ERROR);
}

Test(loop, refuses_what_cannot_be_waited_for)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	cr_assert_geq(fd, 0);
	close(fd);
	cr_assert_eq(halb_loop_watch(loop, fd, HALB_LOOP_READ, never, NULL, &err),
		     HALB_E_INTERNAL);
	cr_assert_eq(run(), HALB_OK, "nothing is watched");
}
