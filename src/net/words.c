/* SPDX-License-Identifier: Apache-2.0 */
/* Spans of time and system errors in words. */
#include "words_priv.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "halb/base/deadline.h"

const char *halb_span_format(int64_t ns, char text[HALB_SPAN_TEXT])
{
	int64_t hundredths = (ns + 5 * HALB_MSEC) / (10 * HALB_MSEC);

	if (ns < HALB_SEC)
		snprintf(text, HALB_SPAN_TEXT, "%.4g ms", (double)ns / (double)HALB_MSEC);
	else
		snprintf(text, HALB_SPAN_TEXT, "%.8g s", (double)hundredths / 100);
	return text;
}

const char *halb_errno_format(int code, char text[HALB_ERRNO_TEXT])
{
	snprintf(text, HALB_ERRNO_TEXT, "%s", strerror(code));
	text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}
