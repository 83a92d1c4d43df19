/* SPDX-License-Identifier: Apache-2.0 */
/* What the entries of a DHCP service say: subnets, ranges and reservations, however spelled. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ad_priv.h"
#include "halb/base/buf.h"
#include "halb/directory/dn.h"
#include "statement_priv.h"

/* Grows an array by one zeroed item; NULL when memory ran out and the array is as it was. */
static void *grow(void *array, size_t *n, size_t size)
{
	void **items = array;
	char *bigger = realloc(*items, (*n + 1) * size);

	if (!bigger)
		return NULL;
	*items = bigger;
	memset(bigger + *n * size, 0, size);
	return bigger + (*n)++ * size;
}

static enum halb_status take_subnet(struct halb_dhcp_config *config,
				    const struct halb_entry *entry, struct halb_error *err)
{
	struct halb_subnet *net, parsed = { 0 };
	char text[64], *cn = NULL, *mask = NULL;
	enum halb_status st = halb_entry_string(entry, "cn", &cn, err);

	if (st == HALB_OK)
		st = halb_entry_string(entry, "dhcpNetMask", &mask, err);
	snprintf(text, sizeof text, "%s/%s", cn ? cn : "", mask ? mask : "");
	free(cn);
	free(mask);
	if (st != HALB_OK)
		return st;
	if (!halb_subnet_parse(text, &parsed))
		return halb_fail(err, HALB_E_MALFORMED, "%s: '%s' is no subnet: cn and dhcpNetMask "
							"must make one, like 192.168.11.0 and 24",
				 entry->dn, text);
	net = grow(&config->subnets, &config->n_subnets, sizeof *net);
	if (!net)
		return halb_fail_nomem(err);
	*net = parsed;
	return HALB_OK;
}

bool halb_dhcp_ad_is(const struct halb_entry *entry, const char *class)
{
	const struct halb_attr *attr = halb_entry_attr(entry, "objectClass");

	for (size_t i = 0; attr && i < attr->n; i++)
		if (attr->values[i].len == strlen(class) &&
		    strncasecmp((const char *)attr->values[i].bytes, class, strlen(class)) == 0)
			return true;
	return false;
}

/* ---- ranges ---- */

/* dhcpd takes the two in either order. */
static bool read_range(const char *low, const char *high, struct halb_dhcp_range *out)
{
	struct halb_addr a, b;
	bool swapped;

	if (!halb_addr_parse(low, &a) || !halb_addr_parse(high, &b) || a.len != b.len)
		return false;
	swapped = halb_addr_cmp(&a, &b) > 0;
	out->first = swapped ? b : a;
	out->last = swapped ? a : b;
	return true;
}

static enum halb_status refuse_range(const char *dn, const struct halb_statement *words,
				     struct halb_error *err)
{
	halb_fail(err, HALB_E_MALFORMED, "%s: '%.*s' is no range of addresses", dn,
		  words->len < 60 ? (int)words->len : 60, words->at);
	return halb_hint(err, "correct it, as in 192.168.11.100 192.168.11.199");
}

/* dhcpd.conf(5): range [dynamic-bootp] low [high]. A pool's values may have made it longer. */
static enum halb_status take_range(struct halb_dhcp_config *config, const char *dn,
				   struct halb_statement words, struct halb_error *err)
{
	const struct halb_statement all = words;
	char low[HALB_DHCP_WORD], high[HALB_DHCP_WORD];
	size_t n = 0;

	for (;; n++) {
		struct halb_dhcp_range *range, parsed = { 0 };

		halb_statement_take(&words, "dynamic-bootp");
		if (!halb_statement_word(&words, low))
			return n ? HALB_OK : refuse_range(dn, &all, err);
		if (!read_range(low, halb_statement_word(&words, high) ? high : low, &parsed))
			return refuse_range(dn, &all, err);
		range = grow(&config->ranges, &config->n_ranges, sizeof *range);
		if (!range)
			return halb_fail_nomem(err);
		*range = parsed;
		range->dn = strdup(dn);
		if (!range->dn)
			return halb_fail_nomem(err);
	}
}

