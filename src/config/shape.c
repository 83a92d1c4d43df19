/* SPDX-License-Identifier: Apache-2.0 */
/* Compares a document with libcyaml's tables, so that each difference is told exactly. */
#include "document_priv.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "halb/base/guess.h"
#include "quote_priv.h"

struct walk {
	const char *file;
	yaml_document_t tree;
	char path[128]; /* of the node that is looked at; the tables bound its length */
	struct halb_error *err;
};

static enum halb_status check_node(struct walk *w, const struct cyaml_schema_value *schema,
				   const yaml_node_t *node, size_t line);

/* Adds to the path; returns the length to cut it back to. */
static size_t push(struct walk *w, const char *fmt, ...) HALB_PRINTF(2, 3);

static size_t push(struct walk *w, const char *fmt, ...)
{
	size_t len = strlen(w->path);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->path + len, sizeof w->path - len, fmt, ap);
	va_end(ap);
	return len;
}

/* YAML's null: nothing behind the colon, or the word for it (YAML 1.1, "Null"). */
static bool is_null(const yaml_node_t *node)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };

	if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++)
		if (strcmp((const char *)node->data.scalar.value, nulls[i]) == 0)
			return true;
	return false;
}

static enum halb_status wrong_kind(struct walk *w, const char *expected, const char *hint,
				   const yaml_node_t *node, size_t line)
{
	char text[HALB_QUOTE_TEXT], quoted[HALB_QUOTE_TEXT + 2];
	const char *found = quoted;

	if (is_null(node))
		found = "nothing";
	else if (node->type == YAML_SCALAR_NODE)
		snprintf(quoted, sizeof quoted, "'%s'",
			 halb_quote((const char *)node->data.scalar.value, text));
	else
		found = node->type == YAML_SEQUENCE_NODE ? "a list" : "keys and values";
	halb_fail(w->err, HALB_E_SITE, "%s:%zu: %s%sexpected %s, found %s", w->file, line, w->path,
		  *w->path ? ": " : "", expected, found);
	if (is_null(node))
		hint = "write the value behind the colon, or take the key away";
	halb_hint(w->err, "%s", hint);
	return HALB_E_SITE;
}

static enum halb_status check_text(struct walk *w, const yaml_node_t *node, size_t line)
{
	if (node->type != YAML_SCALAR_NODE || is_null(node))
		return wrong_kind(w, "a single value", "", node, line);
	for (size_t i = 0; i < node->data.scalar.length; i++)
		if (node->data.scalar.value[i] < 0x20 || node->data.scalar.value[i] == 0x7f)
			return wrong_kind(w, "one line without control characters", "", node, line);
	return HALB_OK;
}

static enum halb_status check_sequence(struct walk *w, const struct cyaml_schema_value *schema,
				       const yaml_node_t *node, size_t line)
{
	const yaml_node_item_t *items = node->data.sequence.items.start;
	enum halb_status st = HALB_OK;

	if (node->type != YAML_SEQUENCE_NODE)
		return wrong_kind(w, "a list",
				  "a list is written [a, b], or - a on a line of its own", node,
				  line);
	for (size_t i = 0; st == HALB_OK && items + i < node->data.sequence.items.top; i++) {
		const yaml_node_t *item = yaml_document_get_node(&w->tree, items[i]);
		size_t len = push(w, "[%zu]", i);

		st = check_node(w, schema->sequence.entry, item, item->start_mark.line + 1);
		if (st == HALB_OK)
			w->path[len] = '\0';
	}
	return st;
}

static bool is_secret(const char *key)
{
	return strcasestr(key, "passw") || strcasestr(key, "secret");
}

/* Says which keys there are, and which one was probably meant. */
static void hint_keys(struct walk *w, const struct cyaml_schema_field *fields, const char *key)
{
	struct halb_guess guess = { .typed = key };
	char known[160] = "";
	size_t n = 0;

	for (const struct cyaml_schema_field *f = fields; f->key; f++) {
		n += (size_t)snprintf(known + n, sizeof known - n, "%s%s", n ? ", " : "", f->key);
		halb_guess_offer(&guess, f->key);
	}
	if (is_secret(key))
		halb_hint(w->err, "a site file holds no secrets: use 'keytab', or --password-file");
	else if (guess.word)
		halb_hint(w->err, "did you mean '%s'? The keys here are %s", guess.word, known);
	else
		halb_hint(w->err, "the keys here are %s", known);
}

