/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The site file as libcyaml reads it: every value still the text that was written, NULL where none
 * was. Numbers and words become typed later, because flags give the same texts. To libcyaml every
 * key is optional, because a flag may stand in for it.
 */
#ifndef HALB_CONFIG_SCHEMA_PRIV_H
#define HALB_CONFIG_SCHEMA_PRIV_H

#include <cyaml/cyaml.h>
#include <stddef.h>

#include "halb/base/buf.h"
#include "halb/base/error.h"

struct halb_raw_directory {
	const char *auth, *keytab, *principal, *site, *tls, *ca_file;
	const char *const *servers;
	size_t n_servers;
};

struct halb_raw_dhcp {
	const char *backend, *service;
};

struct halb_raw_probe {
	const char *port, *tls, *http, *ca_file;
};

struct halb_raw_balancer {
	const char *name, *vip, *mac, *apex, *ttl, *ptr;
	const char *const *aliases;
	size_t n_aliases;
	const struct halb_raw_probe *probes;
	size_t n_probes;
};

struct halb_raw_host {
	const char *name, *address, *process, *net_namespace;
};

struct halb_raw_server {
	const char *name, *address, *port;
};

struct halb_raw_default_server {
	const char *inter, *fastinter, *downinter, *slowstart, *rise, *fall, *maxconn, *maxqueue,
		*weight;
};

struct halb_raw_service {
	const char *name, *port, *profile, *balance, *check, *check_path, *check_ca_file;
	struct halb_raw_default_server default_server;
	const struct halb_raw_server *servers;
	size_t n_servers;
};

struct halb_raw_identity {
	const char *port;
};

struct halb_raw_timeouts {
	const char *connect, *check, *queue, *client, *server;
};

struct halb_raw_haproxy {
	const char *user, *log, *socket, *maxconn;
};

struct halb_raw_script {
	const char *interval, *timeout, *fall, *rise;
};

struct halb_raw_stack {
	const char *interface, *subnet, *router_id, *advert_interval;
	struct halb_raw_identity identity;
	struct halb_raw_default_server default_server;
	struct halb_raw_timeouts timeouts;
	struct halb_raw_haproxy haproxy;
	struct halb_raw_script script;
	const struct halb_raw_host *hosts;
	size_t n_hosts;
	const struct halb_raw_service *services;
	size_t n_services;
};

struct halb_raw_site {
	const char *domain;
	struct halb_raw_directory directory;
	struct halb_raw_dhcp dhcp;
	const struct halb_raw_balancer *balancers;
	size_t n_balancers;
	const struct halb_raw_stack *stack; /* NULL: not given */
};

extern const struct cyaml_schema_value halb_schema;

/*
 * Loads text whose shape was found right (halb_document_check) before. `out` is NULL where the
 * file gives no key at all. HALB_E_NOMEM; HALB_E_INTERNAL where libcyaml sees it otherwise.
 */
enum halb_status halb_schema_load(const char *file, const struct halb_buf *text,
				  struct halb_raw_site **out, struct halb_error *err) HALB_CHECKED;
void halb_schema_free(struct halb_raw_site *raw);

#endif
