/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the stack's structures of its texts, with the defaults that need no profile. */
#include <string.h>

#include "build_priv.h"
#include "value_priv.h"

#define MS_MAX      2147483647 /* HAProxy's longest time, 24 days */
#define SECONDS_MAX 3600

static const char *const settings[HALB_SETTINGS] = {
	[HALB_SET_INTER] = "inter",         [HALB_SET_FASTINTER] = "fastinter",
	[HALB_SET_DOWNINTER] = "downinter", [HALB_SET_SLOWSTART] = "slowstart",
	[HALB_SET_RISE] = "rise",           [HALB_SET_FALL] = "fall",
	[HALB_SET_MAXCONN] = "maxconn",     [HALB_SET_MAXQUEUE] = "maxqueue",
	[HALB_SET_WEIGHT] = "weight",
};
static const char *const profiles[HALB_PROFILES] = {
	[HALB_PROFILE_NONE] = "none",
	[HALB_PROFILE_CONTROL_PLANE] = "control-plane",
	[HALB_PROFILE_DATA_PLANE] = "data-plane",
	[HALB_PROFILE_SENSITIVE] = "sensitive",
	[HALB_PROFILE_FAST_REJOIN] = "fast-rejoin",
	[HALB_PROFILE_NO_QUEUE] = "no-queue",
	[HALB_PROFILE_FAST] = "fast",
};
static const char *const balances[] = { [HALB_BALANCE_ROUNDROBIN] = "roundrobin",
					[HALB_BALANCE_LEASTCONN] = "leastconn",
					[HALB_BALANCE_SOURCE] = "source" };
static const char *const healths[] = { "tcp", "tls", "http" }; /* from HALB_HEALTH_TCP on */

const char *halb_setting_name(enum halb_setting setting)
{
	return settings[setting];
}

const char *halb_profile_name(enum halb_profile profile)
{
	return profiles[profile];
}

/* HAProxy's own limits: its times end at 24 days, weights at 256. */
static int32_t build_setting(struct halb_reader *r, enum halb_setting setting, const char *text)
{
	uint32_t most = setting == HALB_SET_WEIGHT ? 256 : 1000000;
	char key[40];

	if (!text)
		return 0;
	if (strcmp(text, "none") == 0)
		return HALB_SET_OUT;
	snprintf(key, sizeof key, "default_server.%s", settings[setting]);
	if (setting < HALB_SET_TIMES)
		return halb_value_duration(r, key, text, 1, MS_MAX, 0);
	return (int32_t)halb_value_number(r, key, text, 1, most);
}

static void build_settings(struct halb_reader *r, const struct halb_raw_default_server *raw,
			   struct halb_settings *out)
{
	const char *const texts[HALB_SETTINGS] = {
		[HALB_SET_INTER] = raw->inter,         [HALB_SET_FASTINTER] = raw->fastinter,
		[HALB_SET_DOWNINTER] = raw->downinter, [HALB_SET_SLOWSTART] = raw->slowstart,
		[HALB_SET_RISE] = raw->rise,           [HALB_SET_FALL] = raw->fall,
		[HALB_SET_MAXCONN] = raw->maxconn,     [HALB_SET_MAXQUEUE] = raw->maxqueue,
		[HALB_SET_WEIGHT] = raw->weight,
	};

	for (size_t i = 0; i < HALB_SETTINGS; i++)
		out->value[i] = build_setting(r, (enum halb_setting)i, texts[i]);
}

static void build_servers(struct halb_reader *r, const struct halb_raw_service *raw, size_t index,
			  struct halb_stack_service *out)
{
	out->servers = halb_build_room(r, raw->n_servers, sizeof *out->servers, &out->n_servers);
	for (size_t i = 0; i < out->n_servers; i++) {
		const struct halb_raw_server *from = &raw->servers[i];
		struct halb_stack_server *to = &out->servers[i];

		halb_reader_enter(r, "stack.services[%zu].servers[%zu].", index, i);
		to->name = halb_value_label(r, "name", from->name);
		to->address = halb_value_address(r, "address", from->address);
		to->port = halb_value_port(r, "port", from->port);
	}
}

static void build_check(struct halb_reader *r, const struct halb_raw_service *raw,
			struct halb_stack_service *out)
{
	int word = halb_value_word(r, "check", raw->check, healths, COUNT(healths), -1);

	out->check = (enum halb_health)(word + 1);
	out->check_path = halb_value_path(r, "check_path", raw->check_path, HALB_URL_HINT);
	out->check_ca_file = halb_value_path(r, "check_ca_file", raw->check_ca_file, NULL);
	if (out->check_path && out->check != HALB_HEALTH_HTTP)
		halb_reader_refuse(r, "check", raw->check, NULL,
				   "http, since check_path is given");
	if (out->check_ca_file && out->check != HALB_HEALTH_HTTP && out->check != HALB_HEALTH_TLS)
		halb_reader_refuse(r, "check", raw->check, NULL,
				   "tls or http, since check_ca_file is given");
}

