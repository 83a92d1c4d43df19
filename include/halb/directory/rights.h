/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rights that writes need, and what an administrator does to grant those that are missing.
 * What a DC says of rights beforehand is advice ([MS-ADTS] 3.1.1.4.5.2 and following): the write
 * itself may still be refused.
 */
#ifndef HALB_DIRECTORY_RIGHTS_H
#define HALB_DIRECTORY_RIGHTS_H

#include "halb/base/buf.h"
#include "halb/directory/directory.h"
#include "halb/directory/preflight.h"

struct halb_right {
	char *name; /* of the class or attribute; owned */
	bool granted;
};

/* What is needed of one entry: to make children of some classes, or to change some attributes. */
struct halb_need {
	char *dn; /* owned */
	bool children;
	struct halb_right *rights; /* owned */
	size_t n;
	bool seen; /* the entry is there, and may be seen */
};

struct halb_needs {
	struct halb_need *items; /* owned */
	size_t n, room;
};

void halb_needs_clear(struct halb_needs *needs);

/*
 * Adds what an add or a modify needs; needed twice, it is there once. The removal of an entry adds
 * nothing: no DC says beforehand whether it is permitted.
 */
enum halb_status halb_needs_add(struct halb_needs *needs, const struct halb_write *write,
				struct halb_error *err) HALB_CHECKED;

/* Asks the DC which of them whoever is logged in has. */
enum halb_status halb_needs_read(const struct halb_directory *dir, struct halb_needs *needs,
				 struct halb_error *err) HALB_CHECKED;

bool halb_need_is_met(const struct halb_need *need);

/* Appends "make dnsNode" or "change dnsRecord, adminDescription": what is granted, or what is not. */
void halb_need_describe(const struct halb_need *need, bool granted, struct halb_buf *out);

/*
 * Appends the commands that grant the account what it lacks, and nothing else: samba-tool's, then
 * dsacls's. `domain` is the account's, "lime.lan". HALB_E_NOTFOUND where the schema does not show
 * the class or attribute.
 */
enum halb_status halb_need_grant(const struct halb_directory *dir, const struct halb_need *need,
				 const struct halb_account *account, const char *domain,
				 struct halb_buf *out, struct halb_error *err) HALB_CHECKED;

#endif
