/* SPDX-License-Identifier: Apache-2.0 */
/* HAProxy's files as a tree: sections of lines, whether their words are known or not. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/buf.h"
#include "tree_priv.h"

#define IFS_MOST 32 /* .if within .if */

static const char *const sections[] = {
	"global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "mailers",
	"userlist", "program", "ring", "cache", "http-errors", "fcgi-app", "log-forward",
	"log-profile", "crt-store", "traces", "acme", "userlist", "healthcheck", NULL,
};

/* A branch of an .if: whether it is taken, whether one before it was. */
struct branch {
	bool taken, done;
};

struct parser {
	struct halb_arena *arena;
	struct halb_tree *tree;
	struct halb_directive **section_tail, **line_tail;
	struct halb_directive *section; /* NULL before the first of a file */
	bool orphans;                   /* lines before any section were met */
	struct branch ifs[IFS_MOST];
	size_t n_ifs, too_deep;
	struct halb_directive *variables; /* setenv and its like, the newest first */
	struct halb_place at;
};

static bool is_section(const char *word)
{
	for (size_t i = 0; sections[i]; i++)
		if (strcmp(sections[i], word) == 0)
			return true;
	return false;
}

/* ---- words: configuration manual 2.2 and 2.3 ---- */

/* What setenv or presetenv gave it in the file; NULL where only the machine knows. */
static const char *value_of(const struct parser *p, const char *name, size_t len)
{
	for (const struct halb_directive *v = p->variables; v; v = v->next)
		if (v->n > 2 && strlen(v->words[1]) == len &&
		    memcmp(v->words[1], name, len) == 0)
			return v->words[2];
	return NULL;
}

/*
 * $NAME, ${NAME} or ${NAME-default}, appended as its value, else as it stands. Returns how long it
 * is; 0 where it is nothing of that kind.
 */
static size_t take_variable(const struct parser *p, const char *text, size_t len,
			    struct halb_buf *word)
{
	bool braced = len > 1 && text[1] == '{';
	const char *name = text + 1 + braced, *end, *value;
	size_t span = halb_name_span(name), whole = 1 + span;

	if (!span || whole + braced > len)
		return 0;
	value = value_of(p, name, span);
	if (braced) {
		end = memchr(name, '}', len - 2);
		if (!end)
			return 0;
		whole = (size_t)(end - text) + 1;
		if (!value && name[span] == '-') {
			halb_buf_bytes(word, name + span + 1, (size_t)(end - name) - span - 1);
			return whole;
		}
	}
	halb_buf_bytes(word, value ? value : text, value ? strlen(value) : whole);
	return whole;
}

/* What stands after a backslash; returns how long it is, the backslash included. */
static size_t take_escape(const char *text, size_t len, struct halb_buf *word)
{
	static const char from[] = "nrt", to[] = "\n\r\t";
	const char *letter = len > 1 ? strchr(from, text[1]) : NULL;
	char hex[3] = "";

	if (len < 2) {
		halb_buf_u8(word, '\\');
		return 1;
	}
	if (letter && *letter) {
		halb_buf_u8(word, (uint8_t)to[letter - from]);
	} else if (text[1] == 'x' && len > 3 && isxdigit((unsigned char)text[2]) &&
		   isxdigit((unsigned char)text[3])) {
		memcpy(hex, text + 2, 2);
		halb_buf_u8(word, (uint8_t)strtoul(hex, NULL, 16));
		return 4;
	} else {
		halb_buf_u8(word, (uint8_t)text[1]);
	}
	return 2;
}

/* A part in quotes; the weak ones let escapes and variables work. Returns how long it is. */
static size_t take_quoted(struct parser *p, const char *text, size_t len, struct halb_buf *word)
{
	bool weak = text[0] == '"';
	size_t i = 1, n;

	while (i < len && text[i] != text[0]) {
		n = 0;
		if (weak && text[i] == '\\')
			n = take_escape(text + i, len - i, word);
		else if (weak && text[i] == '$')
			n = take_variable(p, text + i, len - i, word);
		if (!n)
			halb_buf_u8(word, (uint8_t)text[i]);
		i += n ? n : 1;
	}
	if (i < len)
		return i + 1;
	halb_problem_add(p->arena, p->tree, HALB_PROBLEM_QUOTE, p->at,
			 halb_arena_bytes(p->arena, text, len));
	return len;
}

static size_t take_word(struct parser *p, const char *text, size_t len, struct halb_words *words)
{
	struct halb_buf word = { 0 };
	size_t i = 0;

	while (i < len && !isblank((unsigned char)text[i]) && text[i] != '#') {
		if (text[i] == '"' || text[i] == '\'')
			i += take_quoted(p, text + i, len - i, &word);
		else if (text[i] == '\\')
			i += take_escape(text + i, len - i, &word);
		else
			halb_buf_u8(&word, (uint8_t)text[i++]);
	}
	p->arena->bad |= word.bad;
	halb_words_add(words, halb_arena_text(p->arena, halb_buf_string(&word)));
	halb_buf_clear(&word);
	return i;
}

static void split(struct parser *p, const char *text, size_t len, struct halb_words *words)
{
	size_t i = 0;

	while (i < len && text[i] != '#') {
		if (isblank((unsigned char)text[i]))
			i++;
		else
			i += take_word(p, text + i, len - i, words);
	}
}

