/* SPDX-License-Identifier: Apache-2.0 */
/* Of the words that there are the one that was probably meant. */
#ifndef HALB_BASE_GUESS_H
#define HALB_BASE_GUESS_H

#include <stddef.h>

struct halb_guess {
	const char *typed; /* the caller's, to begin with */
	const char *word;  /* the nearest so far; NULL: none is near */
	size_t distance;
};

/* One of the words that there are, which stays the caller's. */
void halb_guess_offer(struct halb_guess *guess, const char *word);

#endif
