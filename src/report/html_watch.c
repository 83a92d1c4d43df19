/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A watch as a page of HTML that needs nothing but itself: no script, no other file. The timeline is
 * SVG whose places are shares of its width and whose texts are as large as the others, so that it
 * is read on a telephone as on a wide screen.
 */
#include <string.h>

#include "halb/base/moment.h"
#include "html_priv.h"

#define ROW    44 /* px: a name, and its bar below */
#define BAR    16
#define BAR_AT 20
#define SHOWN  200 /* outages in the table: beyond that nobody reads */

/* Hosts have one of as many colours, by their place in the stack. */
#define COLOURS 6

static const char style[] =
	":root{color-scheme:light dark;--bg:#fff;--fg:#1c2128;--dim:#59636e;--line:#d1d9e0;"
	"--up:#d6eadb;--down:#c62828;--maybe:#ef9a9a;--warn:#9a6700;--ok:#1a7f37;--unknown:#6e5494;"
	"--h0:#3b7dd8;--h1:#d9822b;--h2:#2a9d8f;--h3:#8e5ac8;--h4:#b5548a;--h5:#7a8b2a;--none:#8b949e}"
	"@media(prefers-color-scheme:dark){:root{--bg:#0f1318;--fg:#e6e9ec;--dim:#9aa4ae;"
	"--line:#30363d;--up:#1d3b28;--down:#f26d6d;--maybe:#7d3535;--warn:#e0a83a;--ok:#4cc26b;"
	"--unknown:#b79ce6;--h0:#6aa3f0;--h1:#efa55b;--h2:#55c2b4;--h3:#b48ae6;--h4:#dd86b5;"
	"--h5:#a9bd52;--none:#6e7681}}"
	"*{box-sizing:border-box}"
	"body{margin:0 auto;max-width:1200px;padding:16px;background:var(--bg);color:var(--fg);"
	"font:15px/1.45 system-ui,sans-serif}"
	"h1{font-size:1.35rem;margin:0 0 4px}h2{font-size:1.05rem;margin:28px 0 8px}"
	"p{margin:4px 0}.dim{color:var(--dim)}"
	".verdict{display:inline-block;padding:2px 10px;border-radius:6px;color:var(--bg);"
	"font-weight:600;text-transform:uppercase;font-size:.9rem}"
	".ok{background:var(--ok)}.warning{background:var(--warn)}.critical{background:var(--down)}"
	".unknown,.error{background:var(--unknown)}"
	"svg{display:block;width:100%;overflow:visible}"
	"svg text{fill:var(--fg);font:13px system-ui,sans-serif}svg .t{fill:var(--dim);font-size:12px}"
	".u{fill:var(--up)}.o{fill:var(--down);stroke:var(--down);stroke-width:2}"
	".m{fill:var(--maybe);stroke:var(--maybe);stroke-width:2}"
	".g{stroke:var(--line);stroke-width:1}.d{stroke:var(--fg);stroke-width:1;"
	"stroke-dasharray:3 3}.n{fill:var(--none)}"
	".scroll{overflow-x:auto}"
	"table{border-collapse:collapse;width:100%;font-size:.92rem}"
	"th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);"
	"vertical-align:top;white-space:nowrap}th{color:var(--dim);font-weight:600}"
	"td.r,th.r{text-align:right;font-variant-numeric:tabular-nums}td.w{white-space:normal;"
	"min-width:11em}"
	".key{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:.85rem;color:var(--dim);"
	"margin-top:6px}.key i{display:inline-block;width:12px;height:12px;border-radius:2px;"
	"margin-right:6px;vertical-align:-1px}"
	"code{font:.92em ui-monospace,monospace;overflow-wrap:anywhere}"
	/* On a phone a row is a card: what failed, and below it how. */
	"@media(max-width:40rem){.cards tr{display:flex;flex-wrap:wrap;gap:0 12px;padding:6px 0;"
	"border-bottom:1px solid var(--line)}.cards tr:first-child{display:none}"
	".cards td{border:0;padding:0}.cards td.w{flex-basis:100%;color:var(--dim)}"
	".cards td:nth-child(3)::before{content:'at least '}"
	".cards td:nth-child(4)::before{content:'at most '}}";

struct page {
	const struct halb_report *report;
	const struct halb_watch *watch;
	struct halb_buf *out;
	int64_t span; /* ns: what the whole width stands for */
};

/* ---- texts ---- */

static void put(struct page *p, const char *text)
{
	halb_html_text(text, p->out);
}

