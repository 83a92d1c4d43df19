/* SPDX-License-Identifier: Apache-2.0 */
/* One YAML document: its syntax errors told with their lines, and lines found by path. */
#include "document_priv.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quote_priv.h"

#define DEPTH_MOST 32

static size_t line_at(const struct halb_buf *text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < text->len; i++)
		line += text->data[i] == '\n';
	return line;
}

/* Whether the line's leading blanks hold a tab, which YAML forbids there. */
static bool tab_indents(const struct halb_buf *text, size_t line)
{
	const char *at = halb_buf_string(text);

	for (; at && line > 1; line--) {
		at = strchr(at, '\n');
		if (at)
			at++;
	}
	return at && at[strspn(at, " ")] == '\t';
}

static enum halb_status bad_bytes(const char *file, const struct halb_buf *text,
				  const yaml_parser_t *parser, struct halb_error *err)
{
	halb_fail(err, HALB_E_SITE, "%s:%zu: expected text in UTF-8, found other bytes (%s)", file,
		  line_at(text, parser->problem_offset), parser->problem);
	return halb_hint(err, "is this a site file? it is plain YAML");
}

static enum halb_status bad_syntax(const char *file, const struct halb_buf *text,
				   const yaml_parser_t *parser, struct halb_error *err)
{
	size_t line = parser->problem_mark.line + 1, first = parser->context_mark.line + 1;
	char from[40] = "";

	/* Out of memory, libyaml does not always say so: then it names no problem at all. */
	if (parser->error == YAML_MEMORY_ERROR || !parser->problem)
		return halb_fail_nomem(err);
	if (parser->error == YAML_READER_ERROR)
		return bad_bytes(file, text, parser, err);
	if (tab_indents(text, line)) {
		halb_fail(err, HALB_E_SITE, "%s:%zu: expected spaces, found a tab before the text",
			  file, line);
		return halb_hint(err, "YAML is indented by spaces only");
	}
	/* A quote or bracket that is left open is missed where the file ends, far from it. */
	if (first < line)
		snprintf(from, sizeof from, " from line %zu on", first);
	halb_fail(err, HALB_E_SITE, "%s:%zu: not valid YAML: %s%s%s%s", file, line,
		  parser->context ? parser->context : "", parser->context ? from : "",
		  parser->context ? ", " : "", parser->problem);
	return halb_hint(err, "compare the indentation, colons, quotes and brackets of this line "
			      "and the one above");
}

/* What was seen of the document so far. */
struct scan {
	const char *file;
	size_t documents, depth;
	struct halb_error *err;
};

static enum halb_status refuse(const struct scan *scan, const yaml_event_t *event, const char *what,
			       const char *hint)
{
	halb_fail(scan->err, HALB_E_SITE, "%s:%zu: expected %s", scan->file,
		  event->start_mark.line + 1, what);
	return halb_hint(scan->err, "%s", hint);
}

static enum halb_status refuse_name(const struct scan *scan, const yaml_event_t *event,
				    const char *what, const yaml_char_t *name)
{
	char text[160], quoted[HALB_QUOTE_TEXT];

	snprintf(text, sizeof text, "a value, found the YAML %s%s'", what,
		 halb_quote((const char *)name, quoted));
	return refuse(scan, event, text,
		      "a site file has no anchors, aliases and tags; write the value itself, in "
		      "quotes if it begins with &, * or !");
}

/* The anchor, or the tag in `tag`, of a value; NULL for one that has none. */
static const yaml_char_t *anchor_of(const yaml_event_t *event, const yaml_char_t **tag)
{
	*tag = NULL;
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		*tag = event->data.scalar.tag;
		return event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		*tag = event->data.sequence_start.tag;
		return event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		*tag = event->data.mapping_start.tag;
		return event->data.mapping_start.anchor;
	default:
		return NULL;
	}
}

/* Site files are six levels deep; libyaml's time grows with the square of the depth. */
static bool too_deep(struct scan *scan, const yaml_event_t *event)
{
	if (event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT)
		return ++scan->depth > DEPTH_MOST;
	if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT)
		scan->depth--;
	return false;
}

/* What a site file may not hold although it is YAML. */
static enum halb_status judge(struct scan *scan, const yaml_event_t *event)
{
	const yaml_char_t *tag, *anchor = anchor_of(event, &tag);

