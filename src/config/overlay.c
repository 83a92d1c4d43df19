/* SPDX-License-Identifier: Apache-2.0 */
/* Lays flags over the site file: the site's own ones, and those of the one balancer meant. */
#include "overlay_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quote_priv.h"

static bool changes_balancer(const struct halb_site_flags *f)
{
	return f->vip || f->mac || f->apex || f->ttl || f->n_aliases || f->n_ports;
}

/* The names of all, as far as they fit in an error. */
static const char *list_names(const struct halb_raw_site *site, char *text, size_t room)
{
	char quoted[HALB_QUOTE_TEXT];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < site->n_balancers && n + HALB_QUOTE_TEXT + 8 < room; i++)
		if (site->balancers[i].name)
			n += (size_t)snprintf(text + n, room - n, "%s%s", n ? ", " : "",
					      halb_quote(site->balancers[i].name, quoted));
	return text;
}

static enum halb_status pick_named(const struct halb_raw_site *site, const char *name,
				   size_t *target, struct halb_error *err)
{
	char names[320], quoted[HALB_QUOTE_TEXT];

	for (size_t i = 0; i < site->n_balancers; i++) {
		if (site->balancers[i].name && strcmp(site->balancers[i].name, name) == 0) {
			*target = i;
			return HALB_OK;
		}
	}
	halb_fail(err, HALB_E_USAGE, "--balancer: expected a balancer of the site file, found '%s'",
		  halb_quote(name, quoted));
	if (site->n_balancers)
		return halb_hint(err, "there are: %s", list_names(site, names, sizeof names));
	return halb_hint(err, "there is none in a site file; leave --balancer out");
}

static enum halb_status pick(const struct halb_raw_site *site, const struct halb_site_flags *flags,
			     size_t *target, struct halb_error *err)
{
	char names[320];

	if (flags->balancer)
		return pick_named(site, flags->balancer, target, err);
	*target = 0;
	if (site->n_balancers < 2 || !changes_balancer(flags))
		return HALB_OK;
	halb_fail(err, HALB_E_USAGE,
		  "the site file has %zu balancers: which one do --vip, --mac, --apex, --alias, "
		  "--ttl and --port mean?",
		  site->n_balancers);
	return halb_hint(err, "add --balancer NAME, one of: %s",
			 list_names(site, names, sizeof names));
}

static void lay(const char **text, const char *flag)
{
	if (flag)
		*text = flag;
}

static void overlay_site(struct halb_raw_site *site, const struct halb_site_flags *flags)
{
	lay(&site->domain, flags->domain);
	lay(&site->directory.keytab, flags->keytab);
	if (flags->n_servers) {
		site->directory.servers = flags->servers;
		site->directory.n_servers = flags->n_servers;
	}
	if (flags->dhcp_service && !flags->dhcp_backend)
		site->dhcp.backend = NULL; /* whoever gives a service wants it used */
	lay(&site->dhcp.backend, flags->dhcp_backend);
	lay(&site->dhcp.service, flags->dhcp_service);
}

static void overlay_balancer(struct halb_raw_balancer *b, const struct halb_site_flags *flags,
			     struct halb_raw_probe *probes)
{
	lay(&b->vip, flags->vip);
	lay(&b->mac, flags->mac);
	lay(&b->apex, flags->apex);
	lay(&b->ttl, flags->ttl);
	if (flags->n_aliases) {
		b->aliases = flags->aliases;
		b->n_aliases = flags->n_aliases;
	}
	if (flags->n_ports) {
		for (size_t i = 0; i < flags->n_ports; i++)
			probes[i].port = flags->ports[i];
		b->probes = probes;
		b->n_probes = flags->n_ports;
	}
}

enum halb_status halb_overlay_make(const struct halb_raw_site *raw,
				   const struct halb_site_flags *flags, struct halb_overlay *out,
				   struct halb_error *err)
{
	struct halb_overlay o = { .picked = flags->balancer != NULL };
	enum halb_status st;

	if (raw)
		o.site = *raw;
	st = pick(&o.site, flags, &o.target, err);
	if (st != HALB_OK)
		return st;
	o.balancers = calloc(o.site.n_balancers + 1, sizeof *o.balancers);
	o.probes = calloc(flags->n_ports + 1, sizeof *o.probes);
	if (!o.balancers || !o.probes) {
		halb_overlay_clear(&o);
		return halb_fail_nomem(err);
	}
	for (size_t i = 0; i < o.site.n_balancers; i++)
		o.balancers[i] = o.site.balancers[i];
	if (!o.site.n_balancers && (!raw || changes_balancer(flags)))
		o.site.n_balancers = 1;
	o.site.balancers = o.balancers;
	overlay_site(&o.site, flags);
	overlay_balancer(&o.balancers[o.target], flags, o.probes);
	*out = o;
	return HALB_OK;
}

void halb_overlay_clear(struct halb_overlay *overlay)
{
	free(overlay->balancers);
	free(overlay->probes);
	*overlay = (struct halb_overlay){ 0 };
}
