/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_priv.h"

#include <criterion/criterion.h>
#include <string.h>

#include "halb/base/deadline.h"

struct halb_name sample_name(const char *text)
{
	struct halb_error err = { 0 };
	struct halb_name name;

	cr_assert_eq(halb_name_parse(text, &name, &err), HALB_OK, "%s", err.text);
	return name;
}

struct halb_addr sample_addr(const char *text)
{
	struct halb_addr addr;

	cr_assert(halb_addr_parse(text, &addr));
	return addr;
}

static void init_plan(struct sample *s)
{
	const struct halb_change changes[] = {
		{ .action = HALB_ACTION_REPLACE, .type = "A", .name = "k8s1.lime.lan",
		  .before = "192.168.11.10", .ttl_before = 3600,
		  .after = "192.168.11.11", .ttl = 900,
		  .zone = "lime.lan", .dn = "DC=k8s1,DC=lime.lan" },
		{ .action = HALB_ACTION_ADD, .type = "CNAME", .name = "kube.lime.lan",
		  .after = "k8s1.lime.lan", .ttl = 900, .zone = "lime.lan",
		  .dn = "DC=kube,DC=lime.lan" },
		{ .action = HALB_ACTION_KEEP, .type = "PTR", .name = "11.11.168.192.in-addr.arpa",
		  .before = "k8s1.lime.lan", .ttl_before = 900,
		  .after = "k8s1.lime.lan", .ttl = 900,
		  .zone = "11.168.192.in-addr.arpa", .dn = "DC=11,DC=11.168.192.in-addr.arpa" },
		{ .action = HALB_ACTION_ADD, .subject = HALB_SUBJECT_RESERVATION, .type = "DHCP",
		  .name = "k8s1", .after = "02:00:00:00:01:01 192.168.11.11",
		  .zone = "CN=config,DC=lime,DC=lan", .dn = "CN=k8s1,CN=config,DC=lime,DC=lan" },
		{ .action = HALB_ACTION_DELETE, .type = "CNAME", .name = "old.lime.lan",
		  .before = "k8s1.lime.lan", .ttl_before = 600, .zone = "lime.lan",
		  .dn = "DC=old,DC=lime.lan" },
	};

	memcpy(s->changes, changes, sizeof changes);
	s->plan = (struct halb_plan){ .changes = s->changes, .n = 5, .checksum = "9f86d081" };
}

/* lb1 has the vIP and is well, lb2 is not. */
static void init_hosts(struct sample *s)
{
	struct halb_vip_state *vip = &s->vips[0];

	s->stack_hosts[0] = (struct halb_stack_host){ .name = "lb1",
						      .address = sample_addr("192.168.11.12") };
	s->stack_hosts[1] = (struct halb_stack_host){ .name = "lb2",
						      .address = sample_addr("192.168.11.13") };
	s->hosts[0] = (struct halb_host_state){ .host = &s->stack_hosts[0],
						.result = vip->result,
						.right = true };
	s->hosts[1] = (struct halb_host_state){
		.host = &s->stack_hosts[1],
		.result = { .tcp = { HALB_LAYER_REFUSED, 300000, "connection refused" } } };
	vip->hosts = s->hosts;
	vip->n_hosts = 2;
	vip->holder = (struct halb_holder){ .host = &s->stack_hosts[0],
					    .has_mac = true,
					    .mac = { { 2, 0, 0xc0, 0xa8, 0x0b, 0x0c } },
					    .sole = HALB_SEEN_YES };
	vip->result.certificate = (struct halb_certificate){
		.seen = true, .fits = true, .ends = 1795560617,
		.names = "k8s1.lime.lan kube.lime.lan" };
}

