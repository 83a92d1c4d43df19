/* SPDX-License-Identifier: Apache-2.0 */
/* Statements of dhcpd.conf(5), as they stand in an attribute's values: read from front to back. */
#ifndef HALB_DHCP_STATEMENT_PRIV_H
#define HALB_DHCP_STATEMENT_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#define HALB_DHCP_WORD 256

/* A statement, or what is left of one; it belongs to the text that it was read from. */
struct halb_statement {
	const char *at;
	size_t len;
};

/*
 * The next statement of `*text`, which moves behind it; false at the end. A block's head and each
 * statement in it are statements of their own.
 */
bool halb_statement_next(const char **text, struct halb_statement *out);

/* Takes its next word, without quotes, cut to the room; false where there is none left. */
bool halb_statement_word(struct halb_statement *statement, char out[HALB_DHCP_WORD]);

/* Takes its next word if it is that one, in any case. */
bool halb_statement_take(struct halb_statement *statement, const char *keyword);

#endif
