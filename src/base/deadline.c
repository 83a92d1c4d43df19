/* SPDX-License-Identifier: Apache-2.0 */
/* The monotonic clock and durations. */
#include "halb/base/deadline.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAYS_MOST 366

int64_t halb_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * HALB_SEC + ts.tv_nsec;
}

int64_t halb_deadline_left(int64_t deadline)
{
	int64_t left = deadline - halb_now();

	return left > 0 ? left : 0;
}

enum halb_status halb_duration_parse(const char *text, int64_t *ns, struct halb_error *err)
{
	static const struct {
		const char *unit;
		int64_t ns;
	} units[] = { { "us", HALB_USEC }, { "ms", HALB_MSEC }, { "s", HALB_SEC },
		      { "m", 60 * HALB_SEC }, { "h", 3600 * HALB_SEC } };
	size_t digits = strspn(text, "0123456789.");
	char *end;
	double v = strtod(text, &end);

	if (strcmp(text, "0") == 0) { /* it is the same in every unit */
		*ns = 0;
		return HALB_OK;
	}
	if (isdigit((unsigned char)text[0]) && end == text + digits) {
		for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
			if (strcmp(end, units[i].unit) != 0)
				continue;
			if (v * (double)units[i].ns > DAYS_MOST * 86400.0 * (double)HALB_SEC)
				return halb_fail(err, HALB_E_USAGE,
						 "'%.40s' is longer than %d days", text, DAYS_MOST);
			*ns = (int64_t)(v * (double)units[i].ns);
			return HALB_OK;
		}
	}
	return halb_fail(err, HALB_E_USAGE,
			 "'%.40s' is not a duration: a number and one of us, ms, s, m, h (240s)",
			 text);
}
