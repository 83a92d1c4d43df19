/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of text whose columns line up. */
#ifndef HALB_REPORT_TABLE_PRIV_H
#define HALB_REPORT_TABLE_PRIV_H

#include "halb/base/buf.h"

/*
 * Prints tables and frees them: rows that end in \n, of cells with \t between, which no cell's text
 * may have. The first column is one for all tables, the others are each table's own.
 */
void halb_table_put(struct halb_buf *out, struct halb_buf *tables, size_t n);

#endif
