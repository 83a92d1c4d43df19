/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the site's structures of its texts, in the file's order, with the defaults. */
#include "build_priv.h"

#include <stdlib.h>
#include <string.h>

#include "value_priv.h"

#define COUNT(words) (sizeof(words) / sizeof(words)[0])
#define TTL_MAX      2147483647 /* RFC 2181 8 */

static const char *const auths[] = {
	[HALB_AUTH_GSSAPI] = "gssapi", [HALB_AUTH_SPNEGO] = "spnego", [HALB_AUTH_SIMPLE] = "simple"
};
static const char *const tlses[] = {
	[HALB_TLS_OFF] = "off", [HALB_TLS_STARTTLS] = "starttls", [HALB_TLS_LDAPS] = "ldaps"
};
static const char *const backends[] = { [HALB_DHCP_AD] = "ad", [HALB_DHCP_NONE] = "none" };
static const char *const ptrs[] = {
	[HALB_PTR_AUTO] = "auto", [HALB_PTR_YES] = "yes", [HALB_PTR_NO] = "no"
};

/* Room for `n` zeroed items; NULL for none. `count` becomes `n` where there is room. */
static void *room_for(struct halb_reader *r, size_t n, size_t size, size_t *count)
{
	void *items = n ? calloc(n, size) : NULL;

	if (n && !items)
		halb_reader_nomem(r);
	*count = items ? n : 0;
	return items;
}

static void build_servers(struct halb_reader *r, const struct halb_raw_directory *raw,
			  const struct halb_name *domain, struct halb_site_directory *out)
{
	char key[40];

	out->servers = room_for(r, raw->n_servers, sizeof *out->servers, &out->n_servers);
	for (size_t i = 0; i < out->n_servers; i++) {
		snprintf(key, sizeof key, "servers[%zu]", i);
		out->servers[i] = halb_value_server(r, key, raw->servers[i], domain);
	}
}

static void build_directory(struct halb_reader *r, const struct halb_raw_directory *raw,
			    const struct halb_name *domain, struct halb_site_directory *out)
{
	halb_reader_enter(r, "directory.");
	out->auth = (enum halb_auth)halb_value_word(r, "auth", raw->auth, auths, COUNT(auths),
						    HALB_AUTH_GSSAPI);
	out->keytab = halb_value_text(r, "keytab", raw->keytab);
	out->principal = halb_value_text(r, "principal", raw->principal);
	build_servers(r, raw, domain, out);
	out->site = halb_value_site(r, "site", raw->site);
	out->tls = (enum halb_tls)halb_value_word(r, "tls", raw->tls, tlses, COUNT(tlses),
						  HALB_TLS_OFF);
	out->ca_file = halb_value_text(r, "ca_file", raw->ca_file);
	if (out->auth == HALB_AUTH_SIMPLE && out->tls == HALB_TLS_OFF)
		halb_reader_refuse(
			r, "tls", raw->tls,
			"a simple bind's password must not cross the network in the clear",
			"starttls or ldaps with auth simple");
	if (raw->keytab && !raw->principal)
		halb_reader_refuse(r, "principal", NULL,
				   "klist -k FILE lists them; for example halb-dns@LIME.LAN",
				   "the principal whose key the keytab holds");
}

static void build_dhcp(struct halb_reader *r, const struct halb_raw_dhcp *raw,
		       struct halb_site *out)
{
	int otherwise = raw->service ? HALB_DHCP_AD : HALB_DHCP_NONE;

	halb_reader_enter(r, "dhcp.");
	out->dhcp_backend = (enum halb_dhcp_backend)halb_value_word(
		r, "backend", raw->backend, backends, COUNT(backends), otherwise);
	if (out->dhcp_backend == HALB_DHCP_NONE && !raw->service)
		return;
	if (!raw->service && halb_reader_flag(r, raw->backend))
		halb_reader_refuse(r, "backend", raw->backend, "add --dhcp-service DN",
				   "a DHCP service to go with it");
	out->dhcp_service = halb_value_dn(r, "service", raw->service);
}

static char *build_path(struct halb_reader *r, const char *text)
{
	bool ok = text && text[0] == '/';

	for (const char *at = text; ok && *at; at++)
		ok = *at > ' ' && *at < 0x7f;
	if (text && !ok)
		halb_reader_refuse(r, "http", text, "for example /livez; %20 stands for a space",
				   "a path that begins with '/', without spaces");
	return halb_value_text(r, "http", text);
}

static void build_probes(struct halb_reader *r, const struct halb_raw_balancer *raw, size_t index,
			 struct halb_balancer *out)
{
	out->probes = room_for(r, raw->n_probes, sizeof *out->probes, &out->n_probes);
	for (size_t i = 0; i < out->n_probes; i++) {
		const struct halb_raw_probe *from = &raw->probes[i];
		struct halb_probe_spec *to = &out->probes[i];

		halb_reader_enter(r, "balancers[%zu].probes[%zu].", index, i);
		to->port = halb_value_port(r, "port", from->port);
		to->tls = halb_value_bool(r, "tls", from->tls);
		to->http = build_path(r, from->http);
		to->ca_file = halb_value_text(r, "ca_file", from->ca_file);
		if (to->ca_file && !to->tls)
			halb_reader_refuse(r, "tls", from->tls, NULL,
					   "yes, since ca_file is given");
	}
}

/* A balancer of flags alone is named after its apex's first label. */
static char *build_name(struct halb_reader *r, const char *text, const struct halb_name *apex)
{
	char *name;

	if (text || r->doc || !apex->len)
		return halb_value_label(r, "name", text);
	name = strndup((const char *)apex->wire + 1, apex->wire[0]);
	if (!name)
		halb_reader_nomem(r);
	return name;
}

