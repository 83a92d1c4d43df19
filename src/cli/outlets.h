/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a watch tells of itself while it goes on, beside the report at its end: events in a file,
 * one line on a terminal, metrics over HTTP, systemd.
 */
#ifndef HALB_CLI_OUTLETS_H
#define HALB_CLI_OUTLETS_H

#include "halb/net/listener.h"
#include "halb/net/loop.h"
#include "halb/watch/watch.h"

struct options;

struct outlets {
	struct halb_loop *loop;
	const struct halb_watch *watch; /* NULL until it began */
	const char *path;               /* of the events, or NULL */
	int events;                     /* its descriptor, or -1 */
	struct halb_listener *listener;
	struct halb_timer *line, *heart;
	int64_t beat; /* ns; 0: systemd does not want to hear of us */
	char last[200]; /* the last outage that is over; empty: none yet */
	int64_t last_at;
};

/* Opens and checks all, so that nothing begins that could not be told. HALB_E_CANTCREATE. */
enum halb_status outlets_open(const struct options *opt, struct halb_loop *loop,
			      struct outlets *outlets, struct halb_error *err) HALB_CHECKED;

/* The watch has begun. */
enum halb_status outlets_begin(struct outlets *outlets, const struct halb_watch *watch,
			       struct halb_error *err) HALB_CHECKED;

/* A halb_watch_event_fn, its argument a struct outlets. */
void outlets_event(void *arg, const struct halb_watch_event *event);

/* The watch has ended. May be called twice. */
void outlets_close(struct outlets *outlets);

#endif
