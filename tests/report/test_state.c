/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_priv.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char *state_of(const struct sample *s)
{
	struct halb_buf out = { 0 };

	halb_report_state(&s->report, &out);
	cr_assert_not(out.bad);
	return out.len ? halb_buf_take_string(&out) : strdup("");
}

static void expect_state(const struct sample *s, const char *want)
{
	char *got = state_of(s);

	cr_expect_str_eq(got, want);
	free(got);
}

static void init(struct sample *s)
{
	sample_init(s);
	sample_break(s);
	s->report.verification = &s->verification;
	s->report.exit = 2;
}

Test(state, is_empty_where_all_is_well)
{
	struct sample s;

	sample_init(&s);
	s.report.verification = &s.verification;
	expect_state(&s, "");
}

Test(state, is_the_exit_status_and_which_findings_there_are)
{
	struct sample s;

	init(&s);
	expect_state(&s, "exit 2\n"
			 "critical record-foreign k8s1 k8s1.lime.lan - A\\x20192.168.11.11\n"
			 "warning replica-lag - kube.lime.lan dc2.lime.lan -\n");
}

Test(state, knows_no_order_no_times_and_no_words_that_change)
{
	struct sample s, other;

	init(&s);
	init(&other);
	other.found[0] = s.found[1];
	other.found[1] = s.found[0];
	other.found[0].actual = (char *)(uintptr_t)"SERVFAIL, for 3 s";
	other.found[1].hint = NULL;
	other.verification.took++;
	other.servers[0].took++;
	other.report.time++;
	char *a = state_of(&s), *b = state_of(&other);
	cr_expect_str_eq(a, b);
	free(a);
	free(b);
}

Test(state, of_an_error_is_its_category)
{
	struct sample s;

	sample_init(&s);
	s.error = (struct halb_error){ HALB_E_UNREACHABLE, "no DC answers since 3 s", "" };
	s.report.error = &s.error;
	s.report.exit = 3;
	expect_state(&s, "exit 3\nerror unreachable\n");
}
