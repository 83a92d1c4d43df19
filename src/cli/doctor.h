/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `doctor`. Each adds what it saw; none ends it but running out of memory. */
#ifndef HALB_CLI_DOCTOR_H
#define HALB_CLI_DOCTOR_H

#include "cli.h"
#include "connect.h"
#include "halb/base/check.h"

struct doctor {
	const struct options *opt;
	const struct halb_site *site;
	struct halb_checks *checks;
	struct halb_error *err;
	enum halb_status status; /* HALB_OK until looking itself failed */

	struct halb_dc_list dcs;
	bool *answers; /* for each DC: its LDAP port does; owned */
	struct halb_login login;
	char *password; /* owned */
	bool can_login;
};

#define DOCTOR_TEXT 600

/* `what` is well. */
void doctor_pass(struct doctor *doc, const char *what, const char *fmt, ...) HALB_PRINTF(3, 4);
/* `what` is not well. */
void doctor_fail(struct doctor *doc, const char *what, const struct halb_finding *finding);
/* The same, with an error's text and hint; `object` and `server` may be NULL. */
void doctor_error(struct doctor *doc, const char *what, enum halb_code code,
		  enum halb_severity severity, const char *object, const char *server,
		  const struct halb_error *why);

/* doctor_names.c: the resolver, the DCs' names, their DNS and LDAP ports. */
void doctor_names(struct doctor *doc);
/* doctor_login.c: keytab, ticket or password. */
void doctor_login(struct doctor *doc);
/* doctor_dc.c: all that one DC can be asked. */
void doctor_dc(struct doctor *doc, const struct halb_dc *dc);
/* Its clock, which anybody may see; `now` is ours, in Unix seconds. */
void doctor_clock(struct doctor *doc, const struct halb_directory *dir, int64_t now);

/* doctor_plan.c: zones, DHCP, and what stands where something would be written. */
void doctor_directory(struct doctor *doc, const struct halb_directory *dir);
/* doctor_rights.c: the rights for what the plan would write. */
void doctor_rights(struct doctor *doc, const struct halb_directory *dir,
		   const struct halb_plan *plan);

#endif