	if (event->type == YAML_DOCUMENT_START_EVENT && ++scan->documents > 1)
		return refuse(scan, event, "the end of the file, found a second document",
			      "take the line --- away");
	if (too_deep(scan, event))
		return refuse(scan, event, "a site, found lists or keys that nest far deeper",
			      "is this a site file?");
	if (event->type == YAML_ALIAS_EVENT)
		return refuse_name(scan, event, "alias '*", event->data.alias.anchor);
	if (anchor)
		return refuse_name(scan, event, "anchor '&", anchor);
	return tag ? refuse_name(scan, event, "tag '", tag) : HALB_OK;
}

static enum halb_status scan_events(const char *file, const struct halb_buf *text,
				    yaml_parser_t *parser, struct halb_error *err)
{
	struct scan scan = { .file = file, .err = err };
	enum halb_status st = HALB_OK;
	bool end = false;

	while (st == HALB_OK && !end) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event))
			return bad_syntax(file, text, parser, err);
		st = judge(&scan, &event);
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	return st;
}

/* libyaml wants a pointer even to nothing. */
static void set_input(yaml_parser_t *parser, const struct halb_buf *text)
{
	yaml_parser_set_input_string(parser, (const yaml_char_t *)halb_buf_string(text), text->len);
}

static enum halb_status scan_text(const char *file, const struct halb_buf *text,
				  struct halb_error *err)
{
	yaml_parser_t parser;
	enum halb_status st;

	if (!yaml_parser_initialize(&parser))
		return halb_fail_nomem(err);
	set_input(&parser, text);
	st = scan_events(file, text, &parser, err);
	yaml_parser_delete(&parser);
	return st;
}

enum halb_status halb_document_parse(const char *file, const struct halb_buf *text,
				     struct halb_document *out, struct halb_error *err)
{
	enum halb_status st = scan_text(file, text, err);
	yaml_parser_t parser;

	if (st != HALB_OK)
		return st;
	if (!yaml_parser_initialize(&parser))
		return halb_fail_nomem(err);
	set_input(&parser, text);
	if (yaml_parser_load(&parser, &out->tree))
		out->file = file;
	else
		st = bad_syntax(file, text, &parser, err);
	yaml_parser_delete(&parser);
	return st;
}

void halb_document_clear(struct halb_document *doc)
{
	if (doc->file)
		yaml_document_delete(&doc->tree);
	doc->file = NULL;
}

/* The value of a key and the key's line; NULL where it is not there. */
static const yaml_node_t *in_mapping(yaml_document_t *tree, const yaml_node_t *node,
				     const char *key, size_t len, size_t *line)
{
	const yaml_node_pair_t *pair = node->data.mapping.pairs.start;

	for (; pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *k = yaml_document_get_node(tree, pair->key);

		if (k->type != YAML_SCALAR_NODE || k->data.scalar.length != len ||
		    memcmp(k->data.scalar.value, key, len) != 0)
			continue;
		*line = k->start_mark.line + 1;
		return yaml_document_get_node(tree, pair->value);
	}
	return NULL;
}

static const yaml_node_t *in_sequence(yaml_document_t *tree, const yaml_node_t *node, size_t i,
				      size_t *line)
{
	const yaml_node_item_t *items = node->data.sequence.items.start;

	if (i >= (size_t)(node->data.sequence.items.top - items))
		return NULL;
	node = yaml_document_get_node(tree, items[i]);
	*line = node->start_mark.line + 1;
	return node;
}

size_t halb_document_line(const struct halb_document *doc, const char *path)
{
	yaml_document_t tree = doc->tree; /* libyaml reads through a pointer that is not const */
	const yaml_node_t *node = yaml_document_get_root_node(&tree);
	size_t line = 1;

	while (node && *path) {
		size_t len = strcspn(path, ".[");

		if (*path == '[' && node->type == YAML_SEQUENCE_NODE)
			node = in_sequence(&tree, node, strtoul(path + 1, NULL, 10), &line);
		else if (*path != '[' && node->type == YAML_MAPPING_NODE)
			node = in_mapping(&tree, node, path, len, &line);
		else
			break;
		path += *path == '[' ? strcspn(path, "]") + 1 : len;
		path += *path == '.';
	}
	return line;
}
