/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reservation as a dhcpHost entry in AD. ISC dhcpd finds it by "ethernet <mac>" with exactly
 * one space and the hex digits all in one case, below the service that it runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ad_priv.h"
#include "halb/dhcp/backend.h"
#include "halb/directory/dn.h"

/* ---- reading ---- */

enum { SEARCH_SCHEMA, SEARCH_SERVICE, SEARCH_BELOW, SEARCHES };

static enum halb_status take_entry(void *arg, size_t which, const struct halb_entry *entry,
				   struct halb_error *err)
{
	struct halb_dhcp_config *config = arg;

	if (which == SEARCH_BELOW)
		return halb_dhcp_ad_take(config, entry, err);
	if (which == SEARCH_SCHEMA)
		config->has_schema = true;
	else
		config->has_service = halb_dhcp_ad_is(entry, "dhcpService");
	return HALB_OK;
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
				   "(objectClass=dhcpPool)(objectClass=dhcpGroup)"
				   "(objectClass=dhcpHost))",
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

static enum halb_status add_texts(struct halb_image *image, const char *attr,
				  const struct halb_dhcp_texts *texts, struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < texts->n; i++)
		st = halb_image_add_text(image, attr, texts->items[i], err);
	return st;
}

static enum halb_status image_before(const struct halb_reservation *res, struct halb_image *image,
				     struct halb_error *err)
{
	enum halb_status st = HALB_OK;

	if (!res)
		return HALB_OK;
	image->exists = true;
	if (res->hardware)
		st = halb_image_add_text(image, "dhcpHWAddress", res->hardware, err);
	if (st == HALB_OK)
		st = add_texts(image, "dhcpStatements", &res->statements, err);
	if (st == HALB_OK)
		st = add_texts(image, "dhcpOption", &res->options, err);
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
	snprintf(text, sizeof text, ETHERNET " %s", halb_mac_format(&wanted->mac, mac));
	st = halb_image_add_text(image, "dhcpHWAddress", text, err);
	snprintf(text, sizeof text, FIXED_ADDRESS " %s", halb_addr_format(&wanted->address, addr));
	if (st == HALB_OK)
		st = halb_image_add_text(image, "dhcpStatements", text, err);
	snprintf(text, sizeof text, HOST_NAME " \"%s\"", wanted->host_name);
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
