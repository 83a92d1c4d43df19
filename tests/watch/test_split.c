/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "link.h"
#include "scene.h"
#include "server.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached where all is well */
#define VIP         "10.9.1.1"

static void setup(void)
{
	link_open();
	scene_open();
	scene.site.has_stack = false; /* so that the vIP is asked for in no other way */
	scene.site.stack.n_hosts = 0;
	link_has(VIP, 0x12);
}

TestSuite(split, .init = setup, .fini = scene_close);

/* Goes on until there are as many splits, and the last of them lasts or does not. */
static void until_split(size_t n, bool lasts)
{
	const struct halb_watch *watch = scene.watch;

	for (int64_t end = halb_now() + LONG_ENOUGH; halb_now() < end; scene_go_on(5 * HALB_MSEC))
		if (watch->n_splits == n && !watch->splits[n - 1].end == lasts)
			return;
	cr_assert_fail("%zu splits", watch->n_splits);
}

Test(split, lasts_from_the_second_answer_to_the_first_question_that_one_alone_answers)
{
	int64_t two, one;

	scene_begin();
	scene_go_on(100 * HALB_MSEC);
	cr_expect(scene.watch->splits_known);
	two = halb_now();
	link_has(VIP, 0x13);
	until_split(1, true);
	cr_expect_geq(scene.watch->splits[0].start, two);
	cr_expect_eq(scene.watch->splits[0].n_macs, 2);
	one = halb_now();
	link_lacks(VIP, 0x12);
	until_split(1, false);
	cr_expect_geq(scene.watch->splits[0].end, one - 50 * HALB_MSEC,
		      "the question under way may have been answered by one already");
	link_has(VIP, 0x12);
	until_split(2, true);
}

Test(split, is_none_while_the_vip_moves)
{
	int64_t since;

	scene_begin();
	scene_go_on(100 * HALB_MSEC);
	since = halb_now();
	link_has(VIP, 0x13);
	link_announce(VIP, 0x13);
	scene_go_on(50 * HALB_MSEC);
	link_lacks(VIP, 0x12);
	if (halb_now() - since > 150 * HALB_MSEC)
		cr_skip_test("this machine is too slow for a handover");
	scene_go_on(HALB_SEC);
	cr_expect_eq(scene.watch->n_splits, 0);
}

Test(split, is_not_over_when_nobody_answers)
{
	link_has(VIP, 0x13);
	scene_begin();
	until_split(1, true);
	link_lacks(VIP, 0x12);
	link_lacks(VIP, 0x13);
	scene_go_on(HALB_SEC);
	cr_expect_eq(scene.watch->splits[0].end, 0);
}

Test(split, is_seen_where_this_machine_is_one_of_the_two)
{
	scene.hosts[0].address = address_of("10.9.0.12"); /* which shows the link */
	scene.site.stack.n_hosts = 1;
	link_run("ip address add " VIP "/32 dev near0");
	scene_begin();
	until_split(1, true);
	cr_expect_eq(scene.watch->splits[0].n_macs, 1, "this one's is not asked for");
	link_run("ip address delete " VIP "/32 dev near0");
	until_split(1, false);
}

Test(split, asks_for_many_in_turn_and_a_hundred_times_a_second_at_most)
{
	int64_t start = halb_now();
	size_t i = 0;

	scene.site.n_balancers = SCENE_VIPS;
	scene_begin();
	while (i < SCENE_VIPS && halb_now() - start < LONG_ENOUGH) {
		scene_go_on(20 * HALB_MSEC);
		while (i < SCENE_VIPS && link_probes(&scene.balancers[i].vip))
			i++;
	}
	cr_expect_eq(i, SCENE_VIPS);
	cr_expect_leq(link_probes(NULL), (halb_now() - start) / (10 * HALB_MSEC) + 1);
}

Test(split, of_all_of_many_is_told_one_by_one)
{
	char address[HALB_ADDR_TEXT];

	scene.site.n_balancers = SCENE_VIPS;
	for (size_t i = 0; i < SCENE_VIPS; i++) {
		halb_addr_format(&scene.balancers[i].vip, address);
		link_has(address, 0x12);
		link_has(address, 0x13);
		link_announce(address, 0x13);
	}
	scene_begin();
	until_split(3, true);
	for (size_t i = 0; i < 3; i++) /* of the first that were asked for */
		cr_expect_leq(scene.watch->splits[i].balancer, &scene.balancers[50]);
}
