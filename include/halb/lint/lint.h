/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a stack's files though `haproxy -c` and `keepalived -t` let it pass, and how
 * long each fault will last.
 */
#ifndef HALB_LINT_LINT_H
#define HALB_LINT_LINT_H

#include "halb/base/finding.h"
#include "halb/lint/predict.h"

#define HALB_LINT_OUTAGE_MOST (INT64_C(10) * 1000000000) /* ns; the limit where none is given */

struct halb_addr_range {
	struct halb_addr first, last;
};

struct halb_lint_options {
	int64_t max_outage; /* ns */
	const struct halb_addr_range *dhcp_ranges;
	size_t n_dhcp_ranges;
};

/* Each finding has a rule's code, `object` is file:line, `server` the host. */
struct halb_lint {
	struct halb_findings findings;
	struct halb_prediction predictions[HALB_FAULTS];
	size_t n_predictions; /* of the faults that the files tell something of */
};

/* HALB_E_NOMEM. `out` is for halb_lint_clear(); its notes are static. */
enum halb_status halb_lint_run(const struct halb_model *model,
			       const struct halb_lint_options *options, struct halb_lint *out,
			       struct halb_error *err) HALB_CHECKED;
void halb_lint_clear(struct halb_lint *lint);

#endif
