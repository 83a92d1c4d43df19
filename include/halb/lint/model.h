/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stack's files say, host by host, with defaults applied: VRRP instances as keepalived would
 * run them, proxies as HAProxy would. Times are nanoseconds. All of it lives in one arena.
 */
#ifndef HALB_LINT_MODEL_H
#define HALB_LINT_MODEL_H

#include <stdint.h>

#include "halb/base/addr.h"
#include "halb/lint/tree.h"

/* ---- keepalived ---- */

/* How much of a broken HAProxy a tracker sees. */
enum halb_sees {
	HALB_SEES_NOTHING, /* it looks at something else */
	HALB_SEES_PROCESS, /* that there is a process */
	HALB_SEES_PORT,    /* that the kernel takes connections for it */
	HALB_SEES_SERVICE, /* that it answers */
	HALB_SEES_UNKNOWN, /* a script whose text is not here */
};

/* A script or process as an instance tracks it. */
struct halb_tracker {
	struct halb_place at;      /* where it is tracked */
	struct halb_place defined; /* no file: nowhere */
	const char *name, *command, *user;
	bool process;
	int weight; /* what a failure takes away: never above 0; 0: it is a fault */
	int bonus;  /* what a success adds */
	int64_t interval, timeout, run; /* of a script; run: its own wait, 0 unknown */
	int64_t delay;                  /* of a process: until it counts as gone */
	unsigned fall;
	enum halb_sees sees;
	struct halb_tracker *next;
};

struct halb_address {
	struct halb_place at;
	const char *text; /* as it is written */
	struct halb_addr addr;
	unsigned prefix; /* 0: none is written */
	struct halb_address *next;
};

bool halb_address_in(const struct halb_address *list, const struct halb_addr *addr);
/* Whether one is in both lists. */
bool halb_address_shared(const struct halb_address *a, const struct halb_address *b);

struct halb_instance {
	struct halb_place at;
	const char *name, *interface, *auth_type, *auth_pass;
	struct halb_place advert_at, priority_at, state_at, nopreempt_at, strict_at, source_at;
	unsigned version; /* 2 or 3 */
	unsigned router_id;
	int priority;
	int64_t advert;
	bool nopreempt; /* which state MASTER takes away */
	bool master, strict, accept, unicast, garp_refresh;
	struct halb_addr source; /* len 0: none given */
	struct halb_address *peers, *vips;
	struct halb_tracker *trackers;
	struct halb_instance *next;
};

struct halb_keepalived {
	const char *file; /* NULL: the host has none */
	bool script_security;
	const char *script_user; /* NULL: none given */
	struct halb_instance *instances;
	struct halb_tracker *scripts; /* as they are defined, tracked or not */
};

/* ---- haproxy ---- */

enum halb_proxy_kind { HALB_PROXY_FRONTEND, HALB_PROXY_BACKEND, HALB_PROXY_LISTEN };

enum halb_timeout {
	HALB_TIMEOUT_CONNECT, HALB_TIMEOUT_CHECK, HALB_TIMEOUT_CLIENT, HALB_TIMEOUT_SERVER,
	HALB_TIMEOUT_TUNNEL, HALB_TIMEOUT_QUEUE, HALB_TIMEOUTS,
};

const char *halb_timeout_name(enum halb_timeout which); /* "connect" */

struct halb_time {
	int64_t ns; /* -1: not given */
	bool bare;  /* a number without a unit */
	struct halb_place at;
};

enum halb_check_kind {
	HALB_CHECK_CONNECT, HALB_CHECK_HTTP, HALB_CHECK_SSL_HELLO, HALB_CHECK_OTHER
};

/* What a server line says, default-server before it included. */
struct halb_server_line {
	struct halb_place at;
	const char *name, *address; /* as written, without the port */
	struct halb_addr addr;      /* len 0: a name */
	unsigned port;              /* 0: the client's */
	unsigned check_port;        /* 0: the same */
	bool check, check_ssl, ssl, backup, disabled, observe;
	struct halb_time inter, fastinter, downinter, slowstart;
	unsigned rise, fall, maxconn, maxqueue; /* of the last two: 0 is no limit */
	struct halb_place maxqueue_at;
	struct halb_server_line *next;
};

struct halb_bind {
	struct halb_place at;
	struct halb_addr addr; /* len 0: any */
	unsigned port;
	bool transparent;
	struct halb_bind *next;
};

/* What a section may have of a defaults section. */
struct halb_proxy_settings {
	const char *mode;
	struct halb_time timeouts[HALB_TIMEOUTS];
	unsigned retries, maxconn; /* maxconn 0: not given */
	struct halb_place maxconn_at, retries_at;
	int redispatch; /* 0 none, N each Nth retry, -N the Nth from the last */
	bool client_keepalive, server_keepalive;
	enum halb_check_kind check;
	struct halb_place check_at;
	bool check_connects; /* a check of rules that say how to connect */
	const char *default_backend;
	struct halb_server_line server; /* default-server */
};

struct halb_proxy {
	struct halb_place at;
	enum halb_proxy_kind kind;
	const char *name;
	struct halb_proxy_settings set;
	struct halb_bind *binds;
	struct halb_server_line *servers;
	struct halb_place late_default; /* a default-server below a server */
	struct halb_proxy *next;
};

struct halb_haproxy {
	const char *file; /* NULL: the host has none */
	const struct halb_directive *tree;
	unsigned maxconn; /* 0: not given */
	struct halb_place maxconn_at;
	struct halb_proxy *proxies;
	bool repeats; /* another host before has the very same */
};

/* ---- the stack ---- */

struct halb_model_host {
	const char *name;
	struct halb_keepalived keepalived;
	struct halb_haproxy haproxy;
	const struct halb_problem *problems[2]; /* of either file */
	struct halb_model_host *next;
};

struct halb_model {
	struct halb_arena arena;
	struct halb_model_host *hosts;
	size_t n_hosts;
};

/* A host's files; NULL where it has none of a kind. The texts are copied. */
struct halb_host_files {
	const char *name;
	const struct halb_source *haproxy;    /* those of several -f */
	const struct halb_source *keepalived; /* one */
	const char *config_id;                /* of keepalived, or NULL */
};

/* HALB_E_NOMEM. `out` is for halb_model_clear(). */
enum halb_status halb_model_make(const struct halb_host_files *files, size_t n,
				 const struct halb_includes *includes, struct halb_model *out,
				 struct halb_error *err) HALB_CHECKED;
void halb_model_clear(struct halb_model *model);

#endif
