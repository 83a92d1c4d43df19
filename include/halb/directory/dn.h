/* SPDX-License-Identifier: Apache-2.0 */
/* Distinguished names and filters as text (RFC 4514, RFC 4515). */
#ifndef HALB_DIRECTORY_DN_H
#define HALB_DIRECTORY_DN_H

#include <stdbool.h>

#include "halb/base/buf.h"

/* Appends an attribute value as it may stand in a DN. */
void halb_dn_escape(struct halb_buf *out, const char *value);

/* Appends an attribute value as it may stand in a filter. */
void halb_filter_escape(struct halb_buf *out, const char *value);

/*
 * Where two DCs were each given an object of one name, replication renames the older one to its
 * name, a line feed, "CNF:" and its GUID ([MS-ADTS] 3.1.1.5.1.5). Cuts that off a relative name's
 * value; false where there is none.
 */
bool halb_rdn_cut_conflict(char *value);

/* Whether two DNs are the same: parsed, without case, never by their bytes. False where one of
 * them is no DN. */
bool halb_dn_equal(const char *a, const char *b);

/* What follows the first RDN: the parent's DN, inside `dn`; "" where there is none. */
const char *halb_dn_parent(const char *dn);

#endif
