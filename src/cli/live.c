/* SPDX-License-Identifier: Apache-2.0 */
/* Gathers what the view shows, and shows it four times a second. */
#include "live.h"

#include "halb/base/deadline.h"
#include "halb/base/log.h"

#define EVERY (250 * HALB_MSEC)
#define RATED HALB_SEC /* what the rate is of, at the least */
#define SLICE 64       /* histograms added up at a time: a probe may be due meanwhile */

static void rate(struct live *live)
{
	const struct halb_watch *watch = live->seen.watch;
	uint64_t sent = 0;
	int64_t past = live->seen.now - live->rated_at;

	for (size_t i = 0; i < watch->n_series; i++)
		sent += watch->series[i].outages.sent;
	if (past < RATED && live->rated_at != watch->started)
		return;
	live->seen.rate = (double)(sent - live->rated_sent) * 1e9 / (double)past;
	if (past < RATED)
		return;
	live->rated_at = live->seen.now;
	live->rated_sent = sent;
}

static void forget_sums(struct live *live)
{
	for (size_t i = 0; i < HALB_WATCH_LAYERS; i++)
		halb_histogram_clear(&live->sums[i]);
	live->merged = 0;
}

static void publish(struct live *live)
{
	for (size_t i = 0; i < HALB_WATCH_LAYERS; i++) {
		live->seen.layers[i].p50 = halb_histogram_at(&live->sums[i], 0.5);
		live->seen.layers[i].p99 = halb_histogram_at(&live->sums[i], 0.99);
	}
	forget_sums(live);
}

static void merge(struct live *live)
{
	const struct halb_watch *watch = live->seen.watch;
	enum halb_status st = HALB_OK;
	struct halb_error err;

	for (size_t i = 0; st == HALB_OK && i < SLICE && live->merged < watch->n_series;
	     i++, live->merged++)
		st = halb_histogram_merge(&live->sums[watch->series[live->merged].layer],
					  &watch->series[live->merged].latency, &err);
	if (st != HALB_OK)
		forget_sums(live); /* what was shown last stays, and the next turn may do better */
	else if (live->merged == watch->n_series)
		publish(live);
}

static void show(struct live *live)
{
	struct halb_buf text = { 0 };

	live->seen.now = halb_now();
	rate(live);
	merge(live);
	if (live->away)
		return;
	halb_report_live(&live->seen, halb_log_room(), &text);
	if (!text.bad)
		halb_log_progress("%s", halb_buf_string(&text));
	halb_buf_clear(&text);
}

static void on_timer(void *arg)
{
	struct live *live = arg;
	struct halb_error err;

	show(live);
	if (halb_loop_at(live->loop, halb_now() + EVERY, on_timer, live, &live->timer, &err) !=
	    HALB_OK)
		live->timer = NULL;
}

enum halb_status live_begin(struct live *live, struct halb_loop *loop,
			    const struct halb_watch *watch, bool color, struct halb_error *err)
{
	*live = (struct live){ .seen = { .watch = watch, .color = color },
			       .rated_at = watch->started };
	if (!halb_log_shows_progress())
		return HALB_OK;
	live->loop = loop;
	return halb_loop_at(loop, halb_now() + EVERY, on_timer, live, &live->timer, err);
}

void live_note(struct live *live, const struct halb_watch_event *event)
{
	struct halb_live_layer *layer = &live->seen.layers[event->series->layer];

	layer->last_at = event->at;
	layer->last_min = event->outage->min;
	layer->last_max = event->outage->max;
}

bool live_is_shown(const struct live *live)
{
	return live->loop && !live->away;
}

void live_leave(struct live *live, bool away)
{
	if (live->loop && away)
		halb_log_progress(NULL);
	live->away = away;
}

void live_end(struct live *live)
{
	if (!live->loop)
		return;
	halb_log_progress(NULL);
	halb_loop_cancel(live->loop, live->timer);
	forget_sums(live);
	live->loop = NULL;
}
