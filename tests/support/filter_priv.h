/* SPDX-License-Identifier: Apache-2.0 */
/* Search filters (RFC 4515): and, or, equality, presence. */
#ifndef HALB_SUPPORT_FILTER_PRIV_H
#define HALB_SUPPORT_FILTER_PRIV_H

#include "memdir.h"

bool filter_matches(const char *filter, const struct memdir_entry *entry);

#endif
