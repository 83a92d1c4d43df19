/* SPDX-License-Identifier: Apache-2.0 */
/* Proxies with what they have of a defaults section, and servers with their default-server. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "model_priv.h"

/* Defaults sections as far as they are read, the newest first. */
struct defaults {
	const char *name; /* "" without one */
	struct halb_proxy_settings set;
	struct defaults *next;
};

struct reader {
	struct halb_arena *arena;
	struct halb_haproxy *out;
	struct defaults *defaults;
};

/* ---- values: configuration manual 2.5 ---- */

static bool is(const struct halb_directive *line, const char *word)
{
	return strcmp(halb_directive_word(line, 0), word) == 0;
}

static unsigned whole(const char *word)
{
	unsigned long value = strtoul(word, NULL, 10);

	return value < 100000000 ? (unsigned)value : 0;
}

#define LONGEST (INT64_C(2147483647) * HALB_MSEC) /* HAProxy's own limit */

/* A time is in milliseconds where it has no unit. */
static struct halb_time time_of(const char *word, struct halb_place at)
{
	static const struct {
		const char *unit;
		int64_t ns;
	} units[] = { { "", HALB_MSEC }, { "us", HALB_USEC }, { "ms", HALB_MSEC },
		      { "s", HALB_SEC }, { "m", 60 * HALB_SEC }, { "h", 3600 * HALB_SEC },
		      { "d", 86400 * HALB_SEC } };
	size_t digits = strspn(word, "0123456789");

	for (size_t i = 0; digits && digits < 10 && i < sizeof units / sizeof units[0]; i++)
		if (strcmp(word + digits, units[i].unit) == 0 &&
		    strtoll(word, NULL, 10) <= LONGEST / units[i].ns)
			return (struct halb_time){ strtoll(word, NULL, 10) * units[i].ns,
						   !word[digits] && strtoll(word, NULL, 10) > 0,
						   at };
	return (struct halb_time){ .ns = -1, .at = at };
}

/* "192.168.11.31:6443", "[fd00::1]:6443", "*:6443", ":6443"; where the port begins, or the end. */
static size_t address_end(const char *word)
{
	const char *colon = strrchr(word, ':');

	return colon ? (size_t)(colon - word) : strlen(word);
}

static struct halb_addr address_of(const char *word)
{
	size_t len = address_end(word), skip = word[0] == '[';
	char text[HALB_ADDR_TEXT] = "";
	struct halb_addr addr = { .len = 0 };

	if (strncmp(word, "ipv4@", 5) == 0 || strncmp(word, "ipv6@", 5) == 0)
		return address_of(word + 5);
	if (len > 2 * skip && len - 2 * skip < sizeof text) {
		memcpy(text, word + skip, len - 2 * skip);
		if (!halb_addr_parse(text, &addr))
			addr.len = 0;
	}
	return addr;
}

/* ---- servers ---- */

static void take_time(struct halb_time *time, const char *word, struct halb_place at)
{
	struct halb_time given = time_of(word, at);

	if (given.ns >= 0)
		*time = given;
}

/* The keywords that stand alone. */
static bool take_flag(const char *word, struct halb_server_line *server)
{
	if (strcmp(word, "check") == 0)
		server->check = true;
	else if (strcmp(word, "no-check") == 0)
		server->check = false;
	else if (strcmp(word, "check-ssl") == 0)
		server->check_ssl = true;
	else if (strcmp(word, "no-check-ssl") == 0)
		server->check_ssl = false;
	else if (strcmp(word, "ssl") == 0)
		server->ssl = true;
	else if (strcmp(word, "backup") == 0)
		server->backup = true;
	else if (strcmp(word, "disabled") == 0)
		server->disabled = true;
	else if (strcmp(word, "observe") == 0)
		server->observe = true;
	else
		return false;
	return true;
}

static void take_value(const char *word, const char *value, struct halb_place at,
		       struct halb_server_line *server)
{
	if (strcmp(word, "inter") == 0) {
		take_time(&server->inter, value, at);
	} else if (strcmp(word, "fastinter") == 0) {
		take_time(&server->fastinter, value, at);
	} else if (strcmp(word, "downinter") == 0) {
		take_time(&server->downinter, value, at);
	} else if (strcmp(word, "slowstart") == 0) {
		take_time(&server->slowstart, value, at);
	} else if (strcmp(word, "rise") == 0) {
		server->rise = whole(value);
	} else if (strcmp(word, "fall") == 0) {
		server->fall = whole(value);
	} else if (strcmp(word, "maxconn") == 0) {
		server->maxconn = whole(value);
	} else if (strcmp(word, "port") == 0) {
		server->check_port = whole(value);
	} else if (strcmp(word, "maxqueue") == 0) {
		server->maxqueue = whole(value);
		server->maxqueue_at = at;
	}
}

