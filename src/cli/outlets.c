/* SPDX-License-Identifier: Apache-2.0 */
/* Tells of events as they come, and of the state every now and then. */
#include "outlets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "halb/base/deadline.h"
#include "halb/base/file.h"
#include "halb/base/log.h"
#include "halb/base/notify.h"

#define LINE_EVERY (250 * HALB_MSEC)
#define SCRAPE     (5 * HALB_SEC) /* how long a scraper may take */

/* ---- events ---- */

/* A FIFO that nobody reads is refused at once, and holds us up never. */
static enum halb_status open_events(const char *path, struct outlets *o, struct halb_error *err)
{
	o->path = path;
	o->events = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0644);
	if (o->events >= 0)
		return HALB_OK;
	return halb_fail(err, HALB_E_CANTCREATE, "--events %.200s: %s", path, strerror(errno));
}

static void write_event(struct outlets *o, const struct halb_watch_event *event)
{
	struct halb_buf line = { 0 };

	if (o->events < 0)
		return;
	halb_report_event(o->watch, event, &line);
	if (line.bad || write(o->events, line.data, line.len) != (ssize_t)line.len) {
		halb_log(HALB_LOG_ERROR, "--events %s: no more events are written: %s", o->path,
			 line.bad ? "out of memory" : strerror(errno));
		close(o->events);
		o->events = -1;
	}
	halb_buf_clear(&line);
}

static void describe_outage(const struct halb_outage *outage, char *text, size_t size)
{
	if (outage->max < 0)
		snprintf(text, size, "%.1f ms at least", (double)outage->min / 1e6);
	else
		snprintf(text, size, "%.1f to %.1f ms", (double)outage->min / 1e6,
			 (double)outage->max / 1e6);
}

static void note_end(struct outlets *o, const struct halb_watch_event *event)
{
	char bounds[64];

	describe_outage(event->outage, bounds, sizeof bounds);
	snprintf(o->last, sizeof o->last, "%s %s", halb_watch_layer_name(event->series->layer),
		 bounds);
	o->last_at = event->at;
	halb_log(HALB_LOG_INFO, "%s %s: up again, the outage lasted %s",
		 halb_watch_layer_name(event->series->layer), event->series->what, bounds);
}

static void log_event(struct outlets *o, const struct halb_watch_event *event)
{
	char vip[HALB_ADDR_TEXT];

	switch (event->kind) {
	case HALB_WATCH_OUTAGE_BEGINS:
		halb_log(HALB_LOG_INFO, "%s %s: down",
			 halb_watch_layer_name(event->series->layer), event->series->what);
		break;
	case HALB_WATCH_OUTAGE_ENDS:
		note_end(o, event);
		break;
	case HALB_WATCH_HOLDER:
		halb_log(HALB_LOG_INFO, "%s: held by %s",
			 halb_addr_format(&event->holder->balancer->vip, vip),
			 halb_watch_holder_name(event->holder));
		break;
	case HALB_WATCH_SPLIT_BEGINS:
		halb_log(HALB_LOG_INFO, "%s: more than one machine claims it",
			 halb_addr_format(&event->split->balancer->vip, vip));
		break;
	case HALB_WATCH_SPLIT_ENDS:
		halb_log(HALB_LOG_INFO, "%s: one machine claims it again",
			 halb_addr_format(&event->split->balancer->vip, vip));
		break;
	}
}

void outlets_event(void *arg, const struct halb_watch_event *event)
{
	struct outlets *o = arg;

	if (!o->watch) /* it has begun already, and is not ours yet */
		return;
	write_event(o, event);
	log_event(o, event);
}

/* ---- the line on a terminal ---- */

static void add_layer(const struct halb_watch *watch, enum halb_watch_layer layer,
		      struct halb_buf *line)
{
	size_t n = 0, down = 0, silent = 0;

	for (size_t i = 0; i < watch->n_series; i++) {
		const struct halb_outages *o = &watch->series[i].outages;

		if (watch->series[i].layer != layer)
			continue;
		n++;
		down += o->down;
		silent += !o->down && !o->ok;
	}
	if (!n)
		return;
	halb_buf_printf(line, "%s ", halb_watch_layer_name(layer));
	if (n > 1 && down)
		halb_buf_printf(line, "%zu of %zu ", down, n);
	halb_buf_text(line, down ? "DOWN | " : silent ? "? | " : "up | ");
}

