/* SPDX-License-Identifier: Apache-2.0 */
/* From a site to a session on one of its DCs, and to what the directory holds for it. */
#ifndef HALB_CLI_CONNECT_H
#define HALB_CLI_CONNECT_H

#include "halb/config/site.h"
#include "halb/dhcp/backend.h"
#include "halb/directory/session.h"
#include "halb/net/locate.h"
#include "halb/plan/plan.h"

struct connection {
	struct halb_dc_list dcs;
	struct halb_session *session;
	const struct halb_directory *dir;
};

/*
 * The DNS servers to verify at: those of the site file where it names some, else those that the
 * domain's NS records name, which are the DCs that clients are sent to.
 */
enum halb_status locate_dns(const struct halb_site *site, struct halb_dc_list *out,
			    struct halb_error *err) HALB_CHECKED;
/* `password_file` may be NULL: a password is then asked for at the terminal, if one is needed. */
enum halb_status connect_site(const struct halb_site *site, const char *password_file,
			      struct connection *out, struct halb_error *err) HALB_CHECKED;
/* The same, where the DC `first` is tried before the others: it does not wait, and if it is dead
 * it costs a tenth of a second. NULL or "": none. */
enum halb_status connect_first(const struct halb_site *site, const char *password_file,
			       const char *first, struct connection *out, struct halb_error *err)
	HALB_CHECKED;
void connection_clear(struct connection *conn);

/* The DHCP backend of a site, NULL where it has none. */
const struct halb_dhcp_ops *dhcp_ops(const struct halb_site *site);

struct present {
	struct halb_zones zones;
	struct halb_nodes nodes;
	struct halb_dhcp_config dhcp;
	struct halb_present view; /* of the three, for the plan */
};

/* Zones, nodes and reservations that matter to the site, read afresh. `out` must not move. */
enum halb_status present_read(const struct connection *conn, const struct halb_site *site,
			      struct present *out, struct halb_error *err) HALB_CHECKED;
void present_clear(struct present *present);

#endif
