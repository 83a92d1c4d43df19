/* SPDX-License-Identifier: Apache-2.0 */
/* Domain names: read, written, compared and taken apart; every name made here is valid. */
#include "halb/dns/name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "idn_priv.h"

#define QUOTED 160 /* what an error shows of a text from outside */

static const char too_long[] = "the name is longer than 253 characters";
static const char label_too_long[] = "a label is longer than 63 bytes";

/* Appends a label to a name that has no root label yet, leaving room for that. */
static bool add_label(struct halb_name *name, const void *label, size_t len)
{
	if (name->len + 1 + len + 1 > HALB_NAME_MAX)
		return false;
	name->wire[name->len] = (uint8_t)len;
	memcpy(name->wire + name->len + 1, label, len);
	name->len = (uint8_t)(name->len + 1 + len);
	return true;
}

static void add_root(struct halb_name *name)
{
	name->wire[name->len++] = 0;
}

/* How many bytes of UTF-8 at `at` may be shown as they are; 0 where they must be escaped. */
static size_t printable(const uint8_t *at, size_t left)
{
	size_t more = at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : 1;

	if (at[0] < 0x80)
		return at[0] >= 0x20 && at[0] != 0x7f;
	if (at[0] < 0xc2 || at[0] > 0xf4 || more >= left)
		return 0;
	for (size_t i = 1; i <= more; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0; /* overlong, a surrogate, or beyond Unicode (RFC 3629 4) */
	if (at[0] == 0xc2 && at[1] < 0xa0)
		return 0; /* C1 controls */
	if (at[0] == 0xe2 && at[1] <= 0x81)
		return 0; /* General Punctuation: invisible and direction-changing characters */
	return more + 1;
}

/* Text from outside, for an error: whole characters, nothing that moves a terminal's cursor. */
static const char *quote(const char *text, size_t len, char out[QUOTED])
{
	const uint8_t *at = (const uint8_t *)text;
	size_t n = 0;

	while (len && n < QUOTED - 8) {
		size_t take = printable(at, len);

		if (take)
			memcpy(out + n, at, take);
		else if (*at == '\n')
			memcpy(out + n, "\\n", 2);
		else
			snprintf(out + n, 5, "\\x%02x", *at);
		n += take ? take : *at == '\n' ? 2 : 4;
		take += !take;
		at += take;
		len -= take;
	}
	snprintf(out + n, QUOTED - n, "%s", len ? "..." : "");
	return out;
}

/* One character of a label, maybe escaped; moves `at` behind it. False for a broken escape. */
static bool read_char(const char **at, uint8_t *out)
{
	const unsigned char *c = (const unsigned char *)*at;
	int value;

	if (c[0] != '\\') {
		*out = c[0];
		*at += 1;
		return true;
	}
	if (!isdigit(c[1])) {
		*out = c[1];
		*at += 2;
		return c[1] != '\0';
	}
	if (!isdigit(c[2]) || !isdigit(c[3]))
		return false;
	value = (c[1] - '0') * 100 + (c[2] - '0') * 10 + (c[3] - '0');
	*out = (uint8_t)value;
	*at += 4;
	return value <= 0xff;
}

/* Reads one label and the dot behind it; NULL, or what is wrong. */
static const char *read_label(const char **at, struct halb_name *name)
{
	uint8_t label[HALB_LABEL_MAX];
	size_t len = 0;

	while (**at && **at != '.') {
		if (len == sizeof label)
			return label_too_long;
		if (!read_char(at, &label[len++]))
			return "an escape is neither \\DDD up to 255 nor \\ and a character";
	}
	if (!len)
		return "a label is empty";
	*at += **at == '.';
	return add_label(name, label, len) ? NULL : too_long;
}

/* Reads all labels, without the root's; NULL, or what is wrong. */
static const char *read_labels(const char *text, struct halb_name *name)
{
	const char *why;

	do
		why = read_label(&text, name);
	while (!why && *text);
	return why;
}

enum halb_status halb_name_parse(const char *text, struct halb_name *out, struct halb_error *err)
{
	struct halb_name name = { 0 };
	const char *why = strcmp(text, ".") == 0 ? NULL : read_labels(text, &name);
	char q[QUOTED];

	if (why)
		return halb_fail(err, HALB_E_MALFORMED, "name '%s': %s",
				 quote(text, strlen(text), q), why);
	add_root(&name);
	*out = name;
	return HALB_OK;
}

/* What keeps an ASCII label from being a host name's (RFC 1123 2.1), or NULL. */
static const char *ldh_problem(const char *label)
{
	static const char ldh[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	if (!*label)
		return "it is empty";
	if (strchr(label, '*'))
		return "a wildcard is no host name";
	if (strchr(label, '_'))
		return "an underscore may not stand in a host name";
	if (label[strspn(label, ldh)])
		return "only letters, digits and hyphens may stand in it";
	if (label[0] == '-' || label[strlen(label) - 1] == '-')
		return "it begins or ends with a hyphen";
	return NULL;
}

/* Adds one label of a host name; HALB_E_USAGE with `why`. */
static enum halb_status add_host_label(struct halb_name *name, const char *text, size_t len,
				       const char **why)
{
	char label[4 * HALB_LABEL_MAX + 1] = "", ascii[HALB_LABEL_MAX + 1];
	enum halb_status st;

	if (len >= sizeof label) {
		*why = "it is longer than 63 bytes";
		return HALB_E_USAGE;
	}
	memcpy(label, text, len);
	st = halb_idn_to_ascii(label, ascii, why);
	if (st != HALB_OK)
		return st;
	*why = ldh_problem(ascii);
	if (!*why && !add_label(name, ascii, strlen(ascii)))
		*why = too_long;
	return *why ? HALB_E_USAGE : HALB_OK;
}

/* What is wrong with a host name, without its root yet, whose labels are all right; or NULL. */
static const char *whole_problem(const struct halb_name *name)
{
	const uint8_t *last = name->wire;
	size_t digits = 0;

	while (last + last[0] + 1 < name->wire + name->len)
		last += last[0] + 1;
	while (digits < last[0] && isdigit(last[digits + 1]))
		digits++;
	if (digits == last[0])
		return "a host name's last label cannot be a number";
	if (last == name->wire)
		return "it stands alone, without a domain";
	return NULL;
}

enum halb_status halb_hostname_parse(const char *text, struct halb_name *out,
				     struct halb_error *err)
{
	struct halb_name name = { 0 };
	char q[QUOTED], ql[QUOTED];
	const char *label, *at = text, *why = NULL;
	enum halb_status st;
	size_t len;

	do {
		label = at;
		len = strcspn(label, ".");
		st = add_host_label(&name, label, len, &why);
		at = label + len + (label[len] == '.');
	} while (st == HALB_OK && *at);
	if (st == HALB_E_NOMEM)
		return halb_fail_nomem(err);
	if (st == HALB_OK)
		why = whole_problem(&name);
	if (why) {
		halb_fail(err, HALB_E_USAGE, "host name '%s', label '%s': %s",
			  quote(text, strlen(text), q), quote(label, len, ql), why);
		return halb_hint(err, "write the whole name, as in k8s1.lime.lan");
	}
	add_root(&name);
	*out = name;
	return HALB_OK;
}

struct halb_name halb_name_reverse(const struct halb_addr *addr)
{
	struct halb_name name = { 0 };
	char label[4];

	for (size_t i = addr->len; i > 0; i--) {
		unsigned byte = addr->bytes[i - 1];

		if (addr->len == 4) {
			add_label(&name, label, (size_t)snprintf(label, sizeof label, "%u", byte));
			continue;
		}
		snprintf(label, sizeof label, "%x%x", byte & 0xf, byte >> 4);
		add_label(&name, label, 1);
		add_label(&name, label + 1, 1);
	}
	if (!addr->len)
		return name;
	add_label(&name, addr->len == 4 ? "in-addr" : "ip6", addr->len == 4 ? 7 : 3);
	add_label(&name, "arpa", 4);
	add_root(&name);
	return name;
}

/* Writes one byte of a label, escaped where RFC 1035 5.1 gives it a meaning; returns the length. */
static size_t write_char(uint8_t c, char *text)
{
	if (c <= 0x20 || c >= 0x7f)
		return (size_t)snprintf(text, 5, "\\%03u", c);
	if (strchr(".\\\"();@$", c))
		return (size_t)snprintf(text, 3, "\\%c", c);
	*text = (char)c;
	return 1;
}

const char *halb_name_format(const struct halb_name *name, char text[HALB_NAME_TEXT])
{
	size_t at = 0, n = 0;

	while (at < name->len && name->wire[at]) {
		size_t end = at + 1 + name->wire[at];

		if (n)
			text[n++] = '.';
		for (at++; at < end; at++)
			n += write_char(name->wire[at], text + n);
	}
	if (!n && name->len)
		text[n++] = '.';
	text[n] = '\0';
	return text;
}

/* Length bytes are below 64 and no letters: the wire form can be folded without looking. */
static int fold(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

int halb_name_cmp(const struct halb_name *a, const struct halb_name *b)
{
	size_t n = a->len < b->len ? a->len : b->len;

	for (size_t i = 0; i < n; i++)
		if (fold(a->wire[i]) != fold(b->wire[i]))
			return fold(a->wire[i]) - fold(b->wire[i]);
	return a->len - b->len;
}

bool halb_name_equal(const struct halb_name *a, const struct halb_name *b)
{
	return halb_name_cmp(a, b) == 0;
}

size_t halb_name_labels(const struct halb_name *name)
{
	size_t n = 0;

	for (size_t at = 0; at < name->len && name->wire[at]; at += 1U + name->wire[at])
		n++;
	return n;
}

/* Where the label number `n` begins, or the root's. */
static size_t label_offset(const struct halb_name *name, size_t n)
{
	size_t at = 0;

	while (n-- && name->wire[at])
		at += 1U + name->wire[at];
	return at;
}

struct halb_name halb_name_parent(const struct halb_name *name, size_t n)
{
	size_t at = label_offset(name, n);
	struct halb_name parent = { .len = 1 };

	if (at < name->len) {
		parent.len = (uint8_t)(name->len - at);
		memcpy(parent.wire, name->wire + at, parent.len);
	}
	return parent;
}

bool halb_name_within(const struct halb_name *name, const struct halb_name *zone)
{
	size_t have = halb_name_labels(name), want = halb_name_labels(zone);
	struct halb_name parent;

	if (!name->len || have < want)
		return false;
	parent = halb_name_parent(name, have - want);
	return halb_name_equal(&parent, zone);
}

const char *halb_name_relative(const struct halb_name *name, const struct halb_name *zone,
			       char text[HALB_NAME_TEXT])
{
	size_t end = label_offset(name, halb_name_labels(name) - halb_name_labels(zone)), n = 0;

	for (size_t at = 0; at < end; at += 1U + name->wire[at]) {
		if (n)
			text[n++] = '.';
		memcpy(text + n, name->wire + at + 1, name->wire[at]);
		n += name->wire[at];
	}
	if (!n)
		text[n++] = '@';
	text[n] = '\0';
	return text;
}

/* Splits at the dots; NULL, or what is wrong. */
static const char *split_node(const char *node, struct halb_name *name)
{
	for (;;) {
		size_t len = strcspn(node, ".");

		if (!len)
			return "a label is empty"; /* "k8s1." is another node than "k8s1" */
		if (len > HALB_LABEL_MAX)
			return label_too_long;
		if (!add_label(name, node, len))
			return too_long;
		node += len;
		if (!*node++)
			return NULL;
	}
}

enum halb_status halb_name_join(const char *node, const struct halb_name *zone,
				struct halb_name *out, struct halb_error *err)
{
	struct halb_name name = { 0 };
	const char *why = strcmp(node, "@") == 0 ? NULL : split_node(node, &name);
	char q[QUOTED], z[HALB_NAME_TEXT];

	if (!why && name.len + zone->len > HALB_NAME_MAX)
		why = too_long;
	if (why)
		return halb_fail(err, HALB_E_MALFORMED, "node '%s' in zone %.160s: %s",
				 quote(node, strlen(node), q), halb_name_format(zone, z), why);
	memcpy(name.wire + name.len, zone->wire, zone->len);
	name.len = (uint8_t)(name.len + zone->len);
	*out = name;
	return HALB_OK;
}