static void put_value(struct halb_buf *out, const char *before, const struct halb_value *value,
		      const char *after)
{
	halb_buf_text(out, before);
	halb_buf_bytes(out, value->bytes, value->len);
	halb_buf_text(out, after);
}

/*
 * What dhcpd makes of an entry's values: a range of each, but of a pool's one of all together; its
 * statements as they are, ranges among them.
 */
static void put_statements(const struct halb_entry *entry, struct halb_buf *out)
{
	const struct halb_attr *ranges = halb_entry_attr(entry, "dhcpRange");
	const struct halb_attr *statements = halb_entry_attr(entry, "dhcpStatements");
	bool pool = halb_dhcp_ad_is(entry, "dhcpPool");

	for (size_t i = 0; ranges && i < ranges->n; i++)
		put_value(out, pool && i ? " " : "range ", &ranges->values[i], pool ? "" : ";\n");
	halb_buf_text(out, ";\n");
	for (size_t i = 0; statements && i < statements->n; i++)
		put_value(out, "", &statements->values[i], ";\n");
}

static enum halb_status take_ranges(struct halb_dhcp_config *config,
				    const struct halb_entry *entry, struct halb_error *err)
{
	struct halb_statement statement;
	struct halb_buf text = { 0 };
	enum halb_status st = HALB_OK;
	const char *at;

	put_statements(entry, &text);
	if (text.bad)
		st = halb_fail_nomem(err);
	at = halb_buf_string(&text);
	while (st == HALB_OK && halb_statement_next(&at, &statement))
		if (halb_statement_take(&statement, "range"))
			st = take_range(config, entry->dn, statement, err);
	halb_buf_clear(&text);
	return st;
}

/* ---- reservations ---- */

/* What a statement says of a reservation, its keyword taken already. */
typedef enum halb_status take_fn(struct halb_reservation *res, struct halb_statement *words,
				 struct halb_error *err);

/* dhcpd.conf(5): fixed-address address [, address …]; host names among them it looks up. */
static enum halb_status take_addresses(struct halb_reservation *res, struct halb_statement *words,
				       struct halb_error *err)
{
	char word[HALB_DHCP_WORD];

	while (halb_statement_word(words, word)) {
		struct halb_addr addr, *to;

		if (!halb_addr_parse(word, &addr)) {
			if (!halb_dhcp_texts_add(&res->hosts, strdup(word)))
				return halb_fail_nomem(err);
			continue;
		}
		to = grow(&res->addresses, &res->n_addresses, sizeof *to);
		if (!to)
			return halb_fail_nomem(err);
		*to = addr;
	}
	return HALB_OK;
}

/* dhcp-options(5): host-name text, in quotes or bare. */
static enum halb_status take_host_name(struct halb_reservation *res, struct halb_statement *words,
				       struct halb_error *err)
{
	char word[HALB_DHCP_WORD] = "";
	struct halb_buf name = { 0 };

	if (res->host_name)
		halb_buf_printf(&name, "%s, ", res->host_name);
	halb_statement_word(words, word);
	halb_buf_text(&name, word);
	free(res->host_name);
	res->host_name = halb_buf_take_string(&name);
	return res->host_name ? HALB_OK : halb_fail_nomem(err);
}

/* Keeps the value where a statement of that keyword stands in it; else frees it. */
static enum halb_status take_value(struct halb_reservation *res, char *take_text,
				   const char *keyword, take_fn *take, struct halb_dhcp_texts *out,
				   struct halb_error *err)
{
	struct halb_statement statement;
	enum halb_status st = HALB_OK;
	size_t all = 0, found = 0;

	for (const char *at = take_text; st == HALB_OK && halb_statement_next(&at, &statement);
	     all++) {
		halb_statement_take(&statement, "option");
		if (!halb_statement_take(&statement, keyword))
			continue;
		found++;
		st = take(res, &statement, err);
	}
	res->crowded |= found && all > found;
	if (!found)
		free(take_text);
	else if (!halb_dhcp_texts_add(out, take_text))
		return halb_fail_nomem(err);
	return st;
}

