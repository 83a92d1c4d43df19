/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a server line, or with where it leads. */
#include <string.h>

#include "halb/base/deadline.h"
#include "rules_priv.h"

static void look_check(struct judge *j, const struct halb_proxy *p,
		       const struct halb_server_line *s)
{
	(void)p;
	if (!s->check && !s->disabled)
		found(j, s->at, "no check: HAProxy never knows that %s is lost", s->name);
}

static bool is_tls_port(unsigned port)
{
	return port == 443 || port == 6443 || port == 8443;
}

static void look_plain(struct judge *j, const struct halb_proxy *p,
		       const struct halb_server_line *s)
{
	unsigned port = s->check_port ? s->check_port : s->port;

	if (s->check && p->set.check == HALB_CHECK_HTTP && !p->set.check_connects &&
	    is_tls_port(port) && !s->check_ssl && !s->ssl)
		found(j, s->at, "httpchk without TLS at port %u, which answers 400 at best", port);
}

static void look_maxqueue(struct judge *j, const struct halb_proxy *p,
			  const struct halb_server_line *s)
{
	if (s->maxqueue && !p->set.redispatch)
		found(j, s->maxqueue_at,
		      "maxqueue without option redispatch: what waits for a lost "
		      "server fails");
}

static void look_slowstart(struct judge *j, const struct halb_proxy *p,
			   const struct halb_server_line *s)
{
	(void)p;
	if (s->slowstart.ns > 0 && !s->check)
		found(j, s->slowstart.at,
		      "slowstart without check: it follows a failure that nobody "
		      "sees");
}

static void look_is_vip(struct judge *j, const struct halb_proxy *p,
			const struct halb_server_line *s)
{
	(void)p;
	for (const struct halb_model_host *h = j->model->hosts; h; h = h->next)
		for (const struct halb_instance *v = h->keepalived.instances; v; v = v->next)
			if (halb_address_in(v->vips, &s->addr))
				found(j, s->at,
				      "the server %s is the vIP: connections go in a circle",
				      s->name);
}

static bool binds_port(const struct halb_haproxy *h, unsigned port, const struct halb_addr *addr)
{
	for (const struct halb_proxy *p = h->proxies; p; p = p->next)
		for (const struct halb_bind *b = p->binds; b; b = b->next)
			if (b->port == port && (!b->addr.len || halb_addr_equal(&b->addr, addr)))
				return true;
	return false;
}

static void look_port(struct judge *j, const struct halb_proxy *p, const struct halb_server_line *s)
{
	(void)p;
	for (const struct halb_model_host *h = j->model->hosts; h; h = h->next)
		for (const struct halb_instance *v = h->keepalived.instances; v; v = v->next)
			if (s->port && s->addr.len && halb_addr_equal(&v->source, &s->addr) &&
			    binds_port(&h->haproxy, s->port, &s->addr))
				found(j, s->at, "%s and haproxy of %s want the same port %u",
				      s->name, h->name, s->port);
}

static void look_duplicate(struct judge *j, const struct halb_proxy *p,
			   const struct halb_server_line *s)
{
	for (const struct halb_server_line *o = p->servers; o != s; o = o->next)
		if (o->port == s->port && strcmp(o->address, s->address) == 0)
			found(j, s->at, "%s and %s are the same address", s->name, o->name);
}

const struct rule rules_servers[] = {
	{ "check-missing", HALB_SEV_CRITICAL,
	  "check, in default-server", .server = look_check },
	{ "check-not-tls", HALB_SEV_CRITICAL,
	  "check-ssl with verify required ca-file FILE, or verify none", .server = look_plain },
	{ "maxqueue-stuck", HALB_SEV_WARNING,
	  "option redispatch 1 in defaults", .server = look_maxqueue },
	{ "slowstart-idle", HALB_SEV_WARNING,
	  "check, or no slowstart", .server = look_slowstart },
	{ "server-is-vip", HALB_SEV_CRITICAL,
	  "the address of a machine behind the load balancer", .server = look_is_vip },
	{ "port-shared", HALB_SEV_CRITICAL,
	  "another port for one of them, or a bind of the vIP alone", .server = look_port },
	{ "server-duplicate", HALB_SEV_WARNING,
	  "take one of them away: it gets twice the connections", .server = look_duplicate },
	{ 0 },
};
