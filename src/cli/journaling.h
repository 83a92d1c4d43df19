/* SPDX-License-Identifier: Apache-2.0 */
/* Where this user's journal is, and what a run of it says about itself. */
#ifndef HALB_CLI_JOURNALING_H
#define HALB_CLI_JOURNALING_H

#include "connect.h"
#include "halb/apply/journal.h"
#include "state.h"

#define JOURNAL_OF_ROOT STATE_OF_ROOT "/journal"

struct journaling {
	struct halb_journal journal;
	char *path; /* owned */
	char user[64];
};

/* HALB_E_CANTCREATE where there is no place for it. */
enum halb_status journaling_init(struct journaling *out, struct halb_error *err) HALB_CHECKED;
void journaling_clear(struct journaling *journaling);

/* The head of a run; it points at the arguments. `domain` is room for the domain's text. */
struct halb_run_head journaling_head(const struct journaling *journaling,
				     const struct connection *conn, const struct halb_site *site,
				     char domain[HALB_NAME_TEXT]);

#endif
