/* SPDX-License-Identifier: Apache-2.0 */
/* keepalived.conf(5) as a tree: every line is kept, whether it is known or not. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/buf.h"
#include "tree_priv.h"

#define DEPTH_MOST   64      /* of braces */
#define NESTING_MOST 16      /* of includes, definitions and sequences */
#define BUDGET       500000 /* bytes of lines that includes and definitions bring */

struct variable {
	const char *name, *value;
	struct variable *next;
};

struct level {
	struct halb_directive *owner; /* NULL outside of all braces */
	struct halb_directive **tail, *last;
};

struct parser {
	struct halb_arena *arena;
	struct halb_tree *tree;
	const struct halb_includes *includes;
	const char *config_id; /* or NULL */
	struct variable *variables;
	struct level levels[DEPTH_MOST];
	size_t depth, too_deep;
	struct halb_place at;
	size_t budget;
	unsigned nesting;
};

static void take_file(struct parser *p, const struct halb_source *file);
static void take_line(struct parser *p, const char *line, size_t len);

static void problem(struct parser *p, enum halb_problem_kind kind, const char *text)
{
	halb_problem_add(p->arena, p->tree, kind, p->at, text);
}

/* Where a comment begins: at # or !, but for quoted and escaped ones. */
static size_t without_comment(const char *line, size_t len)
{
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (line[i] == '\\')
			i++;
		else if (line[i] == '"')
			quoted = !quoted;
		else if (!quoted && (line[i] == '#' || line[i] == '!'))
			return i;
	}
	return len;
}

/* ---- words and braces ---- */

static void open_brace(struct parser *p)
{
	struct level *level = &p->levels[p->depth];
	struct halb_directive *owner = level->last;
	static const struct halb_words none = { .n = 0 };

	if (p->depth + 1 == DEPTH_MOST) {
		p->too_deep++;
		return;
	}
	if (!owner || owner->block) {
		owner = halb_directive_add(p->arena, level->tail, &none, p->at);
		if (!owner)
			return;
		level->tail = &owner->next;
		level->last = owner;
	}
	owner->block = true;
	p->levels[++p->depth] = (struct level){ .owner = owner, .tail = &owner->child };
}

static void close_brace(struct parser *p)
{
	if (p->too_deep)
		p->too_deep--;
	else if (p->depth)
		p->depth--;
	else
		problem(p, HALB_PROBLEM_BRACE, "}");
}

static void take_include(struct parser *p, const char *pattern)
{
	struct halb_place at = p->at;
	struct halb_source *file = NULL;

	if (p->nesting < NESTING_MOST && p->includes && p->includes->find)
		file = p->includes->find(p->includes->arg, pattern, at.file, p->arena);
	if (!file)
		problem(p, HALB_PROBLEM_INCLUDE, pattern);
	p->nesting++;
	for (; file; file = file->next)
		take_file(p, file);
	p->nesting--;
	p->at = at;
}

/* "include", and with a letter that says what is checked of it. */
static bool is_include(const struct halb_words *words)
{
	const char *word = words->n > 1 ? words->items[0] : "";

	return strncmp(word, "include", 7) == 0 &&
	       (!word[7] || (strchr("rmwba", word[7]) && !word[8]));
}

static void take_words(struct parser *p, struct halb_words *words)
{
	struct level *level = &p->levels[p->depth];
	struct halb_directive *line;

	if (is_include(words)) {
		take_include(p, words->items[1]);
	} else if (words->n && !p->too_deep) {
		line = halb_directive_add(p->arena, level->tail, words, p->at);
		if (line) {
			level->tail = &line->next;
			level->last = line;
		}
	}
	words->n = 0;
}

