/* SPDX-License-Identifier: Apache-2.0 */
#include "lime.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../src/verify/verify_priv.h"

/* A run that is over: a vIP with one port, and two hosts. All of it is well. */
static struct lime lime;
static struct run run;
static struct halb_stack_host hosts[2];
static struct halb_vip_state vips[2];
static struct halb_host_state states[4];
static struct vip names[2];
static struct halb_error err;

#define MAC1    "02:00:c0:a8:0b:0c"
#define MAC2    "02:00:c0:a8:0b:0d"
#define FOREIGN "02:00:c0:a8:0b:1f"
#define VIRTUAL "00:00:5e:00:01:33"
#define DUMMY   "02:00:00:00:01:01"

static const struct halb_probe_result well = {
	.tcp = { .state = HALB_LAYER_OK }, .tls = { .state = HALB_LAYER_OK },
	.http = { .state = HALB_LAYER_OK }, .http_status = 200,
};
static const struct halb_probe_result refused = {
	.tcp = { .state = HALB_LAYER_REFUSED, .text = "connection refused" },
};
static const struct halb_probe_result silent = {
	.tcp = { .state = HALB_LAYER_TIMEOUT, .text = "timed out after 3 s" },
};

static struct halb_sight sight_of(const char *mac)
{
	struct halb_sight sight = { .answers = true, .on_link = true, .asked = true };

	if (mac) {
		cr_assert(halb_mac_parse(mac, &sight.macs[0]));
		sight.n_macs = 1;
	}
	return sight;
}

static struct halb_sight *sights(void)
{
	return halb_inquiry_sights(run.inquiry);
}

static void init_states(void)
{
	static char kube[] = KUBE, k8s1[] = K8S1;
	static char *aliases[] = { kube, k8s1 };

	for (size_t i = 0; i < 2; i++) {
		names[i] = (struct vip){ .run = &run, .names = aliases, .n_names = 2 };
		vips[i] = (struct halb_vip_state){ .balancer = &lime.balancer, .spec = &lime.probe,
						   .result = well, .right = true,
						   .hosts = &states[2 * i], .n_hosts = 2 };
	}
	for (size_t i = 0; i < 4; i++)
		states[i] = (struct halb_host_state){ .host = &hosts[i % 2], .result = well,
						      .right = true };
}

static void setup(void)
{
	static char lb1[] = "lb1", lb2[] = "lb2", livez[] = "/livez";
	struct halb_addr nowhere[3] = { 0 };

	lime_init(&lime, 1);
	lime.probe = (struct halb_probe_spec){ .port = 6443, .tls = true, .http = livez };
	hosts[0] = (struct halb_stack_host){ .name = lb1 };
	hosts[1] = (struct halb_stack_host){ .name = lb2 };
	cr_assert(halb_addr_parse("192.168.11.12", &hosts[0].address));
	cr_assert(halb_addr_parse("192.168.11.13", &hosts[1].address));
	cr_assert(halb_mac_parse(DUMMY, &lime.balancer.mac));
	lime.balancer.has_mac = true;
	lime.site.has_stack = true;
	lime.site.stack = (struct halb_stack){ .hosts = hosts, .n_hosts = 2 };
	init_states();
	run = (struct run){ .site = &lime.site, .vips = names, .n_sights = 1, .asks = 3,
			    .timeout = PATIENT,
			    .out = { .vips = vips, .n_vips = 1, .hosts = states } };
	cr_assert_eq(halb_loop_new(&run.loop, &err), HALB_OK);
	cr_assert_eq(halb_inquiry_new(run.loop, nowhere, 3, NULL, NULL, &run.inquiry, &err),
		     HALB_OK);
	sights()[0] = sights()[1] = sight_of(MAC1);
	sights()[2] = sight_of(MAC2);
}

static void teardown(void)
{
	halb_findings_clear(&run.out.findings);
	halb_inquiry_free(run.inquiry);
	halb_loop_free(run.loop);
}

