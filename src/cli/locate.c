/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the DCs, and puts those first that are in the same AD site as this machine. */
#include "connect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "halb/base/log.h"
#include "halb/directory/netlogon.h"
#include "halb/net/ping.h"

/* What is near is worth a moment, no more: the order of the whole domain does, too. */
#define SITE_WAIT (250 * HALB_MSEC)
#define STAGGER   (25 * HALB_MSEC)

/* Asks DCs what they know; `take` as halb_ping() has it. */
static enum halb_status ask(const struct halb_site *site, const struct halb_dc_list *dcs,
			    int64_t stagger, halb_pong_fn *take, void *arg, struct halb_error *err)
{
	struct halb_buf question = { 0 };
	enum halb_status st = halb_netlogon_ask(&site->domain, &question, err);

	if (st == HALB_OK)
		st = halb_ping(dcs, HALB_LDAP_PORT, question.data, question.len, stagger,
			       halb_now() + SITE_WAIT, take, arg, err);
	halb_buf_clear(&question);
	return st;
}

static bool take_site(void *arg, size_t which, const uint8_t *bytes, size_t len)
{
	(void)which;
	return halb_netlogon_take(bytes, len, arg, NULL) == HALB_OK;
}

/* `name` is "" where no DC can say. */
static enum halb_status find_site(const struct halb_site *site, const struct halb_dc_list *dcs,
				  char name[HALB_LABEL_MAX + 1], struct halb_error *err)
{
	struct halb_netlogon told = { 0 };
	enum halb_status st = HALB_OK;

	if (site->directory.site)
		snprintf(told.client_site, sizeof told.client_site, "%s", site->directory.site);
	else
		st = ask(site, dcs, STAGGER, take_site, &told, err);
	memcpy(name, told.client_site, sizeof told.client_site);
	return st;
}

/* DCs that only the site's records name, and those of them that can be written to. */
struct strangers {
	struct halb_dc_list asked, writable; /* owned; as much room in both */
};

static bool take_writable(void *arg, size_t which, const uint8_t *bytes, size_t len)
{
	struct strangers *s = arg;
	struct halb_netlogon told;

	if (halb_netlogon_take(bytes, len, &told, NULL) == HALB_OK && told.writable)
		s->writable.items[s->writable.n++] = s->asked.items[which];
	return false;
}

/*
 * A DC that is not in the domain's list serves its site alone: an administrator may want it so, or
 * nothing can be written there. Only the DC itself tells.
 */
static enum halb_status leave_out_read_only(const struct halb_site *site,
					    const struct halb_dc_list *known,
					    struct halb_dc_list *near, struct halb_error *err)
{
	struct strangers s = { { calloc(near->n + 1, sizeof *near->items), 0 },
			       { calloc(near->n + 1, sizeof *near->items), 0 } };
	enum halb_status st = s.asked.items && s.writable.items ? HALB_OK : halb_fail_nomem(err);
	size_t kept = 0;

	for (size_t i = 0; st == HALB_OK && i < near->n; i++)
		if (!halb_dc_list_find(known, near->items[i].name))
			s.asked.items[s.asked.n++] = near->items[i];
	if (st == HALB_OK)
		st = ask(site, &s.asked, 0, take_writable, &s, err);
	for (size_t i = 0; st == HALB_OK && i < near->n; i++)
		if (halb_dc_list_find(known, near->items[i].name) ||
		    halb_dc_list_find(&s.writable, near->items[i].name))
			near->items[kept++] = near->items[i];
	near->n = kept;
	halb_dc_list_clear(&s.asked);
	halb_dc_list_clear(&s.writable);
	return st;
}

static enum halb_status prefer(const struct halb_site *site, const char *name, int64_t deadline,
			       struct halb_dc_list *dcs, struct halb_error *err)
{
	struct halb_dc_list near = { 0 };
	struct halb_error why;
	enum halb_status st = halb_locate_site(&site->domain, name, dcs, deadline, &near, &why);

	if (st != HALB_OK && st != HALB_E_NOMEM) {
		/* An administrator's word that leads nowhere must be heard; a DC's need not. */
		halb_log(site->directory.site ? HALB_LOG_WARN : HALB_LOG_INFO,
			 "no controller is known for the site %s, any will do: %s", name, why.text);
		return HALB_OK;
	}
	if (st != HALB_OK) {
		*err = why;
		return st;
	}
	st = leave_out_read_only(site, dcs, &near, err);
	if (st == HALB_OK)
		halb_log(HALB_LOG_INFO, "site %s: %zu of its DCs first", name, near.n);
	if (st == HALB_OK)
		st = halb_dc_list_prefer(dcs, &near, err);
	halb_dc_list_clear(&near);
	return st;
}

enum halb_status locate_dcs(const struct halb_site *site, int64_t deadline,
			    struct halb_dc_list *out, struct halb_error *err)
{
	char name[HALB_LABEL_MAX + 1] = "";
	struct halb_dc_list dcs;
	enum halb_status st = halb_locate_dcs(&site->domain, site->directory.servers,
					      site->directory.n_servers, deadline, &dcs, err);

	if (st != HALB_OK)
		return st;
	if (!site->directory.n_servers)
		st = find_site(site, &dcs, name, err);
	if (st == HALB_OK && *name)
		st = prefer(site, name, deadline, &dcs, err);
	if (st != HALB_OK) {
		halb_dc_list_clear(&dcs);
		return st;
	}
	*out = dcs;
	return HALB_OK;
}

enum halb_status locate_dns(const struct halb_site *site, int64_t deadline,
			    struct halb_dc_list *out, struct halb_error *err)
{
	const struct halb_site_directory *d = &site->directory;

	if (d->n_servers)
		return halb_locate_dcs(&site->domain, d->servers, d->n_servers, deadline, out, err);
	return halb_locate_dns(&site->domain, deadline, out, err);
}
