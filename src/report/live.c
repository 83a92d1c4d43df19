/* SPDX-License-Identifier: Apache-2.0 */
/* The view of a watch that goes on. It is made several times a second beside the probes: no more
 * work than one look at each series, each vIP and each change of a holder. */
#include "halb/report/live.h"

#include <stdlib.h>

#include "color_priv.h"
#include "halb/base/deadline.h"
#include "report_priv.h"
#include "table_priv.h"
#include "text_watch_priv.h"

#define LINES_MOST 24

/* The lines that are made, each with its newline. */
struct page {
	const struct halb_live *live;
	struct halb_buf text;
	size_t left; /* lines that there is room for */
};

struct tally {
	size_t series, down, silent; /* silent: nothing is known yet */
	uint64_t outages;
};

typedef const struct halb_watch_holder *holder_ref;

/* ---- words ---- */

static void put_time(int64_t ns, struct halb_buf *out)
{
	int64_t s = ns / HALB_SEC;

	if (s < 10)
		halb_buf_printf(out, "%.1f s", (double)ns / (double)HALB_SEC);
	else if (s < 100)
		halb_buf_printf(out, "%d s", (int)s);
	else if (s < 3600)
		halb_buf_printf(out, "%d min %d s", (int)(s / 60), (int)(s % 60));
	else if (s < 86400)
		halb_buf_printf(out, "%d h %d min", (int)(s / 3600), (int)(s / 60 % 60));
	else
		halb_buf_printf(out, "%d d %d h", (int)(s / 86400), (int)(s / 3600 % 24));
}

static void put_word(const struct halb_live *live, const char *word, enum halb_color color,
		     struct halb_buf *out)
{
	halb_color_put(out, word, live->color ? color : HALB_PLAIN);
}

static void put_last(const struct halb_live *live, const struct halb_live_layer *layer,
		     struct halb_buf *out)
{
	if (layer->last_max >= 0 && layer->last_max < 10 * HALB_SEC) {
		halb_buf_printf(out, "%.1f to ", (double)layer->last_min / 1e6);
		halb_text_span(layer->last_max, out);
	} else {
		halb_text_span(layer->last_min, out);
		halb_buf_text(out, layer->last_max < 0 ? " at least" : " to ");
		if (layer->last_max >= 0)
			halb_text_span(layer->last_max, out);
	}
	halb_buf_text(out, ", ");
	put_time(live->now - layer->last_at, out);
	halb_buf_text(out, " ago");
}

static void put_vip(const struct halb_balancer *balancer, struct halb_buf *out)
{
	char vip[HALB_ADDR_TEXT];

	halb_buf_text(out, halb_addr_format(&balancer->vip, vip));
}

static void end_line(struct page *page)
{
	halb_buf_text(&page->text, "\n");
	page->left--;
}

/* How many of `n` things there is room to name, one a line; the rest share the last line. */
static size_t named(size_t n, size_t room)
{
	if (n <= room)
		return n;
	return room ? room - 1 : 0;
}

static void put_rest(struct page *page, size_t rest, const char *what)
{
	if (!rest || !page->left)
		return;
	halb_buf_printf(&page->text, "and %zu more %s", rest, what);
	end_line(page);
}

/* ---- layers ---- */

static void count(const struct halb_watch *watch, struct tally tallies[HALB_WATCH_LAYERS])
{
	for (size_t i = 0; i < watch->n_series; i++) {
		const struct halb_outages *o = &watch->series[i].outages;
		struct tally *t = &tallies[watch->series[i].layer];

		t->series++;
		t->down += o->down;
		t->silent += !o->down && !o->ok;
		t->outages += o->total + o->down;
	}
}

static void put_state(const struct halb_live *live, const struct tally *t, struct halb_buf *out)
{
	if (t->down)
		put_word(live, "DOWN", HALB_RED, out);
	else
		put_word(live, t->silent ? "?" : "up", t->silent ? HALB_YELLOW : HALB_GREEN, out);
	if (t->down && t->series > 1)
		halb_buf_printf(out, " %zu of %zu", t->down, t->series);
	else if (t->series > 1)
		halb_buf_printf(out, " %zu", t->series);
}

static void add_layer(const struct halb_live *live, enum halb_watch_layer layer,
		      const struct tally *t, struct halb_buf *rows)
{
	const struct halb_live_layer *l = &live->layers[layer];

	halb_buf_printf(rows, "%s\t", halb_watch_layer_name(layer));
	put_state(live, t, rows);
	halb_buf_printf(rows, "\t%llu", (unsigned long long)t->outages);
	if (l->p99)
		halb_buf_printf(rows, "\t%.2f\t%.2f\t", (double)l->p50 / 1e6,
				(double)l->p99 / 1e6);
	else
		halb_buf_text(rows, "\t-\t-\t");
	if (l->last_at)
		put_last(live, l, rows);
	halb_buf_text(rows, "\n");
}

static size_t layers_of(const struct tally tallies[HALB_WATCH_LAYERS])
{
	size_t n = 0;

	for (size_t i = 0; i < HALB_WATCH_LAYERS; i++)
		n += tallies[i].series > 0;
	return n;
}

