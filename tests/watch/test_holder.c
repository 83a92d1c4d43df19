/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "link.h"
#include "scene.h"
#include "server.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached where all is well */

static void setup(void)
{
	link_open();
	scene_open();
	for (size_t i = 0; i < 3; i++) {
		char address[32];

		snprintf(address, sizeof address, "10.9.0.%zu", 12 + i);
		scene.hosts[i].address = address_of(address);
		link_has(address, (uint8_t)(0x12 + i));
	}
}

TestSuite(holder, .init = setup, .fini = scene_close);

Test(holder, is_known_by_its_mac_and_each_change_is_told)
{
	link_has("10.9.1.1", 0x12);
	scene_begin();
	cr_expect(scene.watch->holders_known, "before anybody has answered");
	scene_await("lb1 ");
	cr_expect_eq(scene.watch->holders[0].source, HALB_WATCH_NEIGHBOUR);
	cr_expect(scene.watch->holders[0].has_mac);
	link_lacks("10.9.1.1", 0x12);
	link_has("10.9.1.1", 0x13);
	link_announce("10.9.1.1", 0x13);
	scene_await("lb1 lb2 ");
	link_announce("10.9.1.1", 0x12);
	scene_await("lb1 lb2 lb1 ");
	cr_expect_eq(scene.watch->n_holders, 3);
}

Test(holder, that_is_no_host_of_the_stack_is_told_as_that)
{
	link_has("10.9.1.1", 0x77);
	scene_begin();
	scene_await("none of the stack's hosts ");
	cr_expect(scene.watch->holders[0].has_mac);
	cr_expect_not(scene.watch->holders[0].nobody);
}

Test(holder, that_was_down_at_first_has_its_name_when_it_takes_the_vip)
{
	link_lacks("10.9.0.14", 0x14);
	link_has("10.9.1.1", 0x12);
	scene_begin();
	scene_await("lb1 ");
	scene_go_on(100 * HALB_MSEC);
	link_has("10.9.0.14", 0x14); /* it says nothing of itself, and is asked for at once */
	link_announce("10.9.1.1", 0x14);
	scene_await("lb1 lb3 ");
}

Test(holder, that_gets_its_name_late_is_told_again_with_it)
{
	link_lacks("10.9.0.14", 0x14);
	link_has("10.9.1.1", 0x14);
	scene_begin();
	scene_await("none of the stack's hosts ");
	link_has("10.9.0.14", 0x14);
	link_announce("10.9.0.14", 0x14);
	scene_await("none of the stack's hosts lb3 ");
	cr_expect_eq(scene.watch->n_holders, 1, "it is the same one");
}

Test(holder, is_nobody_when_nobody_answers_and_the_same_one_is_told_again_afterwards)
{
	link_has("10.9.1.1", 0x12);
	scene_begin();
	scene_await("lb1 ");
	link_lacks("10.9.1.1", 0x12);
	link_run("ip neigh change 10.9.1.1 dev near0 nud probe"); /* instead of half a minute */
	scene_await("lb1 nobody ");
	cr_expect(scene.watch->holders[1].nobody);
	link_has("10.9.1.1", 0x12);
	link_announce("10.9.1.1", 0x12);
	scene_await("lb1 nobody lb1 ");
}

Test(holder, nobody_from_the_start_is_told)
{
	scene_begin();
	scene_await("nobody ");
}

Test(holder, that_moved_unheard_was_never_nobody)
{
	link_has("10.9.1.1", 0x12);
	scene_begin();
	scene_await("lb1 ");
	link_lacks("10.9.1.1", 0x12);
	link_has("10.9.1.1", 0x13); /* no gratuitous ARP comes */
	link_run("ip neigh change 10.9.1.1 dev near0 nud probe");
	scene_await("lb1 lb2 ");
}

Test(holder, an_entry_that_the_kernel_drops_is_no_change)
{
	link_has("10.9.1.1", 0x12);
	scene_begin();
	scene_await("lb1 ");
	link_run("ip neigh flush dev near0");
	scene_go_on(500 * HALB_MSEC);
	cr_expect_str_eq(scene.told, "lb1 ");
}

static void until_told(size_t n)
{
	for (int64_t end = halb_now() + LONG_ENOUGH; scene.n_told < n && halb_now() < end;)
		scene_go_on(10 * HALB_MSEC);
	cr_assert_eq(scene.n_told, n);
}

Test(holder, all_of_many_that_move_at_once_are_told)
{
	char address[HALB_ADDR_TEXT];

	scene.site.n_balancers = SCENE_VIPS;
	for (size_t i = 0; i < SCENE_VIPS; i++)
		link_has(halb_addr_format(&scene.balancers[i].vip, address), 0x12);
	scene_begin();
	until_told(SCENE_VIPS);
	for (size_t i = 0; i < SCENE_VIPS; i++)
		link_announce(halb_addr_format(&scene.balancers[i].vip, address), 0x13);
	until_told(2 * SCENE_VIPS);
	for (size_t i = 0; i < SCENE_VIPS; i++)
		cr_expect_str_eq(halb_watch_holder_of(scene.watch, &scene.balancers[i])->host, "lb2");
}

Test(holder, of_each_vip_stays_known_however_often_another_moves)
{
	char address[HALB_ADDR_TEXT];

	scene.site.n_balancers = 2;
	for (size_t i = 0; i < 2; i++)
		link_has(halb_addr_format(&scene.balancers[i].vip, address), 0x12);
	scene_begin();
	scene_await("lb1 lb1 ");
	for (size_t i = 0; i < 2000; i++) {
		link_announce("10.9.1.1", i % 2 ? 0x12 : 0x13);
		scene_go_on(HALB_MSEC / 10);
	}
	scene_go_on(50 * HALB_MSEC);
	cr_assert_gt(scene.n_told, 1100, "else nothing had to go");
	cr_expect_leq(scene.watch->n_holders, 1004);
	cr_expect_str_eq(halb_watch_holder_of(scene.watch, &scene.balancers[0])->host, "lb1");
	cr_expect_str_eq(halb_watch_holder_of(scene.watch, &scene.balancers[1])->host, "lb1");
}
