/* SPDX-License-Identifier: Apache-2.0 */
/* What session.c, login.c, ldap.c, alive.c, result.c and watchdog.c share. */
#ifndef HALB_DIRECTORY_SESSION_PRIV_H
#define HALB_DIRECTORY_SESSION_PRIV_H

#include <ldap.h>

#include "halb/directory/session.h"

/* Seconds. */
#define HALB_FIRST_WAIT    5  /* for the answer to what anybody may ask */
#define HALB_LOGIN_WAIT    10 /* for each answer of a login */
#define HALB_LDAP_PATIENCE 30 /* for any other, of a DC that is alive */

struct halb_session {
	LDAP *ld;
	int fd;        /* closed by libldap */
	int64_t until; /* nothing is waited for beyond it */
	bool lost;     /* nothing more is sent, or waited for */
	struct halb_login nobody; /* how to ask the DC once more who it is */
	struct halb_watchdog *dog;
	struct halb_directory dir;
	char *login; /* owned; NULL where it is not known */
	char *host, *domain_dn, *forest_dn, *schema_dn; /* owned; `dir` points at them */
};

extern const struct halb_directory_ops halb_ldap_ops;

/* The socket stays the caller's, who stops the watchdog before closing it; NULL: no start. */
struct halb_watchdog *halb_watchdog_start(int fd, int64_t until);
/* Once the time was over this changes nothing. */
void halb_watchdog_set(struct halb_watchdog *dog, int64_t until);
void halb_watchdog_stop(struct halb_watchdog *dog);

/* For libldap and setsockopt(2), which take zero for "for ever". */
struct timeval halb_timeval(int64_t span);

/*
 * Whether the session's DC, which is silent there, answers on a new connection. True where there is
 * no time to ask it, or no socket.
 */
bool halb_session_is_alive(const struct halb_session *session);

/* Binds; the connection's TLS, where wanted, is up already. */
enum halb_status halb_ldap_login(LDAP *ld, const char *host, const struct halb_login *login,
				 struct halb_error *err) HALB_CHECKED;

/*
 * Maps an LDAP result code to a status and says `what` failed with the server's own words.
 * `diagnostic` may be NULL.
 */
enum halb_status halb_ldap_fail(struct halb_error *err, int code, const char *diagnostic,
				const char *what);

/* The same for the last error of `ld`. */
enum halb_status halb_ldap_fail_last(struct halb_error *err, LDAP *ld, int code, const char *what);

#endif
