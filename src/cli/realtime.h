/* SPDX-License-Identifier: Apache-2.0 */
/* A place before all that is not urgent, for who measures time. */
#ifndef HALB_CLI_REALTIME_H
#define HALB_CLI_REALTIME_H

#include "halb/base/error.h"

/* Real-time scheduling and memory that is never paged out; children get neither. HALB_E_DENIED. */
enum halb_status realtime_begin(struct halb_error *err) HALB_CHECKED;

#endif
