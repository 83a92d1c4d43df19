/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --on-change: what the last run of the same command line for the same site file saw. Where that
 * cannot be known, or not be kept, there is a warning, and the run counts as one with news.
 */
#ifndef HALB_CLI_ON_CHANGE_H
#define HALB_CLI_ON_CHANGE_H

#include "cli.h"

struct on_change {
	struct halb_buf path; /* of the file with what the last run saw */
	struct halb_buf seen; /* what this one saw */
	int lock;             /* -1: somebody else's */
};

/*
 * Whether this run saw something else. Without a last run: whether anything is not well. Waits for
 * nobody: while another run of this kind holds the lock, this one compares, and keeps nothing.
 */
bool on_change_begin(struct on_change *change, const struct options *opt,
		     const struct halb_report *report);

/* Keeps what was seen, where it was `told`, and ends in any case. */
void on_change_end(struct on_change *change, bool told);

#endif
