/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a VRRP instance, whatever the other hosts have. */
#include <string.h>

#include "halb/base/deadline.h"
#include "rules_priv.h"

static double in_ms(int64_t ns)
{
	return (double)ns / (double)HALB_MSEC;
}

static void look_advert_fraction(struct judge *j, const struct halb_instance *v)
{
	if (v->version == 2 && v->advert % HALB_SEC)
		found(j, v->advert_at, "adverts every %.0f ms in VRRP version 2, which has seconds",
		      in_ms(v->advert));
}

static void look_nopreempt_master(struct judge *j, const struct halb_instance *v)
{
	if (v->nopreempt_at.file && v->master)
		found(j, v->nopreempt_at, "nopreempt with state MASTER, which keepalived ignores");
}

static void look_strict_unicast(struct judge *j, const struct halb_instance *v)
{
	if (v->strict && v->unicast)
		found(j, v->strict_at, "vrrp_strict forbids the unicast_peer of %s", v->name);
}

static void look_strict_unreachable(struct judge *j, const struct halb_instance *v)
{
	if (v->strict && !v->accept)
		found(j, v->strict_at, "vrrp_strict without accept: the host drops what is sent to "
				       "the vIP");
}

static void look_unicast_source(struct judge *j, const struct halb_instance *v)
{
	if (v->unicast && !v->source.len)
		found(j, v->at, "unicast_peer without unicast_src_ip");
}

static void look_peer_self(struct judge *j, const struct halb_instance *v)
{
	for (const struct halb_address *peer = v->peers; peer; peer = peer->next)
		if (v->source.len && halb_addr_equal(&peer->addr, &v->source))
			found(j, peer->at, "the host has its own address %s as a peer", peer->text);
}

static void look_priority_owner(struct judge *j, const struct halb_instance *v)
{
	if (v->priority == 255)
		found(j, v->priority_at, "priority 255: nothing that is tracked can lower it");
}

static void look_priority_range(struct judge *j, const struct halb_instance *v)
{
	int sum = v->priority;

	for (const struct halb_tracker *t = v->trackers; t; t = t->next)
		sum += t->bonus;
	if (v->priority != 255 && (sum > 254 || v->priority < 1))
		found(j, v->priority_at, "priority %d with its weights: keepalived cuts it to 1 to "
					 "254", sum);
}

static void look_priority_low(struct judge *j, const struct halb_instance *v)
{
	int64_t skew = halb_instance_skew(v, v->advert);

	if (skew > 100 * HALB_MSEC)
		found(j, v->priority_at, "priority %d: it takes over %.0f ms later than it could",
		      v->priority, in_ms(skew));
}

static void look_garp(struct judge *j, const struct halb_instance *v)
{
	if (!v->garp_refresh)
		found(j, v->at, "gratuitous ARP is sent only once");
}

static void look_auth_ignored(struct judge *j, const struct halb_instance *v)
{
	if (v->auth_type && v->version == 3)
		found(j, v->at, "authentication, which VRRP version 3 does not have");
}

static void look_auth_cut(struct judge *j, const struct halb_instance *v)
{
	if (v->auth_pass && v->version == 2 && strlen(v->auth_pass) > 8)
		found(j, v->at, "auth_pass of %zu characters, of which 8 count",
		      strlen(v->auth_pass));
}

/* Whether both have the same bits where the prefix says so. */
static bool same_net(const struct halb_addr *a, const struct halb_addr *b, unsigned prefix)
{
	for (unsigned bit = 0; bit < prefix && bit < 8U * a->len; bit++)
		if ((a->bytes[bit / 8] ^ b->bytes[bit / 8]) & (0x80 >> bit % 8))
			return false;
	return true;
}

static void look_vip_subnet(struct judge *j, const struct halb_instance *v)
{
	for (const struct halb_address *vip = v->vips; vip; vip = vip->next)
		if (v->source.len && vip->addr.len == v->source.len && vip->prefix &&
		    vip->prefix < 8U * vip->addr.len &&
		    !same_net(&vip->addr, &v->source, vip->prefix))
			found(j, vip->at, "the vIP %s is in another subnet than unicast_src_ip",
			      vip->text);
}

static void look_dhcp_range(struct judge *j, const struct halb_instance *v)
{
	for (size_t i = 0; i < j->options->n_dhcp_ranges; i++)
		for (const struct halb_address *vip = v->vips; vip; vip = vip->next)
			if (vip->addr.len == j->options->dhcp_ranges[i].first.len &&
			    halb_addr_cmp(&vip->addr, &j->options->dhcp_ranges[i].first) >= 0 &&
			    halb_addr_cmp(&vip->addr, &j->options->dhcp_ranges[i].last) <= 0)
				found(j, vip->at, "the vIP %s is in a DHCP range", vip->text);
}

const struct rule rules_vrrp[] = {
	{ "advert-fraction", HALB_SEV_CRITICAL,
	  "vrrp_version 3 in global_defs of all hosts", .instance = look_advert_fraction },
	{ "nopreempt-master", HALB_SEV_WARNING,
	  "state BACKUP on all hosts", .instance = look_nopreempt_master },
	{ "strict-unicast", HALB_SEV_CRITICAL,
	  "take vrrp_strict away", .instance = look_strict_unicast },
	{ "strict-unreachable", HALB_SEV_CRITICAL,
	  "take vrrp_strict away, or add accept", .instance = look_strict_unreachable },
	{ "unicast-source-missing", HALB_SEV_WARNING,
	  "unicast_src_ip with the address that the other hosts have as their peer",
	  .instance = look_unicast_source },
	{ "unicast-peer-self", HALB_SEV_WARNING,
	  "only the other hosts are peers", .instance = look_peer_self },
	{ "priority-owner", HALB_SEV_WARNING,
	  "254 on the first host: 255 is for who has the address as its own",
	  .instance = look_priority_owner },
	{ "priority-range", HALB_SEV_WARNING,
	  "leave room for the weights: 1 to 254 in all", .instance = look_priority_range },
	{ "priority-low", HALB_SEV_WARNING,
	  "254, 252, 250: the distance decides who is first, the height how soon",
	  .instance = look_priority_low },
	{ "garp-refresh-missing", HALB_SEV_WARNING,
	  "vrrp_garp_master_refresh 60 in global_defs: who missed it learns the vIP again",
	  .instance = look_garp },
	{ "auth-ignored", HALB_SEV_WARNING,
	  "take authentication away: it protects nothing", .instance = look_auth_ignored },
	{ "auth-cut", HALB_SEV_WARNING,
	  "a password of 8 characters, the same on all hosts", .instance = look_auth_cut },
	{ "vip-off-subnet", HALB_SEV_WARNING,
	  "a vIP of the hosts' own subnet, or a route to it", .instance = look_vip_subnet },
	{ "vip-in-dhcp-range", HALB_SEV_CRITICAL,
	  "a vIP outside the range: the DHCP server may give it to another machine",
	  .instance = look_dhcp_range },
	{ 0 },
};
