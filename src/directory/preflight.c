/* SPDX-License-Identifier: Apache-2.0 */
/* A DC's clock, whom it takes us for, and how a zone ages. */
#include "halb/directory/preflight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "halb/base/buf.h"
#include "halb/base/cursor.h"

/* ---- the clock ---- */

/* RFC 4517 3.3.13 as AD writes it: 20261124234501.0Z */
static bool parse_time(const char *text, int64_t *out)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y%m%d%H%M%S", &tm);

	if (!rest || rest - text != 14 || strcmp(rest, ".0Z") != 0)
		return false;
	*out = timegm(&tm);
	return true;
}

static enum halb_status take_time(void *arg, size_t which, const struct halb_entry *entry,
				  struct halb_error *err)
{
	(void)which;
	return halb_entry_string(entry, "currentTime", arg, err);
}

enum halb_status halb_clock_read(const struct halb_directory *dir, int64_t *out,
				 struct halb_error *err)
{
	static const char *const attrs[] = { "currentTime", NULL };
	const struct halb_search root = { "", HALB_SCOPE_BASE, "(objectClass=*)", attrs, false };
	char *text = NULL;
	enum halb_status st = halb_directory_search(dir, &root, 1, take_time, &text, err);

	if (st == HALB_OK && !(text && parse_time(text, out)))
		st = halb_fail(err, HALB_E_MALFORMED, "%s: its rootDSE's currentTime is '%.40s'",
			       dir->server, text ? text : "");
	free(text);
	return st;
}

/* ---- the account ---- */

/* [MS-DTYP] 2.4.2.2: revision, count, authority (big-endian), sub-authorities (little-endian). */
static bool format_sid(const struct halb_value *value, char text[HALB_SID_TEXT])
{
	struct halb_cursor in = halb_cursor_over(value->bytes, value->len);
	uint8_t revision = halb_cursor_u8(&in), count = halb_cursor_u8(&in);
	uint64_t authority = (uint64_t)halb_cursor_be16(&in) << 32;
	int n;

	authority |= halb_cursor_be32(&in);
	if (in.bad || revision != 1 || count > 15 || in.left != 4u * count)
		return false;
	n = snprintf(text, HALB_SID_TEXT, "S-1-%llu", (unsigned long long)authority);
	while (count--)
		n += snprintf(text + n, (size_t)(HALB_SID_TEXT - n), "-%u",
			      halb_cursor_le32(&in));
	return true;
}

/* RFC 4515 3, for a value of any bytes. */
static void put_sid_filter(struct halb_buf *out, const struct halb_value *sid)
{
	halb_buf_text(out, "(objectSid=");
	for (size_t i = 0; i < sid->len; i++)
		halb_buf_printf(out, "\\%02x", sid->bytes[i]);
	halb_buf_text(out, ")");
}

static enum halb_status take_tokens(void *arg, size_t which, const struct halb_entry *entry,
				    struct halb_error *err)
{
	const struct halb_attr *sids = halb_entry_attr(entry, "tokenGroups");
	struct halb_buf *filter = arg;

	(void)which;
	(void)err;
	for (size_t i = 0; sids && i < sids->n; i++)
		put_sid_filter(filter, &sids->values[i]);
	return HALB_OK;
}

static enum halb_status take_account(void *arg, size_t which, const struct halb_entry *entry,
				     struct halb_error *err)
{
	const struct halb_attr *sid = halb_entry_attr(entry, "objectSid");
	struct halb_account *account = arg;
	enum halb_status st;

	(void)which;
	if (account->name || !sid || !sid->n)
		return HALB_OK;
	st = halb_entry_string(entry, "sAMAccountName", &account->name, err);
	if (st != HALB_OK)
		return st;
	if (!account->name || !format_sid(&sid->values[0], account->sid))
		return halb_fail(err, HALB_E_MALFORMED, "%s has no name or no SID", entry->dn);
	return HALB_OK;
}

/* A group has class group: of the token's SIDs only the account's own is a user's. */
static enum halb_status find_account(const struct halb_directory *dir, const char *sids,
				     struct halb_account *account, struct halb_error *err)
{
	static const char *const attrs[] = { "sAMAccountName", "objectSid", NULL };
	struct halb_buf filter = { 0 };
	enum halb_status st = HALB_E_NOMEM;
	struct halb_search users = { dir->domain_dn, HALB_SCOPE_SUBTREE, NULL, attrs, false };

	halb_buf_printf(&filter, "(&(objectClass=user)(|%s))", sids);
	users.filter = halb_buf_string(&filter);
	if (filter.bad)
		halb_fail_nomem(err);
	else
		st = halb_directory_search(dir, &users, 1, take_account, account, err);
	halb_buf_clear(&filter);
	return st;
}

enum halb_status halb_account_read(const struct halb_directory *dir, struct halb_account *out,
				   struct halb_error *err)
{
	static const char *const attrs[] = { "tokenGroups", NULL };
	const struct halb_search root = { "", HALB_SCOPE_BASE, "(objectClass=*)", attrs, false };
	struct halb_account account = { 0 };
	struct halb_buf sids = { 0 };
	enum halb_status st = halb_directory_search(dir, &root, 1, take_tokens, &sids, err);

	if (st == HALB_OK && sids.bad)
		st = halb_fail_nomem(err);
	if (st == HALB_OK && sids.len)
		st = find_account(dir, halb_buf_string(&sids), &account, err);
	if (st == HALB_OK && !account.name)
		st = halb_fail(err, HALB_E_NOTFOUND, "%s does not say whom it takes us for",
			       dir->server);
	halb_buf_clear(&sids);
	if (st != HALB_OK) {
		halb_account_clear(&account);
		return st;
	}
	*out = account;
	return HALB_OK;
}

void halb_account_clear(struct halb_account *account)
{
	free(account->name);
	*account = (struct halb_account){ 0 };
}

/* ---- aging ---- */

static enum halb_status take_aging(void *arg, size_t which, const struct halb_entry *entry,
				   struct halb_error *err)
{
	const struct halb_attr *properties = halb_entry_attr(entry, "dNSProperty");
	enum halb_status st = HALB_OK;

	(void)which;
	for (size_t i = 0; st == HALB_OK && properties && i < properties->n; i++)
		st = halb_zone_aging_take(arg, properties->values[i].bytes,
					  properties->values[i].len, err);
	return st == HALB_OK ? st : halb_fail_in(err, "%s", entry->dn);
}

enum halb_status halb_zone_aging_read(const struct halb_directory *dir, const char *zone_dn,
				      struct halb_zone_aging *out, struct halb_error *err)
{
	static const char *const attrs[] = { "dNSProperty", NULL };
	const struct halb_search zone = { zone_dn, HALB_SCOPE_BASE, "(objectClass=*)", attrs,
					  false };
	struct halb_zone_aging aging = { 0 };
	enum halb_status st = halb_directory_search(dir, &zone, 1, take_aging, &aging, err);

	if (st == HALB_OK)
		*out = aging;
	return st;
}
