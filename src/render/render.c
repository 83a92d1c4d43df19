/* SPDX-License-Identifier: Apache-2.0 */
/* Both files for each host, or what the site lacks for them. */
#include "halb/render/render.h"

#include <stdlib.h>
#include <string.h>

#include "render_priv.h"

#define HOSTS_MOST 100 /* more would run out of priorities */

/* Adds ", word" where the stack lacks it. */
static void lack(struct halb_buf *list, bool lacks, const char *word)
{
	if (lacks)
		halb_buf_printf(list, "%s%s", list->len ? ", " : "", word);
}

static enum halb_status fail_lacking(const char *list, bool has_stack, struct halb_error *err)
{
	if (has_stack)
		halb_fail(err, HALB_E_SITE, "the site file's stack lacks %s", list);
	else
		halb_fail(err, HALB_E_SITE, "the site file has no stack: nothing to render");
	return halb_hint(err, "add below 'stack:' %s; halb-dns init shows each", list);
}

static enum halb_status check(const struct halb_site *site, struct halb_error *err)
{
	const struct halb_stack *stack = &site->stack;
	struct halb_buf list = { 0 };
	enum halb_status st = HALB_OK;

	lack(&list, !stack->interface, "interface");
	lack(&list, !stack->router_id, "router_id");
	lack(&list, stack->n_hosts < 2, "hosts (two at least)");
	lack(&list, !stack->n_services, "services");
	if (list.bad)
		st = halb_fail_nomem(err);
	else if (list.len)
		st = fail_lacking(halb_buf_string(&list), site->has_stack, err);
	halb_buf_clear(&list);
	if (st != HALB_OK)
		return st;
	if (stack->n_hosts > HOSTS_MOST)
		return halb_fail(err, HALB_E_SITE, "stack.hosts: %zu are more than VRRP has "
						   "priorities for; %d at most", stack->n_hosts,
				 HOSTS_MOST);
	if (halb_site_has_family(site, stack->hosts[0].address.len))
		return HALB_OK;
	halb_fail(err, HALB_E_SITE,
		  "the hosts' addresses are %s, and no vIP is: their adverts could not carry any",
		  stack->hosts[0].address.len == 4 ? "IPv4" : "IPv6");
	return halb_hint(err, "give stack.hosts addresses of the vIP's family");
}

static bool render_host(const struct halb_site *site, const struct halb_render_options *options,
			size_t host, struct halb_rendered *out)
{
	const char *name = site->stack.hosts[host].name;
	struct halb_buf *files[] = { &out->haproxy, &out->keepalived };

	out->host = strdup(name);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		halb_buf_printf(files[i], "# Made by halb-dns render from %s, for %s: change that "
					  "file, not this one.\n\n", options->source, name);
	halb_render_haproxy(site, &out->haproxy);
	halb_render_keepalived(site, host, &out->keepalived);
	return out->host && !out->haproxy.bad && !out->keepalived.bad;
}

enum halb_status halb_render_stack(const struct halb_site *site,
				   const struct halb_render_options *options,
				   struct halb_rendered **out, size_t *n, struct halb_error *err)
{
	enum halb_status st = check(site, err);
	struct halb_rendered *all;
	bool ok = true;

	if (st != HALB_OK)
		return st;
	all = calloc(site->stack.n_hosts, sizeof *all);
	if (!all)
		return halb_fail_nomem(err);
	for (size_t i = 0; ok && i < site->stack.n_hosts; i++)
		ok = render_host(site, options, i, &all[i]);
	if (!ok) {
		halb_rendered_free(all, site->stack.n_hosts);
		return halb_fail_nomem(err);
	}
	*out = all;
	*n = site->stack.n_hosts;
	return HALB_OK;
}

void halb_rendered_free(struct halb_rendered *rendered, size_t n)
{
	for (size_t i = 0; rendered && i < n; i++) {
		free(rendered[i].host);
		halb_buf_clear(&rendered[i].haproxy);
		halb_buf_clear(&rendered[i].keepalived);
	}
	free(rendered);
}
