/* SPDX-License-Identifier: Apache-2.0 */
/* The way of plan, register, unregister and undo: connect, read, plan, write, read again. */
#include "plan.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "cli.h"
#include "failover.h"
#include "halb/apply/permit.h"
#include "halb/apply/undo.h"
#include "halb/base/log.h"
#include "interrupt.h"

static struct halb_plan_options plan_options(const struct options *opt)
{
	return (struct halb_plan_options){ opt->adopt, opt->replace, opt->force };
}

enum halb_status planning_make(const struct options *opt, const struct halb_site *site,
			       enum plan_kind kind, const struct halb_reading *present,
			       struct halb_plan *out, struct halb_error *err)
{
	const struct halb_plan_options options = plan_options(opt);

	if (kind == PLAN_UNREGISTER)
		return halb_plan_unregister(site, &present->view, out, err);
	return halb_plan_register(site, &present->view, &options, out, err);
}

/* Who has the vIPs already matters only where the rest of the plan is fine. */
static enum halb_status check_holders(const struct options *opt, enum plan_kind kind,
				      struct planning *p, struct halb_error *err)
{
	const struct halb_plan_options options = plan_options(opt);

	if (kind != PLAN_REGISTER || p->plan.verdict != HALB_OK)
		return HALB_OK;
	return holders_check(&p->holders, &options, &p->plan, err);
}

static enum halb_status blocked(const struct halb_plan *plan, struct halb_error *err)
{
	const struct halb_finding *first = NULL;

