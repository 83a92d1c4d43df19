/* SPDX-License-Identifier: Apache-2.0 */
/* From trees to what they mean; nothing fails but memory, which the arena remembers. */
#ifndef HALB_LINT_MODEL_PRIV_H
#define HALB_LINT_MODEL_PRIV_H

#include "halb/lint/model.h"

void halb_model_keepalived(const struct halb_tree *tree, struct halb_arena *arena,
			   struct halb_keepalived *out);
void halb_model_haproxy(const struct halb_tree *tree, struct halb_arena *arena,
			struct halb_haproxy *out);

/* The same lines with the same words, but for those that may name the host. */
bool halb_tree_same(const struct halb_directive *a, const struct halb_directive *b);

/* What a check's command would notice of a broken HAProxy. */
enum halb_sees halb_script_sees(const char *command);
/* How long the command waits for an answer by its own options, in ns; 0 where it does not say. */
int64_t halb_script_run(const char *command);

#endif
