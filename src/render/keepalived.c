/* SPDX-License-Identifier: Apache-2.0 */
/* keepalived.conf: one VRRP instance that takes all vIPs along. */
#include "render_priv.h"

/*
 * The highest priority that a backup can have, then two less for each host. The time that a backup
 * waits, advert interval times (256 - priority) / 256, is then next to nothing (RFC 9568 6.1).
 */
#define PRIORITY_FIRST 254
#define PRIORITY_STEP  2

static void put_global(const struct halb_stack_host *host, struct halb_buf *out)
{
	if (host->net_namespace)
		halb_buf_printf(out, "net_namespace %s\n\n", host->net_namespace);
	halb_buf_printf(out,
			"global_defs {\n\trouter_id %s\n\tvrrp_version 3\n"
			"\t# An advert must not wait for other work. The limit is raised since its default,\n"
			"\t# 10 ms, kills keepalived where the host is busy.\n"
			"\tvrrp_rt_priority 50\n\tvrrp_rlimit_rttime 1000000\n\tvrrp_no_swap\n"
			"\t# Switches learn again where the vIP is, should they have forgotten it.\n"
			"\tvrrp_garp_master_refresh 60\n"
			"\tvrrp_higher_prio_send_advert true\n"
			"\tenable_script_security\n"
			"\t# The script below gives root up itself: the keepalived -t of Debian 12\n"
			"\t# (2.2.7) ends by SIGTERM where another user stands here.\n"
			"\tscript_user root\n}\n",
			host->name);
}

static void put_trackers(const struct halb_stack *stack, const struct halb_stack_host *host,
			 struct halb_buf *out)
{
	const struct halb_stack_script *s = &stack->script;

	halb_buf_printf(out,
			"\n# A HAProxy that died: the kernel says so, within milliseconds. Weight 0:\n"
			"# this host gives the vIP up, whatever the priorities are.\n"
			"vrrp_track_process haproxy {\n\tprocess %s\n\tweight 0\n}\n",
			host->process);
	halb_buf_printf(out,
			"\n# A HAProxy that is there but does nothing. Asked as nobody, with what every\n"
			"# Debian has.\n"
			"vrrp_script serving {\n"
			"\tscript \"/usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups "
			"/bin/bash -c 'exec 3<>/dev/tcp/127.0.0.1/%u && "
			"echo GET / HTTP/1.0 >&3 && echo >&3 && grep -q 200 <&3'\"\n"
			"\tinterval %u\n\ttimeout %u\n\tfall %u\n\trise %u\n\tweight 0\n}\n",
			stack->identity_port, s->interval, s->timeout, s->fall, s->rise);
}

static void put_peers(const struct halb_stack *stack, size_t host, struct halb_buf *out)
{
	char text[HALB_ADDR_TEXT];

	halb_addr_format(&stack->hosts[host].address, text);
	halb_buf_printf(out, "\tunicast_src_ip %s\n\tunicast_peer {\n", text);
	for (size_t i = 0; i < stack->n_hosts; i++) {
		if (i == host)
			continue;
		halb_addr_format(&stack->hosts[i].address, text);
		halb_buf_printf(out, "\t\t%s\n", text);
	}
	halb_buf_text(out, "\t}\n");
}

bool halb_site_has_family(const struct halb_site *site, uint8_t len)
{
	for (size_t i = 0; i < site->n_balancers; i++)
		if (site->balancers[i].vip.len == len)
			return true;
	return false;
}

static void put_vips(const struct halb_site *site, uint8_t len, const char *block,
		     struct halb_buf *out)
{
	const struct halb_stack *stack = &site->stack;
	char text[HALB_ADDR_TEXT];

	if (!halb_site_has_family(site, len))
		return;
	halb_buf_printf(out, "\t%s {\n", block);
	for (size_t i = 0; i < site->n_balancers; i++) {
		const struct halb_addr *vip = &site->balancers[i].vip;
		unsigned prefix = stack->has_subnet ? stack->subnet.prefix : len * 8u;

		if (vip->len != len)
			continue;
		halb_buf_printf(out, "\t\t%s/%u dev %s\n", halb_addr_format(vip, text), prefix,
				stack->interface);
	}
	halb_buf_text(out, "\t}\n");
}

/* Adverts carry addresses of their own family only; those of the other one move along unnamed. */
static void put_instance(const struct halb_site *site, size_t host, struct halb_buf *out)
{
	const struct halb_stack *stack = &site->stack;
	uint8_t len = stack->hosts[host].address.len;

	halb_buf_printf(out,
			"\n# Every host begins as a backup; the highest priority that works has the "
			"vIP.\n"
			"vrrp_instance vip {\n\tstate BACKUP\n\tinterface %s\n"
			"\tvirtual_router_id %u\n\tpriority %u\n\tadvert_int %.4g\n",
			stack->interface, stack->router_id,
			(unsigned)(PRIORITY_FIRST - PRIORITY_STEP * host),
			stack->advert_interval / 100.0);
	put_peers(stack, host, out);
	put_vips(site, len, "virtual_ipaddress", out);
	put_vips(site, len == 4 ? 16 : 4, "virtual_ipaddress_excluded", out);
	halb_buf_text(out, "\ttrack_process {\n\t\thaproxy\n\t}\n"
			   "\ttrack_script {\n\t\tserving\n\t}\n}\n");
}

void halb_render_keepalived(const struct halb_site *site, size_t host, struct halb_buf *out)
{
	const struct halb_stack *stack = &site->stack;

	put_global(&stack->hosts[host], out);
	put_trackers(stack, &stack->hosts[host], out);
	put_instance(site, host, out);
}
