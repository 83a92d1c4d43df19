/* SPDX-License-Identifier: Apache-2.0 */
/* Columns that line up. */
#include "table_priv.h"

#include <string.h>

#define COLUMNS 10

/* Characters that are seen: neither our colours nor what continues a character. */
static size_t width_of(const char *cell, size_t len)
{
	size_t width = 0;

	for (size_t i = 0; i < len; i++) {
		if (cell[i] == '\033')
			while (i < len && cell[i] != 'm')
				i++;
		else
			width += ((uint8_t)cell[i] & 0xc0) != 0x80;
	}
	return width;
}

/* A row's last cell has nothing after it and so makes no column wider. */
static void measure(const char *rows, size_t widths[COLUMNS])
{
	size_t column = 0;

	while (*rows) {
		size_t len = strcspn(rows, "\t\n"), width = width_of(rows, len);

		if (rows[len] == '\t' && column < COLUMNS && width > widths[column])
			widths[column] = width;
		column = rows[len] == '\t' ? column + 1 : 0;
		rows += len + (rows[len] != '\0');
	}
}

static void put_rows(struct halb_buf *out, const char *rows, const size_t widths[COLUMNS])
{
	size_t column = 0;

	while (*rows) {
		size_t len = strcspn(rows, "\t\n"), width = width_of(rows, len);

		halb_buf_bytes(out, rows, len);
		if (rows[len] == '\n')
			halb_buf_text(out, "\n");
		else if (column < COLUMNS && widths[column] > width)
			halb_buf_printf(out, "%*s", (int)(widths[column] - width), "");
		if (rows[len] == '\t')
			halb_buf_text(out, "  ");
		column = rows[len] == '\t' ? column + 1 : 0;
		rows += len + (rows[len] != '\0');
	}
}

void halb_table_put(struct halb_buf *out, struct halb_buf *tables, size_t n)
{
	size_t first[COLUMNS] = { 0 };

	for (size_t i = 0; i < n; i++)
		measure(halb_buf_string(&tables[i]), first);
	for (size_t i = 0; i < n; i++) {
		size_t widths[COLUMNS] = { first[0] };

		measure(halb_buf_string(&tables[i]), widths);
		put_rows(out, halb_buf_string(&tables[i]), widths);
		out->bad |= tables[i].bad;
		halb_buf_clear(&tables[i]);
	}
}
