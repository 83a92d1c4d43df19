/* SPDX-License-Identifier: Apache-2.0 */
/* Absolute deadlines on the monotonic clock, and durations as people write them. */
#ifndef HALB_BASE_DEADLINE_H
#define HALB_BASE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "halb/base/error.h"

#define HALB_USEC INT64_C(1000) /* nanoseconds */
#define HALB_MSEC INT64_C(1000000)
#define HALB_SEC  INT64_C(1000000000)

/* Nanoseconds on CLOCK_MONOTONIC. */
int64_t halb_now(void);

/* Nanoseconds left until `deadline`, never negative. */
int64_t halb_deadline_left(int64_t deadline);

/* A number and one of `us ms s m h`, "90s" or "1.5s", or "0"; nanoseconds. HALB_E_USAGE otherwise,
 * and beyond a year. */
enum halb_status halb_duration_parse(const char *text, int64_t *ns, struct halb_error *err)
	HALB_CHECKED;

#endif
