/* SPDX-License-Identifier: Apache-2.0 */
/* check: whether all still is as the site file says, by all that can be looked at. */
#include "checking.h"

#include <stdlib.h>
#include <strings.h>

#include "cli.h"
#include "connect.h"
#include "halb/base/deadline.h"
#include "halb/base/log.h"
#include "halb/survey/words.h"
#include "halb/verify/lease.h"
#include "interrupt.h"
#include "secret.h"

/* Of one question or probe; where there is little time, half of it, so that silence still shows. */
#define QUERY_TIMEOUT (3 * HALB_SEC)
#define LEASE_WAIT    (4 * HALB_SEC)

/* A resolver that is silent leaves half of the time for what can do without it. */
#define LOCATE_SHARE 2

struct check {
	const struct options *opt;
	const struct halb_site *site;
	struct checking *state;
	struct halb_findings trouble; /* what is wrong with the login, and with finding servers */
	int64_t started, deadline;
	struct halb_error *err;
};

static enum halb_status note(struct check *c, enum halb_code code, enum halb_severity severity,
			     const char *server, const struct halb_error *why)
{
	if (why->status == HALB_E_NOMEM)
		return halb_fail_nomem(c->err);
	return halb_findings_add(&c->trouble,
				 &(struct halb_finding){
					 .code = code,
					 .severity = severity,
					 .server = (char *)(uintptr_t)server,
					 .actual = (char *)(uintptr_t)why->text,
					 .hint = why->hint[0] ? (char *)(uintptr_t)why->hint
							      : NULL },
				 c->err);
}

/* ---- the login ---- */

static enum halb_status check_ticket(struct check *c, bool *can_login)
{
	struct halb_error why;
	uint32_t left;

	if (halb_ticket_read(&left, &why) != HALB_OK)
		return note(c, HALB_CODE_TICKET_MISSING, HALB_SEV_UNKNOWN, NULL, &why);
	*can_login = true;
	if (left >= HALB_TICKET_SOON)
		return HALB_OK;
	halb_fail(&why, HALB_E_DENIED, "the ticket is good for %u s more", left);
	halb_hint(&why, "kinit -R, or kinit; or give directory.keytab");
	return note(c, HALB_CODE_TICKET_EXPIRING, HALB_SEV_WARNING, NULL, &why);
}

/* Without a login what DNS and the vIPs say is still worth hearing. */
static enum halb_status prepare_login(struct check *c, bool *can_login)
{
	struct checking *state = c->state;
	struct halb_error why;
	mode_t mode;

	if (login_make(c->opt->password_file, c->site, &state->login, &state->password, &why) !=
	    HALB_OK)
		return note(c, HALB_CODE_TICKET_MISSING, HALB_SEV_UNKNOWN, NULL, &why);
	if (!state->password && !state->login.keytab)
		return check_ticket(c, can_login);
	*can_login = state->password || halb_keytab_check(state->login.keytab,
							   state->login.principal, &mode,
							   &why) == HALB_OK;
	return *can_login ? HALB_OK
			  : note(c, HALB_CODE_TICKET_MISSING, HALB_SEV_UNKNOWN, NULL, &why);
}

/* ---- DNS and the vIPs ---- */

static bool show(void *arg, const char *text, int64_t waited)
{
	const struct check *c = arg;

	halb_log_progress("%lld s of %lld: %s", (long long)(waited / HALB_SEC),
			  (long long)(c->opt->timeout / HALB_SEC), text);
	return !interrupt_seen();
}

static bool show_wait(void *arg)
{
	const struct check *c = arg;

	return show(arg, "reading the directory", halb_now() - c->started);
}

static enum halb_status locate_servers(struct check *c, struct halb_dc_list *out)
{
	int64_t limit = halb_now() + halb_deadline_left(c->deadline) / LOCATE_SHARE;
	struct halb_error why;

