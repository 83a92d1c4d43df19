/* SPDX-License-Identifier: Apache-2.0 */
/* Splits text into statements and words as dhcpd's lexer does, quotes and comments among them. */
#include "statement_priv.h"

#include <string.h>
#include <strings.h>

#define BLANKS " \t\r\n\f\v"
#define ENDS   ";{}"

/* Behind the quoted text or the comment that begins at `at`; else behind one character. */
static const char *skip_one(const char *at, const char *end)
{
	if (*at == '#')
		while (at < end && *at != '\n')
			at++;
	else if (*at++ == '"')
		while (at < end && *at++ != '"')
			at += at[-1] == '\\' && at < end;
	return at;
}

bool halb_statement_next(const char **text, struct halb_statement *out)
{
	const char *begin = *text + strspn(*text, BLANKS ENDS), *at = begin;
	const char *end = begin + strlen(begin);

	while (at < end && !strchr(ENDS, *at))
		at = skip_one(at, end);
	*text = at;
	*out = (struct halb_statement){ begin, (size_t)(at - begin) };
	return at > begin;
}

/* The next word as it stands there: quoted text is one. */
static struct halb_statement next_word(struct halb_statement *statement)
{
	const char *at = statement->at, *end = at + statement->len, *begin;

	while (at < end && strchr(BLANKS ",#", *at))
		at = skip_one(at, end);
	begin = at;
	if (at < end && *at == '"')
		at = skip_one(at, end);
	else
		while (at < end && !strchr(BLANKS ",#\"", *at))
			at++;
	*statement = (struct halb_statement){ at, (size_t)(end - at) };
	return (struct halb_statement){ begin, (size_t)(at - begin) };
}

bool halb_statement_word(struct halb_statement *statement, char out[HALB_DHCP_WORD])
{
	struct halb_statement word = next_word(statement);

	if (!word.len)
		return false;
	if (*word.at == '"') {
		word.len -= word.len > 1 && word.at[word.len - 1] == '"' ? 2 : 1;
		word.at++;
	}
	if (word.len >= HALB_DHCP_WORD)
		word.len = HALB_DHCP_WORD - 1;
	memcpy(out, word.at, word.len);
	out[word.len] = '\0';
	return true;
}

bool halb_statement_take(struct halb_statement *statement, const char *keyword)
{
	struct halb_statement rest = *statement;
	char word[HALB_DHCP_WORD];

	if (!halb_statement_word(&rest, word) || strcasecmp(word, keyword) != 0)
		return false;
	*statement = rest;
	return true;
}
