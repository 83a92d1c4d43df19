/* SPDX-License-Identifier: Apache-2.0 */
/* One DC: its clock, then the login there, then what only those see who are logged in. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "doctor.h"
#include "halb/directory/preflight.h"
#include "halb/survey/words.h"

void doctor_clock(struct doctor *doc, const struct halb_directory *dir, int64_t now)
{
	char what[DOCTOR_TEXT], actual[HALB_CLOCK_TEXT];
	enum halb_severity severity;
	struct halb_error why;
	int64_t theirs;

	snprintf(what, sizeof what, "clock of %s", dir->server);
	if (halb_clock_read(dir, &theirs, &why) != HALB_OK) {
		doctor_error(doc, what, HALB_CODE_CLOCK_SKEW, HALB_SEV_UNKNOWN, NULL, dir->server,
			     &why);
		return;
	}
	severity = halb_clock_describe(theirs, now, actual);
	if (severity == HALB_SEV_OK) {
		doctor_pass(doc, what, "%s", actual);
		return;
	}
	doctor_fail(doc, what,
		    &(struct halb_finding){
			    .code = HALB_CODE_CLOCK_SKEW,
			    .severity = severity,
			    .object = (char *)(uintptr_t)dir->server,
			    .server = (char *)(uintptr_t)dir->server,
			    .expected = HALB_CLOCK_EXPECTED,
			    .actual = actual,
			    .hint = HALB_CLOCK_HINT });
}

/* A session that is nobody's shows the clock even where no login would get through. */
static void look_without_login(struct doctor *doc, struct halb_dc_list *dc)
{
	const struct halb_login nobody = { .method = HALB_LOGIN_NONE,
					   .tls = doc->login.tls,
					   .ca_file = doc->login.ca_file };
	struct halb_session *session;
	char what[DOCTOR_TEXT];
	struct halb_error why;

	if (login_open(doc->site, &nobody, dc, &session, &why) == HALB_OK) {
		doctor_clock(doc, halb_session_directory(session), time(NULL));
		halb_session_close(session);
		return;
	}
	snprintf(what, sizeof what, "clock of %s", dc->items->name);
	doctor_error(doc, what, HALB_CODE_CLOCK_SKEW, HALB_SEV_UNKNOWN, dc->items->name,
		     dc->items->name, &why);
}

/* It is said once for each DC that all the rest was not seen there: never that it is well. */
static void skip_directory(struct doctor *doc, const char *server)
{
	char what[DOCTOR_TEXT];

	snprintf(what, sizeof what, "directory at %s", server);
	doctor_fail(doc, what,
		    &(struct halb_finding){
			    .code = HALB_CODE_PERMISSION_DENIED,
			    .severity = HALB_SEV_UNKNOWN,
			    .server = (char *)(uintptr_t)server,
			    .actual = "no login: zones, DHCP and rights were not looked at",
			    .hint = "mend the login first, then run this again" });
}

void doctor_dc(struct doctor *doc, const struct halb_dc *dc)
{
	struct halb_dc_list only = { (struct halb_dc *)(uintptr_t)dc, 1 };
	struct halb_session *session = NULL;
	char what[DOCTOR_TEXT];
	struct halb_error why;

	look_without_login(doc, &only);
	snprintf(what, sizeof what, "login at %s", dc->name);
	if (doc->can_login && login_open(doc->site, &doc->login, &only, &session, &why) != HALB_OK)
		doctor_error(doc, what, halb_login_code(&doc->login, &why), HALB_SEV_CRITICAL,
			     doc->login.principal, dc->name, &why);
	if (!session) {
		skip_directory(doc, dc->name);
		return;
	}
	doctor_pass(doc, what, "works");
	doctor_directory(doc, halb_session_directory(session));
	halb_session_close(session);
}
