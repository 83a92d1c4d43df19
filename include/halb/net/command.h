/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command of somebody else's, run beside all that the loop does: its end is an event like any
 * other. What it prints goes to standard error, since standard output is the report's.
 */
#ifndef HALB_NET_COMMAND_H
#define HALB_NET_COMMAND_H

#include "halb/base/error.h"
#include "halb/net/loop.h"

struct halb_command;

struct halb_command_end {
	bool timed_out;
	int exit;   /* -1: a signal ended it */
	int signal; /* 0: none */
	int64_t at; /* CLOCK_MONOTONIC, ns */
};

/* Called once; the command is gone after it. */
typedef void halb_command_fn(void *arg, const struct halb_command_end *end);

/*
 * Starts argv[0], looked for in PATH, in a process group of its own, with nothing to read. At
 * `deadline` the whole group is killed. HALB_E_NOTFOUND where there is no such command,
 * HALB_E_DENIED where it may not be run, HALB_E_INTERNAL.
 */
enum halb_status halb_command_start(struct halb_loop *loop, const char *const *argv,
				    int64_t deadline, halb_command_fn *fn, void *arg, struct halb_command **out,
				    struct halb_error *err) HALB_CHECKED;

/* Kills the group without a call. For a command that has not ended; NULL is none. */
void halb_command_kill(struct halb_command *command);

#endif
