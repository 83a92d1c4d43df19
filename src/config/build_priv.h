/* SPDX-License-Identifier: Apache-2.0 */
/* The site made of its texts, each value right in itself. */
#ifndef HALB_CONFIG_BUILD_PRIV_H
#define HALB_CONFIG_BUILD_PRIV_H

#include "reader_priv.h"
#include "schema_priv.h"

/* Fills `out`, in part only where the reader refused something: clear it in any case. */
void halb_build_site(struct halb_reader *r, const struct halb_raw_site *raw, struct halb_site *out);

#endif