static void put_layers(struct page *page, const struct tally tallies[HALB_WATCH_LAYERS])
{
	struct halb_buf rows = { 0 };

	halb_buf_text(&rows, "layer\tstate\toutages\tp50 ms\tp99 ms\tlast outage\n");
	for (unsigned i = 0; i < HALB_WATCH_LAYERS; i++)
		if (tallies[i].series)
			add_layer(page->live, (enum halb_watch_layer)i, &tallies[i], &rows);
	halb_table_put(&page->text, &rows, 1);
	page->left -= layers_of(tallies) + 1;
}

/* ---- what is not well ---- */

static void put_split(const struct halb_live *live, const struct halb_watch_split *split,
		      struct halb_buf *out)
{
	char mac[HALB_MAC_TEXT];

	put_word(live, "SPLIT BRAIN", HALB_ALARM, out);
	halb_buf_text(out, " ");
	put_vip(split->balancer, out);
	halb_buf_text(out, " for ");
	put_time(live->now - split->start, out);
	for (size_t i = 0; i < split->n_macs; i++)
		halb_buf_printf(out, "%s%s", i ? ", " : ": ", halb_mac_format(&split->macs[i], mac));
}

static size_t count_splits(const struct halb_watch *watch)
{
	size_t n = 0;

	for (size_t i = 0; i < watch->n_splits; i++)
		n += !watch->splits[i].end;
	return n;
}

static void put_splits(struct page *page)
{
	const struct halb_watch *watch = page->live->watch;
	size_t n = count_splits(watch), room = named(n, page->left), put = 0;

	for (size_t i = 0; i < watch->n_splits && put < room; i++) {
		if (watch->splits[i].end)
			continue;
		put_split(page->live, &watch->splits[i], &page->text);
		end_line(page);
		put++;
	}
	put_rest(page, n - put, "with a split brain");
}

static void put_down(const struct halb_live *live, const struct halb_watch_series *s,
		     struct halb_buf *out)
{
	const struct halb_outage *o = halb_outages_latest(&s->outages);

	put_word(live, "DOWN", HALB_RED, out);
	halb_buf_text(out, " for ");
	put_time(live->now - o->start, out);
	halb_buf_printf(out, ": %s ", halb_watch_layer_name(s->layer));
	halb_utf8_put(out, s->what, "");
	if (o->n_phases)
		halb_buf_printf(out, ", %s", halb_pulse_class_name(o->phases[o->n_phases - 1].class));
}

/* `spare` lines are left for others. */
static void put_downs(struct page *page, const struct tally tallies[HALB_WATCH_LAYERS],
		      size_t spare)
{
	const struct halb_watch *watch = page->live->watch;
	size_t n = 0, room, put = 0;

	for (size_t i = 0; i < HALB_WATCH_LAYERS; i++)
		n += tallies[i].down;
	room = named(n, page->left > spare ? page->left - spare : page->left);
	for (size_t i = 0; i < watch->n_series && put < room; i++) {
		if (!watch->series[i].outages.down)
			continue;
		put_down(page->live, &watch->series[i], &page->text);
		end_line(page);
		put++;
	}
	put_rest(page, n - put, "down");
}

/* ---- holders ---- */

/* The last holder of each vIP, NULL where none was seen; NULL without memory. */
static holder_ref *find_holders(const struct halb_watch *watch)
{
	holder_ref *last = calloc(watch->site->n_balancers + 1, sizeof *last);

	for (size_t i = 0; last && i < watch->n_holders; i++)
		last[watch->holders[i].balancer - watch->site->balancers] = &watch->holders[i];
	return last;
}

/* Where no hosts are known any will do. */
static bool is_well(const struct halb_watch *watch, holder_ref holder)
{
	return holder && !holder->nobody && (holder->host || !watch->site->stack.n_hosts);
}

static void put_host(const struct halb_watch *watch, holder_ref holder, struct halb_buf *out)
{
	char mac[HALB_MAC_TEXT];

	if (!holder) {
		halb_buf_text(out, "holder not known");
	} else if (holder->host || holder->nobody) {
		halb_utf8_put(out, halb_watch_holder_name(holder), "");
	} else {
		halb_utf8_put(out, holder->has_mac ? halb_mac_format(&holder->mac, mac)
						    : holder->said, "");
		if (!is_well(watch, holder))
			halb_buf_printf(out, " (%s)", halb_watch_holder_name(holder));
	}
}

static void put_holder(struct page *page, size_t balancer, holder_ref holder)
{
	const struct halb_live *live = page->live;

	put_vip(&live->watch->site->balancers[balancer], &page->text);
	halb_buf_text(&page->text, holder ? " held by " : " ");
	put_host(live->watch, holder, &page->text);
	if (holder) {
		halb_buf_text(&page->text, " for ");
		put_time(live->now - holder->at, &page->text);
	}
	end_line(page);
}