static void put_time(struct page *p, int64_t at)
{
	halb_text_time(p->watch, at, p->out);
}

static void put_bounds(struct page *p, int64_t min, int64_t max)
{
	halb_text_span(min, p->out);
	halb_buf_text(p->out, " to ");
	if (max == INT64_MAX)
		halb_buf_text(p->out, "no end");
	else if (max < 0)
		halb_buf_text(p->out, "?");
	else
		halb_text_span(max, p->out);
}

static const char *host_class(const struct page *p, const char *host)
{
	static const char *const classes[COLOURS] = { "h0", "h1", "h2", "h3", "h4", "h5" };
	const struct halb_stack *stack = &p->watch->site->stack;

	for (size_t i = 0; host && i < stack->n_hosts; i++)
		if (strcmp(stack->hosts[i].name, host) == 0)
			return classes[i % COLOURS];
	return "none";
}

/* ---- the timeline ---- */

static double share(const struct page *p, int64_t ns)
{
	double percent = 100 * (double)ns / (double)p->span;

	return percent < 0 ? 0 : percent > 100 ? 100 : percent;
}

static void put_rect(struct page *p, const char *class, int64_t from, int64_t to, int y, int height)
{
	double x = share(p, from - p->watch->started), right = share(p, to - p->watch->started);

	halb_buf_printf(p->out, "<rect class=\"%s\" x=\"%.4f%%\" y=\"%d\" width=\"%.4f%%\" "
				"height=\"%d\">", class, x, y, right - x, height);
}

static int64_t end_of(const struct page *p)
{
	return p->watch->started + p->span;
}

/* What may have been lost is lower and lighter than what certainly was; without a good probe on one
 * side it is all that lies there. */
static void put_outage_bar(struct page *p, const struct halb_outage *o, int y)
{
	int64_t from = o->start, to = o->start + o->min;

	if (o->max >= 0) {
		from -= (o->max - o->min) / 2;
		to += (o->max - o->min) / 2;
	} else {
		from = o->seen_before ? from : p->watch->started;
		to = o->seen_after ? to : end_of(p);
	}
	put_rect(p, "m", from, to, y + BAR / 4, BAR / 2);
	halb_buf_text(p->out, "</rect>");
	put_rect(p, "o", o->start, o->start + o->min, y, BAR);
	halb_buf_text(p->out, "<title>");
	put_time(p, o->start);
	halb_buf_text(p->out, ": ");
	put_bounds(p, o->min, o->max);
	halb_buf_text(p->out, "</title></rect>");
}

static void put_label(struct page *p, int y, const char *kind, const char *what)
{
	halb_buf_printf(p->out, "<text x=\"0\" y=\"%d\">", y + 14);
	put(p, kind);
	halb_buf_text(p->out, " ");
	put(p, what);
	halb_buf_text(p->out, "</text>");
}

static void put_series_row(struct page *p, const struct halb_watch_series *s, int y)
{
	struct halb_outage lasting;

	put_label(p, y, halb_watch_layer_name(s->layer), s->what);
	put_rect(p, s->outages.sent ? "u" : "n", p->watch->started, end_of(p), y + BAR_AT, BAR);
	halb_buf_text(p->out, "</rect>");
	for (size_t i = 0; i < s->outages.n; i++)
		put_outage_bar(p, &s->outages.items[i], y + BAR_AT);
	if (halb_outages_lasting(&s->outages, &lasting))
		put_outage_bar(p, &lasting, y + BAR_AT);
}

static void put_holder_bar(struct page *p, const struct halb_watch_holder *h, int64_t until, int y)
{
	halb_buf_printf(p->out, "<g style=\"fill:var(--%s)\">", host_class(p, h->host));
	put_rect(p, "", h->at, until, y, BAR);
	halb_buf_text(p->out, "<title>");
	put_time(p, h->at);
	halb_buf_text(p->out, ": ");
	put(p, halb_watch_holder_name(h));
	if (h->said[0]) {
		halb_buf_text(p->out, ", by its own word ");
		put(p, h->said);
	}
	halb_buf_text(p->out, "</title></rect></g>");
}

static void put_holder_row(struct page *p, const struct halb_balancer *balancer, int y)
{
	const struct halb_watch *w = p->watch;
	const struct halb_watch_holder *before = NULL;
	char address[HALB_ADDR_TEXT];

	put_label(p, y, "holder", halb_addr_format(&balancer->vip, address));
	for (size_t i = 0; i < w->n_holders; i++) {
		if (w->holders[i].balancer != balancer)
			continue;
		if (before)
			put_holder_bar(p, before, w->holders[i].at, y + BAR_AT);
		before = &w->holders[i];
	}
	if (before)
		put_holder_bar(p, before, end_of(p), y + BAR_AT);
}

