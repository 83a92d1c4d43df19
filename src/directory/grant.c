/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that grant missing rights: access control entries ([MS-DTYP] 2.5.1) as text. */
#include "halb/directory/rights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "halb/base/cursor.h"
#include "halb/directory/dn.h"

/*
 * Rights by their two letters: on the entry itself, and on its children of that class. Whoever
 * makes an entry owns it; so making is enough, but for reservations: those go away when they are no
 * longer wanted, and one that somebody else made may have to be changed.
 */
static const struct wanted {
	const char *class, *own, *below;
} child_rights[] = {
	{ "dhcpHost", "CCDC", "RPWPSD" },
};

static struct wanted wanted_for(const struct halb_need *need, const char *name)
{
	for (size_t i = 0; need->children && i < sizeof child_rights / sizeof child_rights[0]; i++)
		if (strcasecmp(child_rights[i].class, name) == 0)
			return child_rights[i];
	return (struct wanted){ name, need->children ? "CC" : "WP", NULL };
}

/* ---- the GUIDs that name classes and attributes in an entry ---- */

struct guid {
	char text[37];
};

/* [MS-DTYP] 2.3.4.2: the first three parts are little-endian. */
static void format_guid(const struct halb_attr *attr, struct guid *out)
{
	struct halb_cursor in;
	uint32_t a, f;
	uint16_t b, c, d, e;

	if (!attr || attr->n != 1 || attr->values[0].len != 16)
		return;
	in = halb_cursor_over(attr->values[0].bytes, 16);
	a = halb_cursor_le32(&in);
	b = halb_cursor_le16(&in);
	c = halb_cursor_le16(&in);
	d = halb_cursor_be16(&in);
	e = halb_cursor_be16(&in);
	f = halb_cursor_be32(&in);
	snprintf(out->text, sizeof out->text, "%08x-%04x-%04x-%04x-%04x%08x", a, b, c, d, e, f);
}

struct lookup {
	const struct halb_need *need;
	struct guid *guids; /* one for each of the need's rights; "" where it was not found */
};

static enum halb_status take_guid(void *arg, size_t which, const struct halb_entry *entry,
				  struct halb_error *err)
{
	struct lookup *lookup = arg;
	char *name = NULL;
	enum halb_status st = halb_entry_string(entry, "lDAPDisplayName", &name, err);

	(void)which;
	for (size_t i = 0; name && i < lookup->need->n; i++)
		if (strcasecmp(name, lookup->need->rights[i].name) == 0)
			format_guid(halb_entry_attr(entry, "schemaIDGUID"), &lookup->guids[i]);
	free(name);
	return st;
}

static enum halb_status find_guids(const struct halb_directory *dir, const struct halb_need *need,
				   struct guid *guids, struct halb_error *err)
{
	static const char *const attrs[] = { "lDAPDisplayName", "schemaIDGUID", NULL };
	struct lookup lookup = { need, guids };
	struct halb_search search = { dir->schema_dn, HALB_SCOPE_ONE, NULL, attrs, false };
	struct halb_buf filter = { 0 };
	enum halb_status st;

	halb_buf_text(&filter, "(|");
	for (size_t i = 0; i < need->n; i++) {
		halb_buf_text(&filter, "(lDAPDisplayName=");
		halb_filter_escape(&filter, need->rights[i].name);
		halb_buf_text(&filter, ")");
	}
	halb_buf_text(&filter, ")");
	search.filter = halb_buf_string(&filter);
	st = filter.bad ? halb_fail_nomem(err)
			: halb_directory_search(dir, &search, 1, take_guid, &lookup, err);
	halb_buf_clear(&filter);
	for (size_t i = 0; st == HALB_OK && i < need->n; i++)
		if (!guids[i].text[0])
			st = halb_fail(err, HALB_E_NOTFOUND, "the schema shows no %s",
				       need->rights[i].name);
	return st;
}

/* ---- the commands ---- */

/* POSIX shell quoting. */
static void put_quoted(struct halb_buf *out, const char *text)
{
	halb_buf_u8(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			halb_buf_text(out, "'\\''");
		else
			halb_buf_u8(out, (uint8_t)*text);
	}
	halb_buf_u8(out, '\'');
}

static void put_samba(struct halb_buf *out, const struct halb_need *need, const struct guid *guids,
		      const char *sid)
{
	halb_buf_text(out, "samba-tool dsacl set --objectdn=");
	put_quoted(out, need->dn);
	halb_buf_text(out, " --sddl='");
	for (size_t i = 0; i < need->n; i++) {
		struct wanted wanted = wanted_for(need, need->rights[i].name);

		if (need->rights[i].granted)
			continue;
		halb_buf_printf(out, "(OA;;%s;%s;;%s)", wanted.own, guids[i].text, sid);
		if (wanted.below)
			halb_buf_printf(out, "(OA;CIIO;%s;;%s;%s)", wanted.below, guids[i].text,
					sid);
	}
	halb_buf_text(out, "'");
}

/* dsacls takes names of classes and attributes, and one entry a call that is inherited. */
static void put_windows(struct halb_buf *out, const struct halb_need *need,
			const struct halb_account *account, const char *domain)
{
	bool below = false;

	halb_buf_printf(out, "dsacls \"%s\" /G", need->dn);
	for (size_t i = 0; i < need->n; i++) {
		struct wanted wanted = wanted_for(need, need->rights[i].name);

		if (need->rights[i].granted)
			continue;
		halb_buf_printf(out, " \"%s@%s:%s;%s\"", account->name, domain, wanted.own,
				wanted.class);
		below = below || wanted.below;
	}
	for (size_t i = 0; below && i < need->n; i++) {
		struct wanted wanted = wanted_for(need, need->rights[i].name);

		if (!need->rights[i].granted && wanted.below)
			halb_buf_printf(out, " && dsacls \"%s\" /I:S /G \"%s@%s:%s;;%s\"", need->dn,
					account->name, domain, wanted.below, wanted.class);
	}
}

enum halb_status halb_need_grant(const struct halb_directory *dir, const struct halb_need *need,
				 const struct halb_account *account, const char *domain,
				 struct halb_buf *out, struct halb_error *err)
{
	struct guid *guids = calloc(need->n + 1, sizeof *guids);
	enum halb_status st = guids ? find_guids(dir, need, guids, err) : halb_fail_nomem(err);

	if (st == HALB_OK) {
		put_samba(out, need, guids, account->sid);
		halb_buf_text(out, " (on Windows: ");
		put_windows(out, need, account, domain);
		halb_buf_text(out, ")");
		if (out->bad)
			st = halb_fail_nomem(err);
	}
	free(guids);
	return st;
}
