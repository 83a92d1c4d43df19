/* SPDX-License-Identifier: Apache-2.0 */
/* The way of plan, register and unregister: connect, read, plan, write, read again. */
#include "plan.h"

#include <strings.h>
#include <time.h>

#include "cli.h"
#include "halb/apply/apply.h"
#include "halb/base/log.h"
#include "holders.h"
#include "interrupt.h"

static struct halb_plan_options plan_options(const struct options *opt)
{
	return (struct halb_plan_options){ opt->adopt, opt->replace, opt->force };
}

enum halb_status planning_make(const struct options *opt, const struct halb_site *site,
			       enum plan_kind kind, const struct present *present,
			       struct halb_plan *out, struct halb_error *err)
{
	const struct halb_plan_options options = plan_options(opt);

	if (kind == PLAN_UNREGISTER)
		return halb_plan_unregister(site, &present->view, out, err);
	return halb_plan_register(site, &present->view, &options, out, err);
}

/* Who has the vIPs already matters only where the rest of the plan is fine. */
static enum halb_status check_holders(const struct options *opt, const struct halb_site *site,
				      enum plan_kind kind, struct halb_plan *plan,
				      struct halb_error *err)
{
	const struct halb_plan_options options = plan_options(opt);

	if (kind != PLAN_REGISTER || plan->verdict != HALB_OK)
		return HALB_OK;
	return holders_check(site, &options, plan, err);
}

static enum halb_status blocked(const struct halb_plan *plan, struct halb_error *err)
{
	const struct halb_finding *first = NULL;

	for (size_t i = 0; i < plan->findings.n && !first; i++)
		if (plan->findings.items[i].severity == HALB_SEV_CRITICAL)
			first = &plan->findings.items[i];
	halb_fail(err, plan->verdict, "%s%s%s: %s%s%s; nothing was written",
		  first && first->object ? first->object : "",
		  first && first->object ? ": " : "", first ? halb_code_name(first->code) : "plan",
		  first && first->actual ? "found " : "",
		  first && first->actual ? first->actual
		  : first && first->expected ? first->expected : "",
		  plan->findings.n > 1 ? " (and more, see above)" : "");
	return halb_hint(err, "%s", first && first->hint ? first->hint : "");
}

/* The plan that somebody has looked at, and no other. */
static enum halb_status check_expected(const struct options *opt, const struct halb_plan *plan,
				       struct halb_error *err)
{
	if (!opt->expect || strcasecmp(opt->expect, plan->checksum) == 0)
		return HALB_OK;
	halb_fail(err, HALB_E_RETRY, "the plan is another one now: its checksum is %s; nothing "
				     "was written", plan->checksum);
	return halb_hint(err, "look at it with halb-dns plan, then expect that checksum");
}

enum halb_status planning_start(const struct options *opt, const struct halb_site *site,
				enum plan_kind kind, struct outcome *out)
{
	struct planning *p = &out->planning;
	enum halb_status st = connect_site(site, opt->password_file, &p->conn, &out->error);

	if (st != HALB_OK)
		return st;
	out->report.server = p->conn.dir->server;
	halb_log_progress("reading the directory at %s", p->conn.dir->server);
	st = present_read(&p->conn, site, &p->present, &out->error);
	if (st == HALB_OK)
		st = planning_make(opt, site, kind, &p->present, &p->plan, &out->error);
	if (st == HALB_OK)
		st = check_holders(opt, site, kind, &p->plan, &out->error);
	halb_log_progress(NULL);
	if (st != HALB_OK)
		return st;
	out->report.plan = &p->plan;
	if (p->plan.verdict != HALB_OK)
		return blocked(&p->plan, &out->error);
	return check_expected(opt, &p->plan, &out->error);
}

static enum halb_status write_plan(const struct halb_site *site, struct outcome *out)
{
	struct planning *p = &out->planning;

	interrupt_catch();
	return halb_apply(p->conn.dir, dhcp_ops(site), &p->plan, time(NULL), &out->report.applied,
			  &out->error);
}

/* The swap guards one value only: another one may have joined it, so look again. */
static enum halb_status read_again(const struct options *opt, const struct halb_site *site,
				   enum plan_kind kind, struct outcome *out)
{
	struct present present;
	struct halb_plan plan = { 0 };
	enum halb_status st = present_read_again(&out->planning.conn, site, &out->planning.present,
						 &present, &out->error);

	if (st != HALB_OK)
		return st;
	st = planning_make(opt, site, kind, &present, &plan, &out->error);
	if (st == HALB_OK && (plan.verdict != HALB_OK || halb_plan_writes(&plan))) {
		st = halb_fail(&out->error, HALB_E_RETRY,
			       "%s: somebody else changed the same objects at the same time",
			       out->planning.conn.dir->server);
		halb_hint(&out->error, "look with halb-dns plan, then run it again");
	}
	halb_plan_clear(&plan);
	present_clear(&present);
	return st;
}

enum halb_status planning_apply(const struct options *opt, const struct halb_site *site,
				enum plan_kind kind, struct outcome *out)
{
	struct planning *p = &out->planning;
	enum halb_status st;

	if (!halb_plan_writes(&p->plan))
		return HALB_OK;
	halb_log_progress("writing to %s", p->conn.dir->server);
	st = write_plan(site, out);
	if (st == HALB_OK)
		st = read_again(opt, site, kind, out);
	halb_log_progress(NULL);
	return st;
}

void planning_clear(struct planning *planning)
{
	halb_plan_clear(&planning->plan);
	present_clear(&planning->present);
	connection_clear(&planning->conn);
}
