/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a stack's files, reads them, and says which are whose. */
#include "stack.h"

#include <dirent.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "halb/base/file.h"
#include "halb/render/render.h"

#define MOST_BYTES (4 << 20) /* of a file */
#define MOST_HOSTS (2 * MOST_REPEATS)

/* What one host runs with: a file, or all files of a directory. */
struct part {
	const char *path;
	struct halb_source *files;
	bool used;
};

struct parts {
	struct part items[MOST_HOSTS];
	size_t n;
};

struct reader {
	struct halb_arena arena;
	struct parts haproxy, keepalived;
	struct halb_error *err;
};

/* ---- reading ---- */

static enum halb_status read_source(struct halb_arena *arena, const char *path,
				    struct halb_source **out, struct halb_error *err)
{
	struct halb_source *source = halb_arena_get(arena, sizeof *source);
	struct halb_buf text = { 0 };
	enum halb_status st = halb_file_read(path, MOST_BYTES, &text, err);

	if (st == HALB_OK && source)
		*source = (struct halb_source){ halb_arena_text(arena, path),
						halb_arena_text(arena, halb_buf_string(&text)),
						NULL };
	halb_buf_clear(&text);
	if (st == HALB_OK && arena->bad)
		st = halb_fail_nomem(err);
	if (st == HALB_OK)
		*out = source;
	return st;
}

/* All that a pattern matches and that can be read, sorted. */
static struct halb_source *read_matches(struct halb_arena *arena, const char *pattern)
{
	struct halb_source *first = NULL, **tail = &first;
	struct halb_error err;
	glob_t found;

	if (!pattern || glob(pattern, GLOB_BRACE, NULL, &found) != 0)
		return NULL;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		if (read_source(arena, found.gl_pathv[i], tail, &err) == HALB_OK)
			tail = &(*tail)->next;
		else
			arena->bad |= err.status == HALB_E_NOMEM;
	}
	globfree(&found);
	return first;
}

/* keepalived.conf(5): relative to the directory of the file that includes. */
static struct halb_source *find_included(void *arg, const char *pattern, const char *from,
					 struct halb_arena *arena)
{
	const char *slash = strrchr(from, '/');
	char *whole;

	(void)arg;
	if (pattern[0] == '/' || !slash)
		return read_matches(arena, pattern);
	whole = halb_arena_printf(arena, "%.*s/%s", (int)(slash - from), from, pattern);
	return whole ? read_matches(arena, whole) : NULL;
}

static enum halb_status add_part(struct reader *r, struct parts *parts, const char *path,
				 struct halb_source *files)
{
	if (parts->n == MOST_HOSTS)
		return halb_fail(r->err, HALB_E_USAGE, "lint: at most %d hosts", MOST_HOSTS);
	parts->items[parts->n++] = (struct part){ .path = path, .files = files };
	return HALB_OK;
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A directory of hosts, DIR/HOST/haproxy.cfg, or of one host's files. */
static enum halb_status add_directory(struct reader *r, struct parts *parts, const char *dir,
				      const char *file, const char *all)
{
	struct halb_source *each, *next, *own;
	enum halb_status st = HALB_OK;

	each = read_matches(&r->arena, halb_arena_printf(&r->arena, "%s/*/%s", dir, file));
	for (; st == HALB_OK && each; each = next) {
		next = each->next;
		each->next = NULL;
		st = add_part(r, parts, each->path, each);
	}
	own = st == HALB_OK && !parts->n
		      ? read_matches(&r->arena, halb_arena_printf(&r->arena, "%s/%s", dir, all))
		      : NULL;
	if (own)
		st = add_part(r, parts, own->path, own);
	if (st == HALB_OK && r->arena.bad)
		return halb_fail_nomem(r->err);
	if (st == HALB_OK && !parts->n)
		return halb_fail(r->err, HALB_E_NOTFOUND, "%s: neither HOST/%s nor %s is there",
				 dir, file, all);
	return st;
}

static enum halb_status add_given(struct reader *r, struct parts *parts, const char *path,
				  const char *file, const char *all)
{
	struct halb_source *source;
	enum halb_status st;

	if (is_directory(path))
		return add_directory(r, parts, path, file, all);
	st = read_source(&r->arena, path, &source, r->err);
	return st == HALB_OK ? add_part(r, parts, source->path, source) : st;
}

/* ---- which are whose ---- */

/* The directory's part of a path, its slash included, as a length. */
static size_t directory_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

static bool same_directory(const char *a, const char *b)
{
	size_t len = directory_len(a);

	return len == directory_len(b) && memcmp(a, b, len) == 0;
}

/* The file's name without its ending. */
static const char *stem_of(const char *path, size_t *len)
{
	const char *name = path + directory_len(path), *dot = strrchr(name, '.');

	*len = dot && dot > name ? (size_t)(dot - name) : strlen(name);
	return name;
}

static bool same_stem(const char *a, const char *b)
{
	size_t n, m;
	const char *x = stem_of(a, &n), *y = stem_of(b, &m);

	return n == m && memcmp(x, y, n) == 0;
}

typedef bool same_fn(const char *a, const char *b);

/* The only one that is like it; NULL where there are none or several. */
static struct part *only_like(struct parts *parts, const char *path, same_fn *same)
{
	struct part *found = NULL;

	for (size_t i = 0; i < parts->n; i++) {
		if (!same(parts->items[i].path, path))
			continue;
		if (found)
			return NULL;
		found = &parts->items[i];
	}
	return found;
}

static struct part *haproxy_of(struct reader *r, size_t i)
{
	const struct part *keepalived = &r->keepalived.items[i];
	struct parts *parts = &r->haproxy;
	struct part *found = NULL;

