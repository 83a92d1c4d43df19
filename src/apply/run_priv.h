/* SPDX-License-Identifier: Apache-2.0 */
/* Runs that were read. */
#ifndef HALB_APPLY_RUN_PRIV_H
#define HALB_APPLY_RUN_PRIV_H

#include "halb/apply/journal.h"

void halb_run_clear(struct halb_run *run);

#endif
