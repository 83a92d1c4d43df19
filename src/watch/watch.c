/* SPDX-License-Identifier: Apache-2.0 */
/* The layers of a watch, begun and ended together, and what they have in common. */
#include "halb/watch/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "halb/base/deadline.h"
#include "watch_priv.h"

/* Flaps closer together than this are one outage: see outage.h. */
#define STEADY (100 * HALB_MSEC)
#define PACE   (10 * HALB_MSEC) /* of questions that go to all vIPs in turn */

const char *halb_watch_layer_name(enum halb_watch_layer layer)
{
	static const char *const names[] = {
		[HALB_WATCH_DNS] = "dns",   [HALB_WATCH_TCP] = "tcp",   [HALB_WATCH_TLS] = "tls",
		[HALB_WATCH_HTTP] = "http", [HALB_WATCH_HELD] = "held",
	};

	return names[layer];
}

void watch_put_endpoint(char *out, size_t room, const struct halb_addr *address, uint16_t port)
{
	char text[HALB_ADDR_TEXT];

	snprintf(out, room, address->len == 16 ? "[%s]:%u" : "%s:%u",
		 halb_addr_format(address, text), port);
}

size_t watch_count_ports(const struct halb_site *site)
{
	size_t n = 0;

	for (size_t i = 0; i < site->n_balancers; i++)
		n += site->balancers[i].n_probes;
	return n;
}

struct halb_addr *watch_addresses(const struct halb_site *site, size_t *n)
{
	size_t n_vips = site->n_balancers, all = n_vips + site->stack.n_hosts;
	struct halb_addr *addresses = calloc(all + 1, sizeof *addresses);

	for (size_t i = 0; addresses && i < all; i++)
		addresses[i] = i < n_vips ? site->balancers[i].vip
					  : site->stack.hosts[i - n_vips].address;
	*n = all;
	return addresses;
}

int64_t watch_turn(const struct halb_watch *watch, int64_t round)
{
	int64_t turn = round / (int64_t)watch->site->n_balancers;

	return turn > PACE ? turn : PACE;
}

void watch_tell(struct halb_watch *watch, const struct halb_watch_event *event)
{
	if (watch->options.event)
		watch->options.event(watch->options.arg, event);
}

void watch_fail(struct halb_watch *watch, const struct halb_error *err)
{
	if (watch->error.status == HALB_OK)
		watch->error = *err;
	halb_loop_stop(watch->parts->loop);
}

enum halb_status watch_add_series(struct halb_watch *watch, const struct halb_watch_series *series,
				  size_t *number, struct halb_error *err)
{
	struct halb_watch_series *all =
		reallocarray(watch->series, watch->n_series + 1, sizeof *all);
	const char *what = halb_arena_text(&watch->parts->names, series->what);

	if (all)
		watch->series = all;
	if (!all || !what)
		return halb_fail_nomem(err);
	all[watch->n_series] = *series;
	all[watch->n_series].what = what;
	halb_outages_init(&all[watch->n_series].outages, STEADY);
	*number = watch->n_series++;
	return HALB_OK;
}

/* The shortest of all goes, whichever series it is of: one that flaps does not cost the others. */
static void drop_shortest(struct halb_watch *watch)
{
	struct halb_outages *of = NULL;
	size_t which = 0;

	for (size_t i = 0; i < watch->n_series; i++) {
		struct halb_outages *o = &watch->series[i].outages;
		size_t own = o->n ? halb_outages_shortest(o) : 0;

		if (!o->n || (of && o->items[own].min >= of->items[which].min))
			continue;
		of = o;
		which = own;
	}
	halb_outages_drop(of, which);
	watch->parts->n_outages--;
}

static void take_change(struct halb_watch *watch, const struct halb_watch_series *series,
			const struct halb_pulse *pulse)
{
	const struct halb_outages *outages = &series->outages;
	const struct halb_watch_event event = {
		.kind = outages->down ? HALB_WATCH_OUTAGE_BEGINS : HALB_WATCH_OUTAGE_ENDS,
		.at = pulse->done,
		.series = series,
		.outage = halb_outages_latest(outages),
	};

	watch_tell(watch, &event);
	if (!outages->down && ++watch->parts->n_outages > HALB_WATCH_OUTAGES)
		drop_shortest(watch);
}

