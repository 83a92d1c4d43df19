/* SPDX-License-Identifier: Apache-2.0 */
/* Finds an address among many. */
#ifndef HALB_BASE_ADDR_INDEX_H
#define HALB_BASE_ADDR_INDEX_H

#include "halb/base/addr.h"

struct halb_addr_index {
	struct halb_addr *addresses; /* owned, like the numbers */
	size_t *numbers;             /* sorted by address, then by themselves */
	size_t n;
};

/* The addresses are copied, and numbered from 0 in their order. HALB_E_NOMEM. */
enum halb_status halb_addr_index_init(struct halb_addr_index *index,
				      const struct halb_addr *addresses, size_t n,
				      struct halb_error *err) HALB_CHECKED;
void halb_addr_index_clear(struct halb_addr_index *index);

/* The `n` numbers that the address has; they belong to the index. */
const size_t *halb_addr_index_find(const struct halb_addr_index *index,
				   const struct halb_addr *address, size_t *n);

#endif
