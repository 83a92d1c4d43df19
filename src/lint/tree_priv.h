/* SPDX-License-Identifier: Apache-2.0 */
/* What both parsers make their trees with. */
#ifndef HALB_LINT_TREE_PRIV_H
#define HALB_LINT_TREE_PRIV_H

#include "halb/lint/tree.h"

#define HALB_WORDS_MOST 256 /* on a line; more are dropped */

struct halb_words {
	const char *items[HALB_WORDS_MOST];
	size_t n;
};

void halb_words_add(struct halb_words *words, const char *word);

/* A line with a copy of the words, put where `tail` points; NULL without memory. */
struct halb_directive *halb_directive_add(struct halb_arena *arena, struct halb_directive **tail,
					  const struct halb_words *words, struct halb_place at);

void halb_problem_add(struct halb_arena *arena, struct halb_tree *tree,
		      enum halb_problem_kind kind, struct halb_place at, const char *text);

/* Takes one line off `*text`; false at the end. The line is without its end, \r included. */
bool halb_line_next(const char **text, const char **line, size_t *len);

/* ASCII letters, digits and '_', and how many of them `text` begins with. */
size_t halb_name_span(const char *text);

#endif
