/* SPDX-License-Identifier: Apache-2.0 */
/* Where a run goes on when the DC that it writes to is lost. */
#ifndef HALB_CLI_FAILOVER_H
#define HALB_CLI_FAILOVER_H

#include "halb/apply/apply.h"

struct options;
struct outcome;

/* All of it must outlive the run. */
struct failover {
	const struct options *opt;
	const struct halb_site *site;
	struct outcome *out; /* its connection becomes the new one */
	int64_t until;       /* 0: nothing is waited for yet */
};

struct halb_failover failover_make(struct failover *failover);

#endif