/* A quoted text that begins at `text`; returns how long it is, its quotes included. */
static size_t take_quoted(struct parser *p, const char *text, size_t len, char *out, size_t *n)
{
	size_t i = 1;

	for (; i < len && text[i] != text[0]; i++) {
		if (text[i] == '\\' && i + 1 < len)
			i++;
		out[(*n)++] = text[i];
	}
	if (i >= len)
		problem(p, HALB_PROBLEM_QUOTE, halb_arena_bytes(p->arena, text, len));
	return i < len ? i + 1 : len;
}

static bool is_brace(const char *text, size_t i, size_t word)
{
	if (text[i] == '{')
		return i == 0 || text[i - 1] != '$';
	return text[i] == '}' && !memmem(text + word, i - word, "${", 2);
}

/* One word, from `text` on, made in `word`; returns how long it is there. */
static size_t take_word(struct parser *p, const char *text, size_t len, char *word,
			struct halb_words *words)
{
	size_t i = 0, n = 0;

	while (i < len && !isspace((unsigned char)text[i]) && !is_brace(text, i, 0)) {
		if (text[i] == '"' || (text[i] == '\'' && i == 0))
			i += take_quoted(p, text + i, len - i, word, &n);
		else if (text[i] == '\\' && i + 1 < len)
			word[n++] = text[i + 1], i += 2;
		else
			word[n++] = text[i++];
	}
	halb_words_add(words, halb_arena_bytes(p->arena, word, n));
	return i;
}

static void split(struct parser *p, const char *text, size_t len)
{
	struct halb_words words = { .n = 0 };
	char *word = halb_arena_get(p->arena, len + 1);
	size_t i = 0;

	while (word && i < len) {
		if (isspace((unsigned char)text[i])) {
			i++;
		} else if (is_brace(text, i, i)) {
			take_words(p, &words);
			if (text[i++] == '{')
				open_brace(p);
			else
				close_brace(p);
		} else {
			i += take_word(p, text + i, len - i, word, &words);
		}
	}
	take_words(p, &words);
}

/* ---- definitions and sequences ---- */

static struct variable *find_variable(const struct parser *p, const char *name, size_t len)
{
	for (struct variable *v = p->variables; v; v = v->next)
		if (strlen(v->name) == len && memcmp(v->name, name, len) == 0)
			return v;
	return NULL;
}

static const char *value_of(const struct parser *p, const char *name, size_t len)
{
	const struct variable *v = find_variable(p, name, len);

	return v ? v->value : NULL;
}

/* The name in $NAME or ${NAME}, and how long that is; 0 where it is neither. */
static size_t reference(const char *text, const char **name, size_t *len)
{
	bool braced = text[1] == '{';

	*name = text + 1 + braced;
	*len = halb_name_span(*name);
	if (!*len || (braced && (*name)[*len] != '}'))
		return 0;
	return 1 + *len + 2 * (size_t)braced;
}

/* The line with each known definition in the place of its name; NULL where there is none. */
static char *expand(struct parser *p, const char *line)
{
	struct halb_buf out = { 0 };
	const char *name, *value;
	bool any = false;
	char *text;
	size_t len;

	for (size_t n; *line; line += n) {
		n = *line == '$' ? reference(line, &name, &len) : 0;
		value = n ? value_of(p, name, len) : NULL;
		any = any || value;
		n = n ? n : 1;
		if (out.len > p->budget)
			break;
		halb_buf_bytes(&out, value ? value : line, value ? strlen(value) : n);
	}
	p->arena->bad |= out.bad;
	text = any && !out.bad ? halb_arena_text(p->arena, halb_buf_string(&out)) : NULL;
	halb_buf_clear(&out);
	return text;
}

/* In front of one of the same name, if there is one. */
static void add_variable(struct parser *p, const char *name, const char *value)
{
	struct variable *v = halb_arena_get(p->arena, sizeof *v);

	if (!v || !name || !value)
		return;
	*v = (struct variable){ .name = name, .value = value, .next = p->variables };
	p->variables = v;
}

