/* SPDX-License-Identifier: Apache-2.0 */
/* The model of a stack, from a site or from the files of its hosts. */
#ifndef HALB_CLI_STACK_H
#define HALB_CLI_STACK_H

#include "cli.h"
#include "halb/lint/model.h"

/* Of what `render` would write. `out` is for halb_model_clear(). HALB_E_SITE without a stack. */
enum halb_status stack_of_site(const struct options *opt, const struct halb_site *site,
			       struct halb_model *out, struct halb_error *err) HALB_CHECKED;

/*
 * Of the files and directories of --haproxy and --keepalived. Those that belong to one host lie in
 * one directory, or have the same name but for its ending, or come in the same order; a single
 * haproxy.cfg is that of all hosts, and a single keepalived.conf with lines for several config ids
 * (@lb1) makes a host of each. HALB_E_UNREACHABLE or HALB_E_NOTFOUND where one cannot be read.
 */
enum halb_status stack_of_files(const struct options *opt, struct halb_model *out,
				struct halb_error *err) HALB_CHECKED;

#endif
