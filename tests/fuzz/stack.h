/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of whatever files a stack has. */
#ifndef FUZZ_STACK_H
#define FUZZ_STACK_H

#include "fuzz.h"
#include "halb/lint/lint.h"

static inline void check_prediction(const struct halb_prediction *p)
{
	must(p->outage.min >= 0 && p->outage.min <= p->outage.max);
	for (unsigned i = 0; i < HALB_PARTS; i++)
		must(p->parts[i].min >= 0 && p->parts[i].max <= p->parts[p->largest].max);
}

static inline void fuzz_stack(const struct halb_host_files *hosts, size_t n,
			      const struct halb_includes *includes)
{
	static const struct halb_lint_options options = { .max_outage = HALB_LINT_OUTAGE_MOST };
	struct halb_error err = { 0 };
	struct halb_model model;
	struct halb_lint lint;

	must(halb_model_make(hosts, n, includes, &model, &err) == HALB_OK);
	must(halb_lint_run(&model, &options, &lint, &err) == HALB_OK);
	for (size_t i = 0; i < lint.n_predictions; i++)
		check_prediction(&lint.predictions[i]);
	for (size_t i = 0; i < lint.findings.n; i++)
		must(lint.findings.items[i].rule && lint.findings.items[i].actual);
	halb_lint_clear(&lint);
	halb_model_clear(&model);
}

#endif
