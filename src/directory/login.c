/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging in, as a recipe of steps: Kerberos credentials by GSSAPI, security properties by what
 * the transport is, then the bind. [MS-ADTS] 5.1.1 says what AD takes.
 */
#include "session_priv.h"

#include <errno.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <pthread.h>
#include <sasl/sasl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool describe(OM_uint32 code, int kind, char *text, size_t room)
{
	OM_uint32 ignored, more = 0;
	gss_buffer_desc words = GSS_C_EMPTY_BUFFER;
	bool ok = !GSS_ERROR(gss_display_status(&ignored, code, kind, (gss_OID)gss_mech_krb5, &more,
						&words));

	if (ok)
		snprintf(text, room, "%.*s", (int)words.length, (const char *)words.value);
	gss_release_buffer(&ignored, &words);
	return ok;
}

/* The mechanism's own words where it has some, else GSSAPI's. */
static void gss_text(OM_uint32 major, OM_uint32 minor, char *text, size_t room)
{
	if (minor && describe(minor, GSS_C_MECH_CODE, text, room) && strcmp(text, "Success") != 0)
		return;
	if (!describe(major, GSS_C_GSS_CODE, text, room))
		snprintf(text, room, "GSSAPI error %u/%u", major, minor);
}

static bool mentions(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcasestr(text, *words))
			return true;
	return false;
}

/* Says what to do about a Kerberos failure; libkrb5 tells its causes by text only. */
static enum halb_status kerberos_hint(struct halb_error *err, const struct halb_login *login)
{
	static const char *const kdc[] = { "cannot contact any kdc", "cannot find kdc",
					   "cannot resolve", NULL };
	static const char *const skew[] = { "clock skew", NULL };
	static const char *const expired[] = { "expired", NULL };
	static const char *const spn[] = { "server not found in kerberos database",
					   "for server", NULL };

	if (mentions(err->text, kdc)) {
		err->status = HALB_E_UNREACHABLE;
		return halb_hint(err, "check that a domain controller's port 88 answers and that "
				      "_kerberos._udp SRV records or /etc/krb5.conf name it");
	}
	if (mentions(err->text, skew))
		return halb_hint(err, "this machine's clock and the DC's differ by more than 5 "
				      "minutes: set the clock (chronyc makestep)");
	if (mentions(err->text, spn))
		return halb_hint(err, "the KDC knows no ldap/ service under this name: give the DC's "
				      "full host name, or run samba_spnupdate on it");
	if (login->keytab)
		return halb_hint(err, "check that %s holds %s with its newest key (klist -kt %s); "
				      "samba-tool domain exportkeytab makes a new one",
				 login->keytab, login->principal, login->keytab);
	if (login->password)
		return halb_hint(err, "check the user name %s and the password", login->principal);
	return halb_hint(err, mentions(err->text, expired)
				 ? "the ticket has expired: run kinit, or give directory.keytab"
				 : "run kinit, or give directory.keytab and directory.principal");
}

static enum halb_status gss_fail(struct halb_error *err, const struct halb_login *login,
				 OM_uint32 major, OM_uint32 minor)
{
	char text[256];

	gss_text(major, minor, text, sizeof text);
	halb_fail(err, HALB_E_DENIED, "Kerberos login%s%s: %s", login->principal ? " as " : "",
		  login->principal ? login->principal : "", text);
	return kerberos_hint(err, login);
}