static void put_split_row(struct page *p, const struct halb_balancer *balancer, int y)
{
	char address[HALB_ADDR_TEXT];

	put_label(p, y, "split brain", halb_addr_format(&balancer->vip, address));
	put_rect(p, "u", p->watch->started, end_of(p), y + BAR_AT, BAR);
	halb_buf_text(p->out, "</rect>");
	for (size_t i = 0; i < p->watch->n_splits; i++) {
		const struct halb_watch_split *s = &p->watch->splits[i];

		if (s->balancer != balancer)
			continue;
		put_rect(p, "o", s->start, s->end ? s->end : end_of(p), y + BAR_AT, BAR);
		halb_buf_text(p->out, "</rect>");
	}
}

/* Four to eight steps of one, two or five: few enough for a telephone's width. */
static int64_t tick_step(int64_t span)
{
	static const int64_t steps[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000,
					 10000, 15000, 30000, 60000, 120000, 300000, 600000,
					 900000, 1800000, 3600000, 7200000, 14400000, 21600000,
					 43200000, 86400000 }; /* ms */
	size_t i = 0;

	while (i + 1 < sizeof steps / sizeof steps[0] && span / (steps[i] * 1000000) >= 5)
		i++;
	return steps[i] * 1000000;
}

static void put_tick_text(struct page *p, int64_t at, int64_t step)
{
	double seconds = (double)at / 1e9;

	if (step < INT64_C(1000000000))
		halb_buf_printf(p->out, "%g s", seconds);
	else if (step < INT64_C(60000000000))
		halb_buf_printf(p->out, "%.0f s", seconds);
	else if (step < INT64_C(3600000000000))
		halb_buf_printf(p->out, "%.0f min", seconds / 60);
	else
		halb_buf_printf(p->out, "%.0f h", seconds / 3600);
}

static void put_axis(struct page *p, int height)
{
	int64_t step = tick_step(p->span);

	for (int64_t at = 0; at <= p->span && at / step < 40; at += step) {
		double x = share(p, at);

		halb_buf_printf(p->out, "<line class=\"g\" x1=\"%.3f%%\" x2=\"%.3f%%\" y1=\"0\" "
					"y2=\"%d\"/><text class=\"t\" x=\"%.3f%%\" y=\"%d\" "
					"text-anchor=\"%s\">", x, x, height, x, height + 16,
				at == 0 ? "start" : x > 93 ? "end" : "middle");
		put_tick_text(p, at, step);
		halb_buf_text(p->out, "</text>");
	}
}

static void put_commands(struct page *p, int height)
{
	const struct halb_drill *drill = p->report->drill;

	for (size_t i = 0; drill && i < drill->n_runs; i++) {
		double x = share(p, drill->runs[i].start - p->watch->started);

		if (drill->runs[i].start)
			halb_buf_printf(p->out, "<line class=\"d\" x1=\"%.3f%%\" x2=\"%.3f%%\" "
						"y1=\"0\" y2=\"%d\"><title>the command of run "
						"%zu</title></line>", x, x, height, i + 1);
	}
}

static void put_rows(struct page *p)
{
	const struct halb_watch *w = p->watch;
	int y = 0;

	for (size_t i = 0; i < w->n_series; i++, y += ROW)
		put_series_row(p, &w->series[i], y);
	for (size_t i = 0; w->holders_known && i < w->site->n_balancers; i++, y += ROW)
		put_holder_row(p, &w->site->balancers[i], y);
	for (size_t i = 0; w->splits_known && i < w->site->n_balancers; i++, y += ROW)
		put_split_row(p, &w->site->balancers[i], y);
}

static void put_key_item(struct page *p, const char *colour, const char *text)
{
	halb_buf_printf(p->out, "<span><i style=\"background:var(--%s)\"></i>", colour);
	put(p, text);
	halb_buf_text(p->out, "</span>");
}

static void put_key(struct page *p)
{
	const struct halb_stack *stack = &p->watch->site->stack;

	halb_buf_text(p->out, "<div class=\"key\">");
	put_key_item(p, "up", "good");
	put_key_item(p, "down", "certainly down");
	put_key_item(p, "maybe", "perhaps down");
	for (size_t i = 0; p->watch->holders_known && i < stack->n_hosts; i++)
		put_key_item(p, host_class(p, stack->hosts[i].name), stack->hosts[i].name);
	if (p->report->drill)
		halb_buf_text(p->out, "<span>dashed: the command began</span>");
	halb_buf_text(p->out, "</div>\n");
}

