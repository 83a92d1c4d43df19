/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the DCs, logs in to the first that answers, reads what the site is about. */
#include "connect.h"

#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "halb/base/log.h"
#include "halb/directory/kdc.h"
#include "secret.h"

#define CONNECT_WAIT (10 * HALB_SEC)
#define LOGIN_WAIT   (30 * HALB_SEC)

/* A password is asked for only where nothing else would do. */
static bool needs_password(const char *file, const struct halb_site_directory *d)
{
	struct halb_error why;
	uint32_t seconds;

	if (file || d->auth == HALB_AUTH_SIMPLE)
		return true;
	return !d->keytab && d->principal && halb_ticket_read(&seconds, &why) != HALB_OK;
}

enum halb_status login_make(const char *file, const struct halb_site *site,
			    struct halb_login *login, char **password, struct halb_error *err)
{
	static const enum halb_login_method methods[] = {
		[HALB_AUTH_GSSAPI] = HALB_LOGIN_GSSAPI,
		[HALB_AUTH_SPNEGO] = HALB_LOGIN_SPNEGO,
		[HALB_AUTH_SIMPLE] = HALB_LOGIN_SIMPLE,
	};
	static const enum halb_login_tls tls[] = { [HALB_TLS_OFF] = HALB_LOGIN_TLS_OFF,
						   [HALB_TLS_STARTTLS] = HALB_LOGIN_STARTTLS,
						   [HALB_TLS_LDAPS] = HALB_LOGIN_LDAPS };
	const struct halb_site_directory *d = &site->directory;
	enum halb_status st;

	*login = (struct halb_login){ .method = methods[d->auth], .tls = tls[d->tls],
				      .keytab = d->keytab, .principal = d->principal,
				      .ca_file = d->ca_file };
	if (!needs_password(file, d)) {
		if (!d->keytab)
			login->principal = NULL; /* whoever the ticket is */
		return HALB_OK;
	}
	if (!d->principal) {
		halb_fail(err, HALB_E_SITE, "directory.principal is missing: whose password is it?");
		return halb_hint(err, "directory: {principal: user@REALM}");
	}
	st = secret_read(file, d->principal, password, err);
	login->password = *password;
	login->keytab = NULL;
	return st;
}

static void take_out(struct halb_dc_list *dcs, struct halb_dc *dc)
{
	dcs->n--;
	memmove(dc, dc + 1, (size_t)(dcs->items + dcs->n - dc) * sizeof *dc);
}

static enum halb_status reach(const struct halb_login *login, const struct halb_dc_list *dcs,
			      size_t *which, int *fd, struct halb_error *err)
{
	uint16_t port = halb_login_port(login);
	enum halb_status st = halb_locate_connect(dcs, port, halb_now() + CONNECT_WAIT, which, fd,
						  err);

	if (st == HALB_OK)
		return st;
	return halb_hint(err, "check that a DC runs and that TCP port %u is open, or name one with "
			      "--server", port);
}

/* A DC that takes the connection and does not answer is one of them no more; the last one stays. */
static enum halb_status open_first(const struct halb_site *site, const struct halb_login *login,
				   struct halb_dc_list *dcs, struct halb_session **out,
				   struct halb_error *err)
{
	for (;;) {
		size_t which;
		int fd;
		enum halb_status st = reach(login, dcs, &which, &fd, err);

		if (st != HALB_OK)
			return st;
		st = halb_session_open(fd, dcs->items[which].name, login, halb_now() + LOGIN_WAIT,
				       out, err);
		if (st == HALB_OK)
			halb_kdc_use(&site->domain, &dcs->items[which].address);
		if (st != HALB_E_UNREACHABLE || dcs->n == 1)
			return st;
		halb_log(HALB_LOG_WARN, "%s; looking for another domain controller", err->text);
		take_out(dcs, &dcs->items[which]);
	}
}

enum halb_status login_open(const struct halb_site *site, const struct halb_login *login,
			    struct halb_dc_list *dcs, struct halb_session **out,
			    struct halb_error *err)
{
	struct halb_session *session;
	enum halb_status st = open_first(site, login, dcs, &session, err);

	if (st != HALB_OK)
		return st;
	st = halb_session_log_in(session, login, halb_now() + LOGIN_WAIT, err);
	if (st == HALB_OK)
		*out = session;
	else
		halb_session_close(session);
	return st;
}

static void put_first(struct halb_dc_list *dcs, const char *name)
{
	struct halb_dc *found = halb_dc_list_find(dcs, name), dc;

	if (!found)
		return;
	dc = *found;
	memmove(dcs->items + 1, dcs->items, (size_t)(found - dcs->items) * sizeof *dcs->items);
	dcs->items[0] = dc;
}

enum halb_status connect_reach(const struct halb_site *site, const char *password_file,
			       const char *first, struct connection *out, struct halb_error *err)
{
	struct connection conn = { 0 };
	enum halb_status st;

	halb_log_progress("looking for the domain controllers");
	st = locate_dcs(site, halb_now() + LOCATE_WAIT, &conn.dcs, err);
	put_first(&conn.dcs, first);
	if (st == HALB_OK)
		st = login_make(password_file, site, &conn.login, &conn.password, err);
	if (st == HALB_OK)
		st = open_first(site, &conn.login, &conn.dcs, &conn.session, err);
	halb_log_progress(NULL);
	if (st != HALB_OK) {
		secret_free(conn.password);
		halb_dc_list_clear(&conn.dcs);
		return st;
	}
	*out = conn;
	return HALB_OK;
}

enum halb_status connect_login(struct connection *conn, struct halb_error *err)
{
	enum halb_status st;

	halb_log_progress("logging in");
	st = halb_session_log_in(conn->session, &conn->login, halb_now() + LOGIN_WAIT, err);
	secret_free(conn->password);
	conn->password = NULL;
	halb_log_progress(NULL);
	if (st != HALB_OK)
		return st;
	conn->dir = halb_session_directory(conn->session);
	halb_log(HALB_LOG_INFO, "logged in to %s", conn->dir->server);
	return HALB_OK;
}

enum halb_status connection_move(struct connection *conn, const struct halb_site *site,
				 const char *password_file, struct halb_error *err)
{
	struct halb_dc_list *dcs = &conn->dcs;
	struct halb_dc *gone = halb_dc_list_find(dcs, conn->dir->server);
	struct halb_session *session;
	struct halb_login login;
	char *password = NULL;
	enum halb_status st = login_make(password_file, site, &login, &password, err);

	if (gone)
		take_out(dcs, gone);
	if (st == HALB_OK)
		st = login_open(site, &login, dcs, &session, err);
	secret_free(password);
	if (st != HALB_OK)
		return st;
	if (conn->first)
		halb_session_close(conn->session);
	else
		conn->first = conn->session;
	conn->session = session;
	conn->dir = halb_session_directory(session);
	return HALB_OK;
}

void connection_clear(struct connection *conn)
{
	secret_free(conn->password);
	halb_session_close(conn->session);
	halb_session_close(conn->first);
	halb_dc_list_clear(&conn->dcs);
	*conn = (struct connection){ 0 };
}
