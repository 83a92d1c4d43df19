/* SPDX-License-Identifier: Apache-2.0 */
/* What does not fit together among the hosts of a virtual router. */
#include <string.h>

#include "halb/base/deadline.h"
#include "rules_priv.h"

static void look_priority_same(struct judge *j, const struct halb_instance *first,
			       const struct halb_instance *v)
{
	if (first->priority == v->priority)
		found(j, v->priority_at, "priority %d on two hosts", v->priority);
}

static void look_masters(struct judge *j, const struct halb_instance *first,
			 const struct halb_instance *v)
{
	if (first->master && v->master)
		found(j, v->state_at, "state MASTER on two hosts");
}

static void look_master_order(struct judge *j, const struct halb_instance *first,
			      const struct halb_instance *v)
{
	const struct halb_instance *master = first->master ? first : v;
	const struct halb_instance *other = first->master ? v : first;

	if (master->master && !other->master && other->priority > master->priority)
		found(j, v->state_at, "state MASTER with priority %d where another host has %d",
		      master->priority, other->priority);
}

static void look_router_id_shared(struct judge *j, const struct halb_instance *first,
				  const struct halb_instance *v)
{
	if (first->vips && v->vips && !halb_address_shared(first->vips, v->vips))
		found(j, v->at, "virtual_router_id %u, as that of %s, which has other addresses",
		      v->router_id, first->vips->text);
}

static bool has_all(const struct halb_address *of, const struct halb_address *in)
{
	for (; of; of = of->next)
		if (of->addr.len && !halb_address_in(in, &of->addr))
			return false;
	return true;
}

static void look_vip_differs(struct judge *j, const struct halb_instance *first,
			     const struct halb_instance *v)
{
	if (halb_address_shared(first->vips, v->vips) &&
	    (!has_all(first->vips, v->vips) || !has_all(v->vips, first->vips)))
		found(j, v->at, "other virtual_ipaddress than on the first host");
}

static void look_router_id_differs(struct judge *j, const struct halb_instance *v)
{
	for (const struct halb_model_host *h = j->model->hosts; h != j->host; h = h->next)
		for (const struct halb_instance *o = h->keepalived.instances; o; o = o->next)
			if (o->router_id != v->router_id && halb_address_shared(o->vips, v->vips))
				found(j, v->at, "virtual_router_id %u, and %u on %s for the same "
						"vIP", v->router_id, o->router_id, h->name);
}

static void look_version(struct judge *j, const struct halb_instance *first,
			 const struct halb_instance *v)
{
	if (first->version != v->version)
		found(j, v->at, "VRRP version %u, and %u on another host", v->version,
		      first->version);
}

static void look_advert(struct judge *j, const struct halb_instance *first,
			const struct halb_instance *v)
{
	if (first->advert != v->advert)
		found(j, v->advert_at, "advert_int %g, and %g on another host",
		      (double)v->advert / (double)HALB_SEC,
		      (double)first->advert / (double)HALB_SEC);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void look_auth(struct judge *j, const struct halb_instance *first,
		      const struct halb_instance *v)
{
	if (first->version == 2 && v->version == 2 &&
	    (!same_text(first->auth_type, v->auth_type) ||
	     !same_text(first->auth_pass, v->auth_pass)))
		found(j, v->at, "other authentication than on another host");
}

static void look_mixed(struct judge *j, const struct halb_instance *first,
		       const struct halb_instance *v)
{
	if (first->unicast != v->unicast)
		found(j, v->at, "%s, and %s on another host", v->unicast ? "unicast" : "multicast",
		      first->unicast ? "unicast" : "multicast");
}

static void look_peer_missing(struct judge *j, const struct halb_instance *v)
{
	char text[HALB_ADDR_TEXT];

	for (const struct halb_model_host *h = j->model->hosts; h && v->unicast; h = h->next) {
		const struct halb_instance *o = h == j->host ? NULL : halb_instance_peer(h, v);

		if (o && o->source.len && !halb_address_in(v->peers, &o->source))
			found(j, v->at, "%s is not among its peers: %s",
			      halb_addr_format(&o->source, text), h->name);
	}
}

/* All hosts' own addresses are known. */
static bool knows_all(const struct judge *j, const struct halb_instance *v)
{
	for (const struct halb_model_host *h = j->model->hosts; h; h = h->next) {
		const struct halb_instance *o = halb_instance_peer(h, v);

		if (!o || !o->source.len)
			return false;
	}
	return j->model->n_hosts > 1;
}

static bool is_source(const struct judge *j, const struct halb_instance *v,
		      const struct halb_addr *addr)
{
	for (const struct halb_model_host *h = j->model->hosts; h; h = h->next)
		if (halb_addr_equal(&halb_instance_peer(h, v)->source, addr))
			return true;
	return false;
}

static void look_peer_unknown(struct judge *j, const struct halb_instance *v)
{
	for (const struct halb_address *p = v->peers; p && knows_all(j, v); p = p->next)
		if (!is_source(j, v, &p->addr))
			found(j, p->at, "the peer %s is the unicast_src_ip of no host", p->text);
}

static void look_instance_missing(struct judge *j, const struct halb_instance *v)
{
	for (const struct halb_model_host *h = j->model->hosts; h; h = h->next) {
		bool shares = halb_instance_peer(h, v) || !h->keepalived.file;

		for (const struct halb_instance *o = h->keepalived.instances; o; o = o->next)
			shares = shares || halb_address_shared(o->vips, v->vips);
		if (!shares)
			found(j, v->at, "%s has no instance of this virtual router", h->name);
	}
}

const struct rule rules_peers[] = {
	{ "priority-same", HALB_SEV_WARNING,
	  "254, 252, 250: two hosts of one priority both take the vIP at first",
	  .pair = look_priority_same },
	{ "several-masters", HALB_SEV_WARNING,
	  "state BACKUP on all hosts: each MASTER takes the vIP when it starts",
	  .pair = look_masters },
	{ "master-not-highest", HALB_SEV_WARNING,
	  "state BACKUP on all hosts; the priorities decide", .pair = look_master_order },
	{ "router-id-shared", HALB_SEV_CRITICAL,
	  "another virtual_router_id for each stack of a network segment",
	  .pair = look_router_id_shared },
	{ "vip-differs", HALB_SEV_CRITICAL,
	  "the same addresses on all hosts: keepalived drops adverts with others",
	  .pair = look_vip_differs },
	{ "router-id-differs", HALB_SEV_CRITICAL,
	  "the same virtual_router_id on all hosts: these do not hear each other",
	  .instance = look_router_id_differs },
	{ "version-differs", HALB_SEV_CRITICAL,
	  "the same vrrp_version on all hosts", .pair = look_version },
	{ "advert-differs", HALB_SEV_CRITICAL,
	  "the same advert_int on all hosts: version 2 drops adverts with another",
	  .pair = look_advert },
	{ "auth-differs", HALB_SEV_CRITICAL,
	  "the same authentication on all hosts, or none", .pair = look_auth },
	{ "unicast-mixed", HALB_SEV_CRITICAL,
	  "unicast_peer on all hosts, or on none", .pair = look_mixed },
	{ "unicast-peer-missing", HALB_SEV_CRITICAL,
	  "each host has the unicast_src_ip of all others as its unicast_peer",
	  .instance = look_peer_missing },
	{ "unicast-peer-unknown", HALB_SEV_WARNING,
	  "take it away, or give lint the files of that host too", .instance = look_peer_unknown },
	{ "instance-missing", HALB_SEV_CRITICAL,
	  "the same vrrp_instance on all hosts", .instance = look_instance_missing },
	{ 0 },
};
