/* SPDX-License-Identifier: Apache-2.0 */
/* The rights for exactly those writes that register would make, and how to grant what is missing. */
#include <stdio.h>
#include <time.h>

#include "doctor.h"
#include "halb/apply/permit.h"

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

	halb_buf_printf(&rights, "%s may ", account->name ? account->name : "this account");
	halb_need_describe(need, met, &rights);
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

static enum halb_status read_needs(const struct doctor *doc, const struct halb_directory *dir,
				   const struct halb_plan *plan, struct halb_needs *needs,
				   struct halb_error *why)
{
	struct halb_steps steps = { 0 };
	enum halb_status st = halb_steps_of_plan(dir, halb_reading_dhcp(doc->site), plan,
						 time(NULL), &steps, why);

	if (st == HALB_OK)
		st = halb_steps_needs(&steps, needs, why);
	if (st == HALB_OK)
		st = halb_needs_read(dir, needs, why);
	halb_steps_clear(&steps);
	return st;
}

void doctor_rights(struct doctor *doc, const struct halb_directory *dir,
		   const struct halb_plan *plan)
{
	struct halb_account account = { 0 };
	struct halb_needs needs = { 0 };
	struct halb_error why;
	enum halb_status st = read_needs(doc, dir, plan, &needs, &why);

	if (st == HALB_OK && needs.n)
		st = halb_account_read(dir, &account, &why);
	if (st != HALB_OK && st != HALB_E_NOTFOUND)
		doctor_error(doc, "rights", HALB_CODE_PERMISSION_DENIED, HALB_SEV_UNKNOWN, NULL,
			     dir->server, &why);
	else if (!needs.n && plan->verdict == HALB_OK)
		doctor_pass(doc, "rights", "none needed: all is registered already");
	else
		for (size_t i = 0; i < needs.n; i++)
			judge(doc, dir, &needs.items[i], &account);
	halb_account_clear(&account);
	halb_needs_clear(&needs);
}
