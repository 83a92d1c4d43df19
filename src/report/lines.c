/* SPDX-License-Identifier: Apache-2.0 */
/* Lines in an order that depends on nothing but them. */
#include "report_priv.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t count(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

/* Takes the text apart; each of the `n` lines ends where its \n was. */
static void cut(char *text, char **lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		lines[i] = text;
		text = strchr(text, '\n');
		*text++ = '\0';
	}
}

static bool same(const char *a, const char *b, char until)
{
	const char *end = strrchr(a, until);

	return end ? strncmp(a, b, (size_t)(end - a) + 1) == 0 : strcmp(a, b) == 0;
}

void halb_lines_sort(const struct halb_buf *in, char until, struct halb_buf *out)
{
	size_t n = count(halb_buf_string(in));
	char *text = strdup(halb_buf_string(in));
	char **lines = calloc(n + 1, sizeof *lines);

	if (in->bad || !text || !lines) {
		out->bad = true;
	} else {
		cut(text, lines, n);
		qsort(lines, n, sizeof *lines, compare);
		for (size_t i = 0; i < n; i++)
			if (i == 0 || !same(lines[i], lines[i - 1], until))
				halb_buf_printf(out, "%s\n", lines[i]);
	}
	free(lines);
	free(text);
}