static enum halb_status take_values(struct halb_reservation *res, const struct halb_attr *attr,
				    const char *keyword, take_fn *take,
				    struct halb_dhcp_texts *out, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && attr && i < attr->n; i++) {
		const struct halb_value *value = &attr->values[i];
		char *text = strndup((const char *)value->bytes, value->len);

		st = text ? take_value(res, text, keyword, take, out, err) : halb_fail_nomem(err);
	}
	return st;
}

/* As people write one: digits alone or in pairs, with a ':', '-' or '.' between, or nothing. */
static bool read_mac(const char *text, struct halb_mac *out)
{
	struct halb_mac mac;

	for (size_t i = 0; i < sizeof mac.bytes; i++) {
		char hex[3] = "";

		if (i && *text && strchr(":-.", *text))
			text++;
		for (size_t n = 0; n < 2 && isxdigit((unsigned char)*text); n++)
			hex[n] = *text++;
		if (!hex[0])
			return false;
		mac.bytes[i] = (uint8_t)strtoul(hex, NULL, 16);
	}
	if (*text)
		return false;
	*out = mac;
	return true;
}

/* dhcpd asks for one spelling; but whoever wrote another one meant that card, too. */
static void take_hardware(struct halb_reservation *res)
{
	char word[HALB_DHCP_WORD], mac[HALB_MAC_TEXT], asked[sizeof ETHERNET " " + HALB_MAC_TEXT];
	const char *at = res->hardware;
	struct halb_statement words;

	if (!at || !halb_statement_next(&at, &words) || !halb_statement_take(&words, ETHERNET) ||
	    !halb_statement_word(&words, word) || !read_mac(word, &res->mac))
		return;
	res->has_mac = true;
	snprintf(asked, sizeof asked, ETHERNET " %s", halb_mac_format(&res->mac, mac));
	res->findable = strcasecmp(res->hardware, asked) == 0;
}

static enum halb_status take_texts(struct halb_reservation *res, const struct halb_entry *entry,
				   struct halb_error *err)
{
	enum halb_status st = halb_entry_string(entry, "cn", &res->name, err);

	if (st == HALB_OK)
		st = halb_entry_string(entry, "adminDescription", &res->mark, err);
	if (st == HALB_OK)
		st = halb_entry_string(entry, "dhcpHWAddress", &res->hardware, err);
	if (st == HALB_OK)
		st = take_values(res, halb_entry_attr(entry, "dhcpStatements"), FIXED_ADDRESS,
				 take_addresses, &res->statements, err);
	if (st == HALB_OK)
		st = take_values(res, halb_entry_attr(entry, "dhcpOption"), HOST_NAME,
				 take_host_name, &res->options, err);
	return st;
}

static enum halb_status take_host(struct halb_dhcp_config *config, const struct halb_entry *entry,
				  struct halb_error *err)
{
	struct halb_reservation *res =
		grow(&config->reservations, &config->n_reservations, sizeof *res);
	enum halb_status st;

	if (!res)
		return halb_fail_nomem(err);
	res->dn = strdup(entry->dn);
	st = res->dn ? take_texts(res, entry, err) : halb_fail_nomem(err);
	if (st != HALB_OK)
		return st;
	if (!res->name) {
		halb_fail(err, HALB_E_DENIED, "%s: its cn cannot be read", entry->dn);
		return halb_hint(err, "this account must be allowed to read all that is below the "
				      "DHCP service");
	}
	res->lost = halb_rdn_cut_conflict(res->name);
	take_hardware(res);
	return HALB_OK;
}

enum halb_status halb_dhcp_ad_take(struct halb_dhcp_config *config, const struct halb_entry *entry,
				   struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	if (halb_dhcp_ad_is(entry, "dhcpHost"))
		return take_host(config, entry, err);
	if (halb_dhcp_ad_is(entry, "dhcpSubnet"))
		st = take_subnet(config, entry, err);
	return st == HALB_OK ? take_ranges(config, entry, err) : st;
}
