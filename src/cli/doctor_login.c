/* SPDX-License-Identifier: Apache-2.0 */
/* Whether there is something to log in with, before anybody is asked whether it is good. */
#include <stdio.h>

#include "doctor.h"
#include "halb/survey/words.h"

#define TICKET "Kerberos ticket"

static void check_mode(struct doctor *doc, const char *what, const char *path, mode_t mode)
{
	char actual[32], hint[DOCTOR_TEXT];

	snprintf(actual, sizeof actual, "mode %04o", (unsigned)mode);
	if (!(mode & 077)) {
		doctor_pass(doc, what, "%s, with a key of %s", actual,
			    doc->site->directory.principal);
		return;
	}
	snprintf(hint, sizeof hint, "whoever can read it can log in as %s: chmod 600 %s",
		 doc->site->directory.principal, path);
	doctor_fail(doc, what,
		    &(struct halb_finding){ .code = HALB_CODE_KEYTAB_EXPOSED,
					    .severity = HALB_SEV_WARNING,
					    .object = (char *)(uintptr_t)path,
					    .expected = "readable by its owner alone",
					    .actual = actual,
					    .hint = hint });
}

static void check_keytab(struct doctor *doc)
{
	const char *path = doc->login.keytab, *principal = doc->login.principal;
	char what[DOCTOR_TEXT];
	struct halb_error why;
	mode_t mode;

	snprintf(what, sizeof what, "keytab %s", path);
	doc->can_login = halb_keytab_check(path, principal, &mode, &why) == HALB_OK;
	if (doc->can_login)
		check_mode(doc, what, path, mode);
	else
		doctor_error(doc, what, HALB_CODE_TICKET_MISSING, HALB_SEV_CRITICAL, path, NULL,
			     &why);
}

static void check_ticket(struct doctor *doc)
{
	struct halb_error why;
	char actual[40];
	uint32_t left;

	doc->can_login = halb_ticket_read(&left, &why) == HALB_OK;
	if (!doc->can_login) {
		doctor_error(doc, TICKET, HALB_CODE_TICKET_MISSING, HALB_SEV_CRITICAL, NULL, NULL,
			     &why);
		return;
	}
	if (left >= HALB_TICKET_SOON) {
		doctor_pass(doc, TICKET, "good for %u min", left / 60);
		return;
	}
	snprintf(actual, sizeof actual, "%u s left", left);
	doctor_fail(doc, TICKET,
		    &(struct halb_finding){ .code = HALB_CODE_TICKET_EXPIRING,
					    .severity = HALB_SEV_WARNING,
					    .expected = "10 minutes or more",
					    .actual = actual,
					    .hint = "kinit -R, or kinit; or give "
						    "directory.keytab" });
}

void doctor_login(struct doctor *doc)
{
	struct halb_error why;

	if (login_make(doc->opt->password_file, doc->site, &doc->login, &doc->password, &why) !=
	    HALB_OK) {
		doctor_error(doc, "password", HALB_CODE_TICKET_MISSING, HALB_SEV_CRITICAL,
			     doc->site->directory.principal, NULL, &why);
	} else if (doc->password) {
		doc->can_login = true;
	} else if (doc->login.keytab) {
		check_keytab(doc);
	} else {
		check_ticket(doc);
	}
}
