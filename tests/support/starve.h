/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes every allocation of the code under test fail once. Programs that use it are linked with
 * starve_ldflags (see local.mk).
 */
#ifndef HALB_SUPPORT_STARVE_H
#define HALB_SUPPORT_STARVE_H

#include "halb/directory/directory.h"

/*
 * Runs `work` with its first, second, … allocation failing, until it gets by with none; each time
 * it must return HALB_E_NOMEM. Fails where there were not more than `least` allocations.
 */
void starve(enum halb_status (*work)(struct halb_error *err), unsigned least);

/* The allocations in between are the test's own, and do not fail. */
unsigned starve_pause(void);
void starve_go_on(unsigned paused);

/* The same directory, whose own allocations do not fail; the callbacks' do. One at a time. */
const struct halb_directory *starve_directory(const struct halb_directory *inner);

#endif
