/* SPDX-License-Identifier: Apache-2.0 */
/* What a service tells systemd about itself: sd_notify(3). */
#ifndef HALB_BASE_NOTIFY_H
#define HALB_BASE_NOTIFY_H

#include <stdint.h>

/* One datagram to $NOTIFY_SOCKET: "READY=1", "WATCHDOG=1". Nothing where nobody listens. */
void halb_notify(const char *state);

/* How often systemd wants to hear of us at the least ($WATCHDOG_USEC), ns; 0: it does not, or
 * means another process ($WATCHDOG_PID), or says no time. */
int64_t halb_notify_watchdog(void);

#endif
