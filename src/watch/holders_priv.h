/* SPDX-License-Identifier: Apache-2.0 */
/* The list of who had each vIP from when on, whichever way that was learnt. */
#ifndef HALB_WATCH_HOLDERS_PRIV_H
#define HALB_WATCH_HOLDERS_PRIV_H

#include "watch_priv.h"

struct holders;

/* HALB_E_NOMEM. */
enum halb_status holders_new(struct halb_watch *watch, struct holders **out, struct halb_error *err)
	HALB_CHECKED;
/* What is in the list stays the watch's. */
void holders_free(struct holders *holders);

/* Adds a holder of that balancer, and tells of it, where it is another one than the latest. */
void holders_note(struct holders *holders, size_t balancer, const struct halb_watch_holder *holder);

/* A MAC turns out to be a host's: whoever had it and no name has one now. */
void holders_name(struct holders *holders, const char *host, const struct halb_mac *mac);

/* The balancer's latest, until the next is noted; NULL: none yet. */
const struct halb_watch_holder *holders_latest(const struct holders *holders, size_t balancer);

#endif
