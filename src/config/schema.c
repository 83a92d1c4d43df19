/* SPDX-License-Identifier: Apache-2.0 */
/* The site file's keys, as tables for libcyaml, and the load through them. */
#include "schema_priv.h"

#include <stdbool.h>

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

#define TEXT(type, member)                                                                         \
	CYAML_FIELD_STRING_PTR(#member, OPTIONAL, struct type, member, 0, CYAML_UNLIMITED)
#define LIST(type, member, entry)                                                                  \
	CYAML_FIELD_SEQUENCE_COUNT(#member, OPTIONAL, struct type, member, n_##member, &(entry),   \
				   0, CYAML_UNLIMITED)
#define PART(type, member, fields)                                                                 \
	CYAML_FIELD_MAPPING(#member, CYAML_FLAG_OPTIONAL, struct type, member, fields)
#define ENTRY(name, type, fields)                                                                  \
	static const struct cyaml_schema_value name = { CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT,    \
									    struct type, fields) }

static const struct cyaml_schema_value text_entry = { CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char,
									 0, CYAML_UNLIMITED) };

static const struct cyaml_schema_field directory_fields[] = {
	TEXT(halb_raw_directory, auth),
	TEXT(halb_raw_directory, keytab),
	TEXT(halb_raw_directory, principal),
	LIST(halb_raw_directory, servers, text_entry),
	TEXT(halb_raw_directory, site),
	TEXT(halb_raw_directory, tls),
	TEXT(halb_raw_directory, ca_file),
	CYAML_FIELD_END,
};

static const struct cyaml_schema_field dhcp_fields[] = {
	TEXT(halb_raw_dhcp, backend),
	TEXT(halb_raw_dhcp, service),
	CYAML_FIELD_END,
};

static const struct cyaml_schema_field probe_fields[] = {
	TEXT(halb_raw_probe, port),    TEXT(halb_raw_probe, tls), TEXT(halb_raw_probe, http),
	TEXT(halb_raw_probe, ca_file), CYAML_FIELD_END,
};
ENTRY(probe_entry, halb_raw_probe, probe_fields);

static const struct cyaml_schema_field balancer_fields[] = {
	TEXT(halb_raw_balancer, name),
	TEXT(halb_raw_balancer, vip),
	TEXT(halb_raw_balancer, mac),
	TEXT(halb_raw_balancer, apex),
	LIST(halb_raw_balancer, aliases, text_entry),
	TEXT(halb_raw_balancer, ttl),
	TEXT(halb_raw_balancer, ptr),
	LIST(halb_raw_balancer, probes, probe_entry),
	CYAML_FIELD_END,
};
ENTRY(balancer_entry, halb_raw_balancer, balancer_fields);

static const struct cyaml_schema_field host_fields[] = {
	TEXT(halb_raw_host, name),
	TEXT(halb_raw_host, address),
	TEXT(halb_raw_host, process),
	TEXT(halb_raw_host, net_namespace),
	CYAML_FIELD_END,
};
ENTRY(host_entry, halb_raw_host, host_fields);

static const struct cyaml_schema_field server_fields[] = {
	TEXT(halb_raw_server, name),
	TEXT(halb_raw_server, address),
	TEXT(halb_raw_server, port),
	CYAML_FIELD_END,
};
ENTRY(server_entry, halb_raw_server, server_fields);

static const struct cyaml_schema_field default_server_fields[] = {
	TEXT(halb_raw_default_server, inter),
	TEXT(halb_raw_default_server, fastinter),
	TEXT(halb_raw_default_server, downinter),
	TEXT(halb_raw_default_server, slowstart),
	TEXT(halb_raw_default_server, rise),
	TEXT(halb_raw_default_server, fall),
	TEXT(halb_raw_default_server, maxconn),
	TEXT(halb_raw_default_server, maxqueue),
	TEXT(halb_raw_default_server, weight),
	CYAML_FIELD_END,
};

