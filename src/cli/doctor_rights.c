/* SPDX-License-Identifier: Apache-2.0 */
/* The rights for exactly those writes that register would make, and how to grant what is missing. */
#include <stdio.h>
#include <time.h>

#include "doctor.h"
#include "halb/apply/apply.h"
#include "halb/directory/rights.h"

static enum halb_status add_needs(const struct halb_change *change,
				  const struct halb_dhcp_ops *backend, struct halb_needs *needs,
				  struct halb_error *err)
{
	struct halb_image before = { 0 }, after = { 0 };
	struct halb_image_write write = { 0 };
	enum halb_status st = halb_change_images(change, backend, time(NULL), &before, &after, err);

	if (st == HALB_OK)
		st = halb_image_diff(change->dn, &before, &after, &write, err);
	if (st == HALB_OK && write.needed)
		st = halb_needs_add(needs, &write.write, err);
	halb_image_write_clear(&write);
	halb_image_clear(&before);
	halb_image_clear(&after);
	return st;
}

/* "norights may change dnsRecord, adminDescription": those that are granted, or those not. */
static void put_rights(struct halb_buf *out, const char *who, const struct halb_need *need,
		       bool granted)
{
	const char *between = "";

	halb_buf_printf(out, "%s may %s ", who, need->children ? "make" : "change");
	for (size_t i = 0; i < need->n; i++) {
		if (need->rights[i].granted != granted)
			continue;
		halb_buf_printf(out, "%s%s", between, need->rights[i].name);
		between = ", ";
	}
}

/* What to tell a domain admin; without the account or the schema's GUIDs, in words only. */
static void put_hint(struct doctor *doc, const struct halb_directory *dir,
		     const struct halb_need *need, const struct halb_account *account,
		     struct halb_buf *out)
{
	char domain[HALB_NAME_TEXT];
	struct halb_error why;

	halb_name_format(&doc->site->domain, domain);
	halb_buf_text(out, "a domain admin grants it: ");
	if (!account->name)
		halb_buf_text(out, "the DC does not say whose SID it is to be granted to");
	else if (halb_need_grant(dir, need, account, domain, out, &why) != HALB_OK)
		halb_buf_text(out, why.text);
}

static void judge(struct doctor *doc, const struct halb_directory *dir,
		  const struct halb_need *need, const struct halb_account *account)
{
	const char *what = need->children ? "right to make" : "right to change";
	struct halb_buf rights = { 0 }, hint = { 0 };
	bool met = halb_need_is_met(need);

	put_rights(&rights, account->name ? account->name : "this account", need, met);
	if (!met)
		put_hint(doc, dir, need, account, &hint);
	if (doc->status == HALB_OK && (rights.bad || hint.bad))
		doc->status = halb_fail_nomem(doc->err);
	if (met)
		doctor_pass(doc, what, "%s %s %s", halb_buf_string(&rights),
			    need->children ? "in" : "of", need->dn);
	else
		doctor_fail(doc, what,
			    &(struct halb_finding){
				    .code = HALB_CODE_PERMISSION_DENIED,
				    .severity = HALB_SEV_CRITICAL,
				    .object = need->dn,
				    .server = (char *)(uintptr_t)dir->server,
				    .expected = (char *)(uintptr_t)halb_buf_string(&rights),
				    .actual = need->seen ? "it may not" : "no such entry",
				    .hint = (char *)(uintptr_t)halb_buf_string(&hint) });
	halb_buf_clear(&rights);
	halb_buf_clear(&hint);
}

static void read_needs(struct doctor *doc, const struct halb_directory *dir,
		       struct halb_needs *needs)
{
	struct halb_account account = { 0 };
	struct halb_error why;
	enum halb_status st = halb_account_read(dir, &account, &why);

	if (st == HALB_OK || st == HALB_E_NOTFOUND)
		st = halb_needs_read(dir, needs, &why);
	if (st != HALB_OK)
		doctor_error(doc, "rights", HALB_CODE_PERMISSION_DENIED, HALB_SEV_UNKNOWN, NULL,
			     dir->server, &why);
	for (size_t i = 0; st == HALB_OK && i < needs->n; i++)
		judge(doc, dir, &needs->items[i], &account);
	halb_account_clear(&account);
}

void doctor_rights(struct doctor *doc, const struct halb_directory *dir,
		   const struct halb_plan *plan)
{
	struct halb_needs needs = { 0 };

	for (size_t i = 0; doc->status == HALB_OK && i < plan->n; i++)
		if (plan->changes[i].action != HALB_ACTION_KEEP)
			doc->status = add_needs(&plan->changes[i], halb_reading_dhcp(doc->site), &needs,
						doc->err);
	if (doc->status == HALB_OK && needs.n)
		read_needs(doc, dir, &needs);
	else if (doc->status == HALB_OK && plan->verdict == HALB_OK)
		doctor_pass(doc, "rights", "none needed: all is registered already");
	halb_needs_clear(&needs);
}
