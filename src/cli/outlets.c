/* SPDX-License-Identifier: Apache-2.0 */
/* Tells of events as they come, and of the state every now and then. */
#include "outlets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "halb/base/deadline.h"
#include "halb/base/file.h"
#include "halb/base/log.h"
#include "halb/base/moment.h"
#include "halb/base/notify.h"

#define SCRAPE (5 * HALB_SEC) /* how long a scraper may take */

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

/* On a terminal they are seen. */
static enum halb_log_level level_of(const struct outlets *o)
{
	return live_is_shown(&o->live) ? HALB_LOG_INFO : HALB_LOG_NOTICE;
}

static void log_begin(const struct outlets *o, const struct halb_watch_event *event)
{
	const struct halb_outage *outage = event->outage;
	char moment[HALB_MOMENT_TEXT];

	halb_log(level_of(o), "%s %s: down since %s (%s)",
		 halb_watch_layer_name(event->series->layer), event->series->what,
		 halb_moment_format(halb_watch_real_time(o->watch, outage->start), moment),
		 outage->n_phases
			 ? halb_pulse_class_name(outage->phases[outage->n_phases - 1].class)
			 : "unknown");
}

static void log_end(const struct outlets *o, const struct halb_watch_event *event)
{
	char bounds[HALB_BOUNDS_TEXT];

	halb_log(level_of(o), "%s %s: up again, the outage lasted %s",
		 halb_watch_layer_name(event->series->layer), event->series->what,
		 halb_outage_format_bounds(event->outage, bounds));
}

static void log_holder(const struct outlets *o, const struct halb_watch_holder *holder)
{
	char vip[HALB_ADDR_TEXT], mac[HALB_MAC_TEXT];
	const char *by = holder->has_mac ? halb_mac_format(&holder->mac, mac) : holder->said;

	halb_log(level_of(o), "%s: held by %s%s%s%s", halb_addr_format(&holder->balancer->vip, vip),
		 halb_watch_holder_name(holder), *by ? " (" : "", by, *by ? ")" : "");
}

static void log_split(const struct outlets *o, const struct halb_watch_split *split)
{
	char vip[HALB_ADDR_TEXT], mac[HALB_MAC_TEXT];
	struct halb_buf macs = { 0 };

	for (size_t i = 0; i < split->n_macs; i++)
		halb_buf_printf(&macs, "%s%s", i ? ", " : "", halb_mac_format(&split->macs[i], mac));
	halb_log(level_of(o), "%s: split brain, it is claimed by %s",
		 halb_addr_format(&split->balancer->vip, vip), halb_buf_string(&macs));
	halb_buf_clear(&macs);
}

static void log_event(const struct outlets *o, const struct halb_watch_event *event)
{
	char vip[HALB_ADDR_TEXT];

	switch (event->kind) {
	case HALB_WATCH_OUTAGE_BEGINS:
		log_begin(o, event);
		break;
	case HALB_WATCH_OUTAGE_ENDS:
		log_end(o, event);
		break;
	case HALB_WATCH_HOLDER:
		log_holder(o, event->holder);
		break;
	case HALB_WATCH_SPLIT_BEGINS:
		log_split(o, event->split);
		break;
	case HALB_WATCH_SPLIT_ENDS:
		halb_log(level_of(o), "%s: no split brain any more",
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
	if (event->kind == HALB_WATCH_OUTAGE_ENDS)
		live_note(&o->live, event);
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

	*outlets = (struct outlets){ .opt = opt, .loop = loop, .events = -1,
				     .beat = halb_notify_watchdog() };
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
	enum halb_status st = live_begin(&outlets->live, outlets->loop, watch,
					 options_color(outlets->opt, STDERR_FILENO), err);

	outlets->watch = watch;
	for (size_t i = 0; i < watch->n_holders; i++) /* who were found before we were told */
		outlets_event(outlets, &(struct halb_watch_event){ .kind = HALB_WATCH_HOLDER,
								   .at = watch->holders[i].at,
								   .holder = &watch->holders[i] });
	halb_notify("READY=1");
	if (st == HALB_OK && outlets->beat)
		st = halb_loop_at(outlets->loop, halb_now(), on_beat, outlets, &outlets->heart, err);
	return st;
}

void outlets_say(struct outlets *outlets, const char *fmt, ...)
{
	char *doing = outlets->live.seen.doing;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(doing, sizeof outlets->live.seen.doing, fmt, ap);
	va_end(ap);
	halb_log(level_of(outlets), "%s", doing);
}

void outlets_close(struct outlets *outlets)
{
	if (!outlets->loop)
		return;
	if (outlets->watch)
		halb_notify("STOPPING=1");
	live_end(&outlets->live);
	halb_loop_cancel(outlets->loop, outlets->heart);
	halb_listener_free(outlets->listener);
	if (outlets->events >= 0)
		close(outlets->events);
	*outlets = (struct outlets){ .events = -1 };
}
