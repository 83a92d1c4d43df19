/* SPDX-License-Identifier: Apache-2.0 */
/* What a watch is told as: a page, events, metrics, a drill's JSON. */
#include "report_priv.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#define MS INT64_C(1000000)

static struct halb_outage outage = { .start = 1500 * MS, .min = 590 * MS, .max = 612 * MS,
				     .n_phases = 1,
				     .phases = { { HALB_PULSE_REFUSED, 590 * MS, 59 } } };
static struct halb_balancer balancer;
static struct halb_watch_series series;
static struct halb_stack_host host = { .name = (char[]){ "lb\"1<" } };
static struct halb_site site;
static struct halb_watch_holder holder;
static struct halb_watch watch;
static struct halb_buf out;

static void setup(void)
{
	halb_addr_parse("192.0.2.1", &balancer.vip);
	series = (struct halb_watch_series){ .layer = HALB_WATCH_DNS, .balancer = &balancer,
					     .what = "<b>&\"x\\",
					     .outages = { .items = &outage, .n = 1, .total = 1,
							  .sent = 100, .ok = 41, .failed = 59 } };
	site = (struct halb_site){ .balancers = &balancer, .n_balancers = 1,
				   .stack = { .hosts = &host, .n_hosts = 1 } };
	holder = (struct halb_watch_holder){ .at = MS, .balancer = &balancer, .host = host.name };
	watch = (struct halb_watch){ .started = 0, .ended = 10000 * MS, .site = &site,
				     .series = &series, .n_series = 1, .holders = &holder,
				     .n_holders = 1, .holders_known = true, .splits_known = true,
				     .options.timeout = 250 * MS };
}

static void teardown(void)
{
	halb_buf_clear(&out);
}

TestSuite(watch, .init = setup, .fini = teardown);

static bool has(const char *part)
{
	return strstr(halb_buf_string(&out), part) != NULL;
}

static void make_page(void)
{
	const struct halb_report report = { .command = "watch", .status = "critical",
					    .watch = &watch, .why = "an <outage>" };

	halb_report_html(&report, &out);
	cr_assert_not(out.bad);
}

Test(watch, page_shows_series_outages_and_holders)
{
	make_page();
	cr_assert(has("<svg") && has("name=\"viewport\"") && has("prefers-color-scheme"));
	cr_assert(has("590.0 ms") && has("612.0 ms") && has("refused 590.0 ms"));
	cr_assert(has("var(--h0)"));
	/* from 15 % on, 5.9 % wide */
	cr_assert(has("class=\"o\" x=\"15.0000%\" y=\"20\" width=\"5.9000%\""));
}

Test(watch, page_lets_no_text_be_markup)
{
	make_page();
	cr_assert_not(has("<b>"));
	cr_assert_not(has("<outage>"));
	cr_assert_not(has("lb\"1<"));
	cr_assert(has("&lt;b&gt;&amp;&quot;x\\"));
}

Test(watch, page_fetches_nothing)
{
	make_page();
	cr_assert_not(has("http:") || has("https:") || has("src=") || has("<script"));
}

Test(watch, event_is_one_line_of_json)
{
	const struct halb_watch_event event = { .kind = HALB_WATCH_OUTAGE_ENDS, .at = 2100 * MS,
						.series = &series, .outage = &outage };
	json_t *object;

	halb_report_event(&watch, &event, &out);
	cr_assert_eq(strchr(halb_buf_string(&out), '\n'), halb_buf_string(&out) + out.len - 1);
	object = json_loads(halb_buf_string(&out), 0, NULL);
	cr_assert_str_eq(json_string_value(json_object_get(object, "event")), "outage-ends");
	cr_assert_str_eq(json_string_value(json_object_get(object, "time")),
			 "1970-01-01T00:00:02.100000Z");
	cr_assert_float_eq(json_real_value(json_object_get(object, "min_ms")), 590, 1e-9);
	cr_assert_eq(json_array_size(json_object_get(object, "phases")), 1);
	json_decref(object);
}

Test(watch, metrics_escape_their_labels)
{
	halb_report_metrics(&watch, &out);
	cr_assert(has("halb_dns_watch_probes_total{layer=\"dns\",vip=\"192.0.2.1\",port=\"0\","
		      "what=\"<b>&\\\"x\\\\\",result=\"failed\"} 59\n"), "%s",
		  halb_buf_string(&out));
	cr_assert(has("host=\"lb\\\"1<\""));
	cr_assert(has("halb_dns_watch_split_brain{vip=\"192.0.2.1\"} 0\n"));
	cr_assert(has(",bound=\"max\"} 0.612000\n"));
}

