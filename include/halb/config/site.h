/* SPDX-License-Identifier: Apache-2.0 */
/* The site file's content, checked: what an administrator wants to be true. */
#ifndef HALB_CONFIG_SITE_H
#define HALB_CONFIG_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "halb/base/addr.h"
#include "halb/base/error.h"
#include "halb/dns/name.h"

#define HALB_SITE_DEFAULT HALB_SYSCONFDIR "/halb-dns/halb.yaml"
#define HALB_TTL_DEFAULT  900

enum halb_auth { HALB_AUTH_GSSAPI, HALB_AUTH_SPNEGO, HALB_AUTH_SIMPLE };
enum halb_tls { HALB_TLS_OFF, HALB_TLS_STARTTLS, HALB_TLS_LDAPS };
enum halb_dhcp_backend { HALB_DHCP_AD, HALB_DHCP_NONE };
enum halb_ptr { HALB_PTR_AUTO, HALB_PTR_YES, HALB_PTR_NO };

/* All pointers below are owned by the site; optional texts are NULL when not given. */
struct halb_site_directory {
	enum halb_auth auth;
	enum halb_tls tls;
	char *keytab;    /* path */
	char *principal; /* of the keytab, or the user that a password belongs to */
	char *ca_file;   /* PEM; the system's trust store where NULL */
	char **servers;  /* host names or addresses; none: discovered */
	size_t n_servers;
	char *site;      /* of AD, whose DCs come first; NULL: the one this machine is in */
};

struct halb_probe_spec {
	uint16_t port;
	bool tls;
	char *http;    /* path of a GET, "/livez" */
	char *ca_file; /* PEM the certificate is checked against; not checked where NULL */
};

struct halb_balancer {
	char *name;
	struct halb_addr vip;
	bool has_mac;
	struct halb_mac mac;
	struct halb_name apex;
	struct halb_name *aliases;
	size_t n_aliases;
	uint32_t ttl;
	enum halb_ptr ptr;
	struct halb_probe_spec *probes;
	size_t n_probes;
};

/* How a service's servers are tuned; src/render/profile.c has what each one means. */
enum halb_profile {
	HALB_PROFILE_NONE, /* not given */
	HALB_PROFILE_CONTROL_PLANE,
	HALB_PROFILE_DATA_PLANE,
	HALB_PROFILE_SENSITIVE,
	HALB_PROFILE_FAST_REJOIN,
	HALB_PROFILE_NO_QUEUE,
	HALB_PROFILE_FAST,
	HALB_PROFILES
};

/* How HAProxy looks whether a server works. */
enum halb_health {
	HALB_HEALTH_NONE, /* not given */
	HALB_HEALTH_TCP,
	HALB_HEALTH_TLS,
	HALB_HEALTH_HTTP
};

enum halb_balance { HALB_BALANCE_ROUNDROBIN, HALB_BALANCE_LEASTCONN, HALB_BALANCE_SOURCE };

/* The fields of HAProxy's default-server line; the first ones are times. */
enum halb_setting {
	HALB_SET_INTER,
	HALB_SET_FASTINTER,
	HALB_SET_DOWNINTER,
	HALB_SET_SLOWSTART,
	HALB_SET_RISE,
	HALB_SET_FALL,
	HALB_SET_MAXCONN,
	HALB_SET_MAXQUEUE,
	HALB_SET_WEIGHT,
	HALB_SETTINGS
};

#define HALB_IDENTITY "identity" /* the listener at stack.identity.port */

#define HALB_SET_TIMES HALB_SET_RISE /* the settings before it are times */
#define HALB_SET_OUT   (-1)          /* the field is left out: HAProxy's own default */

/* Milliseconds or numbers; 0 where nothing was said. */
struct halb_settings {
	int32_t value[HALB_SETTINGS];
};

const char *halb_setting_name(enum halb_setting setting); /* "inter" */
const char *halb_profile_name(enum halb_profile profile); /* "control-plane" */

struct halb_stack_host {
	char *name;
	struct halb_addr address;
	char *process;       /* what its HAProxy is called among the processes */
	char *net_namespace; /* Keepalived's; NULL: the one it was started in */
};

struct halb_stack_server {
	char *name;
	struct halb_addr address;
	uint16_t port;
};

struct halb_stack_service {
	char *name;
	enum halb_profile profile;
	uint16_t port;
	enum halb_balance balance;
	enum halb_health check;
	char *check_path;    /* of the GET; NULL: the usual one */
	char *check_ca_file; /* who must have signed the servers' certificates; NULL: anybody */
	struct halb_settings settings;
	struct halb_stack_server *servers;
	size_t n_servers;
};

/* In milliseconds. */
struct halb_stack_timeouts {
	int32_t connect, check, queue, client, server;
};

struct halb_stack_haproxy {
	char *user;   /* and group */
	char *log;    /* what stands behind "log": target and facility */
	char *socket; /* path of the stats socket */
	uint32_t maxconn;
};

/* The check that Keepalived runs on its own host's HAProxy, in seconds. */
struct halb_stack_script {
	uint32_t interval, timeout, fall, rise;
};

struct halb_stack {
	char *interface; /* optional */
	struct halb_subnet subnet;
	bool has_subnet;
	uint8_t router_id;        /* 0: not given */
	uint32_t advert_interval; /* in hundredths of a second, as VRRPv3 counts */
	uint16_t identity_port;   /* where HAProxy says which host answers */
	struct halb_settings settings;
	struct halb_stack_timeouts timeouts;
	struct halb_stack_haproxy haproxy;
	struct halb_stack_script script;
	struct halb_stack_host *hosts;
	size_t n_hosts;
	struct halb_stack_service *services;
	size_t n_services;
};

struct halb_site {
	struct halb_name domain;
	struct halb_site_directory directory;
	enum halb_dhcp_backend dhcp_backend;
	char *dhcp_service; /* DN; not NULL when the backend is AD */
	struct halb_balancer *balancers;
	size_t n_balancers;
	bool has_stack;
	struct halb_stack stack;
};

/* What the command line gives; NULL and 0 where it does not. Belongs to the caller. */
struct halb_site_flags {
	const char *domain, *vip, *mac, *apex, *ttl, *dhcp_service, *dhcp_backend, *balancer;
	const char *keytab;
	const char *const *aliases;
	size_t n_aliases;
	const char *const *ports;
	size_t n_ports;
	const char *const *servers;
	size_t n_servers;
};

/*
 * Reads the site file `path` strictly, lays the flags over it and checks the whole. With
 * `must_exist` false and no such file the flags alone make a site of one balancer (named after the
 * apex's first label).
 * HALB_E_SITE with file, line, key path, what was expected and what was found;
 * HALB_E_USAGE where a flag is wrong. Every name is checked to lie in the domain, an alias to be
 * neither the apex nor another alias, a MAC to be unicast. `out` is written on success only.
 */
enum halb_status halb_site_load(const char *path, bool must_exist,
				const struct halb_site_flags *flags, struct halb_site *out,
				struct halb_error *err) HALB_CHECKED;

void halb_site_clear(struct halb_site *site);

/* The host of the stack that has this name, or the only one whose first label it is, or whose name
 * is its first label; NULL: none. */
const struct halb_stack_host *halb_stack_host_named(const struct halb_stack *stack,
						    const char *name);

/* The commented site file that `init` writes. */
extern const char halb_site_template[];

#endif
