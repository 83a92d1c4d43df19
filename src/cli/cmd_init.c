/* SPDX-License-Identifier: Apache-2.0 */
/* init: a site file to start from. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "halb/base/file.h"
#include "halb/base/log.h"

enum halb_status cmd_init(const struct options *opt, struct halb_site *site, struct outcome *out)
{
	enum halb_status st;

	(void)site;
	if (!opt->output) {
		out->report.document = halb_site_template;
		return HALB_OK;
	}
	st = halb_file_create(opt->output, 0644, halb_site_template, strlen(halb_site_template),
			      &out->error);
	if (st != HALB_OK)
		return halb_hint(&out->error, access(opt->output, F_OK) == 0
				 ? "init never overwrites: name another file, or move that one away"
				 : "its directory must exist, and you must be able to write there");
	halb_log(HALB_LOG_INFO, "wrote %s", opt->output);
	return HALB_OK;
}
