/* SPDX-License-Identifier: Apache-2.0 */
/* Which finding a failure is. */
#include "halb/survey/words.h"

#include <stdio.h>
#include <string.h>

/* Kerberos refuses above five minutes (RFC 4120 7.5.7's suggestion, which AD follows). */
#define SKEW_REFUSED 300
#define SKEW_NOTABLE 60

enum halb_code halb_login_code(const struct halb_login *login, const struct halb_error *why)
{
	if (why->status != HALB_E_DENIED)
		return HALB_CODE_LDAP_UNREACHABLE;
	if (strcasestr(why->text, "clock skew"))
		return HALB_CODE_CLOCK_SKEW;
	return login->password || login->keytab ? HALB_CODE_PERMISSION_DENIED
						: HALB_CODE_TICKET_MISSING;
}

enum halb_code halb_read_code(const struct halb_error *why)
{
	return why->status == HALB_E_DENIED	 ? HALB_CODE_PERMISSION_DENIED
	       : why->status == HALB_E_MALFORMED ? HALB_CODE_RECORD_MALFORMED
						 : HALB_CODE_LDAP_UNREACHABLE;
}

enum halb_severity halb_clock_describe(int64_t theirs, int64_t ours, char text[HALB_CLOCK_TEXT])
{
	int64_t apart = theirs > ours ? theirs - ours : ours - theirs;

	snprintf(text, HALB_CLOCK_TEXT, "%lld s %s ours", (long long)apart,
		 apart == 0 ? "from" : theirs < ours ? "behind" : "ahead of");
	return apart > SKEW_REFUSED   ? HALB_SEV_CRITICAL
	       : apart > SKEW_NOTABLE ? HALB_SEV_WARNING
				      : HALB_SEV_OK;
}
