/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers of a watch share. */
#ifndef HALB_WATCH_PRIV_H
#define HALB_WATCH_PRIV_H

#include "halb/base/arena.h"
#include "halb/watch/watch.h"

struct dns_layer;
struct held_layer;
struct holder_layer;
struct probe_layer;
struct split_layer;
struct tcp_layer;

struct watch_parts {
	struct halb_loop *loop;
	const struct halb_dc_list *servers;
	size_t n_outages; /* that are kept, of all series */
	struct halb_arena names; /* of the series */
	struct tcp_layer *tcp;
	struct dns_layer *dns;
	struct held_layer *held;
	struct probe_layer *probe;
	struct holder_layer *holder;
	struct split_layer *split;
};

/* Adds a series, whose `what` is copied, and gives its number, which stays: the array moves while it
 * grows. HALB_E_NOMEM. */
enum halb_status watch_add_series(struct halb_watch *watch, const struct halb_watch_series *series,
				  size_t *number, struct halb_error *err) HALB_CHECKED;

/* Takes the next pulse of a series into account, and tells what it changed. */
void watch_take(struct halb_watch *watch, size_t number, const struct halb_pulse *pulse);

void watch_tell(struct halb_watch *watch, const struct halb_watch_event *event);

/* Stops the loop: without memory nothing can be counted any more. */
void watch_fail(struct halb_watch *watch, const struct halb_error *err);

/* "192.168.11.11:6443", "[fd00::11]:6443" */
void watch_put_endpoint(char *out, size_t room, const struct halb_addr *address, uint16_t port);
size_t watch_count_ports(const struct halb_site *site);

/* The balancers' vIPs, then the stack's hosts': as many as there are of both. The caller frees them;
 * NULL: out of memory. */
struct halb_addr *watch_addresses(const struct halb_site *site, size_t *n);

/*
 * From one question to the next, where each vIP is asked for in its turn and none more often than
 * every `round` (ns): a hundred questions a second at most, however many there are. The site has a
 * balancer.
 */
int64_t watch_turn(const struct halb_watch *watch, int64_t round);

/* Each layer: `start` adds its series and begins; `stop` gives up what is under way, and may be
 * called where it was never started. */
enum halb_status tcp_layer_start(struct halb_watch *watch, struct halb_error *err) HALB_CHECKED;
void tcp_layer_stop(struct halb_watch *watch);
enum halb_status dns_layer_start(struct halb_watch *watch, struct halb_error *err) HALB_CHECKED;
void dns_layer_stop(struct halb_watch *watch);
/* TLS and HTTP, whichever are wanted. */
enum halb_status probe_layer_start(struct halb_watch *watch, struct halb_error *err) HALB_CHECKED;
void probe_layer_stop(struct halb_watch *watch);
enum halb_status held_layer_start(struct halb_watch *watch, struct halb_error *err) HALB_CHECKED;
void held_layer_stop(struct halb_watch *watch);
enum halb_status holder_layer_start(struct halb_watch *watch, struct halb_error *err) HALB_CHECKED;
void holder_layer_stop(struct halb_watch *watch);
enum halb_status split_layer_start(struct halb_watch *watch, struct halb_error *err) HALB_CHECKED;
void split_layer_stop(struct halb_watch *watch);

#endif