static void init_verification(struct sample *s)
{
	s->balancer.vip = sample_addr("192.168.11.11");
	s->probe = (struct halb_probe_spec){ .port = 6443, .tls = true };
	s->servers[0] = (struct halb_server_state){
		.name = "dc1.lime.lan", .address = sample_addr("192.168.11.2"),
		.ldap_reachable = HALB_SEEN_YES, .dns_reachable = HALB_SEEN_YES,
		.authoritative = HALB_SEEN_YES, .resolving = HALB_SEEN_YES, .names_right = 1,
		.has_serial = true, .serial = 110, .took = 1234567 };
	s->servers[1] = s->servers[0];
	memcpy(s->servers[1].name, "dc2", 3);
	s->servers[1].address = sample_addr("192.168.11.3");
	s->chain[0] = sample_name("kube.lime.lan");
	s->chain[1] = sample_name("k8s1.lime.lan");
	s->address = s->balancer.vip;
	s->names[0] = (struct halb_name_state){ .name = s->chain[0], .right = true,
						.chain = s->chain, .n_chain = 2,
						.addresses = &s->address, .n_addresses = 1,
						.took = 800000 };
	s->vips[0] = (struct halb_vip_state){
		.balancer = &s->balancer, .spec = &s->probe, .right = true,
		.result = { .tcp = { HALB_LAYER_OK, 400000, "" },
			    .tls = { HALB_LAYER_OK, 3100000, "" },
			    .http = { HALB_LAYER_OK, 2000000, "" },
			    .http_status = 200 } };
	init_hosts(s);
	s->verification = (struct halb_verification){ .servers = s->servers, .n_servers = 2,
						      .names = s->names, .n_names = 1,
						      .vips = s->vips, .n_vips = 1,
						      .took = 1300 * HALB_MSEC };
}

void sample_init(struct sample *s)
{
	*s = (struct sample){ 0 };
	init_plan(s);
	init_verification(s);
	s->found[0] = (struct halb_finding){
		.code = HALB_CODE_RECORD_FOREIGN, .severity = HALB_SEV_CRITICAL, .balancer = "k8s1",
		.object = "k8s1.lime.lan", .expected = "A 192.168.11.11", .actual = "A 10.0.0.1",
		.hint = "if it may go, --replace" };
	s->found[1] = (struct halb_finding){ .code = HALB_CODE_REPLICA_LAG,
					     .severity = HALB_SEV_WARNING,
					     .object = "kube.lime.lan", .server = "dc2.lime.lan",
					     .actual = "NXDOMAIN" };
	s->report = (struct halb_report){ .command = "register", .status = "ok",
					  .time = 1795560617, .domain = "lime.lan",
					  .server = "dc1.lime.lan" };
}

void sample_break(struct sample *s)
{
	s->servers[0].names_right = 0;
	s->servers[0].authoritative = HALB_SEEN_UNKNOWN;
	s->servers[0].resolving = HALB_SEEN_NO;
	strcpy(s->servers[0].text, "kube.lime.lan: NXDOMAIN");
	s->servers[1] = (struct halb_server_state){ .name = "dc2.lime.lan",
						    .ldap_reachable = HALB_SEEN_NO,
						    .dns_reachable = HALB_SEEN_NO,
						    .text = "its name has no address" };
	s->names[0].n_addresses = 0;
	s->names[0].n_chain = 1;
	s->names[0].took = 0;
	strcpy(s->names[0].text, "no answer within 2 s");
	s->vips[0].result = (struct halb_probe_result){
		.tcp = { HALB_LAYER_OK, 400000, "" },
		.tls = { HALB_LAYER_FAILED, 5000000, "the certificate has expired" } };
	s->vips[0].holder = (struct halb_holder){ 0 };
	s->verification.took = 90 * HALB_SEC;
	s->verification.findings = (struct halb_findings){ .items = s->found, .n = 2,
							   .worst = HALB_SEV_CRITICAL };
}

char *sample_print(const struct sample *sample, const char *format)
{
	struct halb_error err = { 0 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	cr_assert_not_null(out);
	cr_assert_eq(halb_report_print(&sample->report, halb_report_format(format), out, &err),
		     HALB_OK, "%s", err.text);
	cr_assert_eq(fclose(out), 0);
	cr_assert_eq(strlen(text), len);
	return text;
}
