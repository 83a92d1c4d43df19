/* SPDX-License-Identifier: Apache-2.0 */
/* The site made of its texts, each value right in itself. */
#ifndef HALB_CONFIG_BUILD_PRIV_H
#define HALB_CONFIG_BUILD_PRIV_H

#include "reader_priv.h"
#include "schema_priv.h"

#define HALB_URL_HINT "for example /livez; %20 stands for a space"

#define COUNT(words) (sizeof(words) / sizeof(words)[0])

/* Fills `out`, in part only where the reader refused something: clear it in any case. */
void halb_build_site(struct halb_reader *r, const struct halb_raw_site *raw, struct halb_site *out);
void halb_build_stack(struct halb_reader *r, const struct halb_raw_stack *raw,
		      struct halb_stack *out);

/* Room for `n` zeroed items; NULL for none. `count` becomes `n` where there is room. */
void *halb_build_room(struct halb_reader *r, size_t n, size_t size, size_t *count);

#endif
