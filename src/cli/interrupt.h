/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ctrl-C from the first write on: what was begun is finished or put back, and always reported.
 * Writing is short and bounded; the wait for DNS ends at once.
 */
#ifndef HALB_CLI_INTERRUPT_H
#define HALB_CLI_INTERRUPT_H

#include <stdbool.h>

/* From here on SIGINT, SIGTERM and SIGHUP are noted, no more; until the program ends. */
void interrupt_catch(void);

/* Whether one of them came. */
bool interrupt_seen(void);

#endif
