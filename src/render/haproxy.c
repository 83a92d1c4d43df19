/* SPDX-License-Identifier: Apache-2.0 */
/* haproxy.cfg: the same on every host. */
#include <string.h>

#include "render_priv.h"

#define CHECK_PATH "/readyz"

void halb_put_time(struct halb_buf *out, int32_t ms)
{
	if (ms % 3600000 == 0)
		halb_buf_printf(out, "%dh", ms / 3600000);
	else if (ms % 1000 == 0)
		halb_buf_printf(out, "%ds", ms / 1000);
	else
		halb_buf_printf(out, "%dms", ms);
}

/* One word to HAProxy, whatever stands in it (configuration manual 2.2). */
static void put_word(struct halb_buf *out, const char *text)
{
	for (; *text; text++) {
		if (strchr(" #\\\"'", *text))
			halb_buf_text(out, "\\");
		halb_buf_bytes(out, text, 1);
	}
}

static void put_global(const struct halb_stack *stack, struct halb_buf *out)
{
	const struct halb_stack_haproxy *h = &stack->haproxy;

	halb_buf_printf(out, "global\n\tlog %s\n\tstats socket ", h->log);
	put_word(out, h->socket);
	halb_buf_printf(out,
			" mode 660 level admin\n\tuser %s\n\tgroup %s\n\tmaxconn %u\n",
			h->user, h->user, h->maxconn);
}

static void put_timeout(struct halb_buf *out, const char *name, int32_t ms)
{
	halb_buf_printf(out, "\ttimeout %s ", name);
	halb_put_time(out, ms);
	halb_buf_text(out, "\n");
}

static void put_default_server(const struct halb_tuning *t, struct halb_buf *out)
{
	/* The order that HAProxy's manual and its users write them in. */
	static const enum halb_setting order[] = {
		HALB_SET_INTER,     HALB_SET_FASTINTER, HALB_SET_DOWNINTER,
		HALB_SET_RISE,      HALB_SET_FALL,      HALB_SET_SLOWSTART,
		HALB_SET_MAXCONN,   HALB_SET_MAXQUEUE,  HALB_SET_WEIGHT,
	};

	halb_buf_text(out, "\tdefault-server check");
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		int32_t value = t->settings.value[order[i]];

		if (value <= 0)
			continue;
		halb_buf_printf(out, " %s ", halb_setting_name(order[i]));
		if (order[i] < HALB_SET_TIMES)
			halb_put_time(out, value);
		else
			halb_buf_printf(out, "%d", value);
	}
	if (t->shutdown_sessions)
		halb_buf_text(out, " on-marked-down shutdown-sessions");
	halb_buf_text(out, "\n");
}

static void put_defaults(const struct halb_stack *stack, const struct halb_stack_service *service,
			 const struct halb_tuning *t, struct halb_buf *out)
{
	const struct halb_stack_timeouts *times = &stack->timeouts;

	halb_buf_text(out, "\n# Of the services below, as far as the next such section.");
	if (service->profile)
		halb_buf_printf(out, " Profile %s.", halb_profile_name(service->profile));
	halb_buf_text(out,
		      "\ndefaults\n\tmode tcp\n\tlog global\n\toption tcplog\n\toption dontlognull\n"
		      "\t# A connection that a server does not take is given to another one. Without\n"
		      "\t# this a client of a server that has just died fails, until checks see it.\n"
		      "\toption redispatch 1\n\tretries 3\n");
	put_timeout(out, "connect", times->connect);
	put_timeout(out, "check", times->check);
	if (t->timeout_queue != times->queue)
		halb_buf_text(out, "\t# No waiting: without maxqueue alone the queue would have no "
				   "bound.\n");
	put_timeout(out, "queue", t->timeout_queue);
	halb_buf_text(out,
		      "\t# Watches and logs -f are silent for long; TCP keepalive finds those that are "
		      "gone.\n");
	put_timeout(out, "client", times->client);
	put_timeout(out, "server", times->server);
	halb_buf_text(out, "\toption clitcpka\n\toption srvtcpka\n");
	put_default_server(t, out);
}

/* All addresses of the host: a vIP is there on one host only, and comes later. */
static void put_bind(const struct halb_site *site, uint16_t port, struct halb_buf *out)
{
	if (halb_site_has_family(site, 16))
		halb_buf_printf(out, "\tbind :::%u v4v6\n", port);
	else
		halb_buf_printf(out, "\tbind *:%u\n", port);
}

static void put_tls(const struct halb_stack_service *service, struct halb_buf *out)
{
	halb_buf_text(out, " check-ssl verify ");
	if (!service->check_ca_file) {
		halb_buf_text(out, "none");
		return;
	}
	halb_buf_text(out, "required ca-file ");
	put_word(out, service->check_ca_file);
}

static void put_check(const struct halb_stack_service *service, enum halb_health check,
		      struct halb_buf *out)
{
	if (check == HALB_HEALTH_HTTP) {
		halb_buf_text(out, "\toption httpchk GET ");
		put_word(out, service->check_path ? service->check_path : CHECK_PATH);
		halb_buf_text(out, "\n\thttp-check expect status 200\n");
	}
	if (check == HALB_HEALTH_TCP)
		return;
	halb_buf_text(out, "\tdefault-server");
	put_tls(service, out);
	halb_buf_text(out, "\n");
}

static void put_server(const struct halb_stack_server *server, struct halb_buf *out)
{
	char text[HALB_ADDR_TEXT];
	bool v6 = server->address.len == 16;

	halb_addr_format(&server->address, text);
	halb_buf_printf(out, "\tserver %s %s%s%s:%u\n", server->name, v6 ? "[" : "", text,
			v6 ? "]" : "", server->port);
}

static void put_service(const struct halb_site *site, const struct halb_stack_service *service,
			const struct halb_tuning *t, struct halb_buf *out)
{
	static const char *const balances[] = { [HALB_BALANCE_ROUNDROBIN] = "roundrobin",
						[HALB_BALANCE_LEASTCONN] = "leastconn",
						[HALB_BALANCE_SOURCE] = "source" };

	halb_buf_printf(out, "\nfrontend %s\n", service->name);
	put_bind(site, service->port, out);
	halb_buf_printf(out, "\tdefault_backend %s\n\nbackend %s\n\tbalance %s\n", service->name,
			service->name, balances[service->balance]);
	put_check(service, t->check, out);
	for (size_t i = 0; i < service->n_servers; i++)
		put_server(&service->servers[i], out);
}

static void put_identity(const struct halb_site *site, struct halb_buf *out)
{
	halb_buf_text(out, "\n# Says which host answers: behind the vIP, the one that holds it.\n"
			   "# Keepalived asks here whether HAProxy does its work.\n"
			   "frontend " HALB_IDENTITY "\n\tmode http\n\toption httplog\n"
			   "\toption dontlog-normal\n\ttimeout client 5s\n");
	put_bind(site, site->stack.identity_port, out);
	halb_buf_text(out, "\thttp-request return status 200 content-type text/plain "
			   "lf-string \"%H\"\n");
}

void halb_render_haproxy(const struct halb_site *site, struct halb_buf *out)
{
	const struct halb_stack *stack = &site->stack;
	struct halb_tuning last = { 0 };

	put_global(stack, out);
	for (size_t i = 0; i < stack->n_services; i++) {
		const struct halb_stack_service *service = &stack->services[i];
		struct halb_tuning t = halb_tuning_of(stack, service);

		if (i == 0 || !halb_tuning_equal(&t, &last))
			put_defaults(stack, service, &t, out);
		last = t;
		put_service(site, service, &t, out);
	}
	put_identity(site, out);
}
