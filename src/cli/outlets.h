/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a watch tells of itself while it goes on, beside the report at its end: events in a file
 * and on standard error, a view on a terminal, metrics over HTTP, systemd.
 */
#ifndef HALB_CLI_OUTLETS_H
#define HALB_CLI_OUTLETS_H

#include "halb/net/listener.h"
#include "halb/net/loop.h"
#include "halb/watch/watch.h"
#include "live.h"

struct options;

struct outlets {
	const struct options *opt;
	struct halb_loop *loop;
	const struct halb_watch *watch; /* NULL until it began */
	const char *path;               /* of the events, or NULL */
	int events;                     /* its descriptor, or -1 */
	struct halb_listener *listener;
	struct live live;
	struct halb_timer *heart;
	int64_t beat; /* ns; 0: systemd does not want to hear of us */
};

/* Opens and checks all, so that nothing begins that could not be told. HALB_E_CANTCREATE. */
enum halb_status outlets_open(const struct options *opt, struct halb_loop *loop,
			      struct outlets *outlets, struct halb_error *err) HALB_CHECKED;

/* The watch has begun. */
enum halb_status outlets_begin(struct outlets *outlets, const struct halb_watch *watch,
			       struct halb_error *err) HALB_CHECKED;

/* A halb_watch_event_fn, its argument a struct outlets. */
void outlets_event(void *arg, const struct halb_watch_event *event);

/* What a drill is at, one line of at most 79 bytes: told, and shown from now on. */
void outlets_say(struct outlets *outlets, const char *fmt, ...) HALB_PRINTF(2, 3);

/* The watch has ended. May be called twice. */
void outlets_close(struct outlets *outlets);

#endif