static OM_uint32 acquire(const struct halb_login *login, gss_name_t name, gss_cred_id_t *cred,
			 OM_uint32 *minor)
{
	/* A cache of this process alone; the name is unique within it. */
	gss_key_value_element_desc elements[] = { { "client_keytab", login->keytab },
						  { "ccache", "MEMORY:halb-dns" } };
	gss_key_value_set_desc store = { 2, elements };
	/* The mechanism that will be spoken; SPNEGO's credential holds Kerberos's (RFC 4178). */
	static gss_OID_desc spnego = { 6, "\x2b\x06\x01\x05\x05\x02" };
	gss_OID_set_desc mech = { 1, login->method == HALB_LOGIN_SPNEGO
					     ? &spnego : (gss_OID)gss_mech_krb5 };
	gss_buffer_desc password;

	if (login->keytab)
		return gss_acquire_cred_from(minor, name, GSS_C_INDEFINITE, &mech, GSS_C_INITIATE,
					     &store, cred, NULL, NULL);
	if (login->password) {
		password.value = (void *)(uintptr_t)login->password;
		password.length = strlen(login->password);
		return gss_acquire_cred_with_password(minor, name, &password, GSS_C_INDEFINITE,
						      &mech, GSS_C_INITIATE, cred, NULL, NULL);
	}
	return gss_acquire_cred(minor, name, GSS_C_INDEFINITE, &mech, GSS_C_INITIATE, cred, NULL,
				NULL);
}

/* A keytab's TGT is fetched when it is first asked about: do it here, where its error is ours. */
static OM_uint32 check_lifetime(gss_cred_id_t cred, OM_uint32 *lifetime, OM_uint32 *minor)
{
	OM_uint32 major = gss_inquire_cred(minor, cred, NULL, lifetime, NULL, NULL);

	if (!GSS_ERROR(major) && *lifetime == 0) {
		*minor = 0;
		return GSS_S_CREDENTIALS_EXPIRED;
	}
	return major;
}

/*
 * Sessions of several threads share the cache of acquire(): one of them gets the ticket, and the
 * others find it there, where none may begin to fill it anew.
 */
static OM_uint32 acquire_alone(const struct halb_login *login, gss_name_t name,
			       gss_cred_id_t *cred, OM_uint32 *lifetime, OM_uint32 *minor)
{
	static pthread_mutex_t filling = PTHREAD_MUTEX_INITIALIZER;
	OM_uint32 major;

	pthread_mutex_lock(&filling);
	major = acquire(login, name, cred, minor);
	if (!GSS_ERROR(major))
		major = check_lifetime(*cred, lifetime, minor);
	pthread_mutex_unlock(&filling);
	return major;
}

