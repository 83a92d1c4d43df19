/* SPDX-License-Identifier: Apache-2.0 */
/* What the predictions are put together from. */
#ifndef HALB_LINT_PREDICT_PRIV_H
#define HALB_LINT_PREDICT_PRIV_H

#include "halb/lint/predict.h"

/* What the kernel and the daemons take where nothing waits for a timer. */
#define HALB_EVENT_MOST (10 * HALB_MSEC) /* a process event, an advert that is sent at once */
#define HALB_ARP_MOST   (5 * HALB_MSEC)  /* gratuitous ARP until it works */
#define HALB_RUN_MOST   (100 * HALB_MSEC) /* a script that need not wait */

/* Adds a case that may be: the lower bound is the lowest of all, the upper the highest. */
void halb_prediction_widen(struct halb_prediction *all, const struct halb_prediction *one);

/* Never is more than any time, and stays so. */
int64_t halb_time_sum(int64_t a, int64_t b);
struct halb_range halb_range_sum(struct halb_range a, struct halb_range b);
struct halb_range halb_range_exactly(int64_t ns);
extern const struct halb_range halb_range_never;

/* The priority with all that is tracked being well; 1 to 255. */
int halb_instance_priority(const struct halb_instance *instance);
/* How long an advert of priority 0 is waited with, and each loss beside the interval. */
int64_t halb_instance_skew(const struct halb_instance *instance, int64_t advert);
/* What a failure of what it looks at takes from that. */
int halb_tracker_loss(const struct halb_tracker *tracker);
/* The instance of the same virtual router on that host, or NULL. */
const struct halb_instance *halb_instance_peer(const struct halb_model_host *host,
					       const struct halb_instance *instance);
/* When the tracker has seen the fault; max is never where it may not see it. */
struct halb_range halb_tracker_detects(const struct halb_tracker *tracker, enum halb_fault fault);

/* From the loss of a server until HAProxy sends it nothing more. */
struct halb_range halb_server_detects(const struct halb_proxy *proxy,
				      const struct halb_server_line *server, bool silent);
/* Tries at a server until another one is tried; 0: never another. */
unsigned halb_server_tries(const struct halb_proxy_settings *set);
/* Those that take connections while all is well. */
size_t halb_servers_active(const struct halb_proxy *proxy);

/* predict_vrrp.c, predict_servers.c: false where there is nothing that would tell. */
bool halb_predict_vrrp(const struct halb_model *model, struct halb_prediction *out);
bool halb_predict_servers(const struct halb_model *model, struct halb_prediction *out);

#endif
