/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers of a watch share. */
#ifndef HALB_WATCH_PRIV_H
#define HALB_WATCH_PRIV_H

#include "halb/watch/watch.h"

struct tcp_layer;

struct watch_parts {
	struct halb_loop *loop;
	const struct halb_dc_list *servers;
	struct tcp_layer *tcp;
};

/* Adds a series and gives its number, which stays: the array moves while it grows. HALB_E_NOMEM. */
enum halb_status watch_add_series(struct halb_watch *watch, const struct halb_watch_series *series,
				  size_t *number, struct halb_error *err) HALB_CHECKED;

/* Takes the next pulse of a series into account, and tells what it changed. */
void watch_take(struct halb_watch *watch, size_t number, const struct halb_pulse *pulse);

void watch_tell(struct halb_watch *watch, const struct halb_watch_event *event);

/* Stops the loop: without memory nothing can be counted any more. */
void watch_fail(struct halb_watch *watch, const struct halb_error *err);

/* Each layer: `start` adds its series and begins; `stop` gives up what is under way, and may be
 * called where it was never started. */
enum halb_status tcp_layer_start(struct halb_watch *watch, struct halb_error *err) HALB_CHECKED;
void tcp_layer_stop(struct halb_watch *watch);

#endif
