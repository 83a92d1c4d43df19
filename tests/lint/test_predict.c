/* SPDX-License-Identifier: Apache-2.0 */
/* What was measured with keepalived 2.2.7 and HAProxy 2.6 lies within what is predicted. */
#include "halb/lint/predict.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "parse.h"

TestSuite(predict, .fini = parse_teardown);

static char texts[4][800];

static const char process[] = "track_process {\nhaproxy\n}\n";

/* A host whose instance has that priority and those lines, with definitions before it. */
static void give_vrrp(int version, int priority, const char *before, const char *lines)
{
	static size_t n;
	char *text = texts[n++ % 4];

	snprintf(text, sizeof texts[0],
		 "global_defs {\nvrrp_version %d\n}\n"
		 "vrrp_track_process haproxy {\nprocess haproxy\n}\n%s\n"
		 "vrrp_instance vip {\nvirtual_router_id 51\npriority %d\n%s}\n",
		 version, before, priority, lines);
	give_host("lb", NULL, text);
}

static struct halb_prediction predicted(enum halb_fault fault)
{
	struct halb_prediction p;

	cr_assert(halb_predict(made_model(), fault, &p));
	return p;
}

static void expect_within(const struct halb_prediction *p, double ms)
{
	cr_expect((double)p->outage.min <= ms * 1e6 && ms * 1e6 <= (double)p->outage.max,
		  "%s: %g ms is not within %g to %g", halb_fault_name(p->fault), ms,
		  (double)p->outage.min / 1e6, (double)p->outage.max / 1e6);
}

static void expect_bounds(const struct halb_prediction *p, double min, double max)
{
	cr_expect(fabs((double)p->outage.min / 1e6 - min) < 1, "at least %g",
		  (double)p->outage.min / 1e6);
	cr_expect(fabs((double)p->outage.max / 1e6 - max) < 1, "at most %g",
		  (double)p->outage.max / 1e6);
}

Test(predict, holds_what_was_measured_of_a_dead_process)
{
	struct halb_prediction p;

	give_vrrp(3, 254, "", process);
	give_vrrp(3, 252, "", process);
	give_vrrp(3, 250, "", process);
	p = predicted(HALB_FAULT_HAPROXY_KILLED);
	expect_within(&p, 16);
	expect_within(&p, 17);
	cr_expect_eq(p.largest, HALB_PART_ELECTION);
	expect_bounds(&p, 15.6, 23.4 + 15);
	p = predicted(HALB_FAULT_KEEPALIVED_STOPPED);
	expect_within(&p, 19);
	expect_within(&p, 27);
}

Test(predict, knows_that_version_2_does_not_scale_its_skew)
{
	struct halb_prediction p;

	give_vrrp(2, 102, "", process);
	give_vrrp(2, 101, "", process);
	give_vrrp(2, 100, "", process);
	p = predicted(HALB_FAULT_HAPROXY_KILLED);
	expect_within(&p, 611);
	expect_within(&p, 614);
	p = predicted(HALB_FAULT_HOST_LOST);
	expect_within(&p, 3160);
	expect_within(&p, 3190);
	cr_expect_eq(p.largest, HALB_PART_DETECTION);
}

Test(predict, holds_what_was_measured_of_a_lost_host)
{
	struct halb_prediction p;

	give_vrrp(3, 254, "", "");
	give_vrrp(3, 252, "", "");
	p = predicted(HALB_FAULT_HOST_LOST);
	expect_within(&p, 2020);
	expect_within(&p, 2760);
	expect_within(&p, 3020);
	parse_teardown();
	give_vrrp(3, 254, "", "advert_int 0.1\n");
	give_vrrp(3, 252, "", "advert_int 0.1\n");
	p = predicted(HALB_FAULT_HOST_LOST);
	expect_within(&p, 291);
	expect_within(&p, 298);
	expect_bounds(&p, 201.6, 301.6 + 5);
}

static const char kubeadm[] = "vrrp_script c {\nscript \"/etc/keepalived/check_apiserver.sh\"\n"
			      "interval 3\nweight -2\nfall 10\nrise 2\n}";

