/* SPDX-License-Identifier: Apache-2.0 */
/* Another program, run to its end within a time, and all that it said. */
#ifndef HALB_BASE_SPAWN_H
#define HALB_BASE_SPAWN_H

#include <stdint.h>

#include "halb/base/buf.h"
#include "halb/base/error.h"

/*
 * Runs argv[0], looked for in PATH and then where administrators' programs are, which many users'
 * PATH lacks. It reads from `input`, a descriptor (-1: nothing is there to read); `said` gets what
 * it writes to standard output and standard error, `status` what it ends with (128 and the signal,
 * where one ended it). HALB_E_NOTFOUND where there is no such program; HALB_E_RETRY where it was
 * not done at `deadline` and was killed.
 */
enum halb_status halb_spawn(const char *const *argv, int input, int64_t deadline,
			    struct halb_buf *said, int *status,
			    struct halb_error *err) HALB_CHECKED;

#endif