static void put_timeline(struct page *p)
{
	const struct halb_watch *w = p->watch;
	size_t balancers = w->site->n_balancers;
	size_t rows = w->n_series + w->holders_known * balancers + w->splits_known * balancers;
	int height = (int)rows * ROW;

	halb_buf_printf(p->out, "<h2>Timeline</h2>\n<svg height=\"%d\" role=\"img\" "
				"aria-label=\"Timeline\">\n", height + 24);
	put_axis(p, height);
	put_rows(p);
	put_commands(p, height);
	halb_buf_text(p->out, "</svg>\n");
	put_key(p);
}

/* ---- tables ---- */

static void put_phases(struct page *p, const struct halb_outage *o)
{
	for (size_t i = 0; i < o->n_phases; i++) {
		halb_buf_printf(p->out, "%s%s ", i ? ", " : "",
				halb_pulse_class_name(o->phases[i].class));
		halb_text_span(o->phases[i].took, p->out);
	}
	if (o->flaps)
		halb_buf_printf(p->out, " (%u flap%s)", o->flaps, o->flaps == 1 ? "" : "s");
}

static void put_outage_row(struct page *p, const struct halb_watch_series *s,
			   const struct halb_outage *o, bool lasts)
{
	halb_buf_text(p->out, "<tr><td>");
	put_time(p, o->start);
	halb_buf_printf(p->out, "</td><td>%s ", halb_watch_layer_name(s->layer));
	put(p, s->what);
	halb_buf_text(p->out, "</td><td class=\"r\">");
	halb_text_span(o->min, p->out);
	halb_buf_text(p->out, "</td><td class=\"r\">");
	if (o->max >= 0)
		halb_text_span(o->max, p->out);
	else
		halb_buf_text(p->out, lasts ? "lasts" : "not known");
	halb_buf_text(p->out, "</td><td class=\"w\">");
	put_phases(p, o);
	halb_buf_text(p->out, "</td></tr>\n");
}

static size_t put_outages_of(struct page *p, const struct halb_watch_series *s, size_t room)
{
	struct halb_outage lasting;
	size_t n = s->outages.n;

	for (size_t i = 0; i < n && i < room; i++)
		put_outage_row(p, s, &s->outages.items[i], false);
	if (!halb_outages_lasting(&s->outages, &lasting))
		return n;
	if (n < room)
		put_outage_row(p, s, &lasting, true);
	return n + 1;
}

static void put_outages(struct page *p)
{
	size_t n = 0;

	halb_buf_text(p->out, "<h2>Outages</h2>\n<div class=\"scroll\"><table class=\"cards\">"
			      "<tr><th>start (UTC)"
			      "<th>what<th class=\"r\">at least<th class=\"r\">at most<th>how it "
			      "failed</tr>\n");
	for (size_t i = 0; i < p->watch->n_series; i++)
		n += put_outages_of(p, &p->watch->series[i], n < SHOWN ? SHOWN - n : 0);
	halb_buf_text(p->out, "</table></div>\n");
	if (!n)
		halb_buf_text(p->out, "<p>None.</p>\n");
	if (n > SHOWN)
		halb_buf_printf(p->out, "<p class=\"dim\">%zu of %zu; the JSON report has all.</p>\n",
				(size_t)SHOWN, n);
}

static void put_run(struct page *p, const struct halb_drill_run *run)
{
	halb_buf_text(p->out, "<tr><td>");
	if (run->start)
		put_time(p, run->start);
	halb_buf_printf(p->out, "</td><td>%s</td><td class=\"r\">", halb_words_drill_end(run));
	if (run->took >= 0)
		halb_text_span(run->took, p->out);
	halb_buf_text(p->out, "</td><td class=\"r\">");
	if (run->start && run->series)
		put_bounds(p, run->min, run->max);
	else if (run->start)
		halb_buf_text(p->out, "no outage");
	halb_buf_text(p->out, "</td><td>");
	if (run->before || run->after) {
		put(p, run->before ? run->before : "?");
		halb_buf_text(p->out, " to ");
		put(p, run->after ? run->after : "?");
	}
	halb_buf_text(p->out, "</td></tr>\n");
}

