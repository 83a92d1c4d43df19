/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "beyond.h"
#include "lime.h"
#include "server.h"
#include "teller.h"

#define FAR "10.8.0.11"

/* A vIP behind a router with two ports, and two hosts there: all of it is well. The identity
 * listener is bound, and whoever connects to it is refused. */
static struct lime lime;
static struct halb_probe_spec probes[2];
static int listener;

static void setup(void)
{
	static char lb1[] = "lb1", lb2[] = "lb2";
	static struct halb_stack_host hosts[2] = { { .name = lb1 }, { .name = lb2 } };

	beyond_open();
	lime_init(&lime, 1);
	lime.options.skip_system = true;
	lime.balancer.vip = address_of(FAR);
	lime.tables[0][ROW_APEX].addresses[0] = lime.tables[0][ROW_ALIAS].addresses[0] = FAR;
	for (size_t i = 0; i < 2; i++)
		cr_assert_eq(listen(beyond_bind(&probes[i].port), 512), 0);
	lime.balancer.probes = probes;
	lime.balancer.n_probes = 2;
	hosts[0].address = address_of("10.8.0.12");
	hosts[1].address = address_of("10.8.0.13");
	lime.site.has_stack = true;
	lime.site.stack = (struct halb_stack){ .hosts = hosts, .n_hosts = 2 };
	listener = beyond_bind(&lime.site.stack.identity_port);
}

static void teardown(void)
{
	lime_clear(&lime);
}

TestSuite(identity, .init = setup, .fini = teardown);

static void serve(const char *answer)
{
	cr_assert_eq(listen(listener, 512), 0);
	teller_say(answer);
	teller_start(listener);
}

static const struct halb_finding *expect_note(const char *actual)
{
	const struct halb_finding *f = finding_at(&lime, NULL);

	expect_finding(&lime, NULL, HALB_CODE_HOLDER_UNKNOWN, HALB_SEV_OK, actual);
	cr_expect_str_eq(f->actual, actual);
	cr_expect_str_eq(f->object, FAR);
	cr_expect_null(lime.seen.vips[0].holder.host);
	cr_expect_not(lime.seen.vips[0].holder.told);
	return f;
}

Test(identity, tells_the_holder_behind_a_router_and_is_asked_once_for_all_ports)
{
	serve("LB2.lime.lan\n");
	lime_verify(&lime);
	cr_expect_eq(lime.seen.findings.n, 0);
	cr_assert_eq(lime.seen.n_vips, 2);
	for (size_t i = 0; i < 2; i++) {
		cr_expect_eq(lime.seen.vips[i].holder.host, &lime.site.stack.hosts[1]);
		cr_expect(lime.seen.vips[i].holder.told);
		cr_expect_not(lime.seen.vips[i].holder.has_mac);
		cr_expect_eq(lime.seen.vips[i].holder.sole, HALB_SEEN_UNKNOWN);
	}
	cr_expect_eq(teller_asked(), 1);
}

Test(identity, that_is_not_offered_is_a_note_that_says_where_it_would_be)
{
	const struct halb_finding *f;
	char endpoint[64];

	lime_verify(&lime);
	f = expect_note("a router is in between");
	snprintf(endpoint, sizeof endpoint, FAR ":%u ", lime.site.stack.identity_port);
	cr_expect(strstr(f->hint, endpoint), "%s", f->hint);
}

Test(identity, that_is_silent_is_the_same_note)
{
	cr_assert_eq(listen(listener, 512), 0);
	lime.options.query_timeout = PATIENT;
	lime_verify(&lime);
	expect_note("a router is in between");
}

Test(identity, that_is_no_host_of_the_stack_is_a_note_with_what_it_said)
{
	serve("web7");
	lime_verify(&lime);
	expect_note("a router is in between, and HAProxy says that it is on web7");
}

Test(identity, is_not_asked_for_where_the_vip_is_on_this_link)
{
	serve("lb1");
	lime.balancer.vip = address_of(ROUTER);
	lime.tables[0][ROW_APEX].addresses[0] = lime.tables[0][ROW_ALIAS].addresses[0] = ROUTER;
	lime_verify(&lime);
	cr_expect(lime.seen.vips[0].right);
	cr_expect(lime.seen.vips[0].holder.has_mac);
	cr_expect_eq(teller_asked(), 0);
}

Test(identity, is_not_asked_for_without_hosts_that_it_could_be)
{
	serve("lb1");
	lime.site.stack.n_hosts = 0;
	lime_verify(&lime);
	cr_expect_eq(lime.seen.findings.n, 0);
	cr_expect_eq(teller_asked(), 0);
}

Test(identity, is_asked_for_again_while_others_are_waited_for)
{
	serve("lb1");
	teller_then_say("lb2");
	lime.options.wait = LONG_ENOUGH;
	lime.tables[0][ROW_ALIAS].lacks = 3;
	lime_verify(&lime);
	cr_expect_eq(lime.seen.findings.n, 0);
	cr_expect_eq(lime.seen.vips[0].holder.host, &lime.site.stack.hosts[1]);
	cr_expect_lt(lime.seen.took, LONG_ENOUGH);
}

Test(identity, that_was_told_before_is_not_told_where_it_is_silent_now)
{
	serve("lb1");
	teller_then_say(NULL);
	lime.options.wait = LONG_ENOUGH;
	lime.tables[0][ROW_ALIAS].lacks = 3;
	lime_verify(&lime);
	expect_note("a router is in between");
}

Test(identity, is_not_asked_for_where_this_machine_has_the_vip)
{
	teller_say("lb1");
	lime.balancer.vip = address_of("127.0.0.9");
	teller_start(listen_silently("127.0.0.9", &lime.site.stack.identity_port));
	lime_verify(&lime);
	cr_expect_eq(teller_asked(), 0);
}

/* Whoever has connected so far. */
static size_t count_connects(void)
{
	size_t n = 0;

	cr_assert_geq(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
	while (accept(listener, NULL, NULL) >= 0)
		n++;
	return n;
}

Test(identity, that_is_silent_costs_one_timeout_however_many_vips_there_are)
{
	enum { VIPS = 200 };
	static struct halb_balancer balancers[VIPS];
	size_t asked;

	for (size_t i = 0; i < VIPS; i++) {
		balancers[i] = lime.balancer;
		balancers[i].n_probes = 1;
	}
	lime.site.balancers = balancers;
	lime.site.n_balancers = VIPS;
	lime.site.stack.n_hosts = 1;
	lime.dcs.n = 0;
	lime.options.query_timeout = PATIENT;
	lime.options.limit = LONG_ENOUGH; /* time for more than one timeout */
	cr_assert_eq(listen(listener, VIPS), 0);
	lime_verify(&lime);
	cr_assert_eq(lime.seen.findings.n, VIPS);
	cr_expect_eq(lime.seen.findings.worst, HALB_SEV_OK);
	asked = count_connects();
	cr_expect_gt(asked, 1);
	cr_expect_lt(asked, VIPS, "the last were not asked");
}
