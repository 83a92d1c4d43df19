/* SPDX-License-Identifier: Apache-2.0 */
/* What verdicts are put together from. */
#ifndef HALB_WATCH_VERDICT_PRIV_H
#define HALB_WATCH_VERDICT_PRIV_H

#include "halb/watch/verdict.h"

/* The worst counts, and of equals the first. */
void verdict_raise(struct halb_watch_verdict *verdict, enum halb_severity severity,
		   const char *why);

/* `most`: ns, -1 for any outage is too long. */
void verdict_judge_outage(const struct halb_watch_series *series, const struct halb_outage *outage,
			  int64_t most, struct halb_watch_verdict *verdict);

/* Whether probes went out often enough to have seen what is longer than `most`. */
void verdict_judge_sight(const struct halb_watch_series *series, int64_t most,
			 struct halb_watch_verdict *verdict);

/* No machine may claim what another one has. */
void verdict_judge_splits(const struct halb_watch *watch, struct halb_watch_verdict *verdict);

#endif
