/* SPDX-License-Identifier: Apache-2.0 */
/* A stack's model: each host's files parsed and read. */
#include "halb/lint/model.h"

#include <string.h>

#include "model_priv.h"

bool halb_address_in(const struct halb_address *list, const struct halb_addr *addr)
{
	for (; list; list = list->next)
		if (addr->len && halb_addr_equal(&list->addr, addr))
			return true;
	return false;
}

bool halb_address_shared(const struct halb_address *a, const struct halb_address *b)
{
	for (; b; b = b->next)
		if (halb_address_in(a, &b->addr))
			return true;
	return false;
}

/* What may differ from host to host and be right. */
static bool is_own(const struct halb_directive *line)
{
	static const char *const words[] = { "node", "description", "localpeer", NULL };

	for (size_t i = 0; words[i]; i++)
		if (strcmp(halb_directive_word(line, 0), words[i]) == 0)
			return true;
	return false;
}

static const struct halb_directive *next_shared(const struct halb_directive *line)
{
	while (line && is_own(line))
		line = line->next;
	return line;
}

static bool same_words(const struct halb_directive *a, const struct halb_directive *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->words[i], b->words[i]) != 0)
			return false;
	return true;
}

bool halb_tree_same(const struct halb_directive *a, const struct halb_directive *b)
{
	for (a = next_shared(a), b = next_shared(b); a && b;
	     a = next_shared(a->next), b = next_shared(b->next))
		if (!same_words(a, b) || !halb_tree_same(a->child, b->child))
			return false;
	return !a && !b;
}

static void find_repeat(const struct halb_model *model, struct halb_model_host *host)
{
	for (const struct halb_model_host *h = model->hosts; h != host; h = h->next)
		if (h->haproxy.file && halb_tree_same(h->haproxy.tree, host->haproxy.tree))
			host->haproxy.repeats = true;
}

static enum halb_status read_haproxy(struct halb_model *model, const struct halb_host_files *files,
				     struct halb_model_host *host, struct halb_error *err)
{
	struct halb_tree tree = { 0 };
	enum halb_status st = halb_haproxy_parse(files->haproxy, &model->arena, &tree, err);

	if (st != HALB_OK)
		return st;
	halb_model_haproxy(&tree, &model->arena, &host->haproxy);
	host->haproxy.file = halb_arena_text(&model->arena, files->haproxy->path);
	host->problems[0] = tree.problems;
	find_repeat(model, host);
	return HALB_OK;
}

static enum halb_status read_keepalived(struct halb_model *model,
					const struct halb_host_files *files,
					const struct halb_includes *includes,
					struct halb_model_host *host, struct halb_error *err)
{
	struct halb_tree tree = { 0 };
	enum halb_status st = halb_keepalived_parse(files->keepalived, files->config_id, includes,
						    &model->arena, &tree, err);

	if (st != HALB_OK)
		return st;
	halb_model_keepalived(&tree, &model->arena, &host->keepalived);
	host->keepalived.file = halb_arena_text(&model->arena, files->keepalived->path);
	host->problems[1] = tree.problems;
	return HALB_OK;
}

/* The texts' names live on in the model. */
static struct halb_source *keep_paths(struct halb_arena *arena, const struct halb_source *from)
{
	struct halb_source *first = NULL, **tail = &first;

	for (; from; from = from->next) {
		*tail = halb_arena_get(arena, sizeof **tail);
		if (!*tail)
			return first;
		**tail = (struct halb_source){ halb_arena_text(arena, from->path), from->text,
					       NULL };
		tail = &(*tail)->next;
	}
	return first;
}

static enum halb_status read_host(struct halb_model *model, const struct halb_host_files *given,
				  const struct halb_includes *includes,
				  struct halb_model_host **tail, struct halb_error *err)
{
	struct halb_model_host *host = halb_arena_get(&model->arena, sizeof *host);
	struct halb_host_files files = *given;
	enum halb_status st = HALB_OK;

	files.haproxy = keep_paths(&model->arena, given->haproxy);
	files.keepalived = keep_paths(&model->arena, given->keepalived);
	if (!host || model->arena.bad)
		return halb_fail_nomem(err);
	host->name = halb_arena_text(&model->arena, files.name);
	*tail = host;
	model->n_hosts++;
	if (files.haproxy)
		st = read_haproxy(model, &files, host, err);
	if (st == HALB_OK && files.keepalived)
		st = read_keepalived(model, &files, includes, host, err);
	return st;
}

enum halb_status halb_model_make(const struct halb_host_files *files, size_t n,
				 const struct halb_includes *includes, struct halb_model *out,
				 struct halb_error *err)
{
	struct halb_model model = { .n_hosts = 0 };
	struct halb_model_host **tail = &model.hosts;
	enum halb_status st = HALB_OK;

	for (size_t i = 0; st == HALB_OK && i < n; i++) {
		st = read_host(&model, &files[i], includes, tail, err);
		if (*tail)
			tail = &(*tail)->next;
	}
	if (st == HALB_OK && model.arena.bad)
		st = halb_fail_nomem(err);
	if (st == HALB_OK)
		*out = model;
	else
		halb_model_clear(&model);
	return st;
}

void halb_model_clear(struct halb_model *model)
{
	halb_arena_clear(&model->arena);
	*model = (struct halb_model){ .n_hosts = 0 };
}
