/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "halb/base/deadline.h"
#include "scene.h"
#include "server.h"
#include "teller.h"

#define LONG_ENOUGH (60 * HALB_SEC) /* never reached where all is well */

/* A vIP of this machine is on no link of its own, as one behind a router is not. */
#define VIP "127.0.0.5"

static void setup(void)
{
	scene_open();
	scene.balancers[0].vip = address_of(VIP);
	for (size_t i = 0; i < 3; i++)
		scene.hosts[i].address = address_of("127.0.0.6");
	teller_start(listen_silently(VIP, &scene.site.stack.identity_port));
}

TestSuite(identity, .init = setup, .fini = scene_close);

/* Until the listener was asked some times more. */
static void go_on(unsigned times)
{
	unsigned until = teller_asked() + times;

	for (int64_t end = halb_now() + LONG_ENOUGH; teller_asked() < until && halb_now() < end;)
		scene_go_on(5 * HALB_MSEC);
	cr_assert_geq(teller_asked(), until);
}

Test(identity, says_who_holds_what_is_not_on_this_link)
{
	teller_say("lb1\n");
	scene_begin();
	cr_expect_not(scene.watch->holders_known, "nobody has said yet");
	scene_await("lb1 ");
	cr_expect(scene.watch->holders_known);
	cr_expect_eq(scene.watch->holders[0].source, HALB_WATCH_IDENTITY);
	cr_expect_not(scene.watch->holders[0].has_mac);
	cr_expect_str_eq(scene.watch->holders[0].said, "lb1");
	teller_say("LB2.lime.lan");
	scene_await("lb1 lb2 ");
	go_on(5);
	cr_expect_eq(scene.watch->n_holders, 2);
}

Test(identity, silence_says_nothing)
{
	teller_say("lb1");
	scene_begin();
	scene_await("lb1 ");
	teller_say(NULL);
	go_on(5);
	teller_say("lb1");
	go_on(5);
	cr_expect_str_eq(scene.told, "lb1 ");
}

Test(identity, what_is_no_name_is_no_answer)
{
	teller_say("<html>\n<body>statistics</body></html>");
	scene_begin();
	go_on(5);
	cr_expect_str_eq(scene.told, "");
	cr_expect_not(scene.watch->holders_known);
}

Test(identity, that_is_no_host_of_the_stack_is_told_with_what_it_said)
{
	teller_say("web7");
	scene_begin();
	scene_await("none of the stack's hosts ");
	cr_expect_null(scene.watch->holders[0].host);
	cr_expect_str_eq(scene.watch->holders[0].said, "web7");
}

Test(identity, is_not_asked_for_without_a_stack)
{
	scene.site.has_stack = false;
	scene_begin();
	scene_go_on(200 * HALB_MSEC);
	cr_expect_eq(teller_asked(), 0);
}