static void add_holders(const struct halb_watch *watch, struct halb_buf *line)
{
	for (size_t b = 0; watch->holders_known && b < watch->site->n_balancers; b++) {
		const struct halb_watch_holder *h =
			halb_watch_holder_of(watch, &watch->site->balancers[b]);

		halb_buf_printf(line, "%s%s", b ? ", " : "holder ",
				!h ? "?" : h->host || h->nobody ? halb_watch_holder_name(h) : "other");
	}
	if (watch->holders_known)
		halb_buf_text(line, " | ");
	for (size_t i = 0; i < watch->n_splits; i++)
		if (!watch->splits[i].end) {
			halb_buf_text(line, "SPLIT BRAIN | ");
			break;
		}
}

static void show_line(struct outlets *o)
{
	const struct halb_watch *watch = o->watch;
	struct halb_buf line = { 0 };
	double seconds = (double)(halb_now() - watch->started) / 1e9;
	uint64_t sent = 0;

	for (size_t i = 0; i < watch->n_series; i++)
		sent += watch->series[i].outages.sent;
	halb_buf_printf(&line, "%.0f s, %.0f/s | ", seconds, (double)sent / seconds);
	for (unsigned i = 0; i < HALB_WATCH_LAYERS; i++)
		add_layer(watch, (enum halb_watch_layer)i, &line);
	add_holders(watch, &line);
	if (o->last[0])
		halb_buf_printf(&line, "last outage %s, %.0f s ago", o->last,
				(double)(halb_now() - o->last_at) / 1e9);
	else
		halb_buf_text(&line, "no outage");
	halb_log_progress("%s", halb_buf_string(&line));
	halb_buf_clear(&line);
}

static void on_line(void *arg)
{
	struct outlets *o = arg;
	struct halb_error err;

	show_line(o);
	if (halb_loop_at(o->loop, halb_now() + LINE_EVERY, on_line, o, &o->line, &err) != HALB_OK)
		o->line = NULL;
}

/* ---- systemd ---- */

/* Half of the time that it waits, as sd_watchdog_enabled(3) recommends. */
static void on_beat(void *arg)
{
	struct outlets *o = arg;
	struct halb_error err;

	halb_notify("WATCHDOG=1");
	if (halb_loop_at(o->loop, halb_now() + o->beat / 2, on_beat, o, &o->heart, &err) != HALB_OK)
		o->heart = NULL;
}

/* ---- metrics ---- */

static void on_scrape(void *arg, struct halb_buf *out)
{
	const struct outlets *o = arg;

	halb_report_metrics(o->watch, out);
}

static enum halb_status listen_on(const char *text, struct outlets *o, struct halb_error *err)
{
	struct halb_listener_options options = {
		.path = "/metrics",
		.content_type = "text/plain; version=0.0.4; charset=utf-8",
		.timeout = SCRAPE,
		.fn = on_scrape,
		.arg = o,
	};
	enum halb_status st = halb_listener_parse(text, &options.address, &options.port, err);

	if (st == HALB_OK)
		st = halb_listener_new(o->loop, &options, &o->listener, err);
	return st == HALB_OK ? st : halb_fail_in(err, "--listen");
}

/* ---- together ---- */

enum halb_status outlets_open(const struct options *opt, struct halb_loop *loop,
			      struct outlets *outlets, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	*outlets = (struct outlets){ .loop = loop, .events = -1, .beat = halb_notify_watchdog() };
	if (opt->events)
		st = open_events(opt->events, outlets, err);
	if (st == HALB_OK && opt->html)
		st = halb_file_replaceable(opt->html, err);
	if (st == HALB_OK && opt->listen)
		st = listen_on(opt->listen, outlets, err);
	return st;
}

enum halb_status outlets_begin(struct outlets *outlets, const struct halb_watch *watch,
			       struct halb_error *err)
{
	int64_t now = halb_now();
	enum halb_status st = HALB_OK;

	outlets->watch = watch;
	for (size_t i = 0; i < watch->n_holders; i++) /* who were found before we were told */
		outlets_event(outlets, &(struct halb_watch_event){ .kind = HALB_WATCH_HOLDER,
								   .at = watch->holders[i].at,
								   .holder = &watch->holders[i] });
	halb_notify("READY=1");
	if (halb_log_shows_progress())
		st = halb_loop_at(outlets->loop, now + LINE_EVERY, on_line, outlets, &outlets->line,
				  err);
	if (st == HALB_OK && outlets->beat)
		st = halb_loop_at(outlets->loop, now, on_beat, outlets, &outlets->heart, err);
	return st;
}

void outlets_close(struct outlets *outlets)
{
	if (!outlets->loop)
		return;
	if (outlets->watch)
		halb_notify("STOPPING=1");
	halb_log_progress(NULL);
	halb_loop_cancel(outlets->loop, outlets->line);
	halb_loop_cancel(outlets->loop, outlets->heart);
	halb_listener_free(outlets->listener);
	if (outlets->events >= 0)
		close(outlets->events);
	*outlets = (struct outlets){ .events = -1 };
}
