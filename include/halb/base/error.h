/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a function that can fail returns, and the words that go with it.
 *
 * The caller owns the text, so that running out of memory and returning early stay trivial. A
 * function fills the error or logs, never both. Only main() turns a status into an exit code.
 */
#ifndef HALB_BASE_ERROR_H
#define HALB_BASE_ERROR_H

enum halb_status {
	HALB_OK = 0,
	HALB_E_USAGE,       /* the command line is wrong */
	HALB_E_MALFORMED,   /* bytes met in the directory or in an answer make no sense */
	HALB_E_UNREACHABLE, /* a server could not be asked: "could not look" */
	HALB_E_INTERNAL,    /* a bug, or a library that failed where it never should */
	HALB_E_CANTCREATE,  /* a file could not be written */
	HALB_E_NOMEM,
	HALB_E_RETRY,      /* timed out, or lost a race: trying again may work */
	HALB_E_DENIED,     /* not permitted, or login failed */
	HALB_E_SITE,       /* the site file is wrong */
	HALB_E_CONFLICT,   /* something that is not ours stands there */
	HALB_E_UNVERIFIED, /* written, but not seen in time */
	HALB_E_NOTFOUND,   /* looked, and it is not there; never a command's last word */
};

/* `text` says what is wrong and where; `hint` says what to do, and may be empty. */
struct halb_error {
	enum halb_status status;
	char text[480];
	char hint[480];
};

#define HALB_CHECKED       __attribute__((warn_unused_result))
#define HALB_PRINTF(f, a)  __attribute__((format(printf, f, a)))

/* Fills `err` (which may be NULL) with `st` and the text, clears the hint, returns `st`. */
enum halb_status halb_fail(struct halb_error *err, enum halb_status st, const char *fmt, ...)
	HALB_PRINTF(3, 4);

/* Puts "where: " before the text that is there; returns the status that is there. */
enum halb_status halb_fail_in(struct halb_error *err, const char *fmt, ...) HALB_PRINTF(2, 3);

/* Says what to do about the error that is there; returns its status. */
enum halb_status halb_hint(struct halb_error *err, const char *fmt, ...) HALB_PRINTF(2, 3);

/* The running out of memory, everywhere said the same way. */
enum halb_status halb_fail_nomem(struct halb_error *err);

/* A stable word for reports: "usage", "malformed", "unreachable", … */
const char *halb_status_name(enum halb_status st);

#endif
