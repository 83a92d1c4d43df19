/* SPDX-License-Identifier: Apache-2.0 */
#include "scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "halb/base/deadline.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached where all is well */

struct scene scene;
static char names[][4] = { "lb1", "lb2", "lb3" };
static struct halb_dc_list servers;
static struct halb_loop *loop;
static const char *wanted;
static struct halb_error err;

void scene_open(void)
{
	for (size_t i = 0; i < 3; i++)
		scene.hosts[i].name = names[i];
	for (size_t i = 0; i < SCENE_VIPS; i++) {
		scene.balancers[i].vip = (struct halb_addr){
			.bytes = { 10, 9, (uint8_t)(1 + i / 250), (uint8_t)(1 + i % 250) }, .len = 4
		};
		cr_assert_eq(halb_name_parse("k8s1.lime.lan", &scene.balancers[i].apex, &err),
			     HALB_OK);
	}
	scene.site = (struct halb_site){ .balancers = scene.balancers, .n_balancers = 1,
					 .has_stack = true,
					 .stack = { .hosts = scene.hosts, .n_hosts = 3 } };
	cr_assert_eq(halb_loop_new(&loop, &err), HALB_OK);
}

void scene_close(void)
{
	halb_watch_free(scene.watch);
	halb_loop_free(loop);
}

static const char *word_of(const struct halb_watch_event *event)
{
	switch (event->kind) {
	case HALB_WATCH_HOLDER:
		return halb_watch_holder_name(event->holder);
	case HALB_WATCH_SPLIT_BEGINS:
		return "split";
	case HALB_WATCH_SPLIT_ENDS:
		return "one";
	default:
		return "outage";
	}
}

static void take(void *arg, const struct halb_watch_event *event)
{
	size_t len = strlen(scene.told);

	(void)arg;
	scene.n_told++;
	snprintf(scene.told + len, sizeof scene.told - len, "%s ", word_of(event));
	if (wanted && strcmp(scene.told, wanted) == 0)
		halb_loop_stop(loop);
}

void scene_begin(void)
{
	const struct halb_watch_options options = { .period = HALB_MSEC,
						    .slow_period = 20 * HALB_MSEC,
						    .timeout = 200 * HALB_MSEC,
						    .event = take };

	cr_assert_eq(halb_watch_start(loop, &scene.site, &servers, &options, &scene.watch, &err),
		     HALB_OK, "%s", err.text);
}

void scene_await(const char *told)
{
	wanted = told;
	if (strcmp(scene.told, told) != 0)
		(void)!halb_loop_run(loop, halb_now() + LONG_ENOUGH, &err);
	cr_assert_str_eq(scene.told, told);
}

void scene_go_on(int64_t time)
{
	wanted = NULL;
	(void)!halb_loop_run(loop, halb_now() + time, &err);
}