Test(watch, holder_without_a_mac_is_told_with_its_source)
{
	const struct halb_watch_event event = { .kind = HALB_WATCH_HOLDER, .at = MS,
						.holder = &holder };
	json_t *object;

	holder.source = HALB_WATCH_IDENTITY;
	strcpy(holder.said, "web7");
	holder.host = NULL;
	halb_report_event(&watch, &event, &out);
	object = json_loads(halb_buf_string(&out), 0, NULL);
	cr_assert_str_eq(json_string_value(json_object_get(object, "source")), "identity");
	cr_assert_str_eq(json_string_value(json_object_get(object, "said")), "web7");
	cr_assert(json_is_null(json_object_get(object, "host")));
	cr_assert(json_is_null(json_object_get(object, "mac")));
	cr_assert(json_is_false(json_object_get(object, "nobody")));
	json_decref(object);
	halb_report_metrics(&watch, &out);
	cr_assert(has("holder_info{vip=\"192.0.2.1\",host=\"\",mac=\"\",source=\"identity\"} 1\n"));
	make_page();
	cr_assert(has("none of the stack&#39;s hosts, by its own word web7"));
}

Test(watch, what_was_closed_in_good_order_is_told_though_it_is_no_outage)
{
	const struct halb_report report = { .command = "watch", .status = "ok", .watch = &watch };

	series.closed = 3;
	series.closed_at = 1500 * MS;
	halb_report_text(&report, &out);
	cr_assert(has("in good order, the last of 3 times"), "%s", halb_buf_string(&out));
	halb_buf_clear(&out);
	halb_report_json(&report, &out);
	cr_assert(has("\"closed\": 3"), "%s", halb_buf_string(&out));
}

Test(watch, nobody_is_no_holder)
{
	holder.host = NULL;
	holder.nobody = true;
	halb_report_metrics(&watch, &out);
	cr_assert_not(has("holder_info{"));
	make_page();
	cr_assert(has(": nobody</title>"));
}

/* An empty pair of lines for each metric that has no samples is right too; two pairs are not. */
Test(watch, metrics_say_each_type_once)
{
	const char *first;

	halb_report_metrics(&watch, &out);
	first = strstr(halb_buf_string(&out), "# TYPE halb_dns_watch_up gauge\n");
	cr_assert(first);
	cr_assert_null(strstr(first + 1, "# TYPE halb_dns_watch_up gauge\n"));
}

Test(watch, drill_is_told_with_its_runs_and_what_was_predicted)
{
	const char *const command[] = { "lab", "fault", NULL };
	struct halb_drill_run run = { .start = 1400 * MS, .took = 5 * MS, .series = &series,
				      .min = 590 * MS, .max = 612 * MS, .outages = 1,
				      .before = "lb1", .after = "lb2" };
	const struct halb_drill drill = { .command = command, .fault = "host-lost",
					  .predicted = true, .predicted_min = 500 * MS,
					  .predicted_max = INT64_MAX, .runs = &run, .n_runs = 1 };
	const struct halb_report report = { .command = "drill", .status = "ok", .watch = &watch,
					    .drill = &drill };
	json_t *object, *part;

	halb_report_json(&report, &out);
	object = json_loads(halb_buf_string(&out), 0, NULL);
	part = json_object_get(object, "predicted_ms");
	cr_assert_float_eq(json_real_value(json_object_get(part, "min")), 500, 1e-9);
	cr_assert(json_is_null(json_object_get(part, "max")));
	part = json_object_get(object, "drill");
	cr_assert_eq(json_integer_value(json_object_get(part, "exit")), 0);
	part = json_array_get(json_object_get(part, "runs"), 0);
	cr_assert_str_eq(json_string_value(json_object_get(part, "holder_after")), "lb2");
	part = json_object_get(part, "outage");
	cr_assert_float_eq(json_real_value(json_object_get(part, "max_ms")), 612, 1e-9);
	json_decref(object);
	halb_buf_clear(&out);
	halb_report_text(&report, &out);
	cr_assert(has("590.0 ms to 612.0 ms (dns)") && has("lb1 to lb2"), "%s",
		  halb_buf_string(&out));
	cr_assert(has("500.0 ms to never ends"));
}

Test(watch, a_run_that_is_not_over_is_under_way_in_each_format)
{
	const char *const command[] = { "lab", NULL };
	struct halb_drill_run run = { .end = HALB_DRILL_INTERRUPTED, .start = 1400 * MS, .took = -1,
				      .exit = -1, .max = -1, .until = INT64_MAX };
	const struct halb_drill drill = { .command = command, .runs = &run, .n_runs = 1 };
	const struct halb_report report = { .command = "drill", .status = "unknown",
					    .watch = &watch, .drill = &drill };
	halb_report_fn *const formats[] = { halb_report_text, halb_report_json, halb_report_html };

	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		halb_buf_clear(&out);
		formats[i](&report, &out);
		cr_assert(has("under way") && !has("interrupted"), "%s", halb_buf_string(&out));
	}
}
