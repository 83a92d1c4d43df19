/* SPDX-License-Identifier: Apache-2.0 */
/* Reads HTTP/1 responses line by line, and counts bodies. */
#include "response_priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGITS "0123456789"

enum part { STATUS, FIELD, LENGTH, CHUNK, CHUNK_DATA, CHUNK_END, TRAILER, REST, OVER };

/* `text` is a decimal number and nothing else. */
static bool read_number(const char *text, uint64_t *out)
{
	size_t digits = strspn(text, DIGITS);

	if (!digits || digits > 18 || text[digits + strspn(text + digits, " \t")])
		return false;
	*out = strtoull(text, NULL, 10);
	return true;
}

static bool take_status(struct halb_response *r)
{
	const char *line = r->line;

	if (strncmp(line, "HTTP/1.", 7) != 0 || strspn(line + 7, DIGITS) != 1 || line[8] != ' ' ||
	    strspn(line + 9, DIGITS) != 3 || (line[12] && line[12] != ' '))
		return false;
	r->status = (unsigned)strtoul(line + 9, NULL, 10);
	r->last = line[7] == '0';
	r->part = FIELD;
	return r->status >= 100 && r->status != 101; /* nobody asked for another protocol */
}

/* Whether `word` is in the list `text`, or at its end. */
static bool has_word(const char *text, const char *word, bool at_end)
{
	size_t len = 0;

	for (; *text; text += len) {
		text += strspn(text, ", \t");
		len = strcspn(text, ", \t");
		if (len == strlen(word) && strncasecmp(text, word, len) == 0 &&
		    (!at_end || !text[len + strspn(text + len, ", \t")]))
			return true;
	}
	return false;
}

/* The value of the line's field, if that is its name. */
static const char *value_of(const struct halb_response *r, const char *name)
{
	size_t len = strlen(name);

	if (strncasecmp(r->line, name, len) != 0 || r->line[len] != ':')
		return NULL;
	return r->line + len + 1 + strspn(r->line + len + 1, " \t");
}

static bool take_field(struct halb_response *r)
{
	const char *value;
	uint64_t length;

	if ((value = value_of(r, "Content-Length"))) {
		/* Two that differ are how requests are smuggled (RFC 9112 6.3). */
		if (!read_number(value, &length) || (r->has_length && length != r->left))
			return false;
		r->has_length = true;
		r->left = length;
	} else if ((value = value_of(r, "Transfer-Encoding"))) {
		r->coded = true;
		r->chunked = has_word(value, "chunked", true);
	} else if ((value = value_of(r, "Connection"))) {
		r->last = has_word(value, "close", false) ||
			  (r->last && !has_word(value, "keep-alive", false));
	}
	return true;
}

static void end_header(struct halb_response *r)
{
	if (r->status < 200)
		*r = (struct halb_response){ 0 }; /* the response is yet to come */
	else if (r->status == 204 || r->status == 304)
		r->part = OVER;
	else if (r->chunked)
		r->part = CHUNK;
	else if (r->has_length && !r->coded)
		r->part = r->left ? LENGTH : OVER;
	else
		r->part = REST;
	if (r->part == REST)
		r->last = true;
}

static bool take_chunk_size(struct halb_response *r)
{
	size_t digits = strspn(r->line, DIGITS "abcdefABCDEF");

	if (!digits || digits > 15 || (r->line[digits] && !strchr("; \t", r->line[digits])))
		return false;
	r->left = strtoull(r->line, NULL, 16);
	r->part = r->left ? CHUNK_DATA : TRAILER;
	return true;
}

static bool take_line(struct halb_response *r)
{
	switch (r->part) {
	case STATUS:
		return take_status(r);
	case FIELD:
		if (r->line[0])
			return take_field(r);
		end_header(r);
		return true;
	case CHUNK:
		return take_chunk_size(r);
	case CHUNK_END:
		r->part = CHUNK;
		return !r->line[0];
	default: /* TRAILER */
		if (!r->line[0])
			r->part = OVER;
		return true;
	}
}

/* Takes up to the end of a line. */
static size_t add_to_line(struct halb_response *r, const char *bytes, size_t n, bool *whole)
{
	const char *end = memchr(bytes, '\n', n);
	size_t len = end ? (size_t)(end - bytes) : n, room = sizeof r->line - 1 - r->len;
	size_t kept = len < room ? len : room;

	memcpy(r->line + r->len, bytes, kept);
	r->len += kept;
	*whole = end;
	if (!end)
		return len;
	if (r->len && r->line[r->len - 1] == '\r')
		r->len--;
	r->line[r->len] = '\0';
	r->len = 0;
	return len + 1;
}

static size_t take_body(struct halb_response *r, size_t n)
{
	if (r->part == REST)
		return n;
	if (n >= r->left) {
		n = (size_t)r->left;
		r->part = r->part == LENGTH ? OVER : CHUNK_END;
	}
	r->left -= n;
	return n;
}

enum halb_response_state halb_response_take(struct halb_response *r, const char *bytes, size_t n,
					    size_t *used)
{
	bool whole;

	*used = 0;
	while (*used < n && r->part != OVER) {
		if (r->part == LENGTH || r->part == CHUNK_DATA || r->part == REST) {
			*used += take_body(r, n - *used);
			continue;
		}
		*used += add_to_line(r, bytes + *used, n - *used, &whole);
		if (whole && !take_line(r))
			return HALB_RESPONSE_BROKEN;
	}
	return r->part == OVER ? HALB_RESPONSE_DONE : HALB_RESPONSE_MORE;
}

enum halb_response_state halb_response_end(const struct halb_response *r)
{
	return r->part == REST || r->part == OVER ? HALB_RESPONSE_DONE : HALB_RESPONSE_BROKEN;
}
