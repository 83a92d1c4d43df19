/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the site's structures of its texts, in the file's order, with the defaults. */
#include "build_priv.h"

#include <stdlib.h>
#include <string.h>

#include "value_priv.h"

#define TTL_MAX 2147483647 /* RFC 2181 8 */

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

void *halb_build_room(struct halb_reader *r, size_t n, size_t size, size_t *count)
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

	out->servers = halb_build_room(r, raw->n_servers, sizeof *out->servers, &out->n_servers);
	for (size_t i = 0; i < out->n_servers; i++) {
		snprintf(key, sizeof key, "servers[%zu]", i);
		out->servers[i] = halb_value_server(r, key, raw->servers[i], domain);
	}
}

/* There is no flag for the principal. */
static void refuse_keytab(struct halb_reader *r, const char *keytab)
{
	if (halb_reader_flag(r, keytab))
		halb_reader_refuse(r, "keytab", keytab,
				   "klist -k FILE lists them; in the site file for example "
				   "directory: {principal: halb-dns@LIME.LAN}",
				   "a keytab whose principal the site file names");
	else
		halb_reader_refuse(r, "principal", NULL,
				   "klist -k FILE lists them; for example halb-dns@LIME.LAN",
				   "the principal whose key the keytab holds");
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
		refuse_keytab(r, raw->keytab);
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

static void build_probes(struct halb_reader *r, const struct halb_raw_balancer *raw, size_t index,
			 struct halb_balancer *out)
{
	out->probes = halb_build_room(r, raw->n_probes, sizeof *out->probes, &out->n_probes);
	for (size_t i = 0; i < out->n_probes; i++) {
		const struct halb_raw_probe *from = &raw->probes[i];
		struct halb_probe_spec *to = &out->probes[i];

		halb_reader_enter(r, "balancers[%zu].probes[%zu].", index, i);
		to->port = halb_value_port(r, "port", from->port);
		to->tls = halb_value_bool(r, "tls", from->tls);
		to->http = halb_value_path(r, "http", from->http, HALB_URL_HINT);
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

	out->aliases = halb_build_room(r, raw->n_aliases, sizeof *out->aliases, &out->n_aliases);
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
	out->balancers = halb_build_room(r, raw->n_balancers, sizeof *out->balancers, &out->n_balancers);
	for (size_t i = 0; i < out->n_balancers; i++)
		build_balancer(r, &raw->balancers[i], i, out, &out->balancers[i]);
	out->has_stack = raw->stack != NULL;
	if (raw->stack)
		halb_build_stack(r, raw->stack, &out->stack);
}
