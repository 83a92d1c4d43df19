/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and judging while memory runs out: never half a file, never a crash. */
#include <criterion/criterion.h>
#include <string.h>

#include "halb/lint/lint.h"
#include "stack.h"
#include "starve.h"

static const char *dir;

static enum halb_status judge_files(struct halb_error *err)
{
	struct options opt = { .haproxy = { dir }, .keepalived = { dir }, .n_haproxy = 1,
			       .n_keepalived = 1 };
	struct halb_lint_options options = { .max_outage = 1 };
	struct halb_model model;
	struct halb_lint lint;
	enum halb_status st = stack_of_files(&opt, &model, err);

	if (st != HALB_OK)
		return st;
	st = halb_lint_run(&model, &options, &lint, err);
	halb_model_clear(&model);
	if (st != HALB_OK)
		return st;
	cr_expect_gt(lint.findings.n, 0);
	for (size_t i = 0; i < lint.findings.n; i++)
		cr_expect_str_eq(lint.findings.items[i].rule, "outage-too-long");
	halb_lint_clear(&lint);
	return HALB_OK;
}

Test(nomem, is_said_and_never_taken_for_a_finding)
{
	dir = HALB_TEST_DATA "/good/shared";
	starve(judge_files, 50);
	dir = HALB_TEST_DATA "/good/three";
	starve(judge_files, 50);
}
