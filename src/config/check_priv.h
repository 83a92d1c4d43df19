/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold between the values of a site. */
#ifndef HALB_CONFIG_CHECK_PRIV_H
#define HALB_CONFIG_CHECK_PRIV_H

#include "reader_priv.h"
#include "schema_priv.h"

/*
 * Refuses, through the reader, a site whose values are each right but do not go together: names
 * outside the domain, the same name, address or MAC twice, a vIP outside the subnet. `raw` holds
 * the texts that `site` was made of, in the same order.
 */
void halb_check_site(struct halb_reader *r, const struct halb_raw_site *raw,
		     const struct halb_site *site);

#endif
