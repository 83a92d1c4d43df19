/* SPDX-License-Identifier: Apache-2.0 */
/* Error texts: filled where the failure is known, wrapped with context on the way up. */
#include "halb/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
	[HALB_OK] = "ok",
	[HALB_E_USAGE] = "usage",
	[HALB_E_MALFORMED] = "malformed",
	[HALB_E_UNREACHABLE] = "unreachable",
	[HALB_E_INTERNAL] = "internal",
	[HALB_E_CANTCREATE] = "cannot-create",
	[HALB_E_NOMEM] = "out-of-memory",
	[HALB_E_RETRY] = "try-again",
	[HALB_E_DENIED] = "not-permitted",
	[HALB_E_SITE] = "site-file",
	[HALB_E_CONFLICT] = "conflict",
	[HALB_E_UNVERIFIED] = "not-verified",
	[HALB_E_NOTFOUND] = "not-found",
};

enum halb_status halb_fail(struct halb_error *err, enum halb_status st, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return st;
	err->status = st;
	err->hint[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return st;
}

enum halb_status halb_fail_in(struct halb_error *err, const char *fmt, ...)
{
	char text[sizeof err->text];
	size_t n;
	va_list ap;

	if (!err)
		return HALB_E_INTERNAL;
	memcpy(text, err->text, sizeof text);
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	n = strlen(err->text);
	snprintf(err->text + n, sizeof err->text - n, ": %s", text);
	return err->status;
}

enum halb_status halb_hint(struct halb_error *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return HALB_E_INTERNAL;
	va_start(ap, fmt);
	vsnprintf(err->hint, sizeof err->hint, fmt, ap);
	va_end(ap);
	return err->status;
}

enum halb_status halb_fail_nomem(struct halb_error *err)
{
	return halb_fail(err, HALB_E_NOMEM, "out of memory");
}

const char *halb_status_name(enum halb_status st)
{
	return (size_t)st < sizeof names / sizeof names[0] ? names[st] : "unknown";
}
