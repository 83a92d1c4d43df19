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
	struct halb_session *session; /* owned; NULL until the login */
	const struct halb_directory *dir;

	/* What the login needs, owned while `reached`. */
	bool reached;
	size_t which; /* of the DCs */
	int fd;
	struct halb_login login;
	char *password;
};

/* The DCs to log in to: those of the site file, else those that SRV records name. */
enum halb_status locate_dcs(const struct halb_site *site, struct halb_dc_list *out,
			    struct halb_error *err) HALB_CHECKED;

/*
 * The DNS servers to verify at: those of the site file where it names some, else those that the
 * domain's NS records name, which are the DCs that clients are sent to.
 */
enum halb_status locate_dns(const struct halb_site *site, struct halb_dc_list *out,
			    struct halb_error *err) HALB_CHECKED;

/*
 * How the site wants to be logged in to. Its texts belong to the site; the password, where one is
 * needed, is read from `file` or asked for at the terminal, and is the caller's, for secret_free().
 */
enum halb_status login_make(const char *file, const struct halb_site *site,
			    struct halb_login *login, char **password, struct halb_error *err)
	HALB_CHECKED;
uint16_t login_port(const struct halb_login *login);

/* Logs in to the first of the DCs that answers. */
enum halb_status login_open(const struct halb_login *login, const struct halb_dc_list *dcs,
			    struct halb_session **out, struct halb_error *err) HALB_CHECKED;

/*
 * Finds a DC that takes the connection. `password_file` may be NULL: a password is then asked for at
 * the terminal, if one is needed. The DC `first`, if it is one of them, is tried before the others
 * ("": none); if it is dead, that costs a tenth of a second.
 */
enum halb_status connect_reach(const struct halb_site *site, const char *password_file,
			       const char *first, struct connection *out, struct halb_error *err)
	HALB_CHECKED;
/* Logs in at the DC that was reached. */
enum halb_status connect_login(struct connection *conn, struct halb_error *err) HALB_CHECKED;
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
/* The nodes and reservations once more, in the zones that were read before, which `out` uses. */
enum halb_status present_read_again(const struct connection *conn, const struct halb_site *site,
				    struct present *before, struct present *out,
				    struct halb_error *err) HALB_CHECKED;
void present_clear(struct present *present);

#endif