TestSuite(vip_verdict, .init = setup, .fini = teardown);

static void judge(void)
{
	halb_findings_clear(&run.out.findings);
	halb_holders_report(&run);
	cr_assert_eq(halb_vip_verdict(&run, &err), HALB_OK);
}

/* The only finding. */
static const struct halb_finding *expect(enum halb_code code, enum halb_severity severity)
{
	const struct halb_finding *f = run.out.findings.items;

	cr_assert_eq(run.out.findings.n, 1);
	cr_expect_str_eq(halb_code_name(f->code), halb_code_name(code));
	cr_expect_eq(f->severity, severity);
	cr_expect_not_null(f->object);
	cr_expect_not_null(f->expected);
	cr_expect_not_null(f->actual);
	cr_expect_not_null(f->hint);
	cr_expect_str_eq(f->balancer, "k8s1");
	return f;
}

Test(vip_verdict, finds_nothing_where_all_is_well)
{
	judge();
	cr_assert_eq(run.out.findings.n, 0);
	cr_expect_eq(vips[0].holder.host, &hosts[0]);
	cr_expect(vips[0].holder.has_mac);
	cr_expect_eq(vips[0].holder.sole, HALB_SEEN_YES);
}

/* ---- the holder ---- */

Test(vip_verdict, two_that_answer_arp_are_a_split_brain)
{
	const struct halb_finding *f;

	halb_mac_parse(MAC2, &sights()[0].macs[1]);
	sights()[0].n_macs = 2;
	run.asks = 1; /* and the time was over */
	run.out.n_vips = 2;
	judge();
	f = expect(HALB_CODE_SPLIT_BRAIN, HALB_SEV_CRITICAL);
	cr_expect_str_eq(f->actual, "lb1 (" MAC1 ") and lb2 (" MAC2 ")");
	cr_expect_str_eq(f->object, VIP);
	cr_expect(strstr(f->hint, "ip addr flush to " VIP));
	cr_expect_eq(vips[1].holder.sole, HALB_SEEN_NO);
}

Test(vip_verdict, this_machine_and_another_are_a_split_brain)
{
	sights()[0].local = sights()[2].local = true;
	judge();
	cr_expect_str_eq(expect(HALB_CODE_SPLIT_BRAIN, HALB_SEV_CRITICAL)->actual,
			 "this machine (lb2) and lb1 (" MAC1 ")");
	cr_expect_eq(vips[0].holder.host, &hosts[1]);
}

Test(vip_verdict, a_holder_is_alone_only_where_all_were_asked)
{
	run.asks = 2;
	judge();
	cr_expect_eq(vips[0].holder.sole, HALB_SEEN_UNKNOWN);
	run.asks = 3;
	sights()[0].asked = false;
	halb_mac_parse(MAC2, &sights()[0].macs[1]);
	sights()[0].n_macs = 2; /* of two interfaces */
	judge();
	cr_expect_eq(vips[0].holder.sole, HALB_SEEN_UNKNOWN);
	cr_expect_eq(run.out.findings.n, 0);
}