/* ---- .if, .elif, .else, .endif: configuration manual 2.4 ---- */

/* Whether the machine that runs it would take the branch; where nobody knows, it does. */
static bool holds(const struct halb_words *words)
{
	const char *condition = words->n > 1 ? words->items[1] : "0";
	size_t negations = strspn(condition, "!");
	bool known_false;

	if (words->n != 2)
		return true;
	condition += negations;
	known_false = strcmp(condition, "0") == 0 || strcmp(condition, "false") == 0 ||
		      strncmp(condition, "version_before(", 15) == 0;
	return known_false == (negations % 2 == 1);
}

static void open_if(struct parser *p, bool taken)
{
	if (p->n_ifs == IFS_MOST) {
		p->too_deep++;
		return;
	}
	p->ifs[p->n_ifs++] = (struct branch){ .taken = taken, .done = taken };
}

static void next_branch(struct parser *p, bool taken)
{
	struct branch *branch = p->n_ifs ? &p->ifs[p->n_ifs - 1] : NULL;

	if (!branch || p->too_deep)
		return;
	branch->taken = taken && !branch->done;
	branch->done |= branch->taken;
}

/* True where the line is one of these. */
static bool take_condition(struct parser *p, const struct halb_words *words)
{
	const char *word = words->items[0];

	if (strcmp(word, ".if") == 0)
		open_if(p, holds(words));
	else if (strcmp(word, ".elif") == 0)
		next_branch(p, holds(words));
	else if (strcmp(word, ".else") == 0)
		next_branch(p, true);
	else if (strcmp(word, ".endif") != 0)
		return false;
	else if (p->too_deep)
		p->too_deep--;
	else if (p->n_ifs)
		p->n_ifs--;
	return true;
}

static bool is_taken(const struct parser *p)
{
	for (size_t i = 0; i < p->n_ifs; i++)
		if (!p->ifs[i].taken)
			return false;
	return !p->too_deep;
}

/* ---- lines ---- */

static void remember_variable(struct parser *p, const struct halb_words *words)
{
	struct halb_directive *variable, *older = p->variables;

	if (words->n < 3 || (strcmp(words->items[0], "setenv") != 0 &&
			     strcmp(words->items[0], "presetenv") != 0))
		return;
	variable = halb_directive_add(p->arena, &p->variables, words, p->at);
	if (variable)
		variable->next = older;
}

/* One letter too many, too few, or another. */
static bool is_almost(const char *word, const char *wanted)
{
	size_t a = strlen(word), b = strlen(wanted), longer = a > b ? a : b, before = 0, after = 0;

	while (word[before] && word[before] == wanted[before])
		before++;
	while (after < a - before && after < b - before &&
	       word[a - after - 1] == wanted[b - after - 1])
		after++;
	return before + after + 1 == longer;
}

/* A word that was meant as a section: almost one, not indented where the next line is. */
static bool is_slip(const char *word, const char *line, const char *rest)
{
	rest += strspn(rest, "\r\n");
	if (isblank((unsigned char)*line) || !isblank((unsigned char)*rest))
		return false;
	for (size_t i = 0; sections[i]; i++)
		if (is_almost(word, sections[i]))
			return true;
	return false;
}

static void take_section(struct parser *p, const struct halb_words *words)
{
	p->section = halb_directive_add(p->arena, p->section_tail, words, p->at);
	if (!p->section)
		return;
	p->section->block = true;
	p->section_tail = &p->section->next;
	p->line_tail = &p->section->child;
	if (!is_section(words->items[0]))
		halb_problem_add(p->arena, p->tree, HALB_PROBLEM_SECTION, p->at, words->items[0]);
}

static void take_line(struct parser *p, const struct halb_words *words)
{
	struct halb_directive *line;

	if (!p->section) {
		if (!p->orphans)
			halb_problem_add(p->arena, p->tree, HALB_PROBLEM_SECTION, p->at,
					 words->items[0]);
		p->orphans = true;
		return;
	}
	remember_variable(p, words);
	line = halb_directive_add(p->arena, p->line_tail, words, p->at);
	if (line)
		p->line_tail = &line->next;
}

static void take_file(struct parser *p, const struct halb_source *file)
{
	const char *text = file->text, *line;
	unsigned number = 0;
	size_t len;

	p->section = NULL;
	p->n_ifs = p->too_deep = 0;
	while (halb_line_next(&text, &line, &len)) {
		struct halb_words words = { .n = 0 };

		p->at = (struct halb_place){ file->path, ++number };
		split(p, line, len, &words);
		if (p->arena->bad)
			return;
		if (!words.n || take_condition(p, &words) || !is_taken(p))
			continue;
		if (is_section(words.items[0]) || is_slip(words.items[0], line, text))
			take_section(p, &words);
		else
			take_line(p, &words);
	}
}

enum halb_status halb_haproxy_parse(const struct halb_source *files, struct halb_arena *arena,
				    struct halb_tree *out, struct halb_error *err)
{
	struct halb_tree tree = { 0 };
	struct parser p = { .arena = arena, .tree = &tree, .section_tail = &tree.first };

	for (const struct halb_source *file = files; file; file = file->next)
		take_file(&p, file);
	if (arena->bad)
		return halb_fail_nomem(err);
	*out = tree;
	return HALB_OK;
}
