/* SPDX-License-Identifier: Apache-2.0 */
/* schema: the LDIF of the dhcpHost classes. */
#include <stdlib.h>

#include "cli.h"
#include "halb/dhcp/backend.h"

/* "DC=lime,DC=lan" */
static void print_dn(const struct halb_name *name, struct halb_buf *out)
{
	size_t at = 0;

	while (name->wire[at]) {
		halb_buf_text(out, at ? ",DC=" : "DC=");
		halb_buf_bytes(out, name->wire + at + 1, name->wire[at]);
		at += 1u + name->wire[at];
	}
}

/* The forest is named, or is that of the domain of the flags or of the site file. */
static enum halb_status find_forest(const struct options *opt, struct halb_name *out,
				    struct halb_error *err)
{
	const char *text = opt->forest ? opt->forest : opt->flags.domain;
	struct halb_site site;
	enum halb_status st;

	if (text)
		return halb_hostname_parse(text, out, err);
	st = halb_site_load(opt->site_path, opt->site_given, &opt->flags, &site, err);
	if (st != HALB_OK)
		return halb_hint(err, "name the forest's root domain: halb-dns schema --forest "
				      "lime.lan");
	*out = site.domain;
	halb_site_clear(&site);
	return HALB_OK;
}

enum halb_status cmd_schema(const struct options *opt, struct halb_site *site, struct outcome *out)
{
	struct halb_buf dn = { 0 }, ldif = { 0 };
	struct halb_name forest;
	enum halb_status st = find_forest(opt, &forest, &out->error);

	(void)site;
	if (st != HALB_OK)
		return st;
	print_dn(&forest, &dn);
	halb_dhcp_ad_schema(halb_buf_string(&dn), &ldif);
	if (dn.bad || ldif.bad)
		st = halb_fail_nomem(&out->error);
	halb_buf_clear(&dn);
	out->document = halb_buf_take_string(&ldif);
	out->report.document = out->document;
	return st;
}