static void put_drill(struct page *p)
{
	const struct halb_drill *drill = p->report->drill;

	if (!drill)
		return;
	halb_buf_text(p->out, "<h2>Drill</h2>\n<p><code>");
	for (size_t i = 0; drill->command[i]; i++) {
		halb_buf_text(p->out, i ? " " : "");
		put(p, drill->command[i]);
	}
	halb_buf_text(p->out, "</code></p>\n");
	if (drill->predicted) {
		halb_buf_text(p->out, "<p>Predicted for ");
		put(p, drill->fault);
		halb_buf_text(p->out, ": ");
		put_bounds(p, drill->predicted_min, drill->predicted_max);
		halb_buf_text(p->out, "</p>\n");
	}
	halb_buf_text(p->out, "<div class=\"scroll\"><table><tr><th>start (UTC)<th>end<th class=\"r\">"
			      "command took<th class=\"r\">outage<th>holder</tr>\n");
	for (size_t i = 0; i < drill->n_runs; i++)
		put_run(p, &drill->runs[i]);
	halb_buf_text(p->out, "</table></div>\n");
}

static void put_latency_of(struct page *p, const struct halb_watch_series *s)
{
	static const double shares[] = { 0.5, 0.9, 0.99, 0.999, 1 };
	const struct halb_histogram *h = &s->latency;

	halb_buf_printf(p->out, "<tr><td>%s ", halb_watch_layer_name(s->layer));
	put(p, s->what);
	halb_buf_printf(p->out, "</td><td class=\"r\">%g</td>", (double)s->period / 1e6);
	halb_buf_printf(p->out, "<td class=\"r\">%llu</td><td class=\"r\">%llu</td>"
				"<td class=\"r\">%llu</td>", (unsigned long long)s->outages.sent,
			(unsigned long long)s->outages.failed,
			(unsigned long long)s->outages.unknown);
	for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
		int64_t ns = shares[i] < 1 ? halb_histogram_at(h, shares[i]) : h->max;

		if (h->n)
			halb_buf_printf(p->out, "<td class=\"r\">%.2f</td>", (double)ns / 1e6);
		else
			halb_buf_text(p->out, "<td class=\"r\">-</td>");
	}
	halb_buf_text(p->out, "</tr>\n");
}

static void put_latency(struct page *p)
{
	halb_buf_text(p->out, "<h2>Probes, and the latency of the good ones in ms</h2>\n"
			      "<div class=\"scroll\"><table><tr><th>what<th class=\"r\">every ms"
			      "<th class=\"r\">sent<th class=\"r\">failed<th class=\"r\">unknown"
			      "<th class=\"r\">p50<th class=\"r\">p90<th class=\"r\">p99"
			      "<th class=\"r\">p99.9<th class=\"r\">max</tr>\n");
	for (size_t i = 0; i < p->watch->n_series; i++)
		put_latency_of(p, &p->watch->series[i]);
	halb_buf_printf(p->out, "</table></div>\n<p class=\"dim\">Probes went out at most %.2f ms late, "
				"99 %% of them %.2f ms.</p>\n", (double)p->watch->lag.max / 1e6,
			(double)halb_histogram_at(&p->watch->lag, 0.99) / 1e6);
}

/* ---- the whole ---- */

static void put_head(struct page *p)
{
	const struct halb_report *r = p->report;
	char text[HALB_MOMENT_TEXT];

	halb_buf_text(p->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
			      "\n<title>");
	halb_buf_printf(p->out, "halb-dns %s: %s", r->command, r->status);
	halb_buf_printf(p->out, "</title>\n<style>%s</style>\n</head>\n<body>\n<h1>halb-dns %s ",
			style, r->command);
	put(p, r->domain ? r->domain : "");
	halb_buf_printf(p->out, "</h1>\n<p><span class=\"verdict %s\">%s</span> ", r->status,
			r->status);
	put(p, r->why ? r->why : "");
	halb_buf_printf(p->out, "</p>\n<p class=\"dim\">Watched from %s for ",
			halb_moment_format(p->watch->started_real, text));
	halb_buf_printf(p->out, "%.1f s, timeout %g ms.</p>\n", (double)p->span / 1e9,
			(double)p->watch->options.timeout / 1e6);
}

void halb_report_html(const struct halb_report *report, struct halb_buf *out)
{
	const struct halb_watch *watch = report->watch;
	struct page page = { .report = report, .watch = watch, .out = out };

	page.span = (watch->ended ? watch->ended : report->now) - watch->started;
	if (page.span < 1)
		page.span = 1;
	put_head(&page);
	put_timeline(&page);
	put_drill(&page);
	put_outages(&page);
	put_latency(&page);
	halb_buf_text(out, "</body>\n</html>\n");
}
