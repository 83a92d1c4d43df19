/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a session: the socket, its options, TLS, the naming contexts; then the login. */
#include "session_priv.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "halb/base/deadline.h"

uint16_t halb_login_port(const struct halb_login *login)
{
	return login->tls == HALB_LOGIN_LDAPS ? HALB_LDAPS_PORT : HALB_LDAP_PORT;
}

struct timeval halb_timeval(int64_t span)
{
	if (span < HALB_MSEC)
		span = HALB_MSEC;
	return (struct timeval){ span / HALB_SEC, span % HALB_SEC / HALB_USEC };
}

/* How long libldap waits where it waits by itself, for each answer. */
static int set_patience(const struct halb_session *session, int64_t most)
{
	int64_t left = halb_deadline_left(session->until);
	struct timeval patience = halb_timeval(left < most ? left : most);

	return ldap_set_option(session->ld, LDAP_OPT_NETWORK_TIMEOUT, &patience) |
	       ldap_set_option(session->ld, LDAP_OPT_TIMEOUT, &patience);
}

/* Each option that must hold; a failure is a libldap that is not the one we were built for. */
static int set_options(const struct halb_session *session, const struct halb_login *login)
{
	const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
	LDAP *ld = session->ld;
	int rc = set_patience(session, INT64_MAX);

	rc |= ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	rc |= ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	rc |= ldap_set_option(ld, LDAP_OPT_RESTART, LDAP_OPT_ON);
	/* The host's name is what we were told, not what a reverse look-up says. */
	rc |= ldap_set_option(ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON);
	if (login->tls == HALB_LOGIN_TLS_OFF)
		return rc;
	rc |= ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
	if (login->ca_file)
		rc |= ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, login->ca_file);
	return rc | ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client);
}

static enum halb_status start_tls(const struct halb_session *session,
				  const struct halb_login *login, struct halb_error *err)
{
	LDAP *ld = session->ld;
	const char *host = session->host;
	int rc = LDAP_SUCCESS;

	if (login->tls == HALB_LOGIN_STARTTLS)
		rc = ldap_start_tls_s(ld, NULL, NULL);
	else if (login->tls == HALB_LOGIN_LDAPS)
		rc = ldap_install_tls(ld);
	if (rc == LDAP_SUCCESS)
		return HALB_OK;
	/* libldap does not tell what GnuTLS had against the certificate. */
	halb_fail(err, HALB_E_UNREACHABLE, "%s: TLS failed: its certificate was not accepted, or it "
					   "speaks no TLS here", host);
	return halb_hint(err, "the DC's certificate must be valid for %s and signed by %s; name "
			      "your CA's file in directory.ca_file",
			 host, login->ca_file ? login->ca_file : "a CA this system trusts");
}

static enum halb_status copy_context(const char *host, const struct halb_entry *entry,
				     const char *attr, char **out, struct halb_error *err)
{
	char *text;
	enum halb_status st = halb_entry_string(entry, attr, &text, err);

	if (st != HALB_OK)
		return st;
	free(*out);
	*out = text;
	if (!text)
		return halb_fail(err, HALB_E_MALFORMED, "%s: its rootDSE has no %s: is it a "
							"domain controller?", host, attr);
	return HALB_OK;
}

static enum halb_status take_contexts(void *arg, size_t which, const struct halb_entry *entry,
				      struct halb_error *err)
{
	struct halb_session *session = arg;
	enum halb_status st;

	(void)which;
	st = copy_context(session->host, entry, "defaultNamingContext", &session->domain_dn, err);
	if (st == HALB_OK)
		st = copy_context(session->host, entry, "rootDomainNamingContext",
				  &session->forest_dn, err);
	if (st == HALB_OK)
		st = copy_context(session->host, entry, "schemaNamingContext",
				  &session->schema_dn, err);
	return st;
}

static enum halb_status read_root(struct halb_session *session, struct halb_error *err)
{
	static const char *const attrs[] = { "defaultNamingContext", "rootDomainNamingContext",
					     "schemaNamingContext", NULL };
	const struct halb_search root = { "", HALB_SCOPE_BASE, "(objectClass=*)", attrs, false };
	enum halb_status st;

	session->dir = (struct halb_directory){ .ops = &halb_ldap_ops, .self = session,
						.server = session->host };
	st = halb_directory_search(&session->dir, &root, 1, take_contexts, session, err);
	if (st == HALB_OK && !session->schema_dn)
		st = halb_fail(err, HALB_E_MALFORMED, "%s: it shows no rootDSE", session->host);
	session->dir.domain_dn = session->domain_dn;
	session->dir.forest_dn = session->forest_dn;
	session->dir.schema_dn = session->schema_dn;
	return st;
}

/*
 * For when there is no deadline. libldap polls before it reads, but then reads a TLS record to its
 * end, and sends with no limit. TCP itself ends a connection that takes nothing for 10 s, or shows
 * no sign of life.
 */
