/* SPDX-License-Identifier: Apache-2.0 */
/* A watch as text: what was probed, each outage, who had the vIPs, how well we kept time. */
#include "text_watch_priv.h"

#include <string.h>

#include "halb/base/moment.h"
#include "table_priv.h"

static double ms(int64_t ns)
{
	return (double)ns / 1e6;
}

void halb_text_time(const struct halb_watch *watch, int64_t at, struct halb_buf *out)
{
	char text[HALB_MOMENT_TEXT];
	const char *day_ends = strchr(halb_moment_format(halb_watch_real_time(watch, at), text), 'T');

	halb_buf_printf(out, "%.12s", day_ends ? day_ends + 1 : text);
}

void halb_text_span(int64_t ns, struct halb_buf *out)
{
	if (ns < INT64_C(10000000000))
		halb_buf_printf(out, "%.1f ms", ms(ns));
	else
		halb_buf_printf(out, "%.2f s", (double)ns / 1e9);
}

static void put_head(const struct halb_watch *watch, struct halb_buf *out)
{
	char text[HALB_MOMENT_TEXT];

	halb_buf_printf(out, "watched from %s",
			halb_moment_format(watch->started_real, text));
	if (watch->ended)
		halb_buf_printf(out, " for %.1f s", (double)(watch->ended - watch->started) / 1e9);
	halb_buf_printf(out, ", timeout %g ms\n\n", ms(watch->options.timeout));
}

static void add_series(struct halb_buf *rows, const struct halb_watch_series *s)
{
	const struct halb_outages *o = &s->outages;
	const struct halb_histogram *h = &s->latency;

	halb_buf_printf(rows, "%s\t%s\t%g\t%llu\t%llu\t%llu\t%llu", halb_watch_layer_name(s->layer),
			s->what, ms(s->period), (unsigned long long)o->sent,
			(unsigned long long)o->ok, (unsigned long long)o->failed,
			(unsigned long long)o->unknown);
	if (h->n)
		halb_buf_printf(rows, "\t%.2f\t%.2f\t%.2f\n", ms(halb_histogram_at(h, 0.5)),
				ms(halb_histogram_at(h, 0.99)), ms(h->max));
	else
		halb_buf_text(rows, "\t-\t-\t-\n");
}

static void put_series(const struct halb_watch *watch, struct halb_buf *out)
{
	struct halb_buf rows = { 0 };

	halb_buf_text(&rows, "layer\twhat\tevery ms\tsent\tok\tfailed\tunknown\tp50 ms\tp99 ms\t"
			     "max ms\n");
	for (size_t i = 0; i < watch->n_series; i++)
		add_series(&rows, &watch->series[i]);
	halb_table_put(out, &rows, 1);
}

static void add_phases(struct halb_buf *rows, const struct halb_outage *o)
{
	for (size_t i = 0; i < o->n_phases; i++) {
		halb_buf_printf(rows, "%s%s ", i ? ", " : "",
				halb_pulse_class_name(o->phases[i].class));
		halb_text_span(o->phases[i].took, rows);
	}
	if (o->flaps)
		halb_buf_printf(rows, " (%u flap%s)", o->flaps, o->flaps == 1 ? "" : "s");
}

static void add_outage(struct halb_buf *rows, const struct halb_watch *watch,
		       const struct halb_watch_series *s, const struct halb_outage *o, bool lasts)
{
	halb_buf_printf(rows, "outage\t");
	halb_text_time(watch, o->start, rows);
	halb_buf_printf(rows, "\t%s\t%s\t", halb_watch_layer_name(s->layer), s->what);
	halb_text_span(o->min, rows);
	halb_buf_text(rows, "\tto ");
	if (o->max >= 0)
		halb_text_span(o->max, rows);
	else
		halb_buf_text(rows, lasts ? "now" : "?");
	halb_buf_text(rows, "\t");
	add_phases(rows, o);
	halb_buf_text(rows, "\n");
}

static void add_outages(struct halb_buf *rows, const struct halb_watch *watch)
{
	for (size_t i = 0; i < watch->n_series; i++) {
		const struct halb_watch_series *s = &watch->series[i];
		struct halb_outage lasting;

		for (size_t k = 0; k < s->outages.n; k++)
			add_outage(rows, watch, s, &s->outages.items[k], false);
		if (halb_outages_lasting(&s->outages, &lasting))
			add_outage(rows, watch, s, &lasting, true);
	}
}

static void add_closed(struct halb_buf *rows, const struct halb_watch *watch)
{
	for (size_t i = 0; i < watch->n_series; i++) {
		const struct halb_watch_series *s = &watch->series[i];

		if (!s->closed)
			continue;
		halb_buf_text(rows, "closed\t");
		halb_text_time(watch, s->closed_at, rows);
		halb_buf_printf(rows, "\t%s\t%s\tin good order", halb_watch_layer_name(s->layer),
				s->what);
		if (s->closed > 1)
			halb_buf_printf(rows, ", the last of %llu times",
					(unsigned long long)s->closed);
		halb_buf_text(rows, "\n");
	}
}

static void add_holders(struct halb_buf *rows, const struct halb_watch *watch)
{
	char address[HALB_ADDR_TEXT], mac[HALB_MAC_TEXT];

	for (size_t i = 0; i < watch->n_holders; i++) {
		const struct halb_watch_holder *h = &watch->holders[i];

		halb_buf_text(rows, "holder\t");
		halb_text_time(watch, h->at, rows);
		halb_buf_printf(rows, "\t%s\t%s", halb_addr_format(&h->balancer->vip, address),
				halb_watch_holder_name(h));
		if (h->has_mac)
			halb_buf_printf(rows, "\t%s", halb_mac_format(&h->mac, mac));
		else if (h->said[0])
			halb_buf_printf(rows, "\tsays it is %s", h->said);
		halb_buf_text(rows, "\n");
	}
}

static void add_splits(struct halb_buf *rows, const struct halb_watch *watch)
{
	char address[HALB_ADDR_TEXT], mac[HALB_MAC_TEXT];

	for (size_t i = 0; i < watch->n_splits; i++) {
		const struct halb_watch_split *s = &watch->splits[i];

		halb_buf_text(rows, "split brain\t");
		halb_text_time(watch, s->start, rows);
		halb_buf_printf(rows, "\t%s\t", halb_addr_format(&s->balancer->vip, address));
		if (s->end)
			halb_text_span(s->end - s->start, rows);
		else
			halb_buf_text(rows, "to now");
		for (size_t m = 0; m < s->n_macs; m++)
			halb_buf_printf(rows, "%s%s", m ? ", " : "\t",
					halb_mac_format(&s->macs[m], mac));
		halb_buf_text(rows, "\n");
	}
}

void halb_text_watch(const struct halb_watch *watch, struct halb_buf *out)
{
	struct halb_buf tables[4] = { 0 };

	put_head(watch, out);
	put_series(watch, out);
	add_outages(&tables[0], watch);
	add_closed(&tables[1], watch);
	add_holders(&tables[2], watch);
	add_splits(&tables[3], watch);
	halb_buf_text(out, "\n");
	if (!tables[0].len)
		halb_buf_text(out, "no outage\n");
	halb_table_put(out, tables, 4);
	halb_buf_printf(out, "probes went out at most %.2f ms late, 99 %% of them %.2f ms\n",
			ms(watch->lag.max), ms(halb_histogram_at(&watch->lag, 0.99)));
}