static void take_parameters(const struct halb_directive *line, size_t from,
			    struct halb_server_line *server)
{
	for (size_t i = from; i < line->n; i++)
		if (!take_flag(line->words[i], server))
			take_value(line->words[i], halb_directive_word(line, i + 1), line->at,
				   server);
}

static void read_server(struct reader *r, const struct halb_directive *line,
			struct halb_proxy *proxy, struct halb_server_line **tail)
{
	struct halb_server_line *server = halb_arena_get(r->arena, sizeof *server);
	const char *address = halb_directive_word(line, 2);
	size_t end = address_end(address);

	if (!server)
		return;
	*server = proxy->set.server;
	server->at = line->at;
	server->name = halb_directive_word(line, 1);
	server->address = halb_arena_bytes(r->arena, address, end);
	server->addr = address_of(address);
	server->port = address[end] ? whole(address + end + 1) : 0;
	take_parameters(line, 3, server);
	*tail = server;
}

static void read_bind(struct reader *r, const struct halb_directive *line, const char *address,
		      struct halb_proxy *proxy)
{
	struct halb_bind *bind = halb_arena_get(r->arena, sizeof *bind), **tail = &proxy->binds;
	size_t end = address_end(address);

	if (!bind)
		return;
	*bind = (struct halb_bind){ .at = line->at, .addr = address_of(address),
				    .port = address[end] ? whole(address + end + 1) : 0 };
	for (size_t i = 2; i < line->n; i++)
		bind->transparent |= strcmp(line->words[i], "transparent") == 0;
	while (*tail)
		tail = &(*tail)->next;
	*tail = bind;
}

/* One line may name several, with commas between. */
static void read_binds(struct reader *r, const struct halb_directive *line,
		       struct halb_proxy *proxy)
{
	const char *word = halb_directive_word(line, 1);

	for (size_t len; *word; word += len + (word[len] != '\0')) {
		const char *one;

		len = strcspn(word, ",");
		one = halb_arena_bytes(r->arena, word, len);
		if (!one)
			return;
		read_bind(r, line, one, proxy);
	}
}

/* ---- settings ---- */

const char *halb_timeout_name(enum halb_timeout which)
{
	static const char *const names[HALB_TIMEOUTS] = {
		[HALB_TIMEOUT_CONNECT] = "connect", [HALB_TIMEOUT_CHECK] = "check",
		[HALB_TIMEOUT_CLIENT] = "client", [HALB_TIMEOUT_SERVER] = "server",
		[HALB_TIMEOUT_TUNNEL] = "tunnel", [HALB_TIMEOUT_QUEUE] = "queue",
	};

	return names[which];
}

static void read_timeout(const struct halb_directive *line, struct halb_proxy_settings *set)
{
	for (unsigned i = 0; i < HALB_TIMEOUTS; i++)
		if (strcmp(halb_directive_word(line, 1), halb_timeout_name((enum halb_timeout)i)) ==
		    0)
			set->timeouts[i] = time_of(halb_directive_word(line, 2), line->at);
}

static void take_check(struct halb_proxy_settings *set, enum halb_check_kind kind, bool on,
		       struct halb_place at)
{
	if (!on && set->check != kind)
		return;
	set->check = on ? kind : HALB_CHECK_CONNECT;
	set->check_at = at;
}

static void read_option(const struct halb_directive *line, bool on, struct halb_proxy_settings *set)
{
	const char *name = halb_directive_word(line, 1), *value = halb_directive_word(line, 2);

	if (strcmp(name, "redispatch") == 0)
		set->redispatch = !on ? 0 : *value ? atoi(value) : -1;
	else if (strcmp(name, "httpchk") == 0)
		take_check(set, HALB_CHECK_HTTP, on, line->at);
	else if (strcmp(name, "ssl-hello-chk") == 0)
		take_check(set, HALB_CHECK_SSL_HELLO, on, line->at);
	else if (strstr(name, "chk") || strstr(name, "-check"))
		take_check(set, HALB_CHECK_OTHER, on, line->at);
	if (strcmp(name, "tcpka") == 0 || strcmp(name, "clitcpka") == 0)
		set->client_keepalive = on;
	if (strcmp(name, "tcpka") == 0 || strcmp(name, "srvtcpka") == 0)
		set->server_keepalive = on;
}

static void read_settings(const struct halb_directive *line, struct halb_proxy_settings *set)
{
	if (is(line, "mode")) {
		set->mode = halb_directive_word(line, 1);
	} else if (is(line, "timeout")) {
		read_timeout(line, set);
	} else if (is(line, "retries")) {
		set->retries = whole(halb_directive_word(line, 1));
		set->retries_at = line->at;
	} else if (is(line, "maxconn")) {
		set->maxconn = whole(halb_directive_word(line, 1));
		set->maxconn_at = line->at;
	} else if (is(line, "default_backend")) {
		set->default_backend = halb_directive_word(line, 1);
	} else if (is(line, "http-check") || is(line, "tcp-check")) {
		set->check_connects |= strcmp(halb_directive_word(line, 1), "connect") == 0;
	} else if (is(line, "option")) {
		read_option(line, true, set);
	} else if (is(line, "default-server")) {
		take_parameters(line, 1, &set->server);
	}
}