static enum halb_status get_credentials(const struct halb_login *login, gss_cred_id_t *out,
					OM_uint32 *lifetime, struct halb_error *err)
{
	gss_name_t name = GSS_C_NO_NAME;
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 major = GSS_S_COMPLETE, minor = 0, ignored;

	if (login->keytab && access(login->keytab, R_OK) != 0) {
		halb_fail(err, HALB_E_DENIED, "keytab %s: %s", login->keytab, strerror(errno));
		return halb_hint(err, "give directory.keytab a file that this user can read; "
				      "samba-tool domain exportkeytab makes one");
	}
	if ((login->keytab || login->password) && !login->principal)
		return halb_fail(err, HALB_E_SITE, "directory.principal is missing: a keytab or "
						   "password needs the name it belongs to");
	if (login->principal) {
		gss_buffer_desc text = { strlen(login->principal),
					 (void *)(uintptr_t)login->principal };

		major = gss_import_name(&minor, &text, (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME, &name);
	}
	if (!GSS_ERROR(major))
		major = acquire_alone(login, name, &cred, lifetime, &minor);
	gss_release_name(&ignored, &name);
	if (GSS_ERROR(major)) {
		gss_release_cred(&ignored, &cred);
		return gss_fail(err, login, major, minor);
	}
	*out = cred;
	return HALB_OK;
}

enum halb_status halb_ticket_read(uint32_t *seconds, struct halb_error *err)
{
	const struct halb_login login = { 0 };
	gss_cred_id_t cred;
	OM_uint32 lifetime, ignored;
	enum halb_status st = get_credentials(&login, &cred, &lifetime, err);

	if (st != HALB_OK)
		return st;
	gss_release_cred(&ignored, &cred);
	*seconds = lifetime;
	return HALB_OK;
}

/* Called by SASL once its context stands; only then does the context take the credentials. */
static int interact(LDAP *ld, unsigned flags, void *defaults, void *prompts)
{
	gss_cred_id_t cred = defaults;

	(void)flags;
	if (ldap_set_option(ld, LDAP_OPT_X_SASL_GSS_CREDS, cred) != LDAP_OPT_SUCCESS)
		return LDAP_LOCAL_ERROR;
	for (sasl_interact_t *p = prompts; p && p->id != SASL_CB_LIST_END; p++) {
		p->result = ""; /* act as whom we log in as */
		p->len = 0;
	}
	return LDAP_SUCCESS;
}

/*
 * AD refuses a SASL layer inside TLS (result 53), and by default refuses a connection without any
 * (result 8): so exactly one of the two.
 */
static int set_security(LDAP *ld, const struct halb_login *login)
{
	int binding = LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT;

	if (login->tls == HALB_LOGIN_TLS_OFF)
		return ldap_set_option(ld, LDAP_OPT_X_SASL_SECPROPS,
				       "noanonymous,noplain,minssf=56");
	if (ldap_set_option(ld, LDAP_OPT_X_SASL_CBINDING, &binding) != LDAP_OPT_SUCCESS)
		return LDAP_LOCAL_ERROR;
	return ldap_set_option(ld, LDAP_OPT_X_SASL_SECPROPS, "noanonymous,noplain,maxssf=0");
}

static enum halb_status sasl_login(LDAP *ld, const struct halb_login *login,
				   struct halb_error *err)
{
	const char *mech = login->method == HALB_LOGIN_SPNEGO ? "GSS-SPNEGO" : "GSSAPI";
	gss_cred_id_t cred;
	OM_uint32 lifetime, ignored;
	enum halb_status st = get_credentials(login, &cred, &lifetime, err);
	int rc;

	if (st != HALB_OK)
		return st;
	rc = set_security(ld, login);
	if (rc == LDAP_SUCCESS)
		rc = ldap_sasl_interactive_bind_s(ld, NULL, mech, NULL, NULL, LDAP_SASL_QUIET,
						  interact, cred);
	gss_release_cred(&ignored, &cred);
	if (rc == LDAP_SUCCESS)
		return HALB_OK;
	st = halb_ldap_fail_last(err, ld, rc, mech);
	if (rc == LDAP_STRONG_AUTH_REQUIRED)
		return halb_hint(err, "this DC takes Kerberos inside TLS only with 'ldap server "
				      "require strong auth = allow_sasl_over_tls': set that, or "
				      "directory.tls to off (SASL then signs and seals)");
	return st == HALB_E_DENIED ? kerberos_hint(err, login) : st;
}

static enum halb_status simple_login(LDAP *ld, const struct halb_login *login,
				     struct halb_error *err)
{
	struct berval secret;
	enum halb_status st;
	int rc;

	if (login->tls == HALB_LOGIN_TLS_OFF)
		return halb_fail(err, HALB_E_SITE, "auth simple would send the password in the "
						   "clear: set directory.tls to starttls or ldaps");
	if (!login->principal || !login->password || !*login->password)
		return halb_fail(err, HALB_E_DENIED, "auth simple needs directory.principal and a "
						     "password (--password-file, or a terminal)");
	secret.bv_val = (char *)(uintptr_t)login->password;
	secret.bv_len = strlen(login->password);
	rc = ldap_sasl_bind_s(ld, login->principal, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
	if (rc == LDAP_SUCCESS)
		return HALB_OK;
	st = halb_ldap_fail_last(err, ld, rc, "login");
	if (rc == LDAP_INVALID_CREDENTIALS)
		halb_fail(err, st, "login as %s: invalid credentials", login->principal);
	return st == HALB_E_DENIED ? halb_hint(err, "check the user name %s and the password",
					       login->principal)
				   : st;
}

enum halb_status halb_ldap_login(LDAP *ld, const char *host, const struct halb_login *login,
				 struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	switch (login->method) {
	case HALB_LOGIN_NONE: /* LDAPv3 needs no bind (RFC 4511 4.2) */
		break;
	case HALB_LOGIN_SIMPLE:
		st = simple_login(ld, login, err);
		break;
	case HALB_LOGIN_GSSAPI:
	case HALB_LOGIN_SPNEGO:
		st = sasl_login(ld, login, err);
		break;
	}
	return st == HALB_OK ? st : halb_fail_in(err, "%s", host);
}