/* The latest one counts. A file that includes itself may define the same name for ever. */
static void define(struct parser *p, const char *name, const char *value)
{
	struct variable *v = name ? find_variable(p, name, strlen(name)) : NULL;

	if (v && value)
		v->value = value;
	else
		add_variable(p, name, value);
}

static bool spend(struct parser *p, size_t bytes)
{
	if (p->nesting == 0)
		return !p->arena->bad;
	if (p->budget > bytes && p->nesting <= NESTING_MOST && !p->arena->bad) {
		p->budget -= bytes + 1;
		return true;
	}
	if (p->budget) {
		p->budget = 0;
		problem(p, HALB_PROBLEM_SIZE, "");
	}
	return false;
}

/* The arguments in ~SEQ(a, b); returns what follows them, or NULL. */
static const char *arguments(struct parser *p, const char *text, struct halb_words *args)
{
	size_t len;

	for (;; text += len + 1) {
		text += strspn(text, " \t");
		len = strcspn(text, ",)");
		if (!text[len])
			return NULL;
		halb_words_add(args, halb_arena_bytes(p->arena, text, len));
		if (text[len] == ')')
			return text + len + 1;
	}
}

static void with(struct parser *p, const char *name, const char *value, const char *rest)
{
	struct variable *before = p->variables;

	add_variable(p, name, value);
	take_line(p, rest, strlen(rest));
	p->variables = before;
}

/* ~SEQ(var, [start, [step,]] end): the rest of the line, once for each number. */
static void sequence(struct parser *p, const struct halb_words *args, const char *rest)
{
	long start = 1, step = 1, end;

	if (args->n < 2)
		return;
	end = strtol(args->items[args->n - 1], NULL, 10);
	if (args->n > 2)
		start = strtol(args->items[1], NULL, 10);
	if (args->n > 3)
		step = strtol(args->items[2], NULL, 10);
	if (step == 0 || labs(start / 2) > 100000 || labs(end / 2) > 100000 || labs(step) > 100000)
		return;
	for (long i = start; step > 0 ? i <= end : i >= end; i += step) {
		if (!p->budget)
			return;
		with(p, args->items[0], halb_arena_printf(p->arena, "%ld", i), rest);
	}
}

/* True where the line is a sequence, and taken. */
static bool take_sequence(struct parser *p, const char *line)
{
	struct halb_words args = { .n = 0 };
	bool list = strncmp(line, "~LST(", 5) == 0;
	const char *rest;

	if (!list && strncmp(line, "~SEQ(", 5) != 0)
		return false;
	rest = arguments(p, line + 5, &args);
	if (!rest || args.n < 2)
		return false;
	if (!list)
		sequence(p, &args, rest);
	for (size_t i = 1; list && i < args.n; i++)
		with(p, args.items[0], args.items[i], rest);
	return true;
}

/* ---- lines ---- */

/* A line, or several where a definition holds several, without conditions and comments. */
static void take_line(struct parser *p, const char *line, size_t len)
{
	char *text = halb_arena_bytes(p->arena, line, len), *expanded;
	const char *all, *one;

	if (!text || !spend(p, len))
		return;
	text += strspn(text, " \t");
	p->nesting++;
	expanded = strchr(text, '$') ? expand(p, text) : NULL;
	if (expanded) {
		for (all = expanded; halb_line_next(&all, &one, &len);)
			take_line(p, one, len);
	} else if (!take_sequence(p, text)) {
		split(p, text, strlen(text));
	}
	p->nesting--;
}

/* @id or @^id before a line: returns what follows, or NULL where the line is not for us. */
static const char *conditional(const struct parser *p, const char *line, size_t *len)
{
	bool negated = *len > 1 && line[1] == '^', same;
	const char *id = line + 1 + negated;
	size_t n = 0;

	while (id + n < line + *len && !isspace((unsigned char)id[n]))
		n++;
	same = p->config_id && strlen(p->config_id) == n && memcmp(p->config_id, id, n) == 0;
	*len -= (size_t)(id + n - line);
	return same != negated ? id + n : NULL;
}

