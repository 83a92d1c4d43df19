/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HAProxy's and Keepalived's files as they are written: lines of words, some with lines below
 * them, each with its file and line number. Nothing is refused: what is not known is kept.
 *
 * All of it lives in the arena that was given. The parsers read no files themselves.
 */
#ifndef HALB_LINT_TREE_H
#define HALB_LINT_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "halb/base/arena.h"

struct halb_place {
	const char *file;
	unsigned line;
};

struct halb_directive {
	const char **words; /* ends with NULL */
	size_t n;
	struct halb_place at;
	bool block;                   /* a section, or braces follow */
	struct halb_directive *child; /* the first line of its block */
	struct halb_directive *next;
};

enum halb_problem_kind {
	HALB_PROBLEM_INCLUDE, /* a file that is not there, or that includes itself */
	HALB_PROBLEM_BRACE,   /* a brace without the other one */
	HALB_PROBLEM_QUOTE,   /* a quoted text that does not end on its line */
	HALB_PROBLEM_SECTION, /* a section that HAProxy does not know, or lines before any */
	HALB_PROBLEM_SIZE,    /* what would grow without end, and was cut off */
};

struct halb_problem {
	enum halb_problem_kind kind;
	struct halb_place at;
	const char *text; /* the word that it is about */
	struct halb_problem *next;
};

struct halb_tree {
	struct halb_directive *first;
	struct halb_problem *problems;
};

struct halb_source {
	const char *path, *text;
	struct halb_source *next;
};

/*
 * Gives all files that `pattern` (a glob of csh's kind) matches, sorted; relative to the directory
 * of the file `from`. NULL where there are none, or none that can be read. In the arena.
 */
typedef struct halb_source *halb_include_fn(void *arg, const char *pattern, const char *from,
					    struct halb_arena *arena);

struct halb_includes {
	halb_include_fn *find; /* NULL: nothing can be included */
	void *arg;
};

/*
 * keepalived.conf(5): quotes, comments, definitions, includes, sequences. Lines that are for a
 * `config_id` alone (@lb1, @^lb1) are kept where it is the one that is given; with NULL all that
 * are for one id are dropped, and all that are for others are kept. HALB_E_NOMEM.
 */
enum halb_status halb_keepalived_parse(const struct halb_source *file, const char *config_id,
				       const struct halb_includes *includes,
				       struct halb_arena *arena, struct halb_tree *out,
				       struct halb_error *err) HALB_CHECKED;

/* The config ids that lines of the text begin with: a list that ends with NULL. HALB_E_NOMEM. */
enum halb_status halb_keepalived_ids(const char *text, struct halb_arena *arena,
				     const char ***out, struct halb_error *err) HALB_CHECKED;

/*
 * HAProxy's configuration manual, 2.2 to 2.4: the files of several -f, one after the other.
 * Of `.if` blocks whose condition depends on the machine the first branch is taken. HALB_E_NOMEM.
 */
enum halb_status halb_haproxy_parse(const struct halb_source *files, struct halb_arena *arena,
				    struct halb_tree *out, struct halb_error *err) HALB_CHECKED;

/* The first of the lines from `first` on whose first word it is, or NULL. */
const struct halb_directive *halb_directive_find(const struct halb_directive *first,
						 const char *word);
/* The word at `i`, or "" where there are not so many. */
const char *halb_directive_word(const struct halb_directive *line, size_t i);

#endif
