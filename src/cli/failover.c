/* SPDX-License-Identifier: Apache-2.0 */
/* Logs in to the next DC when the one that is written to is lost. */
#include "failover.h"

#include "cli.h"
#include "halb/base/deadline.h"
#include "halb/base/log.h"
#include "halb/net/loop.h"
#include "interrupt.h"

/* Windows tells its partners within 15 s and each next one 3 s later ([MS-ADTS] 3.1.1.1.14). */
#define REPLICATION_WAIT (20 * HALB_SEC)
#define LOOK_EVERY       (500 * HALB_MSEC)

static enum halb_status next(void *arg, const struct halb_directory **dir, struct halb_error *err)
{
	struct failover *f = arg;
	struct connection *conn = &f->out->planning.conn;
	enum halb_status st;

	halb_log(HALB_LOG_WARN, "%s is lost in the middle of it: looking for another domain "
				"controller", conn->dir->server);
	st = connection_move(conn, f->site, f->opt->password_file, err);
	if (st != HALB_OK)
		return HALB_E_UNREACHABLE; /* whatever keeps us out of it */
	halb_log(HALB_LOG_WARN, "%s answers: looking what it has of it", conn->dir->server);
	f->out->report.server = conn->dir->server;
	f->until = 0;
	*dir = conn->dir;
	return HALB_OK;
}

static void wake(void *arg)
{
	(void)arg;
}

static bool wait_a_moment(void *arg)
{
	struct failover *f = arg;
	struct halb_timer *timer;
	struct halb_loop *loop;
	bool ok;

	if (!f->until)
		f->until = halb_now() + REPLICATION_WAIT;
	if (halb_now() >= f->until || interrupt_seen() || halb_loop_new(&loop, NULL) != HALB_OK)
		return false;
	halb_log_progress("waiting for replication to %s", f->out->planning.conn.dir->server);
	ok = halb_loop_at(loop, halb_now() + LOOK_EVERY, wake, NULL, &timer, NULL) == HALB_OK &&
	     halb_loop_run(loop, f->until, NULL) == HALB_OK;
	halb_loop_free(loop);
	return ok;
}

struct halb_failover failover_make(struct failover *failover)
{
	return (struct halb_failover){ next, wait_a_moment, failover };
}
