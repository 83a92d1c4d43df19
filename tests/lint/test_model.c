/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <criterion/criterion.h>

#include "halb/base/deadline.h"

TestSuite(model, .fini = parse_teardown);

Test(model, gives_an_instance_keepaliveds_defaults)
{
	const struct halb_instance *v;

	give_host("lb1", NULL, "vrrp_script s {\nscript \"/x\"\n}\nvrrp_instance a {\n"
			       "virtual_ipaddress {\n10.0.0.1\n}\ntrack_script {\ns\n}\n}\n");
	v = made_model()->hosts->keepalived.instances;
	cr_expect_eq(v->version, 2);
	cr_expect_eq(v->priority, 100);
	cr_expect_eq(v->advert, HALB_SEC);
	cr_expect_not(v->master || v->nopreempt || v->strict || v->unicast || v->garp_refresh);
	cr_expect_eq(v->vips->prefix, 0);
	cr_expect_eq(v->trackers->interval, HALB_SEC);
	cr_expect_eq(v->trackers->timeout, HALB_SEC);
	cr_expect_eq(v->trackers->fall, 1);
	cr_expect_eq(v->trackers->weight, 0);
	cr_expect_eq(v->trackers->defined.line, 1);
	cr_expect_eq(v->trackers->at.line, 9);
}

Test(model, reads_what_an_instance_says)
{
	const struct halb_instance *v;

	give_host("lb1", NULL,
		  "global_defs {\nvrrp_version 3\nvrrp_garp_master_refresh 60\n}\n"
		  "vrrp_track_process p {\nprocess haproxy\nweight -5\n}\n"
		  "vrrp_sync_group g {\ngroup {\na\n}\ntrack_process {\np weight -9\n}\n}\n"
		  "vrrp_instance a {\nstate MASTER\nnopreempt\nadvert_int 0.25\npriority 254\n"
		  "virtual_router_id 7\nunicast_src_ip 10.0.0.2\nunicast_peer {\n10.0.0.3\n}\n"
		  "virtual_ipaddress {\n10.0.0.1/24 dev eth0\nfd00::1/64\n}\n"
		  "track_process {\np\n}\n}\n");
	v = made_model()->hosts->keepalived.instances;
	cr_expect_eq(v->version, 3);
	cr_expect(v->master && v->garp_refresh && v->unicast);
	cr_expect_not(v->nopreempt, "keepalived drops it with MASTER");
	cr_expect_eq(v->advert, 250 * HALB_MSEC);
	cr_expect_eq(v->router_id, 7);
	cr_expect_eq(v->source.bytes[3], 2);
	cr_expect_eq(v->peers->addr.bytes[3], 3);
	cr_expect_eq(v->vips->prefix, 24);
	cr_expect_eq(v->vips->next->addr.len, 16);
	cr_expect_eq(v->trackers->weight, -5);
	cr_expect_eq(v->trackers->next->weight, -9, "of the group");
	cr_expect_eq(v->trackers->sees, HALB_SEES_PROCESS);
}

Test(model, lets_a_section_have_what_its_defaults_say)
{
	const struct halb_proxy *p;

	give_host("lb1",
		  "defaults a\n timeout connect 1s\n timeout client 30000\n retries 5\n"
		  " option redispatch\n option tcpka\n default-server inter 1s fall 4\n"
		  "defaults b from a\n no option redispatch\n timeout client 1h\n"
		  "defaults c\n mode http\n"
		  "backend x from b\n server s 10.0.0.1:80 check fall 9\n"
		  "listen y\n bind 10.0.0.9:1,[fd00::1]:2 transparent\n"
		  "backend z from a\n option redispatch 2\n"
		  " server t t.lime.lan:443 check-ssl backup\n default-server inter 9s\n", NULL);
	p = made_model()->hosts->haproxy.proxies;
	cr_expect_eq(p->set.redispatch, 0);
	cr_expect_eq(p->set.retries, 5);
	cr_expect_eq(p->set.timeouts[HALB_TIMEOUT_CLIENT].ns, 3600 * HALB_SEC);
	cr_expect(p->set.client_keepalive && p->set.server_keepalive);
	cr_expect(p->servers->check);
	cr_expect_eq(p->servers->fall, 9);
	cr_expect_eq(p->servers->inter.ns, HALB_SEC);
	cr_expect_eq(p->servers->port, 80);
	p = p->next;
	cr_expect_str_eq(p->set.mode, "http", "the last defaults section");
	cr_expect_eq(p->set.timeouts[HALB_TIMEOUT_CONNECT].ns, -1);
	cr_expect(p->binds->transparent);
	cr_expect_eq(p->binds->addr.bytes[3], 9);
	cr_expect_eq(p->binds->next->addr.len, 16);
	cr_expect_eq(p->binds->next->port, 2);
	p = p->next;
	cr_expect_eq(p->set.redispatch, 2);
	cr_expect_eq(p->set.timeouts[HALB_TIMEOUT_CLIENT].ns, 30 * HALB_SEC);
	cr_expect(p->set.timeouts[HALB_TIMEOUT_CLIENT].bare);
	cr_expect(p->servers->backup && p->servers->check_ssl);
	cr_expect_eq(p->servers->inter.ns, HALB_SEC, "the default-server above it");
	cr_expect_eq(p->late_default.line, 20);
}

Test(model, knows_the_same_haproxy_on_several_hosts)
{
	const struct halb_model_host *h;

	give_host("lb1", "global\n node lb1\nbackend x\n", NULL);
	give_host("lb2", "global\n node lb2 # other\n\nbackend   x\n", NULL);
	give_host("lb3", "global\n node lb3\nbackend y\n", NULL);
	h = made_model()->hosts;
	cr_expect_not(h->haproxy.repeats);
	cr_expect(h->next->haproxy.repeats);
	cr_expect_not(h->next->next->haproxy.repeats);
}
