/* SPDX-License-Identifier: Apache-2.0 */
/* Signals that ask the program to end, noted. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t seen;

static void note(int sig)
{
	(void)sig;
	seen = 1;
}

void interrupt_catch(void)
{
	const struct sigaction catch = { .sa_handler = note, .sa_flags = SA_RESTART };

	sigaction(SIGINT, &catch, NULL);
	sigaction(SIGTERM, &catch, NULL);
	sigaction(SIGHUP, &catch, NULL);
}

bool interrupt_seen(void)
{
	return seen != 0;
}
