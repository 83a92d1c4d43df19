/* SPDX-License-Identifier: Apache-2.0 */
/* undo: the way back from a run. */
#include "cli.h"

enum halb_status cmd_undo(const struct options *opt, struct halb_site *site, struct outcome *out)
{
	out->report.dry_run = opt->dry_run;
	return planning_undo(opt, site, opt->n_words ? opt->words[0] : NULL, out);
}
