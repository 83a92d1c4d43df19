/* SPDX-License-Identifier: Apache-2.0 */
/* Begins a watch as the options say, ends it when a signal asks for that, and tells of it. */
#include "watching.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "connect.h"
#include "drilling.h"
#include "halb/base/deadline.h"
#include "halb/base/file.h"
#include "halb/base/log.h"
#include "realtime.h"

/* A TLS handshake, a question, costs the other side: ten a second at most. */
#define SLOW_PERIOD (100 * HALB_MSEC)

/* ---- reports ---- */

static void fill_report(const struct watching *w, const struct halb_watch_verdict *verdict,
			struct halb_report *report)
{
	report->command = w->command;
	report->status = halb_severity_name(verdict->severity);
	report->exit = exit_of_severity(verdict->severity);
	report->time = time(NULL);
	report->watch = w->watch;
	report->now = halb_now();
	report->why = verdict->why[0] ? verdict->why : NULL;
}

static enum halb_status write_page(const struct watching *w, const struct halb_report *report,
				   struct halb_buf *page, struct halb_error *err)
{
	halb_report_html(report, page);
	if (page->bad)
		return halb_fail_nomem(err);
	return halb_file_replace(w->opt->html, 0644, page->data, page->len, err);
}

/* The outages of runs that are over; what is under way is not judged yet. */
static void judge_drill(const struct watching *w, const struct halb_drill *so_far,
			struct halb_watch_verdict *verdict)
{
	struct halb_drill over = *so_far;

	over.n_runs -= drilling_is_under_way(so_far);
	if (over.n_runs)
		halb_drill_judge(w->watch, &over, w->opt->max_outage, verdict);
	else
		*verdict = (struct halb_watch_verdict){ HALB_SEV_UNKNOWN, "no run is over yet" };
}

static enum halb_status tell_so_far(const struct watching *w, struct halb_report *report,
				    struct halb_error *err)
{
	struct halb_buf page = { 0 };
	enum halb_status st = halb_report_print(report, halb_report_format(w->opt->format), stdout,
						err);

	if (w->opt->html && write_page(w, report, &page, err) != HALB_OK) {
		halb_fail_in(err, "--report");
		st = err->status;
	}
	halb_buf_clear(&page);
	return st;
}

/* A report of what there is by now; a watch that lasts has one when somebody asks. */
static enum halb_status print_snapshot(const struct watching *w, struct halb_error *err)
{
	char domain[HALB_NAME_TEXT];
	struct halb_report report = { .verbose = w->opt->verbose,
				      .color = options_color(w->opt, STDOUT_FILENO) };
	struct halb_watch_verdict verdict;
	struct halb_drill drill = { 0 };
	enum halb_status st = HALB_OK;

	halb_log_progress(NULL);
	if (w->drill)
		st = drilling_so_far(w->watch, w->drill, &drill, err);
	if (st != HALB_OK)
		return st;
	if (w->drill)
		judge_drill(w, &drill, &verdict);
	else
		halb_watch_judge(w->watch, w->opt->max_outage, &verdict);
	fill_report(w, &verdict, &report);
	report.drill = w->drill ? &drill : NULL;
	report.domain = halb_name_format(&w->site->domain, domain);
	st = tell_so_far(w, &report, err);
	free(drill.runs);
	return st;
}

/* ---- signals ---- */

static void on_signal(void *arg, int fd, unsigned events)
{
	struct watching *w = arg;
	struct signalfd_siginfo info;
	struct halb_error err;

	(void)events;
	if (read(fd, &info, sizeof info) != sizeof info)
		return;
	if (info.ssi_signo == SIGUSR1) {
		if (print_snapshot(w, &err) != HALB_OK)
			halb_log(HALB_LOG_ERROR, "%s", err.text);
		return;
	}
	if (info.ssi_signo == SIGTSTP) {
		halb_log_progress(NULL); /* the shell's prompt comes there */
		raise(SIGSTOP);
		return;
	}
	w->interrupted = true;
	halb_loop_stop(w->loop);
}

