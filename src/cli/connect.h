/* SPDX-License-Identifier: Apache-2.0 */
/* From a site to a session on one of its DCs. */
#ifndef HALB_CLI_CONNECT_H
#define HALB_CLI_CONNECT_H

#include "halb/base/deadline.h"
#include "halb/config/site.h"
#include "halb/directory/session.h"
#include "halb/net/locate.h"

#define LOCATE_WAIT (10 * HALB_SEC)

struct connection {
	struct halb_dc_list dcs;
	struct halb_session *session; /* owned */
	const struct halb_directory *dir; /* NULL until the login */
	struct halb_session *first; /* owned; where a run began that has moved: its head names it */

	struct halb_login login;
	char *password; /* owned; until the login */
};

/*
 * The DCs to log in to: those of the site file, else those that SRV records name, the DCs of the AD
 * site that the site file names, or that this machine is in, before the others.
 */
enum halb_status locate_dcs(const struct halb_site *site, int64_t deadline,
			    struct halb_dc_list *out, struct halb_error *err) HALB_CHECKED;

/*
 * The DNS servers to verify at: those of the site file where it names some, else those that the
 * domain's NS records name, which are the DCs that clients are sent to.
 */
enum halb_status locate_dns(const struct halb_site *site, int64_t deadline,
			    struct halb_dc_list *out, struct halb_error *err) HALB_CHECKED;

/*
 * How the site wants to be logged in to. Its texts belong to the site; the password, where one is
 * needed, is read from `file` or asked for at the terminal, and is the caller's, for secret_free().
 */
enum halb_status login_make(const char *file, const struct halb_site *site,
			    struct halb_login *login, char **password, struct halb_error *err)
	HALB_CHECKED;

/* Logs in to the first of the DCs that answers; those that hang are taken off the list. */
enum halb_status login_open(const struct halb_site *site, const struct halb_login *login,
			    struct halb_dc_list *dcs, struct halb_session **out,
			    struct halb_error *err) HALB_CHECKED;

/*
 * Finds a DC that answers. `password_file` may be NULL: a password is then asked for at the
 * terminal, if one is needed. The DC `first`, if it is one of them, is tried before the others
 * ("": none); if it is dead, that costs a tenth of a second, and if it hangs, five.
 */
enum halb_status connect_reach(const struct halb_site *site, const char *password_file,
			       const char *first, struct connection *out, struct halb_error *err)
	HALB_CHECKED;
/* Logs in at the DC that was reached. */
enum halb_status connect_login(struct connection *conn, struct halb_error *err) HALB_CHECKED;
/*
 * To another of its DCs: the one it was at is gone, and no more one of them. Where none answers it
 * stays as it is.
 */
enum halb_status connection_move(struct connection *conn, const struct halb_site *site,
				 const char *password_file, struct halb_error *err) HALB_CHECKED;
void connection_clear(struct connection *conn);

#endif
