/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile_dns.h"

#include <criterion/criterion.h>
#include <string.h>

#include "lime.h"

/*
 * Whoever answers, and however: a verdict comes, within the time, and it is never that all is well.
 * One hostile server is the DC and another the client's resolver, in the same run.
 */
static struct lime limes[64], *lime = limes; /* each its own: its servers stay */

static void verify_with(const struct hostile_dns *hostile)
{
	lime_init(lime, 1);
	for (int i = 0; i < 2; i++) {
		lime->servers[i].dns.answer = hostile->answer;
		lime->servers[i].dns.stream = hostile->stream;
	}
	if (hostile->end == HOSTILE_SILENT)
		lime->options.query_timeout = SHORT;
	lime_verify(lime);
	cr_expect_lt(lime->seen.took, LONG_ENOUGH, "%s", hostile->what);
}

/* Of each name, or of all of them at once where nobody answered. */
static void expect_each(const struct hostile_dns *hostile, const char *server, enum halb_code code,
			enum halb_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < lime->seen.findings.n; i++) {
		const struct halb_finding *f = &lime->seen.findings.items[i];

		if (strcmp(f->server, server) != 0)
			continue;
		n++;
		cr_expect_eq(f->code, code, "%s at %s: %s: %s", hostile->what, server,
			     halb_code_name(f->code), f->actual);
		cr_expect_eq(f->severity, severity, "%s at %s", hostile->what, server);
		cr_expect_not_null(f->hint, "%s at %s", hostile->what, server);
	}
	cr_expect_eq(n, hostile->end == HOSTILE_SILENT ? 1 : 2, "%s at %s: %zu findings",
		     hostile->what, server, n);
}

static void expect_verdict(const struct hostile_dns *hostile, const char *server)
{
	bool dc = strcmp(server, "resolver") != 0;

	switch (hostile->end) {
	case HOSTILE_SILENT:
		expect_each(hostile, server, HALB_CODE_DNS_UNREACHABLE, HALB_SEV_UNKNOWN);
		break;
	case HOSTILE_NONSENSE:
		expect_each(hostile, server, HALB_CODE_RECORD_MALFORMED, HALB_SEV_UNKNOWN);
		break;
	case HOSTILE_WRONG:
		expect_each(hostile, server, HALB_CODE_DNS_MISMATCH, HALB_SEV_CRITICAL);
		break;
	case HOSTILE_TTL: /* a cache counts down: there no TTL is wrong */
		if (dc)
			expect_each(hostile, server, HALB_CODE_TTL_DIFFERS, HALB_SEV_WARNING);
		break;
	case HOSTILE_FOREIGN:
		if (dc)
			expect_each(hostile, server, HALB_CODE_DNS_NOT_AUTHORITATIVE,
				    HALB_SEV_WARNING);
		break;
	case HOSTILE_HARMLESS:
		cr_expect_eq(lime->seen.findings.n, 0, "%s: %s", hostile->what,
			     lime->seen.findings.n ? lime->seen.findings.items[0].actual : "");
		break;
	}
}

Test(hostile, no_dns_server_gets_a_wrong_answer_taken_for_right)
{
	cr_assert_leq(n_hostile_dns, 64);
	for (size_t i = 0; i < n_hostile_dns; i++, lime++) {
		verify_with(&hostile_dns[i]);
		expect_verdict(&hostile_dns[i], "dc1.lime.lan");
		expect_verdict(&hostile_dns[i], "resolver");
		if (hostile_dns[i].end <= HOSTILE_WRONG)
			cr_expect_eq(lime->seen.servers[0].names_right, 0, "%s",
				     hostile_dns[i].what);
		lime_clear(lime);
	}
}
