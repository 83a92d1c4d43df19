/* SPDX-License-Identifier: Apache-2.0 */
/* Begins a watch as the options say, and ends it when a signal asks for that. */
#include "watching.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli.h"
#include "connect.h"
#include "halb/base/deadline.h"

/* A TLS handshake, a question, costs the other side: ten a second at most. */
#define SLOW_PERIOD (100 * HALB_MSEC)

static void on_signal(void *arg, int fd, unsigned events)
{
	struct watching *w = arg;
	struct signalfd_siginfo info;

	(void)events;
	if (read(fd, &info, sizeof info) != sizeof info)
		return;
	w->interrupted = true;
	halb_loop_stop(w->loop);
}

static enum halb_status catch_signals(struct watching *w, struct halb_error *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	w->signals = -1;
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		w->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (w->signals < 0)
		return halb_fail(err, HALB_E_INTERNAL, "cannot take signals: %s", strerror(errno));
	return halb_loop_watch(w->loop, w->signals, HALB_LOOP_READ, on_signal, w, err);
}

enum halb_status watching_start(const struct options *opt, const struct halb_site *site,
				struct watching *watching, struct halb_error *err)
{
	const struct halb_watch_options options = {
		.layers = opt->layers ? opt->layers : 1u << HALB_WATCH_TCP,
		.period = opt->period,
		.slow_period = opt->period > SLOW_PERIOD ? opt->period : SLOW_PERIOD,
		.timeout = opt->probe_timeout,
	};
	enum halb_status st = halb_loop_new(&watching->loop, err);

	if (st == HALB_OK)
		st = catch_signals(watching, err);
	if (st == HALB_OK && opt->layers & 1u << HALB_WATCH_DNS)
		st = locate_dns(site, halb_now() + LOCATE_WAIT, &watching->servers, err);
	if (st == HALB_OK)
		st = halb_watch_start(watching->loop, site, &watching->servers, &options,
				      &watching->watch, err);
	return st;
}

enum halb_status watching_run(struct watching *watching, int64_t deadline, struct halb_error *err)
{
	enum halb_status st = halb_loop_run(watching->loop, deadline, err);

	return st == HALB_E_RETRY ? HALB_OK : st; /* the time is up */
}

void watching_clear(struct watching *watching)
{
	halb_watch_free(watching->watch);
	if (watching->loop && watching->signals >= 0)
		close(watching->signals);
	halb_loop_free(watching->loop);
	halb_dc_list_clear(&watching->servers);
	*watching = (struct watching){ 0 };
}
