/* SPDX-License-Identifier: Apache-2.0 */
/* A logged-in LDAP connection to one domain controller (libldap, Cyrus SASL, MIT Kerberos). */
#ifndef HALB_DIRECTORY_SESSION_H
#define HALB_DIRECTORY_SESSION_H

#include <stdint.h>
#include <sys/types.h>

#include "halb/directory/directory.h"

#define HALB_LDAP_PORT  389
#define HALB_LDAPS_PORT 636

enum halb_login_method {
	HALB_LOGIN_GSSAPI,
	HALB_LOGIN_SPNEGO,
	HALB_LOGIN_SIMPLE,
	HALB_LOGIN_NONE, /* stays anonymous: AD then shows its rootDSE and no more */
};
enum halb_login_tls { HALB_LOGIN_TLS_OFF, HALB_LOGIN_STARTTLS, HALB_LOGIN_LDAPS };

/*
 * How to log in. Kerberos takes the keytab's key where one is given, else the password, else the
 * caller's ticket cache; credentials so made live in memory only, and the process environment is
 * left alone. Without TLS the connection is signed and sealed by SASL; with TLS the layer is TLS's
 * and SASL is bound to its channel. There is no fallback from one to another.
 */
struct halb_login {
	enum halb_login_method method;
	enum halb_login_tls tls;
	const char *keytab;    /* path, or NULL */
	const char *principal; /* needed with keytab or password */
	const char *password;  /* or NULL */
	const char *ca_file;   /* PEM, or NULL for the system's trust store */
};

/* The port that such a login goes to. */
uint16_t halb_login_port(const struct halb_login *login);

struct halb_session;

/*
 * Starts TLS, as `login` wants it, and asks who it is that answers at the connected socket `fd`,
 * which is the session's from here on, also on failure. `host` is the DC's host name, for Kerberos
 * and its certificate; the login's `ca_file` must live as long as the session.
 * HALB_E_UNREACHABLE: the DC does not answer within 5 seconds, or by the deadline (a kernel takes
 * connections for a DC that hangs, too); TLS fails.
 */
enum halb_status halb_session_open(int take_fd, const char *host, const struct halb_login *login,
				   int64_t deadline, struct halb_session **out,
				   struct halb_error *err) HALB_CHECKED;

/*
 * Logs in; where that fails the session can only be closed.
 * HALB_E_DENIED: wrong password, expired or missing ticket, clock skew, login refused.
 * HALB_E_UNREACHABLE: the KDC or the DC does not answer.
 */
enum halb_status halb_session_log_in(struct halb_session *session, const struct halb_login *login,
				     int64_t deadline, struct halb_error *err) HALB_CHECKED;
void halb_session_close(struct halb_session *session);

/*
 * No answer is waited for beyond `deadline`: searches and writes then end with HALB_E_UNREACHABLE.
 * Without it they end so where the DC is silent for 30 seconds, or for 10 and on a new connection,
 * too. All that comes after an end by silence ends so at once.
 */
void halb_session_limit(struct halb_session *session, int64_t deadline);

/* Belongs to the session. */
const struct halb_directory *halb_session_directory(const struct halb_session *session);

/* Whom the DC takes us for, "halb-dns@LIME.LAN"; NULL where it is not known. */
const char *halb_session_login(const struct halb_session *session);

/*
 * The seconds that the caller's ticket is still good for. HALB_E_DENIED where there is none, or it
 * has expired. Whether there is one tells whether something must be asked of a person.
 */
enum halb_status halb_ticket_read(uint32_t *seconds, struct halb_error *err) HALB_CHECKED;

/*
 * Whether a keytab can be read and holds a key of the principal, and its file mode.
 * HALB_E_NOTFOUND: no such file, or no such key. HALB_E_DENIED: it cannot be read.
 */
enum halb_status halb_keytab_check(const char *path, const char *principal, mode_t *mode,
				   struct halb_error *err) HALB_CHECKED;

#endif
