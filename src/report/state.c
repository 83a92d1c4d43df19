/* SPDX-License-Identifier: Apache-2.0 */
/* What two runs have to agree in to have seen the same: a line each, and none where all is well. */
#include "report_priv.h"

/* A missing text is a dash, so that no two findings look alike. */
static void put(struct halb_buf *out, const char *text)
{
	halb_buf_text(out, " ");
	halb_utf8_put(out, text ? text : "-", " ");
}

static void put_finding(struct halb_buf *out, const struct halb_finding *finding)
{
	halb_buf_printf(out, "%s %s", halb_severity_name(finding->severity),
			halb_finding_code(finding));
	put(out, finding->balancer);
	put(out, finding->object);
	put(out, finding->server);
	put(out, finding->expected);
	halb_buf_text(out, "\n");
}

void halb_report_state(const struct halb_report *report, struct halb_buf *out)
{
	const struct halb_verification *verification = report->verification;
	struct halb_buf found = { 0 };

	if (report->exit)
		halb_buf_printf(out, "exit %d\n", report->exit);
	if (report->error)
		halb_buf_printf(out, "error %s\n", halb_status_name(report->error->status));
	for (size_t i = 0; verification && i < verification->findings.n; i++)
		put_finding(&found, &verification->findings.items[i]);
	halb_lines_sort(&found, '\n', out);
	halb_buf_clear(&found);
}