static void build_services(struct halb_reader *r, const struct halb_raw_stack *raw,
			   struct halb_stack *out)
{
	out->services = halb_build_room(r, raw->n_services, sizeof *out->services, &out->n_services);
	for (size_t i = 0; i < out->n_services; i++) {
		const struct halb_raw_service *from = &raw->services[i];
		struct halb_stack_service *to = &out->services[i];

		halb_reader_enter(r, "stack.services[%zu].", i);
		to->name = halb_value_label(r, "name", from->name);
		to->port = halb_value_port(r, "port", from->port);
		to->profile = (enum halb_profile)(1 + halb_value_word(r, "profile", from->profile,
								      profiles + 1,
								      HALB_PROFILES - 1, -1));
		to->balance = (enum halb_balance)halb_value_word(r, "balance", from->balance,
								 balances, COUNT(balances),
								 HALB_BALANCE_ROUNDROBIN);
		build_check(r, from, to);
		build_settings(r, &from->default_server, &to->settings);
		if (!from->n_servers)
			halb_reader_refuse(r, "servers", NULL, NULL, "at least one server");
		build_servers(r, from, i, to);
	}
}

static void build_hosts(struct halb_reader *r, const struct halb_raw_stack *raw,
			struct halb_stack *out)
{
	out->hosts = halb_build_room(r, raw->n_hosts, sizeof *out->hosts, &out->n_hosts);
	for (size_t i = 0; i < out->n_hosts; i++) {
		const struct halb_raw_host *from = &raw->hosts[i];
		struct halb_stack_host *to = &out->hosts[i];

		halb_reader_enter(r, "stack.hosts[%zu].", i);
		to->name = halb_value_label(r, "name", from->name);
		to->address = halb_value_address(r, "address", from->address);
		to->process = halb_value_label(r, "process",
					       from->process ? from->process : "haproxy");
		if (from->net_namespace)
			to->net_namespace =
				halb_value_label(r, "net_namespace", from->net_namespace);
	}
}

static void build_timeouts(struct halb_reader *r, const struct halb_raw_timeouts *raw,
			   struct halb_stack_timeouts *out)
{
	halb_reader_enter(r, "stack.timeouts.");
	out->connect = halb_value_duration(r, "connect", raw->connect, 1, MS_MAX, 1000);
	out->check = halb_value_duration(r, "check", raw->check, 1, MS_MAX, 1000);
	out->queue = halb_value_duration(r, "queue", raw->queue, 1, MS_MAX, 5000);
	out->client = halb_value_duration(r, "client", raw->client, 1, MS_MAX, 3600000);
	out->server = halb_value_duration(r, "server", raw->server, 1, MS_MAX, 3600000);
}

static void build_haproxy(struct halb_reader *r, const struct halb_raw_haproxy *raw,
			  struct halb_stack_haproxy *out)
{
	halb_reader_enter(r, "stack.haproxy.");
	out->user = halb_value_label(r, "user", raw->user ? raw->user : "haproxy");
	out->log = halb_value_text(r, "log", raw->log ? raw->log : "/dev/log local0");
	out->socket = halb_value_path(r, "socket",
				      raw->socket ? raw->socket : "/run/haproxy/admin.sock",
				      NULL);
	out->maxconn = raw->maxconn ? halb_value_number(r, "maxconn", raw->maxconn, 1, 10000000)
				    : 4000;
}

static uint32_t build_seconds(struct halb_reader *r, const char *key, const char *text,
			      int32_t otherwise)
{
	int32_t ms = halb_value_duration(r, key, text, 1000, SECONDS_MAX * 1000, otherwise * 1000);

	if (ms % 1000)
		halb_reader_refuse(r, key, text, "Keepalived counts these in seconds",
				   "a time in whole seconds");
	return (uint32_t)(ms / 1000);
}

static void build_script(struct halb_reader *r, const struct halb_raw_script *raw,
			 struct halb_stack_script *out)
{
	halb_reader_enter(r, "stack.script.");
	out->interval = build_seconds(r, "interval", raw->interval, 1);
	out->timeout = build_seconds(r, "timeout", raw->timeout, 1);
	out->fall = raw->fall ? halb_value_number(r, "fall", raw->fall, 1, 255) : 2;
	out->rise = raw->rise ? halb_value_number(r, "rise", raw->rise, 1, 255) : 2;
}

/* RFC 9568 5.2.7: twelve bits of hundredths of a second. */
static uint32_t build_advert(struct halb_reader *r, const char *text)
{
	int32_t ms = halb_value_duration(r, "advert_interval", text, 10, 40950, 200);

	if (ms % 10)
		halb_reader_refuse(r, "advert_interval", text, NULL,
				   "a time in whole hundredths of a second, as VRRPv3 counts");
	return (uint32_t)(ms / 10);
}

void halb_build_stack(struct halb_reader *r, const struct halb_raw_stack *raw,
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
	out->advert_interval = build_advert(r, raw->advert_interval);
	out->identity_port = raw->identity.port
				     ? halb_value_port(r, "identity.port", raw->identity.port)
				     : 8404;
	build_settings(r, &raw->default_server, &out->settings);
	build_timeouts(r, &raw->timeouts, &out->timeouts);
	build_haproxy(r, &raw->haproxy, &out->haproxy);
	build_script(r, &raw->script, &out->script);
	build_hosts(r, raw, out);
	build_services(r, raw, out);
}
