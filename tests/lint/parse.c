/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <criterion/criterion.h>
#include <string.h>

#include "halb/base/buf.h"

static struct halb_arena arena;
static struct halb_buf text_of_tree;
static struct halb_host_files hosts[8];
static size_t n_hosts;
static struct halb_model model;

static struct halb_source *source(const char *path, const char *text)
{
	struct halb_source *s = halb_arena_get(&arena, sizeof *s);

	cr_assert(s);
	*s = (struct halb_source){ path, text, NULL };
	return s;
}

static void put_lines(const struct halb_directive *line)
{
	for (; line; line = line->next) {
		for (size_t i = 0; i < line->n; i++)
			halb_buf_printf(&text_of_tree, "%s%s", i ? " " : "", line->words[i]);
		if (line->block) {
			halb_buf_text(&text_of_tree, "{");
			put_lines(line->child);
			halb_buf_text(&text_of_tree, "}");
		} else {
			halb_buf_text(&text_of_tree, ";");
		}
	}
}

const char *flat(const struct halb_tree *tree)
{
	halb_buf_clear(&text_of_tree);
	put_lines(tree->first);
	return halb_buf_string(&text_of_tree);
}

static struct halb_source *find(void *arg, const char *pattern, const char *from,
				struct halb_arena *in)
{
	(void)from;
	(void)in;
	for (const char *const *file = arg; *file; file += 2)
		if (strcmp(file[0], pattern) == 0)
			return source(file[0], file[1]);
	return NULL;
}

static struct halb_tree parse(const char *text, const char *id, const struct halb_includes *inc)
{
	struct halb_error err = { 0 };
	struct halb_tree tree;

	cr_assert_eq(halb_keepalived_parse(source("k.conf", text), id, inc, &arena, &tree, &err),
		     HALB_OK, "%s", err.text);
	return tree;
}

struct halb_tree parse_keepalived(const char *text, const char *config_id)
{
	return parse(text, config_id, NULL);
}

struct halb_tree parse_with_files(const char *text, const char *const *files)
{
	return parse(text, NULL, &(struct halb_includes){ find, (void *)(uintptr_t)files });
}

struct halb_tree parse_haproxy(const char *text)
{
	struct halb_error err = { 0 };
	struct halb_tree tree;

	cr_assert_eq(halb_haproxy_parse(source("h.cfg", text), &arena, &tree, &err), HALB_OK, "%s",
		     err.text);
	return tree;
}

void give_host(const char *name, const char *haproxy, const char *keepalived)
{
	hosts[n_hosts++] = (struct halb_host_files){
		.name = name,
		.haproxy = haproxy ? source("h.cfg", haproxy) : NULL,
		.keepalived = keepalived ? source("k.conf", keepalived) : NULL,
	};
}

struct halb_model *made_model(void)
{
	struct halb_error err = { 0 };

	halb_model_clear(&model);
	cr_assert_eq(halb_model_make(hosts, n_hosts, NULL, &model, &err), HALB_OK, "%s", err.text);
	return &model;
}

void parse_teardown(void)
{
	halb_buf_clear(&text_of_tree);
	halb_arena_clear(&arena);
	halb_model_clear(&model);
	n_hosts = 0;
}