/* "1000 vIPs: lb1 620, lb2 379, others 1" */
static void put_shares(const struct halb_watch *watch, const holder_ref *last, struct halb_buf *out)
{
	const struct halb_site *site = watch->site;
	size_t others = site->n_balancers;

	halb_buf_printf(out, "%zu vIPs: ", site->n_balancers);
	for (size_t h = 0; h < site->stack.n_hosts; h++) {
		size_t n = 0;

		for (size_t b = 0; b < site->n_balancers; b++)
			n += last[b] && last[b]->host == site->stack.hosts[h].name;
		halb_utf8_put(out, site->stack.hosts[h].name, "");
		halb_buf_printf(out, " %zu, ", n);
		others -= n;
	}
	halb_buf_printf(out, "others %zu", others);
}

static void put_all_holders(struct page *page, const holder_ref *last)
{
	for (size_t b = 0; b < page->live->watch->site->n_balancers; b++)
		put_holder(page, b, last[b]);
}

static void put_strange_holders(struct page *page, const holder_ref *last)
{
	const struct halb_watch *watch = page->live->watch;
	size_t n = 0, room, put = 0;

	put_shares(watch, last, &page->text);
	end_line(page);
	for (size_t b = 0; b < watch->site->n_balancers; b++)
		n += !is_well(watch, last[b]);
	room = named(n, page->left);
	for (size_t b = 0; b < watch->site->n_balancers && put < room; b++) {
		if (is_well(watch, last[b]))
			continue;
		put_holder(page, b, last[b]);
		put++;
	}
	put_rest(page, n - put, "held by none of the stack's hosts");
}

static void put_holders(struct page *page)
{
	const struct halb_watch *watch = page->live->watch;
	holder_ref *last = watch->holders_known && page->left ? find_holders(watch) : NULL;

	if (!last)
		return;
	if (watch->site->n_balancers <= page->left)
		put_all_holders(page, last);
	else
		put_strange_holders(page, last);
	free(last);
}

/* ---- the head, and the whole ---- */

static void put_head(struct page *page)
{
	const struct halb_live *live = page->live;
	uint64_t unknown = 0;

	for (size_t i = 0; i < live->watch->n_series; i++)
		unknown += live->watch->series[i].outages.unknown;
	halb_buf_text(&page->text, "watching for ");
	put_time(live->now - live->watch->started, &page->text);
	halb_buf_printf(&page->text, ": %.0f probes/s", live->rate);
	if (unknown)
		halb_buf_printf(&page->text, ", %llu unknown", (unsigned long long)unknown);
	halb_buf_text(&page->text, ", Ctrl-C ends");
	end_line(page);
	if (!*live->doing || !page->left)
		return;
	halb_utf8_put(&page->text, live->doing, "");
	end_line(page);
}

static void put_last_of_all(const struct halb_live *live, struct halb_buf *out)
{
	const struct halb_live_layer *newest = &live->layers[0];

	for (size_t i = 1; i < HALB_WATCH_LAYERS; i++)
		if (live->layers[i].last_at > newest->last_at)
			newest = &live->layers[i];
	if (!newest->last_at)
		return;
	halb_buf_printf(out, " | last outage %s ",
			halb_watch_layer_name((enum halb_watch_layer)(newest - live->layers)));
	put_last(live, newest, out);
}

static void put_holder_briefly(const struct halb_watch *watch, struct halb_buf *out)
{
	holder_ref *last = watch->holders_known ? find_holders(watch) : NULL;

	if (!last)
		return;
	halb_buf_text(out, " | ");
	if (watch->site->n_balancers == 1)
		put_host(watch, last[0], out);
	else
		put_shares(watch, last, out);
	free(last);
}

static void put_all_in_one(struct page *page, const struct tally tallies[HALB_WATCH_LAYERS])
{
	const struct halb_live *live = page->live;

	put_time(live->now - live->watch->started, &page->text);
	halb_buf_printf(&page->text, ", %.0f/s", live->rate);
	for (unsigned i = 0; i < HALB_WATCH_LAYERS; i++) {
		if (!tallies[i].series)
			continue;
		halb_buf_printf(&page->text, " | %s ",
				halb_watch_layer_name((enum halb_watch_layer)i));
		put_state(live, &tallies[i], &page->text);
	}
	if (count_splits(live->watch)) {
		halb_buf_text(&page->text, " | ");
		put_word(live, "SPLIT BRAIN", HALB_ALARM, &page->text);
	}
	put_holder_briefly(live->watch, &page->text);
	put_last_of_all(live, &page->text);
	end_line(page);
}

void halb_report_live(const struct halb_live *live, size_t lines, struct halb_buf *out)
{
	struct tally tallies[HALB_WATCH_LAYERS] = { 0 };
	struct page page = { .live = live, .left = lines < LINES_MOST ? lines : LINES_MOST };

	count(live->watch, tallies);
	if (page.left >= layers_of(tallies) + 4) { /* head, drill, title, and one that is not well */
		put_head(&page);
		put_layers(&page, tallies);
	} else {
		put_all_in_one(&page, tallies);
	}
	put_splits(&page);
	put_downs(&page, tallies, live->watch->holders_known);
	put_holders(&page);
	out->bad |= page.text.bad;
	if (page.text.len)
		halb_buf_bytes(out, page.text.data, page.text.len - 1);
	halb_buf_clear(&page.text);
}
