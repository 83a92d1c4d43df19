/* SPDX-License-Identifier: Apache-2.0 */
/* Says where a wrong value stands, in the file or among the flags, and keeps the first one. */
#include "reader_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "quote_priv.h"

void halb_reader_enter(struct halb_reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->section, sizeof r->section, fmt, ap);
	va_end(ap);
}

static bool holds(const char *const *list, size_t n, const char *value)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == value)
			return true;
	return false;
}

const char *halb_reader_flag(const struct halb_reader *r, const char *value)
{
	const struct halb_site_flags *f = r->flags;
	const struct {
		const char *value, *name;
	} single[] = {
		{ f->domain, "--domain" },     { f->vip, "--vip" },
		{ f->mac, "--mac" },           { f->apex, "--apex" },
		{ f->ttl, "--ttl" },           { f->dhcp_service, "--dhcp-service" },
		{ f->balancer, "--balancer" }, { f->dhcp_backend, "--dhcp-backend" },
		{ f->keytab, "--keytab" },
	};

	if (!value)
		return NULL;
	for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
		if (value == single[i].value)
			return single[i].name;
	if (holds(f->aliases, f->n_aliases, value))
		return "--alias";
	if (holds(f->ports, f->n_ports, value))
		return "--port";
	return holds(f->servers, f->n_servers, value) ? "--server" : NULL;
}

/* The flag that would give a key that is missing where there is no file: dhcp.service's. */
static void name_flag(const struct halb_reader *r, const char *key, char text[HALB_PLACE_TEXT])
{
	bool dhcp = strcmp(r->section, "dhcp.") == 0;

	snprintf(text, HALB_PLACE_TEXT, "--%s%s", dhcp ? "dhcp-" : "", key);
}

const char *halb_reader_place(const struct halb_reader *r, const char *key, const char *value,
			      char text[HALB_PLACE_TEXT])
{
	const char *flag = halb_reader_flag(r, value);

	if (flag)
		snprintf(text, HALB_PLACE_TEXT, "%s", flag);
	else if (r->doc)
		snprintf(text, HALB_PLACE_TEXT, "%s%s", r->section, key);
	else
		name_flag(r, key, text);
	return text;
}

/* What to do about a value that is not there. */
static const char *missing_hint(const struct halb_reader *r)
{
	if (r->doc)
		return "add this key";
	return "without a site file --domain, --vip and --apex are needed, and with --dhcp-service "
	       "also --mac";
}

void halb_reader_refuse(struct halb_reader *r, const char *key, const char *value, const char *hint,
			const char *expected, ...)
{
	bool in_file = r->doc && !halb_reader_flag(r, value);
	char place[HALB_PLACE_TEXT], text[240], quoted[HALB_QUOTE_TEXT];
	const char *q = value ? "'" : "";
	va_list ap;

	if (r->status != HALB_OK)
		return;
	va_start(ap, expected);
	vsnprintf(text, sizeof text, expected, ap);
	va_end(ap);
	halb_reader_place(r, key, value, place);
	r->status = halb_fail(r->err, in_file ? HALB_E_SITE : HALB_E_USAGE,
			      "%s: expected %s, found %s%s%s", place, text, q,
			      value ? halb_quote(value, quoted) : "nothing", q);
	if (in_file)
		halb_fail_in(r->err, "%s:%zu", r->doc->file, halb_document_line(r->doc, place));
	if (!hint)
		hint = value ? "" : missing_hint(r);
	halb_hint(r->err, "%s", hint);
}

void halb_reader_nomem(struct halb_reader *r)
{
	if (r->status == HALB_OK)
		r->status = halb_fail_nomem(r->err);
}