Test(predict, holds_what_was_measured_of_kubeadms_timers)
{
	struct halb_prediction p;

	give_vrrp(2, 101, kubeadm, "track_script {\nc\n}\n");
	give_vrrp(2, 100, kubeadm, "track_script {\nc\n}\n");
	p = predicted(HALB_FAULT_HAPROXY_KILLED);
	expect_within(&p, 32200);
	cr_expect_lt(p.outage.max, 35 * HALB_SEC);
	p = predicted(HALB_FAULT_HAPROXY_FROZEN);
	cr_expect_eq(p.outage.max, HALB_NEVER, "nobody knows what the script asks");
	cr_expect_neq(p.outage.min, HALB_NEVER);
}

static void expect_never(enum halb_fault fault)
{
	struct halb_prediction p = predicted(fault);

	cr_expect_eq(p.outage.min, HALB_NEVER, "%s", halb_fault_name(fault));
	cr_expect_eq(p.outage.max, HALB_NEVER, "%s", halb_fault_name(fault));
	cr_expect(p.note);
	parse_teardown();
}

Test(predict, says_never_where_nothing_fails_over)
{
	static const char weighed[] =
		"vrrp_script w {\nscript \"killall -0 haproxy\"\nweight -2\n}";

	give_vrrp(3, 254, weighed, "nopreempt\ntrack_script {\nw\n}\n");
	give_vrrp(3, 253, weighed, "nopreempt\ntrack_script {\nw\n}\n");
	expect_never(HALB_FAULT_HAPROXY_KILLED);
	give_vrrp(3, 254, weighed, "track_script {\nw\n}\n");
	give_vrrp(3, 249, weighed, "track_script {\nw\n}\n");
	expect_never(HALB_FAULT_HAPROXY_KILLED);
	give_vrrp(3, 254, "", "");
	give_vrrp(3, 252, "", "");
	expect_never(HALB_FAULT_HAPROXY_KILLED);
	give_vrrp(3, 254, "", process);
	give_vrrp(3, 252, "", process);
	expect_never(HALB_FAULT_HAPROXY_FROZEN);
	give_vrrp(3, 254, "", process);
	expect_never(HALB_FAULT_HOST_LOST);
}

Test(predict, lets_the_lowest_be_next_where_nobody_preempts)
{
	struct halb_prediction p;

	give_vrrp(3, 254, "", "nopreempt\ntrack_process {\nhaproxy\n}\n");
	give_vrrp(3, 128, "", "nopreempt\ntrack_process {\nhaproxy\n}\n");
	p = predicted(HALB_FAULT_HAPROXY_KILLED);
	expect_bounds(&p, 1000. * 2 / 256, 500 + 15);
}

Test(predict, adds_the_scripts_own_wait_to_a_frozen_haproxy)
{
	static const char curl[] =
		"vrrp_script c {\nscript \"curl -m 1 x\"\ninterval 2\ntimeout 2\n"
		"fall 2\n}";
	static const char slow[] =
		"vrrp_script c {\nscript \"curl -m 3 x\"\ninterval 2\ntimeout 9\n"
		"fall 2\n}";
	struct halb_prediction p;

	give_vrrp(3, 254, curl, "track_script {\nc\n}\n");
	give_vrrp(3, 252, curl, "track_script {\nc\n}\n");
	p = predicted(HALB_FAULT_HAPROXY_FROZEN);
	expect_bounds(&p, 2000 + 1000 + 15.6, 4000 + 1100 + 15.6 + 5);
	parse_teardown();
	give_vrrp(3, 254, slow, "track_script {\nc\n}\n");
	give_vrrp(3, 252, slow, "track_script {\nc\n}\n");
	p = predicted(HALB_FAULT_HAPROXY_FROZEN);
	expect_bounds(&p, 4000 + 3000 + 15.6, 2000 + 4000 + 3100 + 15.6 + 5);
}

Test(predict, calls_a_killed_keepalived_a_split_brain)
{
	struct halb_prediction p;

	give_vrrp(3, 254, "", process);
	give_vrrp(3, 252, "", process);
	p = predicted(HALB_FAULT_KEEPALIVED_KILLED);
	cr_expect_eq(p.outage.max, 0);
	cr_expect(strstr(p.note, "split brain"));
}

