/* SPDX-License-Identifier: Apache-2.0 */
/* Measures typing errors. */
#include "halb/base/guess.h"

#include <string.h>

#define WORD 32 /* no word that is offered is longer */
#define FAR  3  /* single edits: what is farther away was not meant */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance, one row at a time. */
static size_t edits(const char *a, const char *b)
{
	size_t row[WORD + 1], n = strlen(b);

	if (strlen(a) > WORD || n > WORD)
		return WORD;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t change = corner + (a[i] != b[j]);

			corner = row[j + 1];
			row[j + 1] = least(change, 1 + least(row[j], row[j + 1]));
		}
	}
	return row[n];
}

void halb_guess_offer(struct halb_guess *guess, const char *word)
{
	size_t len = strlen(guess->typed), distance = edits(guess->typed, word);

	if (len > 1 && strncmp(guess->typed, word, len) == 0)
		distance = 1; /* it was cut short */
	if (distance > least(len / 2, FAR) || (guess->word && distance >= guess->distance))
		return;
	guess->word = word;
	guess->distance = distance;
}