Test(vip_verdict, says_why_the_holder_is_not_known)
{
	static const struct {
		const char *mac;
		bool routed, host_unseen;
		enum halb_code code;
		enum halb_severity severity;
		const char *actual;
	} cases[] = {
		{ NULL, true, true, HALB_CODE_HOLDER_UNKNOWN, HALB_SEV_OK, "a router is in between" },
		{ VIRTUAL, false, false, HALB_CODE_HOLDER_UNKNOWN, HALB_SEV_OK, VIRTUAL },
		{ DUMMY, false, false, HALB_CODE_HOLDER_UNKNOWN, HALB_SEV_OK, DUMMY },
		{ FOREIGN, false, true, HALB_CODE_HOLDER_UNKNOWN, HALB_SEV_WARNING, FOREIGN },
		{ FOREIGN, false, false, HALB_CODE_ADDRESS_TAKEN, HALB_SEV_WARNING, FOREIGN },
		{ NULL, false, false, HALB_CODE_HOLDER_UNKNOWN, HALB_SEV_WARNING,
		  "no MAC in the neighbour table" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		sights()[0] = sight_of(cases[i].mac);
		sights()[0].on_link = !cases[i].routed;
		sights()[2] = sight_of(cases[i].host_unseen ? NULL : MAC2);
		judge();
		cr_expect_str_eq(expect(cases[i].code, cases[i].severity)->actual,
				 cases[i].actual);
		cr_expect_null(vips[0].holder.host);
	}
}

Test(vip_verdict, misses_no_holder_where_nobody_answers_or_there_is_no_stack)
{
	sights()[0] = (struct halb_sight){ .on_link = true, .asked = true };
	vips[0].result = silent;
	vips[0].right = false;
	judge();
	expect(HALB_CODE_VIP_TIMEOUT, HALB_SEV_CRITICAL);
	init_states();
	sights()[0] = sight_of(FOREIGN);
	lime.site.stack.n_hosts = vips[0].n_hosts = 0;
	judge();
	cr_expect_eq(run.out.findings.n, 0);
	cr_expect(vips[0].holder.has_mac);
}

/* ---- the hosts ---- */

static void spoil(size_t state, const struct halb_probe_result *result)
{
	states[state].result = *result;
	states[state].right = false;
}

Test(vip_verdict, a_host_that_is_not_ready_is_a_warning)
{
	struct halb_probe_result result = well;
	const struct halb_finding *f;

	spoil(1, &refused);
	judge();
	f = expect(HALB_CODE_HOST_NOT_READY, HALB_SEV_WARNING);
	cr_expect_str_eq(f->object, "192.168.11.13:6443");
	cr_expect_str_eq(f->server, "lb2");
	cr_expect_str_eq(f->actual, "connection refused");
	cr_expect(strstr(f->hint, "systemctl status haproxy"));

	spoil(1, &silent);
	judge();
	cr_expect(strstr(expect(HALB_CODE_HOST_NOT_READY, HALB_SEV_WARNING)->hint,
			 "ping 192.168.11.13"));

	result.http = (struct halb_layer){ HALB_LAYER_FAILED, 1, "HTTP 503" };
	spoil(1, &result);
	judge();
	f = expect(HALB_CODE_HOST_NOT_READY, HALB_SEV_WARNING);
	cr_expect_str_eq(f->expected, "2xx to GET /livez");
	cr_expect_str_eq(f->actual, "HTTP 503");
	cr_expect(strstr(f->hint, "curl -v --connect-to ::192.168.11.13:6443 https://" KUBE ":6443"));
}

Test(vip_verdict, the_holder_has_to_be_ready_at_its_own_address_too)
{
	struct halb_probe_result result = well;

	result.tls = (struct halb_layer){ HALB_LAYER_TIMEOUT, 1, "timed out after 3 s" };
	spoil(0, &result);
	judge();
	cr_expect_str_eq(expect(HALB_CODE_HOST_NOT_READY, HALB_SEV_WARNING)->server, "lb1");
}

Test(vip_verdict, a_host_that_was_not_probed_is_unknown)
{
	const struct halb_probe_result nothing = { 0 };

	spoil(1, &nothing);
	judge();
	expect(HALB_CODE_HOST_NOT_READY, HALB_SEV_UNKNOWN);
	spoil(1, &silent);
	run.timeout = SHORT; /* too little to tell */
	judge();
	expect(HALB_CODE_HOST_NOT_READY, HALB_SEV_UNKNOWN);
}

Test(vip_verdict, a_dead_host_is_told_once)
{
	run.out.n_vips = 2;
	spoil(1, &silent);
	spoil(3, &silent);
	judge();
	cr_expect_str_eq(expect(HALB_CODE_HOST_NOT_READY, HALB_SEV_WARNING)->object,
			 "192.168.11.13");
	states[3].result = refused;
	judge();
	cr_expect_eq(run.out.findings.n, 2);
}

Test(vip_verdict, a_haproxy_that_listens_on_the_vip_alone_is_noted)
{
	for (int unseen = 0; unseen < 2; unseen++) {
		spoil(0, &refused);
		spoil(1, &refused);
		sights()[0] = sight_of(unseen ? VIRTUAL : MAC1);
		lime.site.stack.n_hosts = 2;
		judge();
		cr_assert_eq(run.out.findings.n, 1 + (size_t)unseen);
		cr_expect_eq(run.out.findings.items[unseen].code, HALB_CODE_HOST_NOT_READY);
		cr_expect_eq(run.out.findings.worst, HALB_SEV_OK);
		cr_expect_str_eq(run.out.findings.items[unseen].object, VIP ":6443");
	}
}

Test(vip_verdict, a_haproxy_that_is_dead_on_the_others_is_no_such)
{
	static const char *const macs[] = { MAC1, VIRTUAL };

	spoil(1, &refused);
	for (size_t i = 0; i < 2; i++) {
		sights()[0] = sight_of(macs[i]);
		judge();
		cr_expect_eq(run.out.findings.worst, HALB_SEV_WARNING);
	}
	spoil(0, &refused);
	vips[0].right = false;
	vips[0].result = refused;
	sights()[0] = sight_of(MAC1);
	judge();
	cr_expect_eq(run.out.findings.n, 3, "all are dead");
}

/* ---- certificates ---- */

static void certify(struct halb_probe_result *result, bool fits, double days)
{
	time_t now = time(NULL);

	result->certificate = (struct halb_certificate){
		.seen = true, .fits = fits, .begins = now - 1,
		.ends = now + (time_t)(days * 86400), .names = "app1.lime.lan app1" };
}

Test(vip_verdict, a_certificate_that_ends_soon_is_a_warning)
{
	const struct halb_finding *f;

	certify(&vips[0].result, true, 14.1);
	judge();
	cr_expect_eq(run.out.findings.n, 0);
	certify(&vips[0].result, true, 13.9);
	certify(&states[1].result, true, 20);
	judge();
	f = expect(HALB_CODE_TLS_FAILED, HALB_SEV_WARNING);
	cr_expect_str_eq(f->object, VIP ":6443");
	cr_expect_null(f->server);
	cr_expect_eq(strncmp(f->actual, "it expires on 2", 15), 0, "%s", f->actual);
	certify(&states[1].result, true, 2); /* another server answered there */
	judge();
	cr_expect_str_eq(expect(HALB_CODE_TLS_FAILED, HALB_SEV_WARNING)->server, "lb2");
}

Test(vip_verdict, a_certificate_for_other_names_is_a_warning_where_it_is_not_checked)
{
	static char ca[] = "/ca.pem";
	const struct halb_finding *f;

	certify(&vips[0].result, false, 300);
	judge();
	f = expect(HALB_CODE_TLS_FAILED, HALB_SEV_WARNING);
	cr_expect_str_eq(f->expected, "a certificate for " KUBE);
	cr_expect_str_eq(f->actual, "one for app1.lime.lan app1");
	lime.probe.ca_file = ca; /* checked, and taken */
	judge();
	cr_expect_eq(run.out.findings.n, 0);
}

Test(vip_verdict, a_handshake_that_failed_is_told_once)
{
	certify(&vips[0].result, false, -1);
	vips[0].result.tls = (struct halb_layer){ HALB_LAYER_FAILED, 1, "it has expired" };
	vips[0].right = false;
	judge();
	expect(HALB_CODE_TLS_FAILED, HALB_SEV_CRITICAL);
}
