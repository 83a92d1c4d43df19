/* SPDX-License-Identifier: Apache-2.0 */
/* The view of a watch that goes on. */
#include "halb/report/live.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"

#define MANY 1000

static struct halb_balancer balancers[MANY];
static struct halb_watch_series *series;
static struct halb_watch_holder holders[MANY];
static struct halb_watch_split split;
static struct halb_stack_host hosts[] = { { .name = (char[]){ "lb1" } },
					  { .name = (char[]){ "lb2" } } };
static struct halb_site site;
static struct halb_watch watch;
static struct halb_live live;
static struct halb_buf out;

static void add(size_t i)
{
	static char names[MANY][HALB_ADDR_TEXT + 8];
	char vip[HALB_ADDR_TEXT];

	snprintf(vip, sizeof vip, "192.0.%zu.%zu", i / 250, i % 250 + 1);
	snprintf(names[i], sizeof names[i], "%s:6443", vip);
	halb_addr_parse(vip, &balancers[i].vip);
	series[i] = (struct halb_watch_series){ .layer = HALB_WATCH_TCP, .balancer = &balancers[i],
						.what = names[i],
						.outages = { .sent = 9, .ok = 9 } };
	holders[i] = (struct halb_watch_holder){ .at = HALB_SEC, .balancer = &balancers[i],
						 .host = hosts[i % 3 == 0].name };
}

static void have(size_t vips)
{
	for (size_t i = 0; i < vips; i++)
		add(i);
	site.n_balancers = watch.n_series = watch.n_holders = vips;
}

static void setup(void)
{
	series = calloc(MANY, sizeof *series);
	cr_assert(series);
	site = (struct halb_site){ .balancers = balancers, .stack = { .hosts = hosts, .n_hosts = 2 } };
	watch = (struct halb_watch){ .started = HALB_SEC, .site = &site, .series = series,
				     .holders = holders, .holders_known = true, .splits = &split };
	live = (struct halb_live){ .watch = &watch, .now = 155 * HALB_SEC, .rate = 110 };
}

static void teardown(void)
{
	halb_buf_clear(&out);
	free(series);
}

TestSuite(live, .init = setup, .fini = teardown);

static void look(size_t lines)
{
	halb_buf_clear(&out);
	halb_report_live(&live, lines, &out);
	cr_assert_not(out.bad);
}

static bool has(const char *part)
{
	return strstr(halb_buf_string(&out), part) != NULL;
}

