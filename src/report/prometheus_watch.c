/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A watch that goes on, as metrics (Prometheus text-based format 0.0.4): counters only grow, and
 * each metric's samples stand together.
 */
#include <inttypes.h>
#include <stdio.h>

#include "report_priv.h"

#define SECONDS(ns) ((double)(ns) / 1e9)

static void put_head(struct halb_buf *out, const char *name, const char *type, const char *help)
{
	halb_buf_printf(out, "# HELP halb_dns_watch_%s %s\n# TYPE halb_dns_watch_%s %s\n", name,
			help, name, type);
}

static void put_vip(const struct halb_balancer *balancer, const char *before, struct halb_buf *out)
{
	char address[HALB_ADDR_TEXT];

	halb_label_put(out, before, "vip",
		       balancer ? halb_addr_format(&balancer->vip, address) : NULL);
}

/* `what` tells series apart that have no port: the questions of one name at several servers. */
static void begin(const struct halb_watch_series *s, const char *name, struct halb_buf *out)
{
	char port[8];

	snprintf(port, sizeof port, "%u", s->port);
	halb_buf_printf(out, "halb_dns_watch_%s{", name);
	halb_label_put(out, "", "layer", halb_watch_layer_name(s->layer));
	put_vip(s->balancer, ",", out);
	halb_label_put(out, ",", "port", port);
	halb_label_put(out, ",", "what", s->what);
}

/* ---- series ---- */

static void add_probes(const struct halb_watch_series *s, struct halb_buf *out)
{
	const struct halb_outages *o = &s->outages;
	const struct {
		const char *result;
		uint64_t n;
	} results[] = { { "ok", o->ok }, { "failed", o->failed }, { "unknown", o->unknown } };

	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
		begin(s, "probes_total", out);
		halb_buf_printf(out, ",result=\"%s\"} %" PRIu64 "\n", results[i].result,
				results[i].n);
	}
}

static void add_up(const struct halb_watch_series *s, struct halb_buf *out)
{
	if (!s->outages.sent)
		return;
	begin(s, "up", out);
	halb_buf_printf(out, "} %d\n", !s->outages.down && s->outages.ok);
}

static void add_outages(const struct halb_watch_series *s, struct halb_buf *out)
{
	begin(s, "outages_total", out);
	halb_buf_printf(out, "} %" PRIu64 "\n", s->outages.total);
}

/* Of those that were kept. An outage without a bound counts its least time. */
static void add_outage_seconds(const struct halb_watch_series *s, struct halb_buf *out)
{
	int64_t min = 0, max = 0;

	for (size_t i = 0; i < s->outages.n; i++) {
		const struct halb_outage *o = &s->outages.items[i];

		min += o->min;
		max += o->max < 0 ? o->min : o->max;
	}
	begin(s, "outage_seconds", out);
	halb_buf_printf(out, ",bound=\"min\"} %.6f\n", SECONDS(min));
	begin(s, "outage_seconds", out);
	halb_buf_printf(out, ",bound=\"max\"} %.6f\n", SECONDS(max));
}

static void add_latency(const struct halb_watch_series *s, struct halb_buf *out)
{
	static const struct {
		const char *name;
		double share;
	} quantiles[] = { { "0.5", 0.5 }, { "0.9", 0.9 }, { "0.99", 0.99 }, { "0.999", 0.999 } };

	for (size_t i = 0; s->latency.n && i < sizeof quantiles / sizeof quantiles[0]; i++) {
		begin(s, "latency_seconds", out);
		halb_buf_printf(out, ",quantile=\"%s\"} %.6f\n", quantiles[i].name,
				SECONDS(halb_histogram_at(&s->latency, quantiles[i].share)));
	}
}

static const struct {
	const char *name, *type, *help;
	void (*add)(const struct halb_watch_series *s, struct halb_buf *out);
} of_series[] = {
	{ "probes_total", "counter", "Probes by result; unknown: not sent when it was due.",
	  add_probes },
	{ "up", "gauge", "1 while the last probes were good.", add_up },
	{ "outages_total", "counter", "Outages that are over.", add_outages },
	{ "outage_seconds", "gauge", "Sum of the outages, at least and at most.",
	  add_outage_seconds },
	{ "latency_seconds", "gauge", "Of good probes, from when they were due, by quantile.",
	  add_latency },
};

/* ---- holders ---- */

static void put_holders(const struct halb_watch *watch, struct halb_buf *out)
{
	char mac[HALB_MAC_TEXT];

	put_head(out, "holder_info", "gauge", "The host that has the vIP.");
	for (size_t i = 0; i < watch->site->n_balancers; i++) {
		const struct halb_watch_holder *h =
			halb_watch_holder_of(watch, &watch->site->balancers[i]);

		if (!h || h->nobody)
			continue;
		halb_buf_text(out, "halb_dns_watch_holder_info{");
		put_vip(h->balancer, "", out);
		halb_label_put(out, ",", "host", h->host);
		halb_label_put(out, ",", "mac", h->has_mac ? halb_mac_format(&h->mac, mac) : NULL);
		halb_label_put(out, ",", "source", halb_watch_source_name(h->source));
		halb_buf_text(out, "} 1\n");
	}
}

static bool is_split(const struct halb_watch *watch, const struct halb_balancer *balancer)
{
	for (size_t i = 0; i < watch->n_splits; i++)
		if (watch->splits[i].balancer == balancer && !watch->splits[i].end)
			return true;
	return false;
}

static void put_splits(const struct halb_watch *watch, struct halb_buf *out)
{
	put_head(out, "split_brain", "gauge", "1 while more than one machine claims the vIP.");
	for (size_t i = 0; watch->splits_known && i < watch->site->n_balancers; i++) {
		halb_buf_text(out, "halb_dns_watch_split_brain{");
		put_vip(&watch->site->balancers[i], "", out);
		halb_buf_printf(out, "} %d\n", is_split(watch, &watch->site->balancers[i]));
	}
}

void halb_report_metrics(const struct halb_watch *watch, struct halb_buf *out)
{
	for (size_t m = 0; m < sizeof of_series / sizeof of_series[0]; m++) {
		put_head(out, of_series[m].name, of_series[m].type, of_series[m].help);
		for (size_t i = 0; i < watch->n_series; i++)
			of_series[m].add(&watch->series[i], out);
	}
	put_holders(watch, out);
	put_splits(watch, out);
	put_head(out, "lag_seconds", "gauge", "How late probes went out, by quantile.");
	halb_buf_printf(out, "halb_dns_watch_lag_seconds{quantile=\"0.99\"} %.6f\n"
			     "halb_dns_watch_lag_seconds{quantile=\"1\"} %.6f\n",
			SECONDS(halb_histogram_at(&watch->lag, 0.99)), SECONDS(watch->lag.max));
}