static void build_mac(struct halb_reader *r, const char *text, const struct halb_site *site,
		      struct halb_balancer *out)
{
	out->has_mac = text != NULL;
	if (text)
		out->mac = halb_value_mac(r, "mac", text);
	else if (site->dhcp_backend == HALB_DHCP_AD)
		halb_reader_refuse(
			r, "mac", text,
			"the DHCP reservation needs it; without DHCP the backend is none",
			"a MAC address, six pairs of hex digits");
}

static void build_aliases(struct halb_reader *r, const struct halb_raw_balancer *raw,
			  const struct halb_name *domain, struct halb_balancer *out)
{
	char key[40];

	out->aliases = room_for(r, raw->n_aliases, sizeof *out->aliases, &out->n_aliases);
	for (size_t i = 0; i < out->n_aliases; i++) {
		snprintf(key, sizeof key, "aliases[%zu]", i);
		out->aliases[i] = halb_value_name(r, key, raw->aliases[i], domain);
	}
}

static void build_balancer(struct halb_reader *r, const struct halb_raw_balancer *raw, size_t i,
			   const struct halb_site *site, struct halb_balancer *out)
{
	halb_reader_enter(r, "balancers[%zu].", i);
	out->vip = halb_value_address(r, "vip", raw->vip);
	out->apex = halb_value_name(r, "apex", raw->apex, &site->domain);
	out->name = build_name(r, raw->name, &out->apex);
	build_mac(r, raw->mac, site, out);
	build_aliases(r, raw, &site->domain, out);
	out->ttl = raw->ttl ? halb_value_number(r, "ttl", raw->ttl, 0, TTL_MAX) : HALB_TTL_DEFAULT;
	out->ptr = (enum halb_ptr)halb_value_word(r, "ptr", raw->ptr, ptrs, COUNT(ptrs),
						  HALB_PTR_AUTO);
	build_probes(r, raw, i, out);
}

static void build_servers_of(struct halb_reader *r, const struct halb_raw_service *raw,
			     size_t index, struct halb_stack_service *out)
{
	out->servers = room_for(r, raw->n_servers, sizeof *out->servers, &out->n_servers);
	for (size_t i = 0; i < out->n_servers; i++) {
		const struct halb_raw_server *from = &raw->servers[i];
		struct halb_stack_server *to = &out->servers[i];

		halb_reader_enter(r, "stack.services[%zu].servers[%zu].", index, i);
		to->name = halb_value_label(r, "name", from->name);
		to->address = halb_value_address(r, "address", from->address);
		to->port = halb_value_port(r, "port", from->port);
	}
}

static void build_services(struct halb_reader *r, const struct halb_raw_stack *raw,
			   struct halb_stack *out)
{
	out->services = room_for(r, raw->n_services, sizeof *out->services, &out->n_services);
	for (size_t i = 0; i < out->n_services; i++) {
		const struct halb_raw_service *from = &raw->services[i];
		struct halb_stack_service *to = &out->services[i];

		halb_reader_enter(r, "stack.services[%zu].", i);
		to->name = halb_value_label(r, "name", from->name);
		to->port = halb_value_port(r, "port", from->port);
		if (from->profile)
			to->profile = halb_value_label(r, "profile", from->profile);
		if (!from->n_servers)
			halb_reader_refuse(r, "servers", NULL, NULL, "at least one server");
		build_servers_of(r, from, i, to);
	}
}

static void build_hosts(struct halb_reader *r, const struct halb_raw_stack *raw,
			struct halb_stack *out)
{
	out->hosts = room_for(r, raw->n_hosts, sizeof *out->hosts, &out->n_hosts);
	for (size_t i = 0; i < out->n_hosts; i++) {
		halb_reader_enter(r, "stack.hosts[%zu].", i);
		out->hosts[i].name = halb_value_label(r, "name", raw->hosts[i].name);
		out->hosts[i].address = halb_value_address(r, "address", raw->hosts[i].address);
	}
}

static void build_stack(struct halb_reader *r, const struct halb_raw_stack *raw,
			struct halb_stack *out)
{
	halb_reader_enter(r, "stack.");
	if (raw->interface)
		out->interface = halb_value_interface(r, "interface", raw->interface);
	out->has_subnet = raw->subnet != NULL;
	if (raw->subnet)
		out->subnet = halb_value_subnet(r, "subnet", raw->subnet);
	if (raw->router_id)
		out->router_id = (uint8_t)halb_value_number(r, "router_id", raw->router_id, 1, 255);
	build_hosts(r, raw, out);
	build_services(r, raw, out);
}

void halb_build_site(struct halb_reader *r, const struct halb_raw_site *raw, struct halb_site *out)
{
	struct halb_name none = { 0 };

	halb_reader_enter(r, "%s", "");
	out->domain = halb_value_name(r, "domain", raw->domain, &none);
	build_directory(r, &raw->directory, &out->domain, &out->directory);
	build_dhcp(r, &raw->dhcp, out);
	halb_reader_enter(r, "%s", "");
	if (!raw->n_balancers)
		halb_reader_refuse(r, "balancers", NULL,
				   "or give one with --vip and --apex, and --mac for DHCP",
				   "at least one balancer");
	out->balancers = room_for(r, raw->n_balancers, sizeof *out->balancers, &out->n_balancers);
	for (size_t i = 0; i < out->n_balancers; i++)
		build_balancer(r, &raw->balancers[i], i, out, &out->balancers[i]);
	out->has_stack = raw->stack != NULL;
	if (raw->stack)
		build_stack(r, raw->stack, &out->stack);
}
