/* SPDX-License-Identifier: Apache-2.0 */
/* What can be asked of a DC before anything is written to it. Reads only. */
#ifndef HALB_DIRECTORY_PREFLIGHT_H
#define HALB_DIRECTORY_PREFLIGHT_H

#include <stdint.h>

#include "halb/directory/directory.h"
#include "halb/dns/aging.h"

/* S-1-, the authority, and at most fifteen numbers ([MS-DTYP] 2.4.2.1). */
#define HALB_SID_TEXT 192

/* Whom a session is logged in as. */
struct halb_account {
	char *name; /* sAMAccountName; owned */
	char sid[HALB_SID_TEXT];
};

/* [MS-ADTS] 3.1.1.3.2: the DC's clock, by its rootDSE, which it shows to anybody. Unix seconds. */
enum halb_status halb_clock_read(const struct halb_directory *dir, int64_t *out,
				 struct halb_error *err) HALB_CHECKED;

/*
 * By the rootDSE's tokenGroups, which hold the account's own SID among those of its groups.
 * HALB_E_NOTFOUND where none of them is a user's that can be seen.
 */
enum halb_status halb_account_read(const struct halb_directory *dir, struct halb_account *out,
				   struct halb_error *err) HALB_CHECKED;
void halb_account_clear(struct halb_account *account);

/* The aging settings of a zone. HALB_E_MALFORMED; HALB_E_NOTFOUND where there is no such zone. */
enum halb_status halb_zone_aging_read(const struct halb_directory *dir, const char *zone_dn,
				      struct halb_zone_aging *out, struct halb_error *err)
	HALB_CHECKED;

#endif
