/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Held connections: what becomes of those that clients keep while a balancer fails over. An idle
 * one learns of its end only where it is told; a chatty one sends a request each slot, and so
 * learns of a silence, too. Where no request is known, the kernel's keepalive is all that talks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "beat_priv.h"
#include "halb/base/deadline.h"
#include "halb/net/connection.h"

#define KINDS 2 /* of connections to one port: one that is idle, one that is not */

enum held_state { HELD_NONE, HELD_OPENING, HELD_UP };

struct held {
	struct held_layer *layer;
	size_t number; /* of its series */
	struct beat *beat;
	char host[HALB_NAME_TEXT];
	bool chatty, idle;
	struct halb_connection *connection;
	enum held_state state;
	bool opened; /* one was, since the last slot: no server is met more often than that */
	bool seen;   /* the one that stands stood at a slot */
	int64_t ended; /* in good order, when the last one did; 0 once the next one is told of */

	/* What is under way, the opening or a request, has a deadline. */
	bool waiting;
	struct beat_slot *slot;  /* which it answers, or NULL, and then: */
	struct halb_pulse pulse;
	struct halb_timer *timer;
};

struct held_layer {
	struct halb_watch *watch;
	struct held *items; /* owned */
	size_t n, room;
	int64_t start;
};

/* ---- what the series is told ---- */

/* Of a moment, outside of the schedule. */
static void tell(struct held *h, enum halb_pulse_class class, int64_t at)
{
	const struct halb_pulse pulse = { .class = class, .due = at, .sent = at, .left = at,
					  .done = at };

	watch_take(h->layer->watch, h->number, &pulse);
}

/* What was under way has ended. */
static void conclude(struct held *h, enum halb_pulse_class class)
{
	struct beat_slot *slot = h->slot;
	struct halb_pulse *pulse = slot ? &slot->pulse : &h->pulse;

	halb_loop_cancel(h->layer->watch->parts->loop, h->timer);
	h->timer = NULL;
	h->waiting = false;
	h->slot = NULL;
	pulse->class = class;
	pulse->done = halb_now();
	/* Whoever was told that it failed knows no earlier time at which it had. */
	if (class != HALB_PULSE_SILENCE)
		pulse->left = pulse->done;
	if (halb_pulse_failed(pulse) && h->ended) {
		if (slot)
			tell(h, class, h->ended);
		else
			pulse->sent = h->ended;
	}
	if (class != HALB_PULSE_MISSED)
		h->ended = 0;
	if (slot)
		beat_end(slot, class);
	else
		watch_take(h->layer->watch, h->number, pulse);
}

/* ---- opening and asking ---- */

static void reopen(struct held *h);

static void on_late(void *arg)
{
	struct held *h = arg;

	h->timer = NULL;
	halb_connection_close(h->connection);
	h->state = HELD_NONE;
	conclude(h, HALB_PULSE_SILENCE);
	reopen(h);
}

/* For what answers `slot`, or else what happens on an occasion of its own. */
static void wait_for(struct held *h, struct beat_slot *slot)
{
	struct halb_watch *watch = h->layer->watch;
	int64_t now = halb_now();
	struct halb_error err;

	h->waiting = true;
	h->slot = slot;
	h->pulse = (struct halb_pulse){ .due = now, .sent = now, .left = now };
	if (halb_loop_at(watch->parts->loop, now + watch->options.timeout, on_late, h, &h->timer,
			 &err) != HALB_OK)
		watch_fail(watch, &err);
}

static void open_next(struct held *h, struct beat_slot *slot)
{
	h->opened = true;
	h->seen = false;
	h->state = HELD_OPENING;
	wait_for(h, slot);
	halb_connection_open(h->connection);
}

static void reopen(struct held *h)
{
	if (!h->opened)
		open_next(h, NULL);
}

static void ask(struct held *h)
{
	halb_connection_request(h->connection);
	if (h->waiting)
		*(h->slot ? &h->slot->pulse.left : &h->pulse.left) = halb_now();
}

/* ---- how one ends ---- */

static enum halb_pulse_class class_of(int code)
{
	return code == EPROTO ? HALB_PULSE_WRONG : halb_pulse_class_of_errno(code);
}

/* It stood for as long as the kernel had told nothing, unless an answer was being waited for. */
static void lose(struct held *h, enum halb_pulse_class class)
{
	h->state = HELD_NONE;
	if (h->waiting) {
		conclude(h, class);
	} else {
		tell(h, HALB_PULSE_OK, halb_connection_stood(h->connection));
		tell(h, class, halb_now());
	}
	reopen(h);
}

/* A server's own timeout, or a last response: nothing failed, if the next one can be had. */
static void end_well(struct held *h)
{
	struct halb_watch_series *series = &h->layer->watch->series[h->number];

	h->state = HELD_NONE;
	if (h->waiting)
		conclude(h, HALB_PULSE_OK);
	else
		tell(h, HALB_PULSE_OK, halb_connection_stood(h->connection));
	h->ended = series->closed_at = halb_now();
	series->closed++;
	reopen(h);
}

