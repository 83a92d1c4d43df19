/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration texts of tests as trees and models. */
#ifndef TESTS_LINT_PARSE_H
#define TESTS_LINT_PARSE_H

#include "halb/lint/model.h"

/* The tree as one line: words with spaces between, lines with `;`, blocks in braces. */
const char *flat(const struct halb_tree *tree);

struct halb_tree parse_keepalived(const char *text, const char *config_id);
struct halb_tree parse_haproxy(const char *text);

/* Files that includes find: pairs of path and text, up to a NULL. */
struct halb_tree parse_with_files(const char *text, const char *const *files);

/* Adds a host to the model's files; either text may be NULL. */
void give_host(const char *name, const char *haproxy, const char *keepalived);
/* Of the hosts that were given. */
struct halb_model *made_model(void);

void parse_teardown(void);

#endif
