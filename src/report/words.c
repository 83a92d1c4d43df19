/* SPDX-License-Identifier: Apache-2.0 */
/* Texts as people may safely see them, and a finding in words: the same in each format for them. */
#include "report_priv.h"

void halb_words_around(struct halb_buf *out, const char *before, const char *text,
		       const char *after, const char *also)
{
	if (!text || !*text)
		return;
	halb_buf_text(out, before);
	halb_utf8_put(out, text, also);
	halb_buf_text(out, after);
}

void halb_words_finding(struct halb_buf *out, const struct halb_finding *finding, const char *also)
{
	const char *object = finding->object ? finding->object : finding->balancer;
	bool both = finding->expected && finding->actual;

	halb_words_around(out, "", object, finding->expected || finding->actual ? ": " : "", also);
	halb_words_around(out, "expected ", finding->expected, both ? ", " : "", also);
	halb_words_around(out, "found ", finding->actual, "", also);
	halb_words_around(out, " [", finding->server, "]", also);
}

const char *halb_words_drill_end(const struct halb_drill_run *run)
{
	return run->until == INT64_MAX ? "under way" : halb_drill_end_name(run->end);
}
