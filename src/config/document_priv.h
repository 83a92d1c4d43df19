/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A YAML document that remembers its lines. libcyaml tells neither the line of a wrong key nor what
 * would have been right there, and knows nothing of our own checks: this does.
 */
#ifndef HALB_CONFIG_DOCUMENT_PRIV_H
#define HALB_CONFIG_DOCUMENT_PRIV_H

#include <cyaml/cyaml.h>
#include <yaml.h>

#include "halb/base/buf.h"
#include "halb/base/error.h"

struct halb_document {
	const char *file; /* the caller's */
	yaml_document_t tree;
};

/*
 * Reads one document without anchors, aliases and tags. `file` must outlive it. HALB_E_SITE with
 * file and line, HALB_E_NOMEM.
 */
enum halb_status halb_document_parse(const char *file, const struct halb_buf *text,
				     struct halb_document *out,
				     struct halb_error *err) HALB_CHECKED;
void halb_document_clear(struct halb_document *doc);

/*
 * Compares the document with libcyaml's tables: known keys, each once, and everywhere the kind of
 * value that the table wants. HALB_E_SITE with file, line, path, what was expected, what was found.
 */
enum halb_status halb_document_check(const struct halb_document *doc,
				     const struct cyaml_schema_value *schema,
				     struct halb_error *err) HALB_CHECKED;

/*
 * The line of "balancers[0].probes[1].http", or of the innermost part of it that is there.
 */
size_t halb_document_line(const struct halb_document *doc, const char *path);

#endif
