/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the resolver loop, shows what it waits for, and lets Ctrl-C end the wait. */
#include "cli.h"
#include "connect.h"
#include "halb/base/deadline.h"
#include "halb/base/log.h"
#include "interrupt.h"

#define QUERY_TIMEOUT (3 * HALB_SEC)

static bool show(void *arg, const char *text, int64_t waited)
{
	const struct options *opt = arg;

	halb_log_progress("%lld s of %lld: %s", (long long)(waited / HALB_SEC),
			  (long long)(opt->wait / HALB_SEC), text);
	return !interrupt_seen();
}

static enum halb_status run(const struct options *opt, const struct halb_site *site,
			    const struct halb_dc_list *servers, struct outcome *out)
{
	const struct halb_verify_options options = { .wait = interrupt_seen() ? 0 : opt->wait,
						     .query_timeout = QUERY_TIMEOUT,
						     .progress = show,
						     .arg = (void *)(uintptr_t)opt };
	enum halb_status st;

	interrupt_catch();
	st = halb_verify_run(site, servers, &options, &out->verification, &out->error);
	halb_log_progress(NULL);
	if (interrupt_seen())
		halb_log(HALB_LOG_WARN, "interrupted: what was not seen by then counts as not right");
	return st;
}

enum halb_status verifying(const struct options *opt, const struct halb_site *site,
			   struct outcome *out)
{
	struct halb_dc_list servers = { 0 };
	enum halb_status st = locate_dns(site, halb_now() + LOCATE_WAIT, &servers, &out->error);

	if (st == HALB_OK)
		st = run(opt, site, &servers, out);
	if (st == HALB_OK)
		out->report.verification = &out->verification;
	halb_dc_list_clear(&servers);
	return st;
}
