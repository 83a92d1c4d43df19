/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reservation as a dhcpHost entry in AD. ISC dhcpd finds it by "ethernet <mac>" with exactly
 * one space and the hex digits all in one case, below the service that it runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "halb/dhcp/backend.h"
#include "halb/directory/dn.h"

#define ETHERNET      "ethernet "
#define FIXED_ADDRESS "fixed-address "
#define RANGE         "range "
#define HOST_NAME     "host-name "
#define BLANKS	      " \t"

/* ---- reading ---- */

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

static char *value_text(const struct halb_value *value)
{
	return strndup((const char *)value->bytes, value->len);
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

/* dhcpd.conf(5): range [dynamic-bootp] low [high] */
static enum halb_status take_range(struct halb_dhcp_config *config, const char *dn,
				   const char *text, struct halb_error *err)
{
	struct halb_dhcp_range *range, parsed = { 0 };
	char low[HALB_ADDR_TEXT], high[HALB_ADDR_TEXT];
	int n;

	text += strspn(text, BLANKS);
	if (strncasecmp(text, "dynamic-bootp ", 14) == 0)
		text += 14;
	n = sscanf(text, " %45[^ \t;] %45[^ \t;]", low, high);
	if (n < 1 || !halb_addr_parse(low, &parsed.first) ||
	    !halb_addr_parse(n == 2 ? high : low, &parsed.last))
		return halb_fail(err, HALB_E_MALFORMED, "%s: '%.60s' is no range of addresses", dn,
				 text);
	range = grow(&config->ranges, &config->n_ranges, sizeof *range);
	if (!range)
		return halb_fail_nomem(err);
	*range = parsed;
	range->dn = strdup(dn);
	return range->dn ? HALB_OK : halb_fail_nomem(err);
}

/* Ranges stand in an attribute of their own, or among the statements as dhcpd.conf has them. */
static enum halb_status take_ranges(struct halb_dhcp_config *config,
				    const struct halb_entry *entry, struct halb_error *err)
{
	static const struct {
		const char *attr, *prefix;
	} places[] = { { "dhcpRange", "" }, { "dhcpStatements", RANGE } };
	enum halb_status st = HALB_OK;

	for (size_t p = 0; p < 2; p++) {
		const struct halb_attr *attr = halb_entry_attr(entry, places[p].attr);
		size_t skip = strlen(places[p].prefix);

		for (size_t i = 0; st == HALB_OK && attr && i < attr->n; i++) {
			char *text = value_text(&attr->values[i]);

			if (!text)
				return halb_fail_nomem(err);
			if (strncasecmp(text, places[p].prefix, skip) == 0)
				st = take_range(config, entry->dn, text + skip, err);
			free(text);
		}
	}
	return st;
}

/* dhcpd.conf(5): fixed-address address [, address …]. Names among them are none of ours. */
static enum halb_status take_addresses(struct halb_reservation *res, struct halb_error *err)
{
	const char *at = res->statement + strlen(FIXED_ADDRESS);

	while (*at) {
		size_t len = strcspn(at, " ,;");
		char text[HALB_ADDR_TEXT];
		struct halb_addr addr, *to;

		snprintf(text, sizeof text, "%.*s", (int)len, at);
		if (len && len < sizeof text && halb_addr_parse(text, &addr)) {
			to = grow(&res->addresses, &res->n_addresses, sizeof *to);
			if (!to)
				return halb_fail_nomem(err);
			*to = addr;
		}
		at += len + strspn(at + len, " ,;");
	}
	return HALB_OK;
}

/* dhcp-options(5): host-name text, in quotes or bare. */
static enum halb_status take_host_name(struct halb_reservation *res, struct halb_error *err)
{
	const char *at = res->option + strlen(HOST_NAME);

	at += strspn(at, BLANKS "\"");
	res->host_name = strndup(at, strcspn(at, BLANKS "\";"));
	return res->host_name ? HALB_OK : halb_fail_nomem(err);
}

/* The first value of an attribute that starts with that keyword; NULL where there is none. */
static enum halb_status take_keyword(const struct halb_entry *entry, const char *name,
				     const char *keyword, char **out, struct halb_error *err)
{
	const struct halb_attr *attr = halb_entry_attr(entry, name);
	size_t len = strlen(keyword);

	for (size_t i = 0; attr && i < attr->n; i++) {
		const struct halb_value *value = &attr->values[i];

		if (value->len < len ||
		    strncasecmp((const char *)value->bytes, keyword, len) != 0)
			continue;
		*out = value_text(value);
		return *out ? HALB_OK : halb_fail_nomem(err);
	}
	return HALB_OK;
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
	st = res->dn ? halb_entry_string(entry, "cn", &res->name, err) : halb_fail_nomem(err);
	res->lost = res->name && halb_rdn_cut_conflict(res->name);
	if (st == HALB_OK)
		st = halb_entry_string(entry, "adminDescription", &res->mark, err);
	if (st == HALB_OK)
		st = halb_entry_string(entry, "dhcpHWAddress", &res->hardware, err);
	if (st != HALB_OK)
		return st;
	if (!res->name)
		return halb_fail(err, HALB_E_DENIED, "%s: its cn cannot be read", entry->dn);
	if (res->hardware && strncasecmp(res->hardware, ETHERNET, strlen(ETHERNET)) == 0)
		res->has_mac = halb_mac_parse(res->hardware + strlen(ETHERNET), &res->mac);
	st = take_keyword(entry, "dhcpStatements", FIXED_ADDRESS, &res->statement, err);
	if (st == HALB_OK)
		st = take_keyword(entry, "dhcpOption", HOST_NAME, &res->option, err);
	if (st == HALB_OK && res->option)
		st = take_host_name(res, err);
	return st == HALB_OK && res->statement ? take_addresses(res, err) : st;
}

static bool has_class(const struct halb_entry *entry, const char *name)
{
	const struct halb_attr *attr = halb_entry_attr(entry, "objectClass");

	for (size_t i = 0; attr && i < attr->n; i++)
		if (attr->values[i].len == strlen(name) &&
		    strncasecmp((const char *)attr->values[i].bytes, name, strlen(name)) == 0)
			return true;
	return false;
}

enum { SEARCH_SCHEMA, SEARCH_SERVICE, SEARCH_BELOW, SEARCHES };

static enum halb_status take_entry(void *arg, size_t which, const struct halb_entry *entry,
				   struct halb_error *err)
{
	struct halb_dhcp_config *config = arg;
	enum halb_status st = HALB_OK;

	if (which == SEARCH_SCHEMA)
		config->has_schema = true;
	else if (which == SEARCH_SERVICE)
		config->has_service = has_class(entry, "dhcpService");
	else if (has_class(entry, "dhcpHost"))
		return take_host(config, entry, err);
	else if (has_class(entry, "dhcpSubnet"))
		st = take_subnet(config, entry, err);
	return st == HALB_OK && which == SEARCH_BELOW ? take_ranges(config, entry, err) : st;
}

static void ad_ask(const struct halb_directory *dir, const char *service,
		   struct halb_dhcp_config *out, struct halb_searches *all)
{
	static const char *const attrs[] = { "objectClass", "cn", "dhcpNetMask", "dhcpRange",
					     "dhcpStatements", "dhcpHWAddress",
					     "dhcpOption", "adminDescription", NULL };
	const struct halb_search searches[SEARCHES] = {
		/* What is defunct cannot be made ([MS-ADTS] 3.1.1.2.3.3). */
		[SEARCH_SCHEMA] = { dir->schema_dn, HALB_SCOPE_ONE,
				    "(&(lDAPDisplayName=dhcpHost)(!(isDefunct=TRUE)))", attrs,
				    false },
		[SEARCH_SERVICE] = { service, HALB_SCOPE_BASE, "(objectClass=*)", attrs, true },
		[SEARCH_BELOW] = { service, HALB_SCOPE_SUBTREE,
				   "(|(objectClass=dhcpSubnet)(objectClass=dhcpSharedNetwork)"
				   "(objectClass=dhcpPool)(objectClass=dhcpHost))",
				   attrs, true },
	};

	halb_searches_add(all, searches, SEARCHES, take_entry, out);
}

static char *ad_locate(const char *service, const char *name)
{
	struct halb_buf dn = { 0 };

	halb_buf_text(&dn, "CN=");
	halb_dn_escape(&dn, name);
	halb_buf_printf(&dn, ",%s", service);
	return halb_buf_take_string(&dn);
}

/* ---- writing ---- */

static enum halb_status image_before(const struct halb_reservation *res, struct halb_image *image,
				     struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	if (!res)
		return HALB_OK;
	image->exists = true;
	if (res->hardware)
		st = halb_image_add_text(image, "dhcpHWAddress", res->hardware, err);
	if (st == HALB_OK && res->statement)
		st = halb_image_add_text(image, "dhcpStatements", res->statement, err);
	if (st == HALB_OK && res->option)
		st = halb_image_add_text(image, "dhcpOption", res->option, err);
	if (st == HALB_OK && res->mark)
		st = halb_image_add_text(image, "adminDescription", res->mark, err);
	return st;
}

static enum halb_status image_after(const struct halb_reservation_wanted *wanted,
				    struct halb_image *image, struct halb_error *err)
{
	char mac[HALB_MAC_TEXT], addr[HALB_ADDR_TEXT], text[300];
	enum halb_status st;

	if (!wanted)
		return HALB_OK;
	image->exists = true;
	snprintf(text, sizeof text, ETHERNET "%s", halb_mac_format(&wanted->mac, mac));
	st = halb_image_add_text(image, "dhcpHWAddress", text, err);
	snprintf(text, sizeof text, FIXED_ADDRESS "%s", halb_addr_format(&wanted->address, addr));
	if (st == HALB_OK)
		st = halb_image_add_text(image, "dhcpStatements", text, err);
	snprintf(text, sizeof text, HOST_NAME "\"%s\"", wanted->host_name);
	if (st == HALB_OK)
		st = halb_image_add_text(image, "dhcpOption", text, err);
	if (st == HALB_OK)
		st = halb_image_add_text(image, "adminDescription", wanted->mark, err);
	return st;
}

static enum halb_status set_class(struct halb_image *image, struct halb_error *err)
{
	image->object_class = strdup("dhcpHost");
	return image->object_class ? HALB_OK : halb_fail_nomem(err);
}

static enum halb_status ad_images(const struct halb_reservation_change *change,
				  struct halb_image *before, struct halb_image *after,
				  struct halb_error *err)
{
	enum halb_status st = set_class(before, err);

	if (st == HALB_OK)
		st = set_class(after, err);
	if (st == HALB_OK)
		st = image_before(change->before, before, err);
	if (st == HALB_OK)
		st = image_after(change->after, after, err);
	return st;
}

const struct halb_dhcp_ops halb_dhcp_ad = { ad_ask, ad_locate, ad_images };