/* "no option redispatch" */
static void read_no(const struct halb_directive *line, struct halb_proxy_settings *set)
{
	struct halb_directive rest = *line;

	rest.words++;
	rest.n--;
	if (is(line, "no") && is(&rest, "option"))
		read_option(&rest, false, set);
}

static struct halb_proxy_settings built_in(void)
{
	struct halb_proxy_settings set = {
		.mode = "tcp",
		.retries = 3,
		.server = { .rise = 2, .fall = 3, .name = "", .address = "" } };
	struct halb_time *times[] = { &set.server.inter, &set.server.fastinter,
				      &set.server.downinter, &set.server.slowstart };

	for (size_t i = 0; i < HALB_TIMEOUTS; i++)
		set.timeouts[i].ns = -1;
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
		times[i]->ns = -1;
	set.server.inter.ns = 2 * HALB_SEC;
	return set;
}

/* ---- sections ---- */

/* "frontend NAME from DEFAULTS"; without one the last defaults section before it. */
static struct halb_proxy_settings inherited(const struct reader *r,
					    const struct halb_directive *section)
{
	const char *from = NULL;

	for (size_t i = 1; i + 1 < section->n; i++)
		if (strcmp(section->words[i], "from") == 0)
			from = section->words[i + 1];
	for (const struct defaults *d = r->defaults; d; d = d->next)
		if (!from || strcmp(d->name, from) == 0)
			return d->set;
	return built_in();
}

static void read_defaults(struct reader *r, const struct halb_directive *section)
{
	struct defaults *defaults = halb_arena_get(r->arena, sizeof *defaults);
	const char *name = halb_directive_word(section, 1);
	bool derived = section->n > 2 && strcmp(section->words[section->n - 2], "from") == 0;

	if (!defaults)
		return;
	defaults->name = strcmp(name, "from") == 0 ? "" : name;
	defaults->set = derived ? inherited(r, section) : built_in();
	for (const struct halb_directive *line = section->child; line; line = line->next) {
		read_settings(line, &defaults->set);
		read_no(line, &defaults->set);
	}
	defaults->next = r->defaults;
	r->defaults = defaults;
}

static void read_proxy(struct reader *r, const struct halb_directive *section,
		       enum halb_proxy_kind kind, struct halb_proxy **tail)
{
	struct halb_proxy *proxy = halb_arena_get(r->arena, sizeof *proxy);
	struct halb_server_line **servers;

	if (!proxy)
		return;
	*proxy = (struct halb_proxy){ .at = section->at, .kind = kind,
				      .name = halb_directive_word(section, 1),
				      .set = inherited(r, section) };
	servers = &proxy->servers;
	for (const struct halb_directive *line = section->child; line; line = line->next) {
		read_settings(line, &proxy->set);
		read_no(line, &proxy->set);
		if (is(line, "default-server") && proxy->servers)
			proxy->late_default = line->at;
		if (is(line, "bind"))
			read_binds(r, line, proxy);
		if (is(line, "server"))
			read_server(r, line, proxy, servers);
		if (*servers)
			servers = &(*servers)->next;
	}
	*tail = proxy;
}

static void read_global(struct reader *r, const struct halb_directive *section)
{
	const struct halb_directive *maxconn = halb_directive_find(section->child, "maxconn");

	if (!maxconn)
		return;
	r->out->maxconn = whole(halb_directive_word(maxconn, 1));
	r->out->maxconn_at = maxconn->at;
}

void halb_model_haproxy(const struct halb_tree *tree, struct halb_arena *arena,
			struct halb_haproxy *out)
{
	struct reader r = { .arena = arena, .out = out };
	struct halb_proxy **tail = &out->proxies;

	out->tree = tree->first;
	for (const struct halb_directive *s = tree->first; s; s = s->next) {
		if (is(s, "global"))
			read_global(&r, s);
		else if (is(s, "defaults"))
			read_defaults(&r, s);
		else if (is(s, "frontend"))
			read_proxy(&r, s, HALB_PROXY_FRONTEND, tail);
		else if (is(s, "backend"))
			read_proxy(&r, s, HALB_PROXY_BACKEND, tail);
		else if (is(s, "listen"))
			read_proxy(&r, s, HALB_PROXY_LISTEN, tail);
		if (*tail)
			tail = &(*tail)->next;
	}
}
