/* SPDX-License-Identifier: Apache-2.0 */
/* A moment to the microsecond: finer than any probe can tell. */
#include "halb/base/moment.h"

#include <stdio.h>
#include <time.h>

const char *halb_moment_format(int64_t ns, char text[HALB_MOMENT_TEXT])
{
	time_t seconds = (time_t)(ns / 1000000000);
	unsigned micros = (unsigned)(ns % 1000000000 / 1000) % 1000000u;
	struct tm tm = { 0 };
	size_t len;

	gmtime_r(&seconds, &tm);
	len = strftime(text, HALB_MOMENT_TEXT, "%FT%T", &tm);
	snprintf(text + len, HALB_MOMENT_TEXT - len, ".%06uZ", micros);
	return text;
}