static void limit_blocking(int fd)
{
	const struct timeval record = halb_timeval(HALB_FIRST_WAIT * HALB_SEC);
	const struct timeval patience = halb_timeval(HALB_LDAP_PATIENCE * HALB_SEC);
	const int on = 1, idle = HALB_FIRST_WAIT, gap = 1, gone = 2 * HALB_FIRST_WAIT * 1000;

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &record, sizeof record);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &gap, sizeof gap);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &gone, sizeof gone);
}

static enum halb_status init_ldap(struct halb_session *session, int fd, const char *host,
				  const struct halb_login *login, struct halb_error *err)
{
	char url[300];
	int rc;

	/* An IPv6 address stands in brackets (RFC 3986 3.2.2). */
	snprintf(url, sizeof url, strchr(host, ':') ? "%s://[%s]" : "%s://%s",
		 login->tls == HALB_LOGIN_LDAPS ? "ldaps" : "ldap", host);
	rc = ldap_init_fd(fd, LDAP_PROTO_TCP, url, &session->ld);
	if (rc != LDAP_SUCCESS) {
		close(fd);
		return halb_ldap_fail(err, rc, NULL, host);
	}
	limit_blocking(fd);
	session->fd = fd;
	session->dog = halb_watchdog_start(fd, session->until);
	return session->dog ? HALB_OK : halb_fail_nomem(err);
}

/* Kerberos knows whose ticket it was; for a simple bind it is what was asked for. */
static enum halb_status keep_login(struct halb_session *session, const struct halb_login *login,
				   struct halb_error *err)
{
	char *name = NULL;
	bool missing;

	if (login->method != HALB_LOGIN_SIMPLE)
		ldap_get_option(session->ld, LDAP_OPT_X_SASL_USERNAME, &name);
	if (name || login->principal)
		session->login = strdup(name ? name : login->principal);
	missing = (name || login->principal) && !session->login;
	ldap_memfree(name);
	return missing ? halb_fail_nomem(err) : HALB_OK;
}

static enum halb_status fail_option(struct halb_error *err)
{
	return halb_fail(err, HALB_E_INTERNAL, "libldap refused an option");
}

/* Whatever was asked last, where the time is over that is the reason (libldap's is of ms). */
static enum halb_status explain_silence(const struct halb_session *session, enum halb_status st,
					struct halb_error *err)
{
	if (st != HALB_E_UNREACHABLE || halb_deadline_left(session->until) > HALB_MSEC)
		return st;
	halb_fail(err, st, "%s: it takes the connection and does not answer", session->host);
	return halb_hint(err, "is it starting, frozen or overloaded? Start it anew, or name "
			      "another one with --server");
}

enum halb_status halb_session_open(int take_fd, const char *host, const struct halb_login *login,
				   int64_t deadline, struct halb_session **out,
				   struct halb_error *err)
{
	struct halb_session *session = calloc(1, sizeof *session);
	int64_t first = halb_now() + HALB_FIRST_WAIT * HALB_SEC;
	enum halb_status st;

	if (!session || !(session->host = strdup(host))) {
		close(take_fd);
		free(session);
		return halb_fail_nomem(err);
	}
	session->until = deadline < first ? deadline : first;
	session->nobody = (struct halb_login){ .method = HALB_LOGIN_NONE, .tls = login->tls,
					       .ca_file = login->ca_file };
	st = init_ldap(session, take_fd, host, login, err);
	if (st == HALB_OK && set_options(session, login) != LDAP_OPT_SUCCESS)
		st = fail_option(err);
	if (st == HALB_OK)
		st = start_tls(session, login, err);
	if (st == HALB_OK)
		st = read_root(session, err);
	if (st != HALB_OK) {
		st = explain_silence(session, st, err);
		halb_session_close(session);
		return st;
	}
	halb_session_limit(session, INT64_MAX);
	*out = session;
	return HALB_OK;
}

/* What it said of itself before, anybody on the way may have said. */
enum halb_status halb_session_log_in(struct halb_session *session, const struct halb_login *login,
				     int64_t deadline, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	if (login->method == HALB_LOGIN_NONE)
		return HALB_OK;
	halb_session_limit(session, deadline);
	if (set_patience(session, HALB_LOGIN_WAIT * HALB_SEC) != LDAP_OPT_SUCCESS)
		st = fail_option(err);
	if (st == HALB_OK)
		st = halb_ldap_login(session->ld, session->host, login, err);
	if (st == HALB_OK)
		st = keep_login(session, login, err);
	if (st == HALB_OK)
		st = read_root(session, err);
	halb_session_limit(session, INT64_MAX);
	return st;
}

void halb_session_limit(struct halb_session *session, int64_t deadline)
{
	session->until = deadline;
	halb_watchdog_set(session->dog, deadline);
}

void halb_session_close(struct halb_session *session)
{
	if (!session)
		return;
	halb_watchdog_stop(session->dog);
	if (session->ld)
		ldap_unbind_ext(session->ld, NULL, NULL);
	free(session->login);
	free(session->host);
	free(session->domain_dn);
	free(session->forest_dn);
	free(session->schema_dn);
	free(session);
}

const struct halb_directory *halb_session_directory(const struct halb_session *session)
{
	return &session->dir;
}

const char *halb_session_login(const struct halb_session *session)
{
	return session->login;
}