	if (only_like(&r->keepalived, keepalived->path, same_directory))
		found = only_like(parts, keepalived->path, same_directory);
	if (!found)
		found = only_like(parts, keepalived->path, same_stem);
	if (!found && parts->n == 1)
		found = &parts->items[0];
	if (!found && parts->n == r->keepalived.n)
		found = &parts->items[i];
	return found;
}

/* The host's directory, where each has its own; else the file's name without its ending. */
static const char *name_of(struct reader *r, struct parts *parts, const char *path)
{
	size_t len = directory_len(path);
	const char *stem;

	if (len > 1 && parts->n > 1 && only_like(parts, path, same_directory)) {
		size_t from = --len;

		while (from && path[from - 1] != '/')
			from--;
		return halb_arena_bytes(&r->arena, path + from, len - from);
	}
	stem = stem_of(path, &len);
	return halb_arena_bytes(&r->arena, stem, len);
}

static bool is_one_of(const char *const *ids, const char *name)
{
	for (; *ids; ids++)
		if (strcmp(*ids, name) == 0)
			return true;
	return false;
}

/* The host, or several where its one keepalived.conf is for several. */
static enum halb_status add_host(struct reader *r, size_t i, struct halb_host_files *hosts,
				 size_t *n)
{
	const struct part *keepalived = &r->keepalived.items[i];
	struct part *haproxy = haproxy_of(r, i);
	const char **ids, *name = name_of(r, &r->keepalived, keepalived->path);
	struct halb_host_files host = { .name = name, .keepalived = keepalived->files };
	enum halb_status st =
		halb_keepalived_ids(keepalived->files->text, &r->arena, &ids, r->err);

	if (st != HALB_OK)
		return st;
	if (haproxy) {
		haproxy->used = true;
		host.haproxy = haproxy->files;
	}
	if (r->keepalived.n > 1 || !ids[0]) {
		host.config_id = name && is_one_of(ids, name) ? name : NULL;
		hosts[(*n)++] = host;
		return HALB_OK;
	}
	for (; *ids && *n < MOST_HOSTS; ids++) {
		host.name = host.config_id = *ids;
		hosts[(*n)++] = host;
	}
	return HALB_OK;
}

static enum halb_status pair(struct reader *r, struct halb_model *out)
{
	static const struct halb_includes includes = { .find = find_included };
	struct halb_host_files hosts[2 * MOST_HOSTS];
	enum halb_status st = HALB_OK;
	size_t n = 0;

	for (size_t i = 0; st == HALB_OK && i < r->keepalived.n; i++)
		st = add_host(r, i, hosts, &n);
	for (size_t i = 0; st == HALB_OK && i < r->haproxy.n; i++)
		if (!r->haproxy.items[i].used)
			hosts[n++] = (struct halb_host_files){
				.name = name_of(r, &r->haproxy, r->haproxy.items[i].path),
				.haproxy = r->haproxy.items[i].files
			};
	if (st == HALB_OK && r->arena.bad)
		st = halb_fail_nomem(r->err);
	return st == HALB_OK ? halb_model_make(hosts, n, &includes, out, r->err) : st;
}

enum halb_status stack_of_files(const struct options *opt, struct halb_model *out,
				struct halb_error *err)
{
	struct reader *r = calloc(1, sizeof *r);
	enum halb_status st = HALB_OK;

	if (!r)
		return halb_fail_nomem(err);
	r->err = err;
	for (size_t i = 0; st == HALB_OK && i < opt->n_haproxy; i++)
		st = add_given(r, &r->haproxy, opt->haproxy[i], "haproxy.cfg", "*.cfg");
	for (size_t i = 0; st == HALB_OK && i < opt->n_keepalived; i++)
		st = add_given(r, &r->keepalived, opt->keepalived[i], "keepalived.conf",
			       "keepalived.conf");
	if (st == HALB_OK)
		st = pair(r, out);
	halb_arena_clear(&r->arena);
	free(r);
	return st;
}

/* ---- of a site ---- */

static enum halb_status model_rendered(const struct halb_rendered *rendered, size_t n,
				       struct halb_model *out, struct halb_error *err)
{
	struct halb_host_files *hosts = calloc(n, sizeof *hosts);
	struct halb_arena arena = { 0 };
	enum halb_status st;

	for (size_t i = 0; hosts && i < n; i++) {
		struct halb_source *haproxy = halb_arena_get(&arena, sizeof *haproxy);
		struct halb_source *keepalived = halb_arena_get(&arena, sizeof *keepalived);

		if (!haproxy || !keepalived)
			break;
		haproxy->path = halb_arena_printf(&arena, "%s/haproxy.cfg", rendered[i].host);
		haproxy->text = halb_buf_string(&rendered[i].haproxy);
		keepalived->path = halb_arena_printf(&arena, "%s/keepalived.conf",
						     rendered[i].host);
		keepalived->text = halb_buf_string(&rendered[i].keepalived);
		hosts[i] = (struct halb_host_files){ rendered[i].host, haproxy, keepalived,
						     rendered[i].host };
	}
	if (!hosts || arena.bad)
		st = halb_fail_nomem(err);
	else
		st = halb_model_make(hosts, n, &(struct halb_includes){ NULL, NULL }, out, err);
	halb_arena_clear(&arena);
	free(hosts);
	return st;
}

enum halb_status stack_of_site(const struct options *opt, const struct halb_site *site,
			       struct halb_model *out, struct halb_error *err)
{
	const struct halb_render_options options = { .source = opt->site_path };
	struct halb_rendered *rendered;
	enum halb_status st;
	size_t n;

	st = halb_render_stack(site, &options, &rendered, &n, err);
	if (st != HALB_OK)
		return st;
	st = model_rendered(rendered, n, out, err);
	halb_rendered_free(rendered, n);
	return st;
}
