/* SPDX-License-Identifier: Apache-2.0 */
/* verify: the resolver loop and the probes alone. */
#include "cli.h"

enum halb_status cmd_verify(const struct options *opt, struct halb_site *site,
			    struct outcome *out)
{
	enum halb_status st = verifying(opt, site, out);

	if (st == HALB_OK) {
		out->has_exit = true;
		out->exit = exit_of_severity(out->verification.findings.worst);
	}
	return st;
}
