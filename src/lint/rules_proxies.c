/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a frontend, backend or listen section. */
#include <string.h>

#include "halb/base/deadline.h"
#include "rules_priv.h"

#define WATCH (3600 * HALB_SEC) /* how long a watch or `logs -f` may well be silent */
#define BARE  (100 * HALB_MSEC) /* below it a time without a unit was hardly meant so */

static bool serves_clients(const struct halb_proxy *p)
{
	return p->kind != HALB_PROXY_BACKEND;
}

static bool has_servers(const struct halb_proxy *p)
{
	return p->servers && p->kind != HALB_PROXY_FRONTEND;
}

static int64_t timeout_of(const struct halb_proxy *p, enum halb_timeout which)
{
	return p->set.timeouts[which].ns;
}

static void look_redispatch(struct judge *j, const struct halb_haproxy *h,
			    const struct halb_proxy *p)
{
	(void)h;
	if (halb_servers_active(p) > 1 && !p->set.redispatch)
		found(j, p->at, "no option redispatch: connections meant for a lost server fail");
}

static void look_redispatch_never(struct judge *j, const struct halb_haproxy *h,
				  const struct halb_proxy *p)
{
	(void)h;
	if (halb_servers_active(p) > 1 && p->set.redispatch && !halb_server_tries(&p->set))
		found(j, p->set.retries_at.file ? p->set.retries_at : p->at,
		      "retries %u: option redispatch %d never comes to it", p->set.retries,
		      p->set.redispatch);
}

static void look_redispatch_late(struct judge *j, const struct halb_haproxy *h,
				 const struct halb_proxy *p)
{
	unsigned tries = halb_server_tries(&p->set);

	(void)h;
	if (halb_servers_active(p) > 1 && tries > 1)
		found(j, p->at, "a lost server is tried %u times before another", tries);
}

static void look_check_timeout(struct judge *j, const struct halb_haproxy *h,
			       const struct halb_proxy *p)
{
	bool checks = false;

	(void)h;
	for (const struct halb_server_line *s = p->servers; s; s = s->next)
		checks = checks || s->check;
	if (checks && timeout_of(p, HALB_TIMEOUT_CHECK) < 0)
		found(j, p->at, "no timeout check: a silent server is waited for as long as inter");
}

static void look_timeouts(struct judge *j, const struct halb_haproxy *h, const struct halb_proxy *p)
{
	(void)h;
	if (serves_clients(p) && timeout_of(p, HALB_TIMEOUT_CLIENT) < 0)
		found(j, p->at, "no timeout client: connections of clients that are gone stay");
	else if (has_servers(p) && timeout_of(p, HALB_TIMEOUT_CONNECT) < 0)
		found(j, p->at, "no timeout connect: a silent server is waited for two minutes");
	else if (has_servers(p) && timeout_of(p, HALB_TIMEOUT_SERVER) < 0)
		found(j, p->at, "no timeout server: connections to servers that are gone stay");
}

static void look_watch(struct judge *j, const struct halb_proxy *p, enum halb_timeout which)
{
	int64_t ns = timeout_of(p, which);

	if (ns > 0 && ns < WATCH && timeout_of(p, HALB_TIMEOUT_TUNNEL) < WATCH)
		found(j, p->set.timeouts[which].at,
		      "timeout %s of %g s cuts what is silent for so "
		      "long: watches, logs -f",
		      halb_timeout_name(which), (double)ns / (double)HALB_SEC);
}

static void look_watches(struct judge *j, const struct halb_haproxy *h, const struct halb_proxy *p)
{
	(void)h;
	if (strcmp(p->set.mode, "tcp") != 0)
		return;
	if (serves_clients(p))
		look_watch(j, p, HALB_TIMEOUT_CLIENT);
	if (has_servers(p))
		look_watch(j, p, HALB_TIMEOUT_SERVER);
}

static void look_keepalive(struct judge *j, const struct halb_haproxy *h,
			   const struct halb_proxy *p)
{
	(void)h;
	if (serves_clients(p) && timeout_of(p, HALB_TIMEOUT_CLIENT) >= WATCH &&
	    !p->set.client_keepalive)
		found(j, p->at, "a client that vanished keeps its place for an hour: no clitcpka");
	else if (has_servers(p) && timeout_of(p, HALB_TIMEOUT_SERVER) >= WATCH &&
		 !p->set.server_keepalive)
		found(j, p->at,
		      "a server that vanished keeps its clients for an hour: no srvtcpka");
}

static void look_ssl_hello(struct judge *j, const struct halb_haproxy *h,
			   const struct halb_proxy *p)
{
	(void)h;
	if (has_servers(p) && p->set.check == HALB_CHECK_SSL_HELLO)
		found(j, p->set.check_at, "ssl-hello-chk says SSLv3, which servers refuse today");
}

