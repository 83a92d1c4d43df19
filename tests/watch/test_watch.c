/* SPDX-License-Identifier: Apache-2.0 */
#include "halb/watch/watch.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>

#include "halb/base/deadline.h"
#include "halb/watch/verdict.h"
#include "server.h"
#include "watch_priv.h"

static struct halb_probe_spec probe;
static struct halb_balancer balancer;
static struct halb_site site;
static struct halb_dc_list servers;
static struct halb_loop *loop;
static struct halb_watch *watch;
static struct halb_error err;
static size_t begun;

static void setup(void)
{
	balancer = (struct halb_balancer){ .name = (char *)(uintptr_t)"k8s1",
					   .vip = address_of("127.0.0.1"),
					   .probes = &probe,
					   .n_probes = 1 };
	cr_assert_eq(halb_name_parse("k8s1.lime.lan", &balancer.apex, &err), HALB_OK);
	site = (struct halb_site){ .balancers = &balancer, .n_balancers = 1 };
	cr_assert_eq(halb_loop_new(&loop, &err), HALB_OK);
}

static void teardown(void)
{
	halb_watch_free(watch);
	halb_loop_free(loop);
}

TestSuite(watch, .init = setup, .fini = teardown);

static void count(void *arg, const struct halb_watch_event *event)
{
	(void)arg;
	begun += event->kind == HALB_WATCH_OUTAGE_BEGINS;
}

static void look(unsigned layers, int64_t time)
{
	const struct halb_watch_options options = { .layers = layers,
						    .period = 5 * HALB_MSEC,
						    .slow_period = 20 * HALB_MSEC,
						    .timeout = 50 * HALB_MSEC,
						    .event = count };

	cr_assert_eq(halb_watch_start(loop, &site, &servers, &options, &watch, &err), HALB_OK,
		     "%s", err.text);
	(void)!halb_loop_run(loop, halb_now() + time, &err);
}

static void finish(void)
{
	cr_assert_eq(halb_watch_finish(watch, &err), HALB_OK, "%s", err.text);
}

static const struct halb_outages *series(enum halb_watch_layer layer, size_t which)
{
	for (size_t i = 0; i < watch->n_series; i++)
		if (watch->series[i].layer == layer && !which--)
			return &watch->series[i].outages;
	cr_assert_fail("there is no such series");
	return NULL;
}

Test(watch, a_listener_is_up_and_connections_to_it_are_held)
{
	(void)listen_silently("127.0.0.1", &probe.port);
	look(1u << HALB_WATCH_TCP | 1u << HALB_WATCH_HELD, 500 * HALB_MSEC);
	finish();
	cr_assert_eq(watch->n_series, 3);
	for (size_t i = 0; i < watch->n_series; i++) {
		cr_assert_gt(watch->series[i].outages.ok, 0, "%s", watch->series[i].what);
		cr_assert_eq(watch->series[i].outages.failed, 0, "%s", watch->series[i].what);
	}
	cr_assert_str_eq(watch->series[1].what + strlen(watch->series[1].what) - 5, " idle");
	cr_assert_eq(begun, 0);
}

Test(watch, a_closed_port_is_down_in_both)
{
	(void)bind_socket("127.0.0.1", SOCK_STREAM, &probe.port);
	look(1u << HALB_WATCH_TCP | 1u << HALB_WATCH_HELD, 300 * HALB_MSEC);
	finish();
	cr_assert_eq(series(HALB_WATCH_TCP, 0)->ok, 0);
	cr_assert_gt(series(HALB_WATCH_TCP, 0)->failed, 0);
	cr_assert_gt(series(HALB_WATCH_HELD, 0)->failed, 0);
	cr_assert_eq(series(HALB_WATCH_HELD, 0)->items[0].phases[0].class, HALB_PULSE_REFUSED);
	cr_assert_eq(begun, 3);
}

Test(watch, a_silent_service_is_up_in_tcp_and_down_in_http)
{
	(void)listen_silently("127.0.0.1", &probe.port);
	probe.http = (char *)(uintptr_t)"/livez";
	look(1u << HALB_WATCH_TCP | 1u << HALB_WATCH_HTTP, 400 * HALB_MSEC);
	finish();
	cr_assert_eq(series(HALB_WATCH_TCP, 0)->failed, 0);
	cr_assert_eq(series(HALB_WATCH_HTTP, 0)->ok, 0);
	cr_assert_eq(series(HALB_WATCH_HTTP, 0)->items[0].phases[0].class, HALB_PULSE_SILENCE, "%s",
		     halb_pulse_class_name(series(HALB_WATCH_HTTP, 0)->items[0].phases[0].class));
}

Test(watch, what_the_site_asks_nothing_of_is_unknown_and_not_well)
{
	struct halb_watch_verdict verdict;

	look(1u << HALB_WATCH_TLS, 50 * HALB_MSEC);
	finish();
	cr_assert_eq(watch->n_series, 0);
	halb_watch_judge(watch, -1, &verdict);
	cr_assert_eq(verdict.severity, HALB_SEV_UNKNOWN);
}

/* An outage of a series without a probe of its own: it lasts from one failed probe to another. */
static void suffer(size_t number, int64_t start, int64_t lasts)
{
	struct halb_pulse pulse = { .class = HALB_PULSE_SILENCE, .sent = start, .left = start };

	watch_take(watch, number, &pulse);
	pulse.sent = pulse.left = start + lasts;
	watch_take(watch, number, &pulse);
	pulse.class = HALB_PULSE_OK;
	for (int i = 1; i <= 3; i++) {
		pulse.sent = pulse.left = pulse.done = start + lasts + i * 100 * HALB_MSEC;
		watch_take(watch, number, &pulse);
	}
}

Test(watch, keeps_the_longest_outages_of_all_series_however_many_there_are)
{
	const struct halb_watch_series any = { .layer = HALB_WATCH_TCP, .what = "any" };
	size_t quiet, noisy;

	look(0, 0);
	cr_assert_eq(watch_add_series(watch, &any, &quiet, &err), HALB_OK);
	cr_assert_eq(watch_add_series(watch, &any, &noisy, &err), HALB_OK);
	suffer(quiet, HALB_SEC, 50 * HALB_MSEC);
	suffer(quiet, 2 * HALB_SEC, HALB_MSEC);
	for (int64_t i = 0; i < HALB_WATCH_OUTAGES + 10; i++)
		suffer(noisy, i * HALB_SEC, 10 * HALB_MSEC + i);
	cr_assert_eq(watch->series[quiet].outages.n, 1);
	cr_assert_eq(watch->series[quiet].outages.items[0].min, 50 * HALB_MSEC);
	cr_assert_eq(watch->series[quiet].outages.total, 2);
	cr_assert_eq(watch->series[noisy].outages.n, HALB_WATCH_OUTAGES - 1);
	cr_assert_eq(watch->series[noisy].outages.total, HALB_WATCH_OUTAGES + 10);
	cr_assert_eq(watch->series[noisy].outages.items[0].min, 10 * HALB_MSEC + 11);
	finish();
}
