/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the listener at stack.identity.port behind each vIP whose host it is: the way to know a
 * holder from behind a router. It says nothing where HAProxy is dead, and nothing follows of that.
 */
#ifndef HALB_WATCH_IDENTITY_PRIV_H
#define HALB_WATCH_IDENTITY_PRIV_H

#include "holders_priv.h"

struct identity;

/*
 * Begins. A balancer is asked for in its turn while its `seen`, one for each, is false: nobody
 * sees in another way who has its vIP. Both must outlive it. HALB_E_NOMEM.
 */
enum halb_status identity_new(struct halb_watch *watch, struct holders *holders, const bool *seen,
			      struct identity **out, struct halb_error *err) HALB_CHECKED;
/* Questions under way are given up. */
void identity_free(struct identity *identity);

#endif
