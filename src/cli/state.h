/* SPDX-License-Identifier: Apache-2.0 */
/* Where the program keeps what it has to know in its next run. */
#ifndef HALB_CLI_STATE_H
#define HALB_CLI_STATE_H

#include "halb/base/buf.h"

#define STATE_OF_ROOT "/var/lib/halb-dns"

/* Root's is the machine's; another user's lies where the XDG base directories put state. */
void state_put_home(struct halb_buf *out);

#endif