	for (size_t i = 0; i < plan->findings.n && !first; i++)
		if (plan->findings.items[i].severity == HALB_SEV_CRITICAL)
			first = &plan->findings.items[i];
	halb_fail(err, plan->verdict, "%s%s%s%s%s%s; nothing was written",
		  first && first->object ? first->object : "",
		  first && first->object ? ": " : "", first ? halb_code_name(first->code) : "plan",
		  first && first->actual ? ": found " : "",
		  first && first->actual ? first->actual : "",
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

/*
 * To the DC that we wrote to last, if it answers: others may not know of it yet. Where a run of ours
 * died, it is first made clear what became of it. With `look` who has the vIPs is looked at, once
 * there is a DC: a machine in another network, or in none, sends nothing to them.
 */
static enum halb_status connect_and_settle(const struct options *opt,
					   const struct halb_site *site, bool look, bool settle,
					   struct outcome *out)
{
	struct planning *p = &out->planning;
	char domain[HALB_NAME_TEXT], first[256] = "";
	enum halb_status st = journaling_init(&p->journaling, &out->error);

	halb_name_format(&site->domain, domain);
	if (st == HALB_OK)
		halb_journal_where(&p->journaling.journal, domain, first);
	if (st == HALB_OK)
		st = connect_reach(site, opt->password_file, first, &p->conn, &out->error);
	if (st == HALB_OK && look)
		st = holders_start(site, &p->holders, &out->error);
	if (st == HALB_OK)
		st = connect_login(&p->conn, &out->error);
	if (st != HALB_OK)
		return st;
	out->report.server = p->conn.dir->server;
	return settle ? halb_settle(p->conn.dir, &p->journaling.journal, domain, opt->force,
				    &out->error)
		      : HALB_OK;
}

/* Whether the plan may be applied. */
static enum halb_status check_plan(const struct options *opt, struct outcome *out)
{
	const struct halb_plan *plan = &out->planning.plan;

	out->report.plan = plan;
	if (plan->verdict != HALB_OK)
		return blocked(plan, &out->error);
	return check_expected(opt, plan, &out->error);
}

enum halb_status planning_start(const struct options *opt, const struct halb_site *site,
				enum plan_kind kind, bool writes, struct outcome *out)
{
	struct planning *p = &out->planning;
	enum halb_status st = connect_and_settle(opt, site, kind == PLAN_REGISTER, writes, out);

	if (st != HALB_OK)
		return st;
	halb_log_progress("reading the directory at %s", p->conn.dir->server);
	st = halb_reading_take(p->conn.dir, site, &p->present, &out->error);
	if (st == HALB_OK)
		st = planning_make(opt, site, kind, &p->present, &p->plan, &out->error);
	if (st == HALB_OK)
		st = check_holders(opt, kind, p, &out->error);
	halb_log_progress(NULL);
	return st == HALB_OK ? check_plan(opt, out) : st;
}

/* What a DC would refuse is not begun: nothing has to be put back, and no client sees it come and go. */
static enum halb_status check_permitted(const struct planning *p, const struct halb_run_head *head,
					struct halb_error *err)
{
	enum halb_status st = halb_steps_permitted(p->conn.dir, &p->steps, head->login, err);

	if (st != HALB_E_DENIED)
		return st;
	if (strcmp(head->command, "register") == 0)
		return halb_hint(err, "halb-dns doctor, with the same options, prints the command with "
				      "which a domain admin grants it");
	return halb_hint(err, "run it as whoever made it, or as a domain admin");
}

static enum halb_status write_steps(const struct options *opt, const struct halb_site *site,
				    const struct halb_run_head *head, struct outcome *out)
{
	struct planning *p = &out->planning;
	struct failover failover = { .opt = opt, .site = site, .out = out };
	const struct halb_failover over = failover_make(&failover);
	enum halb_status st;

	st = check_permitted(p, head, &out->error);
	if (st != HALB_OK)
		return st;
	interrupt_catch();
	halb_log_progress("writing to %s", p->conn.dir->server);
	st = halb_apply(p->conn.dir, &p->journaling.journal, head, &p->steps, &over, &p->applied,
			&out->error);
	out->report.applied = p->applied.n;
	out->report.journal = p->applied.journal[0] ? p->applied.journal : NULL;
	return st;
}

static enum halb_status fail_other(const struct planning *p, struct halb_error *err)
{
	halb_fail(err, HALB_E_RETRY, "%s: somebody else changed the same objects at the same time",
		  p->conn.dir->server);
	return halb_hint(err, "look with halb-dns plan, then run it again");
}

/* The swap guards one value only: another record may have joined it, so plan once more. */
static enum halb_status plan_again(const struct options *opt, const struct halb_site *site,
				   enum plan_kind kind, struct planning *p, struct halb_error *err)
{
	struct halb_reading present;
	struct halb_plan plan = { 0 };
	enum halb_status st = halb_reading_nodes(p->conn.dir, site, &p->present, &p->plan, &present,
						 err);

	if (st != HALB_OK)
		return st;
	st = planning_make(opt, site, kind, &present, &plan, err);
	if (st == HALB_OK && (plan.verdict != HALB_OK || halb_plan_writes(&plan)))
		st = fail_other(p, err);
	halb_plan_clear(&plan);
	halb_reading_clear(&present);
	return st;
}

enum halb_status planning_apply(const struct options *opt, const struct halb_site *site,
				enum plan_kind kind, struct outcome *out)
{
	struct planning *p = &out->planning;
	char domain[HALB_NAME_TEXT];
	struct halb_run_head head = journaling_head(&p->journaling, &p->conn, site, domain);
	enum halb_status st;

	if (!halb_plan_writes(&p->plan))
		return HALB_OK;
	head.command = kind == PLAN_UNREGISTER ? "unregister" : "register";
	head.checksum = p->plan.checksum;
	st = halb_steps_of_plan(p->conn.dir, halb_reading_dhcp(site), &p->plan, time(NULL), &p->steps,
				&out->error);
	if (st == HALB_OK)
		st = write_steps(opt, site, &head, out);
	if (st == HALB_OK)
		st = plan_again(opt, site, kind, p, &out->error);
	if (st == HALB_OK)
		st = halb_steps_check(p->conn.dir, &p->steps, &out->error);
	if (st == HALB_OK && kind == PLAN_REGISTER)
		halb_journal_prune(&p->journaling.journal, time(NULL));
	halb_log_progress(NULL);
	return st;
}

/* ---- undo ---- */

static enum halb_status plan_undo(const struct halb_site *site, const char *id,
				  const struct halb_run **run, struct outcome *out)
{
	struct planning *p = &out->planning;
	char domain[HALB_NAME_TEXT];
	enum halb_status st = halb_journal_read(&p->journaling.journal, &p->runs, &out->error);

	if (st == HALB_OK)
		st = halb_undo_find(&p->runs, id, halb_name_format(&site->domain, domain), run,
				    &out->error);
	if (st != HALB_OK)
		return st;
	if (!*run) {
		halb_plan_seal(&p->plan);
		return HALB_OK;
	}
	out->report.undoes = (*run)->id;
	return halb_undo_plan(p->conn.dir, *run, time(NULL), &p->plan, &p->steps, &out->error);
}

enum halb_status planning_undo(const struct options *opt, const struct halb_site *site,
			       const char *id, struct outcome *out)
{
	struct planning *p = &out->planning;
	const struct halb_run *run = NULL;
	char domain[HALB_NAME_TEXT];
	struct halb_run_head head;
	enum halb_status st = connect_and_settle(opt, site, false, true, out);

	if (st == HALB_OK)
		st = plan_undo(site, id, &run, out);
	if (st == HALB_OK)
		st = check_plan(opt, out);
	if (st != HALB_OK || opt->dry_run || !p->steps.n)
		return st;
	head = journaling_head(&p->journaling, &p->conn, site, domain);
	head.command = "undo";
	head.checksum = p->plan.checksum;
	head.undoes = run->id;
	st = write_steps(opt, site, &head, out);
	if (st == HALB_OK)
		st = halb_steps_check(p->conn.dir, &p->steps, &out->error);
	halb_log_progress(NULL);
	return st;
}

void planning_clear(struct planning *planning)
{
	holders_clear(&planning->holders);
	halb_steps_clear(&planning->steps);
	halb_plan_clear(&planning->plan);
	halb_runs_clear(&planning->runs);
	journaling_clear(&planning->journaling);
	halb_reading_clear(&planning->present);
	connection_clear(&planning->conn);
}
