/* SPDX-License-Identifier: Apache-2.0 */
/* The tree that both parsers make. */
#include "tree_priv.h"

#include <string.h>

#define PROBLEMS_MOST 100 /* of a file that is none, the rest says no more */

void halb_words_add(struct halb_words *words, const char *word)
{
	if (word && words->n < HALB_WORDS_MOST)
		words->items[words->n++] = word;
}

struct halb_directive *halb_directive_add(struct halb_arena *arena, struct halb_directive **tail,
					  const struct halb_words *words, struct halb_place at)
{
	struct halb_directive *line = halb_arena_get(arena, sizeof *line);
	const char **items = halb_arena_get(arena, (words->n + 1) * sizeof *items);

	if (!line || !items)
		return NULL;
	for (size_t i = 0; i < words->n; i++)
		items[i] = words->items[i];
	line->words = items;
	line->n = words->n;
	line->at = at;
	*tail = line;
	return line;
}

void halb_problem_add(struct halb_arena *arena, struct halb_tree *tree,
		      enum halb_problem_kind kind, struct halb_place at, const char *text)
{
	struct halb_problem **tail = &tree->problems;
	size_t n = 0;

	for (; *tail && n < PROBLEMS_MOST; n++)
		tail = &(*tail)->next;
	if (n == PROBLEMS_MOST)
		return;
	*tail = halb_arena_get(arena, sizeof **tail);
	if (*tail)
		**tail = (struct halb_problem){ .kind = kind, .at = at, .text = text };
}

bool halb_line_next(const char **text, const char **line, size_t *len)
{
	const char *end = strchr(*text, '\n');

	if (!**text)
		return false;
	*line = *text;
	*len = end ? (size_t)(end - *text) : strlen(*text);
	*text += *len + (end != NULL);
	if (*len && (*line)[*len - 1] == '\r')
		--*len;
	return true;
}

size_t halb_name_span(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

const struct halb_directive *halb_directive_find(const struct halb_directive *first,
						 const char *word)
{
	for (; first; first = first->next)
		if (first->n && strcmp(first->words[0], word) == 0)
			return first;
	return NULL;
}

const char *halb_directive_word(const struct halb_directive *line, size_t i)
{
	return i < line->n ? line->words[i] : "";
}
