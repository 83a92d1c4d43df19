/* SPDX-License-Identifier: Apache-2.0 */
/* Search filters: what the program uses of them. */
#include "filter_priv.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool has_text(const struct memdir_attr *attr, const char *text, size_t len)
{
	for (size_t i = 0; attr && i < attr->n; i++)
		if (attr->values[i].len == len &&
		    strncasecmp((const char *)attr->values[i].bytes, text, len) == 0)
			return true;
	return false;
}

static bool contains(const struct memdir_attr *attr, const char *text, size_t len)
{
	for (size_t i = 0; attr && i < attr->n; i++)
		for (size_t at = 0; at + len <= attr->values[i].len; at++)
			if (strncasecmp((const char *)attr->values[i].bytes + at, text, len) == 0)
				return true;
	return false;
}

/* RFC 4515 3: \XX; a bare one of the special characters is an error. */
static size_t unescape(const char **at, char *out, size_t room)
{
	size_t n = 0;

	for (; **at != ')' && **at != '*'; n++) {
		cr_assert(**at && n < room && **at != '(', "a filter's value: '%s'", *at);
		if (**at == '\\') {
			const char hex[3] = { (*at)[1], (*at)[2], 0 };
			char *end;

			out[n] = (char)strtoul(hex, &end, 16);
			cr_assert_eq(end, hex + 2, "a filter's escape: '%s'", *at);
			*at += 3;
		} else {
			out[n] = *(*at)++;
		}
	}
	return n;
}

static bool item(const char **at, const struct memdir_entry *entry)
{
	size_t len = strcspn(*at, "=()");
	char name[64], value[512];
	const struct memdir_attr *attr;

	cr_assert(len && len < sizeof name && (*at)[len] == '=', "a filter's item: '%s'", *at);
	memcpy(name, *at, len);
	name[len] = '\0';
	*at += len + 1;
	attr = memdir_attr(entry, name);
	if (strncmp(*at, "*)", 2) == 0) {
		*at += 1;
		return attr && attr->n;
	}
	if (**at != '*') {
		len = unescape(at, value, sizeof value);
		cr_assert_eq(**at, ')', "a filter's substring is between two stars: '%s'", *at);
		return has_text(attr, value, len);
	}
	*at += 1;
	len = unescape(at, value, sizeof value);
	cr_assert_eq(*(*at)++, '*', "a filter's substring is between two stars");
	return contains(attr, value, len);
}

static bool filter(const char **at, const struct memdir_entry *entry)
{
	bool holds;

	cr_assert_eq(**at, '(', "a filter: '%s'", *at);
	(*at)++;
	if (**at == '&' || **at == '|') {
		bool all = *(*at)++ == '&';

		cr_assert_eq(**at, '(', "a filter without parts is not AD's: '%s'", *at);
		for (holds = all; **at == '(';) {
			bool part = filter(at, entry);

			holds = all ? holds && part : holds || part;
		}
	} else if (**at == '!') {
		(*at)++;
		holds = !filter(at, entry);
	} else {
		holds = item(at, entry);
	}
	cr_assert_eq(**at, ')', "a filter's end: '%s'", *at);
	(*at)++;
	return holds;
}

bool filter_matches(const char *text, const struct memdir_entry *entry)
{
	bool holds = filter(&text, entry);

	cr_assert_eq(*text, '\0', "behind the filter: '%s'", text);
	return holds;
}
