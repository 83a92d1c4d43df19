/* SPDX-License-Identifier: Apache-2.0 */
/* Connects to the first of several DCs that answers. */
#include "halb/net/locate.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "halb/base/buf.h"
#include "halb/base/deadline.h"
#include "tcp_priv.h"
#include "words_priv.h"

#define STAGGER (100 * HALB_MSEC)

struct race {
	struct halb_loop *loop;
	const struct halb_dc_list *list;
	uint16_t port;
	struct runner *runners; /* one for each of the list */
	size_t next, n_running;
	struct halb_timer *stagger;
	struct runner *winner;
};

struct runner {
	struct race *race;
	int fd; /* -1: not running */
	int64_t started;
	char reason[HALB_ERRNO_TEXT]; /* why it is out; "" while it is not */
};

static void win(struct runner *r)
{
	r->race->winner = r;
	halb_loop_stop(r->race->loop);
}

static void start_next(struct race *race);

static void on_connect(void *arg, int fd, unsigned events)
{
	struct runner *r = arg;
	int code = halb_tcp_outcome(fd);

	(void)events;
	halb_loop_unwatch(r->race->loop, fd);
	if (!code) {
		win(r);
		return;
	}
	close(fd);
	r->fd = -1;
	r->race->n_running--;
	halb_errno_format(code, r->reason);
	start_next(r->race);
}

static void on_stagger(void *arg)
{
	struct race *race = arg;

	race->stagger = NULL;
	start_next(race);
}

/* Starts one; true when it runs or has won. */
static bool start(struct race *race, struct runner *r, const struct halb_dc *dc)
{
	int code;

	r->started = halb_now();
	if (!dc->address.len) {
		snprintf(r->reason, sizeof r->reason, "the name does not resolve");
		return false;
	}
	code = halb_tcp_start(&dc->address, race->port, &r->fd);
	if (!code) {
		win(r);
		return true;
	}
	if (code == EINPROGRESS &&
	    halb_loop_watch(race->loop, r->fd, HALB_LOOP_WRITE, on_connect, r, NULL))
		code = ENOMEM;
	if (code == EINPROGRESS) {
		race->n_running++;
		return true;
	}
	halb_errno_format(code, r->reason);
	return false;
}

/* Starts those left until one runs, and lets the next wait its time behind it. */
static void start_next(struct race *race)
{
	bool runs = false;

	halb_loop_cancel(race->loop, race->stagger);
	race->stagger = NULL;
	while (!runs && race->next < race->list->n) {
		runs = start(race, &race->runners[race->next], &race->list->items[race->next]);
		race->next++;
	}
	if (race->next < race->list->n && !race->winner &&
	    halb_loop_at(race->loop, halb_now() + STAGGER, on_stagger, race, &race->stagger, NULL))
		race->stagger = NULL; /* the next then starts when one is out */
	if (!race->n_running && !race->winner)
		halb_loop_stop(race->loop);
}

/* "dc1.lime.lan (192.168.11.2): connection refused; …" */
static void list_reasons(const struct race *race, struct halb_buf *out)
{
	for (size_t i = 0; i < race->list->n; i++) {
		const struct runner *r = &race->runners[i];
		const struct halb_dc *dc = &race->list->items[i];
		char address[HALB_ADDR_TEXT], span[HALB_SPAN_TEXT];

		halb_addr_format(&dc->address, address);
		halb_buf_printf(out, "%s%s", i ? "; " : "", dc->name);
		if (dc->address.len && strcmp(dc->name, address) != 0)
			halb_buf_printf(out, " (%s)", address);
		if (r->reason[0])
			halb_buf_printf(out, ": %s", r->reason);
		else if (r->started)
			halb_buf_printf(out, ": no answer in %s",
					halb_span_format(halb_now() - r->started, span));
		else
			halb_buf_text(out, ": no time left to try it");
	}
}

static enum halb_status fail_to_connect(const struct race *race, struct halb_error *err)
{
	struct halb_buf reasons = { 0 };

	if (!race->list->n)
		return halb_fail(err, HALB_E_UNREACHABLE, "no domain controller is known");
	list_reasons(race, &reasons);
	halb_fail(err, HALB_E_UNREACHABLE, "no domain controller answers on TCP port %u: %s",
		  race->port, halb_buf_string(&reasons));
	halb_buf_clear(&reasons);
	halb_hint(err, "look whether they run, and whether a firewall stands between");
	return HALB_E_UNREACHABLE;
}

/* Makes the winner's socket one for libraries that block. */
static enum halb_status hand_over(const struct runner *winner, struct halb_error *err)
{
	static const int on = 1;
	int flags = fcntl(winner->fd, F_GETFL);

	if (flags < 0 || fcntl(winner->fd, F_SETFL, flags & ~O_NONBLOCK) < 0 ||
	    setsockopt(winner->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
		return halb_fail(err, HALB_E_UNREACHABLE, "connected, then: %s", strerror(errno));
	return HALB_OK;
}

static enum halb_status run_race(struct race *race, int64_t deadline, struct halb_error *err)
{
	enum halb_status st;

	for (size_t i = 0; i < race->list->n; i++)
		race->runners[i] = (struct runner){ .race = race, .fd = -1 };
	start_next(race);
	st = halb_loop_run(race->loop, deadline, err);
	if (race->winner)
		return hand_over(race->winner, err);
	return !st || st == HALB_E_RETRY ? fail_to_connect(race, err) : st;
}

enum halb_status halb_locate_connect(const struct halb_dc_list *list, uint16_t port,
				     int64_t deadline, size_t *index, int *fd,
				     struct halb_error *err)
{
	struct race race = { .list = list, .port = port };
	enum halb_status st = halb_loop_new(&race.loop, err);

	if (st)
		return st;
	race.runners = calloc(list->n + 1, sizeof *race.runners);
	st = race.runners ? run_race(&race, deadline, err) : halb_fail_nomem(err);
	if (!st) {
		*index = (size_t)(race.winner - race.runners);
		*fd = race.winner->fd;
		race.winner->fd = -1;
	}
	for (size_t i = 0; race.runners && i < list->n; i++)
		if (race.runners[i].fd >= 0)
			close(race.runners[i].fd);
	free(race.runners);
	halb_loop_free(race.loop);
	return st;
}