static void look_bare(struct judge *j, const struct halb_haproxy *h, const struct halb_proxy *p)
{
	const struct halb_time *time;

	(void)h;
	for (unsigned i = 0; i < HALB_TIMEOUTS; i++) {
		time = &p->set.timeouts[i];
		if (time->bare && time->ns < BARE)
			found(j, time->at, "timeout %s of %g milliseconds", halb_timeout_name(i),
			      (double)time->ns / (double)HALB_MSEC);
	}
	for (const struct halb_server_line *s = p->servers; s; s = s->next)
		if (s->inter.bare && s->inter.ns < BARE)
			found(j, s->inter.at, "inter of %g milliseconds",
			      (double)s->inter.ns / (double)HALB_MSEC);
}

static void look_late_default(struct judge *j, const struct halb_haproxy *h,
			      const struct halb_proxy *p)
{
	(void)h;
	if (p->late_default.file)
		found(j, p->late_default, "default-server below servers, which it says nothing of");
}

/* What goes on when one server is lost; 0 where one of them has no limit. */
static unsigned left_after_loss(const struct halb_proxy *p)
{
	unsigned sum = 0, most = 0;

	for (const struct halb_server_line *s = p->servers; s; s = s->next) {
		if (s->backup || s->disabled)
			continue;
		if (!s->maxconn)
			return 0;
		sum += s->maxconn;
		most = s->maxconn > most ? s->maxconn : most;
	}
	return sum - most;
}

static const struct halb_proxy *backend_of(const struct halb_haproxy *h, const struct halb_proxy *p)
{
	const char *name = p->set.default_backend;

	if (p->kind == HALB_PROXY_LISTEN && p->servers)
		return p;
	for (const struct halb_proxy *b = h->proxies; b && name; b = b->next)
		if (b->kind != HALB_PROXY_FRONTEND && strcmp(b->name, name) == 0)
			return b;
	return NULL;
}

static void look_capacity(struct judge *j, const struct halb_haproxy *h, const struct halb_proxy *p)
{
	const struct halb_proxy *backend = serves_clients(p) ? backend_of(h, p) : NULL;
	unsigned left = backend && halb_servers_active(backend) > 1 ? left_after_loss(backend) : 0;

	if (left && p->set.maxconn > left)
		found(j, p->set.maxconn_at, "maxconn %u, and the servers of %s take %u once one of "
					    "them is lost", p->set.maxconn, backend->name, left);
}

static void look_global(struct judge *j, const struct halb_model_host *host)
{
	const struct halb_haproxy *h = &host->haproxy;
	unsigned sum = 0;

	for (const struct halb_proxy *p = h->proxies; p; p = p->next)
		if (serves_clients(p))
			sum += p->set.maxconn;
	if (h->maxconn && sum > h->maxconn)
		found(j, h->maxconn_at, "maxconn %u of the process, and its frontends let in %u",
		      h->maxconn, sum);
}

const struct rule rules_proxies[] = {
	{ "redispatch-missing", HALB_SEV_WARNING,
	  "option redispatch 1 in defaults", .proxy = look_redispatch },
	{ "redispatch-never", HALB_SEV_WARNING,
	  "retries 2 with option redispatch 1", .proxy = look_redispatch_never },
	{ "redispatch-late", HALB_SEV_WARNING,
	  "option redispatch 1: at the first retry", .proxy = look_redispatch_late },
	{ "check-timeout-missing", HALB_SEV_WARNING,
	  "timeout check 1s in defaults", .proxy = look_check_timeout },
	{ "timeout-missing", HALB_SEV_WARNING,
	  "timeout connect 1s, client 1h and server 1h in defaults", .proxy = look_timeouts },
	{ "timeout-cuts-watches", HALB_SEV_WARNING,
	  "1h or more, with option clitcpka and option srvtcpka", .proxy = look_watches },
	{ "keepalive-missing", HALB_SEV_WARNING,
	  "option clitcpka and option srvtcpka in defaults", .proxy = look_keepalive },
	{ "ssl-hello-chk", HALB_SEV_CRITICAL,
	  "option httpchk GET /readyz, with check check-ssl at the servers",
	  .proxy = look_ssl_hello },
	{ "time-in-ms", HALB_SEV_WARNING,
	  "write the unit: a bare number is milliseconds", .proxy = look_bare },
	{ "default-server-late", HALB_SEV_WARNING,
	  "put it above the servers", .proxy = look_late_default },
	{ "capacity-after-loss", HALB_SEV_WARNING,
	  "a smaller maxconn of the frontend, or a greater one of the servers",
	  .proxy = look_capacity },
	{ "maxconn-global", HALB_SEV_WARNING,
	  "a maxconn in global of at least that sum", .host = look_global },
	{ 0 },
};
