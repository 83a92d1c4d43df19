/* SPDX-License-Identifier: Apache-2.0 */
/* LDAP result codes (RFC 4511 4.1.9) as statuses and words. */
#include "session_priv.h"

#include <string.h>

static enum halb_status status_of(int code)
{
	switch (code) {
	case LDAP_SUCCESS:
		return HALB_OK;
	/* A write met something else than it expected: a stale swap, a lost race. */
	case LDAP_NO_SUCH_ATTRIBUTE:
	case LDAP_TYPE_OR_VALUE_EXISTS:
	case LDAP_ALREADY_EXISTS:
	case LDAP_BUSY:
		return HALB_E_RETRY;
	case LDAP_TIMEOUT:
	case LDAP_SERVER_DOWN:
	case LDAP_CONNECT_ERROR:
	case LDAP_UNAVAILABLE:
	case LDAP_TIMELIMIT_EXCEEDED:
	case LDAP_ADMINLIMIT_EXCEEDED:
	case LDAP_SIZELIMIT_EXCEEDED:
	case LDAP_REFERRAL: /* it does not hold that part, and says who might */
		return HALB_E_UNREACHABLE;
	case LDAP_INSUFFICIENT_ACCESS:
	case LDAP_INVALID_CREDENTIALS:
	case LDAP_STRONG_AUTH_REQUIRED:
	case LDAP_CONFIDENTIALITY_REQUIRED:
	case LDAP_INAPPROPRIATE_AUTH:
	case LDAP_AUTH_UNKNOWN:
	case LDAP_LOCAL_ERROR: /* libldap's word for a SASL or GSSAPI failure */
		return HALB_E_DENIED;
	case LDAP_NO_SUCH_OBJECT:
		return HALB_E_NOTFOUND;
	case LDAP_DECODING_ERROR:
		return HALB_E_MALFORMED;
	case LDAP_NO_MEMORY:
		return HALB_E_NOMEM;
	default:
		return HALB_E_INTERNAL;
	}
}

enum halb_status halb_ldap_fail(struct halb_error *err, int code, const char *diagnostic,
				const char *what)
{
	int n = diagnostic ? (int)strcspn(diagnostic, "\r\n") : 0;

	return halb_fail(err, status_of(code), "%s: %s%s%.*s", what, ldap_err2string(code),
			 n ? ": " : "", n > 240 ? 240 : n, diagnostic ? diagnostic : "");
}

enum halb_status halb_ldap_fail_last(struct halb_error *err, LDAP *ld, int code, const char *what)
{
	char *diagnostic = NULL;
	enum halb_status st;

	ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &diagnostic);
	st = halb_ldap_fail(err, code, diagnostic, what);
	ldap_memfree(diagnostic);
	return st;
}