static enum halb_status unknown_key(struct walk *w, const struct cyaml_schema_field *fields,
				    const yaml_node_t *key)
{
	size_t line = key->start_mark.line + 1;
	char quoted[HALB_QUOTE_TEXT];
	const char *text;

	if (key->type != YAML_SCALAR_NODE)
		return wrong_kind(w, "a key", "", key, line);
	text = halb_quote((const char *)key->data.scalar.value, quoted);
	halb_fail(w->err, HALB_E_SITE, "%s:%zu: %s%s%s: expected a known key, found '%s'", w->file,
		  line, w->path, *w->path ? "." : "", text, text);
	hint_keys(w, fields, text);
	return HALB_E_SITE;
}

static const struct cyaml_schema_field *find_field(const struct cyaml_schema_field *f,
						   const yaml_node_t *key)
{
	if (key->type != YAML_SCALAR_NODE ||
	    strlen((const char *)key->data.scalar.value) != key->data.scalar.length)
		return NULL;
	while (f->key && strcmp(f->key, (const char *)key->data.scalar.value) != 0)
		f++;
	return f->key ? f : NULL;
}

/* The pair before `pair` with the same key. Never many: only known keys were let pass so far. */
static const yaml_node_t *same_key_before(struct walk *w, const yaml_node_t *node,
					  const yaml_node_pair_t *pair, const char *key)
{
	const yaml_node_pair_t *p = node->data.mapping.pairs.start;

	for (; p < pair; p++) {
		const yaml_node_t *k = yaml_document_get_node(&w->tree, p->key);

		if (strcmp((const char *)k->data.scalar.value, key) == 0)
			return k;
	}
	return NULL;
}

static enum halb_status check_pair(struct walk *w, const struct cyaml_schema_field *fields,
				   const yaml_node_t *node, const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = yaml_document_get_node(&w->tree, pair->key), *before;
	const struct cyaml_schema_field *field = find_field(fields, key);
	size_t line = key->start_mark.line + 1, len;
	enum halb_status st;

	if (!field)
		return unknown_key(w, fields, key);
	len = push(w, "%s%s", *w->path ? "." : "", field->key);
	before = same_key_before(w, node, pair, field->key);
	if (before) {
		halb_fail(w->err, HALB_E_SITE,
			  "%s:%zu: %s: expected this key once, found it again after line %zu",
			  w->file, line, w->path, before->start_mark.line + 1);
		return halb_hint(w->err, "take one of the two away");
	}
	st = check_node(w, &field->value, yaml_document_get_node(&w->tree, pair->value), line);
	if (st == HALB_OK)
		w->path[len] = '\0';
	return st;
}

static enum halb_status check_mapping(struct walk *w, const struct cyaml_schema_value *schema,
				      const yaml_node_t *node, size_t line)
{
	const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	enum halb_status st = HALB_OK;

	if (node->type != YAML_MAPPING_NODE)
		return wrong_kind(w, "keys and values", "written as 'key: value', one a line", node,
				  line);
	for (; st == HALB_OK && pair < node->data.mapping.pairs.top; pair++)
		st = check_pair(w, schema->mapping.fields, node, pair);
	return st;
}

static enum halb_status check_node(struct walk *w, const struct cyaml_schema_value *schema,
				   const yaml_node_t *node, size_t line)
{
	if (schema->type == CYAML_MAPPING)
		return check_mapping(w, schema, node, line);
	if (schema->type == CYAML_SEQUENCE)
		return check_sequence(w, schema, node, line);
	return check_text(w, node, line);
}

enum halb_status halb_document_check(const struct halb_document *doc,
				     const struct cyaml_schema_value *schema,
				     struct halb_error *err)
{
	struct walk w = { .file = doc->file, .tree = doc->tree, .err = err };
	const yaml_node_t *root = yaml_document_get_root_node(&w.tree);

	if (!root || is_null(root)) {
		halb_fail(err, HALB_E_SITE, "%s:1: expected keys and values, found nothing",
			  doc->file);
		return halb_hint(err, "halb-dns init -o FILE writes a site file to begin with");
	}
	return check_node(&w, schema, root, root->start_mark.line + 1);
}