	if (locate_dns(c->site, limit, out, &why) == HALB_OK)
		return HALB_OK;
	return note(c, HALB_CODE_DNS_UNREACHABLE, HALB_SEV_UNKNOWN, "resolver", &why);
}

/* Reports of two runs that saw the same say the same. */
static int by_name(const void *a, const void *b)
{
	const struct halb_dc *x = a, *y = b;

	return strcasecmp(x->name, y->name);
}

static enum halb_status look(struct check *c, struct halb_verification *out)
{
	struct halb_verify_options options = { .progress = show, .arg = c };
	struct halb_dc_list servers = { 0 };
	enum halb_status st = locate_servers(c, &servers);

	if (servers.n)
		qsort(servers.items, servers.n, sizeof *servers.items, by_name);
	options.limit = halb_deadline_left(c->deadline);
	if (!options.limit)
		options.limit = 1; /* none would be no limit */
	options.query_timeout =
		options.limit / 2 < QUERY_TIMEOUT ? options.limit / 2 : QUERY_TIMEOUT;
	if (st == HALB_OK)
		st = halb_verify_run(c->site, &servers, &options, out, c->err);
	halb_dc_list_clear(&servers);
	return st;
}

/* ---- DHCP ---- */

static enum halb_status look_at_leases(struct check *c)
{
	int64_t left = halb_deadline_left(c->deadline);

	if (!c->opt->lease)
		return HALB_OK;
	halb_log_progress("asking DHCP servers");
	return halb_leases_look(c->site, halb_now() + (left < LEASE_WAIT ? left : LEASE_WAIT),
				&c->trouble, c->err);
}

/* ---- the whole ---- */

/* What was in the way comes first. */
static enum halb_status add_trouble(struct check *c, struct halb_verification *verification)
{
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < verification->findings.n; i++)
		st = halb_findings_add(&c->trouble, &verification->findings.items[i], c->err);
	if (st != HALB_OK)
		return st;
	halb_findings_clear(&verification->findings);
	verification->findings = c->trouble;
	c->trouble = (struct halb_findings){ 0 };
	return HALB_OK;
}

/* The directories are read while DNS is asked and the vIPs are probed. */
static enum halb_status run(struct check *c, struct halb_verification *verification)
{
	struct checking *state = c->state;
	bool can_login = false;
	enum halb_status st = prepare_login(c, &can_login), finished;

	if (st == HALB_OK)
		st = halb_survey_start(c->site, can_login ? &state->login : NULL, c->deadline,
				       &state->survey, c->err);
	if (st != HALB_OK)
		return st;
	st = look_at_leases(c);
	if (st == HALB_OK)
		st = look(c, verification);
	finished = halb_survey_finish(state->survey, show_wait, c, &state->seen, c->err);
	if (st == HALB_OK)
		st = finished;
	if (st == HALB_OK)
		st = halb_survey_merge(c->site, &state->seen, verification, c->err);
	if (st == HALB_OK)
		st = add_trouble(c, verification);
	verification->took = halb_now() - c->started;
	return st;
}

enum halb_status cmd_check(const struct options *opt, struct halb_site *site, struct outcome *out)
{
	struct check c = { .opt = opt,
			   .site = site,
			   .state = &out->checking,
			   .started = halb_now(),
			   .err = &out->error };
	enum halb_status st;

	c.deadline = c.started + opt->timeout;
	interrupt_catch();
	st = run(&c, &out->verification);
	halb_log_progress(NULL);
	halb_findings_clear(&c.trouble);
	if (interrupt_seen())
		halb_log(HALB_LOG_WARN, "interrupted: what was not seen by then is unknown");
	if (st != HALB_OK)
		return st;
	out->report.verification = &out->verification;
	out->has_exit = true;
	out->exit = exit_of_severity(out->verification.findings.worst);
	return HALB_OK;
}

void checking_clear(struct checking *checking)
{
	secret_free(checking->password);
	halb_survey_result_clear(&checking->seen);
	*checking = (struct checking){ 0 };
}