Test(predict, knows_that_a_script_which_ends_as_the_next_is_due_may_cost_a_turn)
{
	static const char tight[] = "vrrp_script c {\nscript \"curl x\"\ninterval 1\ntimeout 1\n"
				    "fall 2\n}";
	struct halb_prediction p;

	give_vrrp(3, 254, tight, "track_script {\nc\n}\n");
	give_vrrp(3, 252, tight, "track_script {\nc\n}\n");
	p = predicted(HALB_FAULT_HAPROXY_FROZEN);
	expect_bounds(&p, 1000 + 1000 + 15.6, 1000 + 2000 + 1000 + 15.6 + 5);
}

#define SERVERS " server a 10.0.0.1:1\n server b 10.0.0.2:1\n server c 10.0.0.3:1\n"
#define SEED                                                                                     \
	"defaults\n timeout connect 5s\n"                                                         \
	" default-server check inter 10s downinter 5s rise 2 fall 2\n"

Test(predict, holds_what_was_measured_of_lost_servers)
{
	struct halb_prediction p;

	give_host("lb1", SEED "backend x\n" SERVERS, NULL);
	p = predicted(HALB_FAULT_BACKEND_LOST);
	expect_within(&p, 15200);
	p = predicted(HALB_FAULT_BACKEND_HOST_LOST);
	expect_bounds(&p, 30000, 40000);
	parse_teardown();
	give_host("lb1", SEED " option redispatch 1\nbackend x\n" SERVERS, NULL);
	p = predicted(HALB_FAULT_BACKEND_LOST);
	cr_expect_eq(p.outage.max, 0);
	p = predicted(HALB_FAULT_BACKEND_HOST_LOST);
	expect_bounds(&p, 0, 5000);
}

Test(predict, counts_the_tries_before_redispatch)
{
	struct halb_prediction p;

	give_host("lb1", SEED " option redispatch\n retries 3\nbackend x\n" SERVERS, NULL);
	p = predicted(HALB_FAULT_BACKEND_LOST);
	expect_bounds(&p, 0, 2000);
	parse_teardown();
	give_host("lb1", SEED " option redispatch 1\nbackend x\n server a 10.0.0.1:1\n", NULL);
	expect_never(HALB_FAULT_BACKEND_LOST);
	give_host("lb1", SEED " option redispatch 1\nbackend x\n server a 10.0.0.1:1\n"
			 " server b 10.0.0.2:1 backup\n", NULL);
	p = predicted(HALB_FAULT_BACKEND_LOST);
	expect_within(&p, 15200);
	parse_teardown();
	give_host("lb1", "defaults\n timeout connect 1s\nbackend x\n" SERVERS, NULL);
	expect_never(HALB_FAULT_BACKEND_LOST);
}

Test(predict, says_nothing_of_what_it_has_no_files_for)
{
	struct halb_prediction p;

	give_vrrp(3, 254, "", process);
	cr_expect_not(halb_predict(made_model(), HALB_FAULT_BACKEND_LOST, &p));
	parse_teardown();
	give_host("lb1", SEED "backend x\n" SERVERS, NULL);
	cr_expect_not(halb_predict(made_model(), HALB_FAULT_HOST_LOST, &p));
}

Test(predict, has_a_name_for_each_fault)
{
	for (unsigned i = 0; i < HALB_FAULTS; i++)
		cr_expect_eq(halb_fault_find(halb_fault_name((enum halb_fault)i)), i);
	cr_expect_eq(halb_fault_find("none"), HALB_FAULTS);
}

Test(predict, keeps_virtual_routers_of_one_number_apart)
{
	static const char text[] =
		"vrrp_instance four {\nvirtual_router_id 51\npriority %d\n"
		"virtual_ipaddress {\n10.0.0.1\n}\n}\n"
		"vrrp_instance six {\nversion 3\nvirtual_router_id 51\npriority %d\n"
		"virtual_ipaddress {\nfd00::1\n}\n}\n";
	struct halb_prediction p;

	snprintf(texts[0], sizeof texts[0], text, 254, 100);
	snprintf(texts[1], sizeof texts[1], text, 252, 50);
	give_host("lb1", NULL, texts[0]);
	give_host("lb2", NULL, texts[1]);
	p = predicted(HALB_FAULT_KEEPALIVED_STOPPED);
	expect_bounds(&p, 1000. * 4 / 256, 1000. * 206 / 256 + 15);
}