/* $NAME=VALUE, whose lines end with a backslash but for the last; true where it is one. */
static bool take_definition(struct parser *p, const char *line, size_t len, const char **text,
			    unsigned *number)
{
	size_t name = len > 1 && line[0] == '$' ? halb_name_span(line + 1) : 0, equals = 1 + name;
	struct halb_buf value = { 0 };
	const char *part;

	while (equals < len && isblank((unsigned char)line[equals]))
		equals++;
	if (!name || equals >= len || line[equals] != '=')
		return false;
	part = line + equals + 1;
	len -= equals + 1;
	while (len && isblank((unsigned char)*part))
		part++, len--;
	for (bool more = true; more;) {
		more = len && part[len - 1] == '\\';
		halb_buf_bytes(&value, part, len - more);
		more = more && halb_line_next(text, &part, &len);
		if (more)
			halb_buf_text(&value, value.len ? "\n" : "");
		*number += more;
	}
	p->arena->bad |= value.bad;
	define(p, halb_arena_bytes(p->arena, line + 1, name),
	       halb_arena_text(p->arena, halb_buf_string(&value)));
	halb_buf_clear(&value);
	return true;
}

static void take_file(struct parser *p, const struct halb_source *file)
{
	const char *text = file->text, *line;
	unsigned number = 0;
	size_t len;

	while (halb_line_next(&text, &line, &len)) {
		p->at = (struct halb_place){ file->path, ++number };
		len = without_comment(line, len);
		if (len && *line == '@')
			line = conditional(p, line, &len);
		while (line && len && isblank((unsigned char)*line))
			line++, len--;
		if (line && len && !take_definition(p, line, len, &text, &number))
			take_line(p, line, len);
	}
}

enum halb_status halb_keepalived_parse(const struct halb_source *file, const char *config_id,
				       const struct halb_includes *includes,
				       struct halb_arena *arena, struct halb_tree *out,
				       struct halb_error *err)
{
	struct halb_tree tree = { 0 };
	struct parser *p = halb_arena_get(arena, sizeof *p);

	if (!p)
		return halb_fail_nomem(err);
	*p = (struct parser){ .arena = arena, .tree = &tree, .includes = includes,
			      .config_id = config_id, .budget = BUDGET };
	p->levels[0].tail = &tree.first;
	take_file(p, file);
	for (; p->depth; p->depth--) {
		p->at = p->levels[p->depth].owner->at;
		problem(p, HALB_PROBLEM_BRACE, "{");
	}
	if (arena->bad)
		return halb_fail_nomem(err);
	*out = tree;
	return HALB_OK;
}

static bool has_word(const struct halb_words *words, const char *text, size_t len)
{
	for (size_t i = 0; i < words->n; i++)
		if (strlen(words->items[i]) == len && memcmp(words->items[i], text, len) == 0)
			return true;
	return false;
}

enum halb_status halb_keepalived_ids(const char *text, struct halb_arena *arena,
				     const char ***out, struct halb_error *err)
{
	struct halb_words ids = { .n = 0 };
	const char *line, *id, **list;
	size_t len, n;

	while (halb_line_next(&text, &line, &len)) {
		if (!len || *line != '@')
			continue;
		id = line + 1 + (len > 1 && line[1] == '^');
		for (n = 0; id + n < line + len && !isspace((unsigned char)id[n]); n++)
			;
		if (n && !has_word(&ids, id, n))
			halb_words_add(&ids, halb_arena_bytes(arena, id, n));
	}
	list = halb_arena_get(arena, (ids.n + 1) * sizeof *list);
	if (!list || arena->bad)
		return halb_fail_nomem(err);
	for (size_t i = 0; i < ids.n; i++)
		list[i] = ids.items[i];
	*out = list;
	return HALB_OK;
}