/* One that is ignored stays so, as nohup(1) wants: blocked, it would come all the same. */
static void take_unless_ignored(sigset_t *set, int signal)
{
	struct sigaction action;

	if (sigaction(signal, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
		sigaddset(set, signal);
}

static enum halb_status catch_signals(struct watching *w, struct halb_error *err)
{
	static const int taken[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGTSTP };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		take_unless_ignored(&set, taken[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		w->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (w->signals < 0)
		return halb_fail(err, HALB_E_INTERNAL, "cannot take signals: %s", strerror(errno));
	return halb_loop_watch(w->loop, w->signals, HALB_LOOP_READ, on_signal, w, err);
}

/* ---- the watch ---- */

static enum halb_status check_site(const struct halb_site *site, struct halb_error *err)
{
	for (size_t i = 0; i < site->n_balancers; i++)
		if (site->balancers[i].n_probes)
			return HALB_OK;
	halb_fail(err, HALB_E_SITE, "there is no port to watch");
	return halb_hint(err, "balancers: probes: [{port: 6443}], or --port 6443");
}

/* Each of what the site file's probes ask for, unless the command line says otherwise. */
static unsigned layers_of(const struct options *opt)
{
	const unsigned usual = 1u << HALB_WATCH_DNS | 1u << HALB_WATCH_TCP |
			       1u << HALB_WATCH_TLS | 1u << HALB_WATCH_HTTP |
			       1u << HALB_WATCH_HELD;

	return opt->layers ? opt->layers : usual;
}

static void tell_of_addressless(const struct halb_dc_list *servers)
{
	for (size_t i = 0; i < servers->n; i++)
		if (!servers->items[i].address.len)
			halb_log(HALB_LOG_WARN, "%s is not watched: its name does not resolve",
				 servers->items[i].name);
}

/* Without them the system's resolver is asked alone, unless DNS was asked for by name. */
static enum halb_status find_servers(struct watching *w, struct halb_error *err)
{
	struct halb_error why;

	if (locate_dns(w->site, halb_now() + LOCATE_WAIT, &w->servers, &why) == HALB_OK) {
		tell_of_addressless(&w->servers);
		return HALB_OK;
	}
	if (w->opt->layers) {
		*err = why;
		return why.status;
	}
	halb_log(HALB_LOG_WARN, "DNS is watched through the system's resolver alone: %s", why.text);
	return HALB_OK;
}

/* Whatever may be refused is refused before the first probe. */
static enum halb_status prepare(struct watching *w, struct halb_error *err)
{
	enum halb_status st = check_site(w->site, err);

	if (st == HALB_OK)
		st = halb_loop_new(&w->loop, err);
	if (st == HALB_OK)
		st = outlets_open(w->opt, w->loop, &w->outlets, err);
	if (st == HALB_OK && w->opt->realtime)
		st = realtime_begin(err);
	if (st == HALB_OK)
		st = catch_signals(w, err);
	if (st == HALB_OK && layers_of(w->opt) & 1u << HALB_WATCH_DNS)
		st = find_servers(w, err);
	return st;
}

enum halb_status watching_start(const struct options *opt, const struct halb_site *site,
				const char *command, const struct halb_drill *drill,
				struct watching *watching, struct halb_error *err)
{
	const struct halb_watch_options options = {
		.layers = layers_of(opt),
		.period = opt->period,
		.slow_period = opt->period > SLOW_PERIOD ? opt->period : SLOW_PERIOD,
		.timeout = opt->probe_timeout,
		.event = outlets_event,
		.arg = &watching->outlets,
	};
	enum halb_status st;

	*watching = (struct watching){ .opt = opt, .site = site, .command = command,
				       .drill = drill, .signals = -1 };
	st = prepare(watching, err);
	if (st == HALB_OK)
		st = halb_watch_start(watching->loop, site, &watching->servers, &options,
				      &watching->watch, err);
	if (st == HALB_OK)
		st = outlets_begin(&watching->outlets, watching->watch, err);
	return st;
}

enum halb_status watching_refuse(enum halb_status st, struct outcome *out)
{
	out->has_exit = st == HALB_E_CANTCREATE || st == HALB_E_DENIED;
	out->exit = exit_status(st);
	return st;
}

enum halb_status watching_run(struct watching *watching, int64_t deadline, struct halb_error *err)
{
	enum halb_status st = halb_loop_run(watching->loop, deadline, err);

	return st == HALB_E_RETRY ? HALB_OK : st; /* the time is up */
}

enum halb_status watching_stop(struct watching *watching, struct halb_error *err)
{
	enum halb_status st = halb_watch_finish(watching->watch, err);

	outlets_close(&watching->outlets);
	return st;
}

enum halb_status watching_tell(struct watching *watching, const struct halb_watch_verdict *verdict,
			       struct outcome *out)
{
	struct halb_report *report = &out->report;
	char domain[HALB_NAME_TEXT];
	struct halb_buf page = { 0 };
	struct halb_error err;

	if (verdict->severity != HALB_SEV_OK)
		halb_log(HALB_LOG_WARN, "%s", verdict->why);
	fill_report(watching, verdict, report);
	watching->why = strdup(verdict->why);
	if (!watching->why)
		return halb_fail_nomem(&out->error);
	report->why = watching->why[0] ? watching->why : NULL;
	report->domain = halb_name_format(&watching->site->domain, domain);
	out->severity = verdict->severity;
	out->has_exit = true;
	out->exit = report->exit;
	if (watching->opt->html && write_page(watching, report, &page, &err) != HALB_OK) {
		halb_log(HALB_LOG_ERROR, "--report %s: %s; it goes to standard output",
			 watching->opt->html, err.text);
		report->document = watching->page = halb_buf_take_string(&page);
	}
	halb_buf_clear(&page);
	report->domain = NULL;
	return HALB_OK;
}

void watching_clear(struct watching *watching)
{
	outlets_close(&watching->outlets);
	halb_watch_free(watching->watch);
	if (watching->loop && watching->signals >= 0)
		close(watching->signals);
	halb_loop_free(watching->loop);
	halb_dc_list_clear(&watching->servers);
	free(watching->why);
	free(watching->page);
	*watching = (struct watching){ 0 };
}
