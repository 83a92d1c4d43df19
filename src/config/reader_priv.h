/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What turns the site's texts into values: it knows where each text came from, and keeps the first
 * refusal. Read a whole structure first, then look at `status` once.
 */
#ifndef HALB_CONFIG_READER_PRIV_H
#define HALB_CONFIG_READER_PRIV_H

#include "document_priv.h"
#include "halb/base/error.h"
#include "halb/config/site.h"

#define HALB_PLACE_TEXT 160

struct halb_reader {
	const struct halb_document *doc; /* NULL: there is no site file, all comes from flags */
	const struct halb_site_flags *flags;
	char section[64]; /* "balancers[0].", or empty for the top */
	struct halb_error *err;
	enum halb_status status; /* sticks */
};

/* Says which part of the file the following keys stand in: "balancers[%zu].", or "" for the top. */
void halb_reader_enter(struct halb_reader *r, const char *fmt, ...) HALB_PRINTF(2, 3);

/*
 * The flag that gave this very text, "--vip", or NULL where the file did. Told by the pointer: a
 * flag's text is never copied before it is read, and the texts of argv are each their own.
 */
const char *halb_reader_flag(const struct halb_reader *r, const char *value);

/* How a person finds a value: "--vip", or its path in the file. Returns `text`. */
const char *halb_reader_place(const struct halb_reader *r, const char *key, const char *value,
			      char text[HALB_PLACE_TEXT]);

/*
 * Refuses the value of `key` (NULL: none was given) unless something was refused before, as
 * "FILE:LINE: PATH: expected A, found 'B'" and HALB_E_SITE, or "--FLAG: expected A, found 'B'" and
 * HALB_E_USAGE. `hint` may be NULL.
 */
void halb_reader_refuse(struct halb_reader *r, const char *key, const char *value, const char *hint,
			const char *expected, ...) HALB_PRINTF(5, 6);

void halb_reader_nomem(struct halb_reader *r);

#endif