static void on_event(void *arg, enum halb_connection_event event, int code)
{
	struct held *h = arg;

	switch (event) {
	case HALB_CONNECTION_UP:
		h->state = HELD_UP;
		if (h->chatty)
			ask(h);
		else
			conclude(h, HALB_PULSE_OK);
		break;
	case HALB_CONNECTION_ANSWERED:
		conclude(h, HALB_PULSE_OK);
		break;
	case HALB_CONNECTION_FINISHED:
		end_well(h);
		break;
	case HALB_CONNECTION_CLOSED:
		/* One that talks had no end to expect, nor one that was only just opened. */
		if (h->chatty || !h->seen)
			lose(h, HALB_PULSE_RESET);
		else
			end_well(h);
		break;
	case HALB_CONNECTION_LOST:
		lose(h, class_of(code));
		break;
	}
}

/* ---- slots ---- */

/* A slot looks at what there is, and opens what there is not. Nothing is known while one is being
 * opened, or an answer is due: requests are not pipelined, as few servers take that well. */
static void look(void *arg, struct beat_slot *slot)
{
	struct held *h = arg;

	h->opened = false;
	if (!h->waiting && h->state == HELD_UP && !h->chatty)
		halb_connection_check(h->connection);
	if (h->state == HELD_NONE && !h->opened) {
		open_next(h, slot);
		return;
	}
	if (h->state != HELD_UP || h->waiting) {
		beat_end(slot, HALB_PULSE_MISSED);
		return;
	}
	h->seen = true;
	if (!h->chatty) {
		beat_end(slot, HALB_PULSE_OK);
		return;
	}
	wait_for(h, slot);
	ask(h);
}

/* ---- beginning and end ---- */

/* Each has a beat of its own, which no other one's silence holds up; spread, as one beat's are. */
static int64_t start_of(const struct held *h)
{
	const struct held_layer *layer = h->layer;
	size_t which = (size_t)(h - layer->items);

	return layer->start + layer->watch->options.slow_period * (int64_t)which /
				      (int64_t)layer->room;
}

static enum halb_status begin(struct held *h, const struct halb_balancer *balancer,
			      const struct halb_probe_spec *spec, struct halb_error *err)
{
	struct halb_watch *watch = h->layer->watch;
	const struct halb_probe_target target = { .address = balancer->vip, .port = spec->port,
						  .host = h->host, .tls = spec->tls,
						  .http = h->chatty ? spec->http : NULL,
						  .ca_file = spec->ca_file };
	enum halb_status st;

	halb_name_format(balancer->n_aliases ? &balancer->aliases[0] : &balancer->apex, h->host);
	st = halb_connection_new(watch->parts->loop, &target, !h->idle && !h->chatty, on_event, h,
				 &h->connection, err);
	if (st == HALB_OK)
		st = beat_new(watch, &h->number, 1, start_of(h), look, h, &h->beat, err);
	return st;
}

static enum halb_status add_held(struct held_layer *layer, const struct halb_balancer *balancer,
				 const struct halb_probe_spec *spec, bool idle,
				 struct halb_error *err)
{
	char endpoint[HALB_ADDR_TEXT + 8], what[sizeof endpoint + 16];
	const struct halb_watch_series series = { .layer = HALB_WATCH_HELD, .balancer = balancer,
						  .port = spec->port, .what = what,
						  .period = layer->watch->options.slow_period };
	struct held *h = &layer->items[layer->n++];
	enum halb_status st;

	*h = (struct held){ .layer = layer, .idle = idle, .chatty = !idle && spec->http };
	watch_put_endpoint(endpoint, sizeof endpoint, &balancer->vip, spec->port);
	snprintf(what, sizeof what, "%s %s", endpoint,
		 idle ? "idle" : h->chatty ? "chatty" : "kept alive");
	st = watch_add_series(layer->watch, &series, &h->number, err);
	return st == HALB_OK ? begin(h, balancer, spec, err) : st;
}

static enum halb_status add_all(struct held_layer *layer, struct halb_error *err)
{
	const struct halb_site *site = layer->watch->site;
	enum halb_status st = HALB_OK;

	for (size_t i = 0; i < site->n_balancers; i++) {
		const struct halb_balancer *b = &site->balancers[i];

		for (size_t p = 0; st == HALB_OK && p < KINDS * b->n_probes; p++)
			st = add_held(layer, b, &b->probes[p / KINDS], p % KINDS == 0, err);
	}
	return st;
}

enum halb_status held_layer_start(struct halb_watch *watch, struct halb_error *err)
{
	size_t room = KINDS * watch_count_ports(watch->site);
	struct held_layer *layer = calloc(1, sizeof *layer);

	if (!layer)
		return halb_fail_nomem(err);
	watch->parts->held = layer;
	*layer = (struct held_layer){ .watch = watch, .start = halb_now(), .room = room,
				      .items = calloc(room + 1, sizeof *layer->items) };
	return layer->items ? add_all(layer, err) : halb_fail_nomem(err);
}

void held_layer_stop(struct halb_watch *watch)
{
	struct held_layer *layer = watch->parts->held;

	if (!layer)
		return;
	for (size_t i = 0; i < layer->n; i++) {
		halb_loop_cancel(watch->parts->loop, layer->items[i].timer);
		halb_connection_free(layer->items[i].connection);
		beat_free(layer->items[i].beat);
	}
	free(layer->items);
	free(layer);
	watch->parts->held = NULL;
}