static enum halb_status count_times(struct halb_watch *watch, struct halb_watch_series *series,
				    const struct halb_pulse *pulse, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	if (pulse->class != HALB_PULSE_MISSED)
		st = halb_histogram_add(&watch->lag, pulse->sent - pulse->due, err);
	if (st == HALB_OK && pulse->class == HALB_PULSE_OK)
		st = halb_histogram_add(&series->latency, pulse->done - pulse->due, err);
	return st;
}

void watch_take(struct halb_watch *watch, size_t number, const struct halb_pulse *pulse)
{
	struct halb_watch_series *series = &watch->series[number];
	struct halb_error err;
	bool changed;

	if (count_times(watch, series, pulse, &err) != HALB_OK ||
	    halb_outages_add(&series->outages, pulse, &changed, &err) != HALB_OK)
		watch_fail(watch, &err);
	else if (changed)
		take_change(watch, series, pulse);
}

static enum halb_status start_layers(struct halb_watch *watch, struct halb_error *err)
{
	unsigned layers = watch->options.layers;
	enum halb_status st = holder_layer_start(watch, err);

	if (st == HALB_OK)
		st = split_layer_start(watch, err);
	if (st == HALB_OK && layers & 1u << HALB_WATCH_DNS)
		st = dns_layer_start(watch, err);
	if (st == HALB_OK && layers & 1u << HALB_WATCH_TCP)
		st = tcp_layer_start(watch, err);
	if (st == HALB_OK && layers & (1u << HALB_WATCH_TLS | 1u << HALB_WATCH_HTTP))
		st = probe_layer_start(watch, err);
	if (st == HALB_OK && layers & 1u << HALB_WATCH_HELD)
		st = held_layer_start(watch, err);
	return st;
}

static void stop_layers(struct halb_watch *watch)
{
	held_layer_stop(watch);
	probe_layer_stop(watch);
	tcp_layer_stop(watch);
	dns_layer_stop(watch);
	split_layer_stop(watch);
	holder_layer_stop(watch);
}

static int64_t real_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * HALB_SEC + now.tv_nsec;
}

enum halb_status halb_watch_start(struct halb_loop *loop, const struct halb_site *site,
				  const struct halb_dc_list *servers,
				  const struct halb_watch_options *options, struct halb_watch **out,
				  struct halb_error *err)
{
	struct halb_watch *watch = calloc(1, sizeof *watch);
	struct watch_parts *parts = calloc(1, sizeof *parts);
	enum halb_status st;

	if (!watch || !parts) {
		free(watch);
		free(parts);
		return halb_fail_nomem(err);
	}
	*parts = (struct watch_parts){ .loop = loop, .servers = servers };
	watch->options = *options;
	watch->site = site;
	watch->parts = parts;
	watch->started = halb_now();
	watch->started_real = real_now();
	st = start_layers(watch, err);
	if (st != HALB_OK) {
		halb_watch_free(watch);
		return st;
	}
	*out = watch;
	return HALB_OK;
}

enum halb_status halb_watch_finish(struct halb_watch *watch, struct halb_error *err)
{
	stop_layers(watch);
	watch->ended = halb_now();
	for (size_t i = 0; i < watch->n_series; i++)
		halb_outages_end(&watch->series[i].outages);
	for (size_t i = 0; i < watch->n_splits; i++)
		if (!watch->splits[i].end)
			watch->splits[i].end = watch->ended;
	if (watch->error.status != HALB_OK)
		*err = watch->error;
	return watch->error.status;
}

void halb_watch_free(struct halb_watch *watch)
{
	if (!watch)
		return;
	stop_layers(watch);
	for (size_t i = 0; i < watch->n_series; i++) {
		halb_outages_clear(&watch->series[i].outages);
		halb_histogram_clear(&watch->series[i].latency);
	}
	halb_histogram_clear(&watch->lag);
	free(watch->series);
	free(watch->holders);
	free(watch->splits);
	halb_arena_clear(&watch->parts->names);
	free(watch->parts);
	free(watch);
}

bool halb_watch_is_steady(const struct halb_watch *watch, unsigned layers, int64_t steady,
			  int64_t now)
{
	for (size_t i = 0; i < watch->n_series; i++) {
		const struct halb_watch_series *s = &watch->series[i];

		if ((layers & 1u << s->layer) &&
		    !halb_outages_steady(&s->outages, s->period, steady, now))
			return false;
	}
	return true;
}

int64_t halb_watch_real_time(const struct halb_watch *watch, int64_t at)
{
	return watch->started_real + (at - watch->started);
}