static size_t lines_of(const char *text)
{
	size_t n = 1;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void take_down(size_t i, int64_t since, enum halb_pulse_class class)
{
	static struct halb_outage lasting[MANY];

	lasting[i] = (struct halb_outage){ .start = since, .n_phases = 1,
					   .phases = { { class, 1, 1 } } };
	series[i].outages.down = true;
	series[i].outages.items = &lasting[i];
}

static void split_brain(size_t i)
{
	split = (struct halb_watch_split){ .start = 150 * HALB_SEC, .balancer = &balancers[i],
					   .n_macs = 2 };
	watch.n_splits = 1;
}

Test(live, says_how_a_small_site_stands)
{
	have(2);
	live.layers[HALB_WATCH_TCP] = (struct halb_live_layer){
		.p50 = 110000, .p99 = 1500000, .last_at = 143 * HALB_SEC, .last_min = 590 * HALB_MSEC,
		.last_max = 612 * HALB_MSEC };
	series[0].outages.total = 3;
	look(23);
	cr_assert_str_eq(halb_buf_string(&out),
			 "watching for 2 min 34 s: 110 probes/s, Ctrl-C ends\n"
			 "layer  state  outages  p50 ms  p99 ms  last outage\n"
			 "tcp    up 2   3        0.11    1.50    590.0 to 612.0 ms, 12 s ago\n"
			 "192.0.0.1 held by lb2 for 2 min 34 s\n"
			 "192.0.0.2 held by lb1 for 2 min 34 s", "%s", halb_buf_string(&out));
}

Test(live, names_what_is_down_and_for_how_long)
{
	have(3);
	take_down(1, 151800 * HALB_MSEC, HALB_PULSE_REFUSED);
	series[2].outages.ok = 0;
	series[2].outages.unknown = 5;
	live.now = 155 * HALB_SEC;
	look(23);
	cr_assert(has("110 probes/s, 5 unknown"));
	cr_assert(has("tcp    DOWN 1 of 3  1 "), "%s", halb_buf_string(&out));
	cr_assert(has("\nDOWN for 3.2 s: tcp 192.0.0.2:6443, refused\n"));
}

Test(live, a_split_brain_comes_before_all_else_and_in_colour_where_that_is_wanted)
{
	have(3);
	take_down(0, 0, HALB_PULSE_SILENCE);
	split_brain(2);
	look(23);
	cr_assert_lt(strstr(halb_buf_string(&out), "SPLIT BRAIN 192.0.0.3 for 5.0 s: 00:"),
		     strstr(halb_buf_string(&out), "DOWN for"));
	cr_assert_not(has("\033"));
	live.color = true;
	look(23);
	cr_assert(has("\033[1;31mSPLIT BRAIN\033[0m 192.0.0.3"));
}

Test(live, one_line_says_what_there_is_of_each)
{
	have(1);
	take_down(0, 0, HALB_PULSE_SILENCE);
	split_brain(0);
	live.layers[HALB_WATCH_TCP] = (struct halb_live_layer){
		.last_at = 143 * HALB_SEC, .last_min = 590 * HALB_MSEC, .last_max = -1 };
	look(1);
	cr_assert_str_eq(halb_buf_string(&out),
			 "2 min 34 s, 110/s | tcp DOWN | SPLIT BRAIN | lb2 | last outage tcp "
			 "590.0 ms at least, 12 s ago", "%s", halb_buf_string(&out));
}

Test(live, of_a_thousand_it_counts_the_well_and_names_the_others)
{
	have(MANY);
	holders[7] = (struct halb_watch_holder){ .at = HALB_SEC, .balancer = &balancers[7],
						 .said = "web1" };
	look(23);
	cr_assert(has("\n1000 vIPs: lb1 665, lb2 334, others 1\n"), "%s", halb_buf_string(&out));
	cr_assert(has("\n192.0.0.8 held by web1 (none of the stack's hosts) for"));
	cr_assert_eq(lines_of(halb_buf_string(&out)), 5);
	watch.n_holders = 500;
	look(10);
	cr_assert(has("others 501\n"));
	cr_assert(has("and 496 more held by none of the stack's hosts"), "%s",
		  halb_buf_string(&out));
}

Test(live, never_has_more_lines_than_there_is_room_for)
{
	have(MANY);
	for (size_t i = 0; i < MANY; i += 5)
		take_down(i, 0, HALB_PULSE_RESET);
	split_brain(3);
	watch.n_holders = 300;
	for (size_t lines = 1; lines < 60; lines++) {
		look(lines);
		cr_assert_leq(lines_of(halb_buf_string(&out)), lines);
		cr_assert(lines == 1 || has("DOWN for 2 min 35 s: tcp 192.0.0.1:6443, reset\n") ||
				  has("SPLIT BRAIN 192.0.0.4"), "%zu", lines);
	}
	cr_assert(has("more down\n"));
}

Test(live, lets_no_name_move_the_cursor)
{
	char name[] = "lb\n\033[2J";

	have(1);
	hosts[0].name = name;
	holders[0].host = name;
	look(23);
	cr_assert(has("held by lb\\x0a\\x1b[2J for"), "%s", halb_buf_string(&out));
}

Test(live, a_site_without_hosts_has_no_strange_holders)
{
	have(1);
	site.stack.n_hosts = 0;
	holders[0] = (struct halb_watch_holder){ .at = HALB_SEC, .balancer = &balancers[0],
						 .has_mac = true };
	look(23);
	cr_assert(has("192.0.0.1 held by 00:00:00:00:00:00 for"));
	watch.holders_known = false; /* behind a router */
	look(23);
	cr_assert_not(has("held by"));
}

Test(live, a_vip_that_nobody_has_is_not_well)
{
	have(2);
	holders[1] = (struct halb_watch_holder){ .at = 150 * HALB_SEC, .balancer = &balancers[1],
						 .nobody = true };
	look(23);
	cr_assert(has("192.0.0.2 held by nobody for 5.0 s"), "%s", halb_buf_string(&out));
	look(1);
	cr_assert(has("| 2 vIPs: lb1 0, lb2 1, others 1"), "%s", halb_buf_string(&out));
}

Test(live, tells_what_a_drill_is_at)
{
	have(1);
	snprintf(live.doing, sizeof live.doing, "drill 1 of 2: the command runs");
	look(23);
	cr_assert(has("Ctrl-C ends\ndrill 1 of 2: the command runs\nlayer"));
}