static const struct cyaml_schema_field service_fields[] = {
	TEXT(halb_raw_service, name),
	TEXT(halb_raw_service, port),
	TEXT(halb_raw_service, profile),
	TEXT(halb_raw_service, balance),
	TEXT(halb_raw_service, check),
	TEXT(halb_raw_service, check_path),
	TEXT(halb_raw_service, check_ca_file),
	PART(halb_raw_service, default_server, default_server_fields),
	LIST(halb_raw_service, servers, server_entry),
	CYAML_FIELD_END,
};
ENTRY(service_entry, halb_raw_service, service_fields);

static const struct cyaml_schema_field identity_fields[] = {
	TEXT(halb_raw_identity, port),
	CYAML_FIELD_END,
};

static const struct cyaml_schema_field timeouts_fields[] = {
	TEXT(halb_raw_timeouts, connect),
	TEXT(halb_raw_timeouts, check),
	TEXT(halb_raw_timeouts, queue),
	TEXT(halb_raw_timeouts, client),
	TEXT(halb_raw_timeouts, server),
	CYAML_FIELD_END,
};

static const struct cyaml_schema_field haproxy_fields[] = {
	TEXT(halb_raw_haproxy, user),
	TEXT(halb_raw_haproxy, log),
	TEXT(halb_raw_haproxy, socket),
	TEXT(halb_raw_haproxy, maxconn),
	CYAML_FIELD_END,
};

static const struct cyaml_schema_field script_fields[] = {
	TEXT(halb_raw_script, interval),
	TEXT(halb_raw_script, timeout),
	TEXT(halb_raw_script, fall),
	TEXT(halb_raw_script, rise),
	CYAML_FIELD_END,
};

static const struct cyaml_schema_field stack_fields[] = {
	TEXT(halb_raw_stack, interface),
	TEXT(halb_raw_stack, subnet),
	TEXT(halb_raw_stack, router_id),
	TEXT(halb_raw_stack, advert_interval),
	PART(halb_raw_stack, identity, identity_fields),
	PART(halb_raw_stack, default_server, default_server_fields),
	PART(halb_raw_stack, timeouts, timeouts_fields),
	PART(halb_raw_stack, haproxy, haproxy_fields),
	PART(halb_raw_stack, script, script_fields),
	LIST(halb_raw_stack, hosts, host_entry),
	LIST(halb_raw_stack, services, service_entry),
	CYAML_FIELD_END,
};

static const struct cyaml_schema_field site_fields[] = {
	TEXT(halb_raw_site, domain),
	PART(halb_raw_site, directory, directory_fields),
	PART(halb_raw_site, dhcp, dhcp_fields),
	LIST(halb_raw_site, balancers, balancer_entry),
	CYAML_FIELD_MAPPING_PTR("stack", OPTIONAL, struct halb_raw_site, stack, stack_fields),
	CYAML_FIELD_END,
};

const struct cyaml_schema_value halb_schema = { CYAML_VALUE_MAPPING(
	CYAML_FLAG_POINTER, struct halb_raw_site, site_fields) };

/* No log_fn: libcyaml would write to standard error, and knows lines only roughly. */
static const struct cyaml_config config = {
	.mem_fn = cyaml_mem,
	.log_level = CYAML_LOG_ERROR,
	.flags = CYAML_CFG_NO_ALIAS,
};

/* libyaml has read this text before: only for want of memory does it fail now. */
static bool lacks_memory(enum cyaml_err rc)
{
	return rc == CYAML_ERR_OOM || rc == CYAML_ERR_LIBYAML_PARSER ||
	       rc == CYAML_ERR_LIBYAML_PARSER_INIT || rc == CYAML_ERR_LIBYAML_EVENT_INIT;
}

enum halb_status halb_schema_load(const char *file, const struct halb_buf *text,
				  struct halb_raw_site **out, struct halb_error *err)
{
	cyaml_data_t *data = NULL;
	enum cyaml_err rc =
		cyaml_load_data(text->data, text->len, &config, &halb_schema, &data, NULL);

	if (lacks_memory(rc))
		return halb_fail_nomem(err);
	if (rc != CYAML_OK)
		return halb_fail(err, HALB_E_INTERNAL, "%s: libcyaml: %s", file,
				 cyaml_strerror(rc));
	*out = data;
	return HALB_OK;
}

void halb_schema_free(struct halb_raw_site *raw)
{
	if (raw)
		cyaml_free(&config, &halb_schema, raw, 0);
}
