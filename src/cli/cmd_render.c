/* SPDX-License-Identifier: Apache-2.0 */
/* render: haproxy.cfg and keepalived.conf of the stack, printed, compared or written. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "halb/base/file.h"
#include "render.h"

#define FILE_MOST ((size_t)4 << 20)

enum halb_status render_read(const char *dir, const struct rendered_file *file,
			     struct halb_buf *out, struct halb_error *err)
{
	char path[PATH_MAX];
	enum halb_status st;

	if (snprintf(path, sizeof path, "%s/%s", dir, file->path) >= (int)sizeof path)
		return halb_fail(err, HALB_E_UNREACHABLE, "%s: the path is too long", dir);
	st = halb_file_read(path, FILE_MOST, out, err);
	return st == HALB_E_NOTFOUND ? HALB_OK : st;
}

static void name_files(struct rendering *all)
{
	for (size_t i = 0; i < all->n_hosts; i++) {
		const struct halb_rendered *host = &all->hosts[i];
		struct rendered_file *haproxy = &all->files[2 * i], *keepalived = haproxy + 1;

		*haproxy = (struct rendered_file){ .tool = { "haproxy", "-c", "-f" },
						   .text = &host->haproxy };
		*keepalived = (struct rendered_file){ .tool = { "keepalived", "-t", "-f" },
						      .text = &host->keepalived };
		snprintf(haproxy->path, sizeof haproxy->path, "%s/haproxy.cfg", host->host);
		snprintf(keepalived->path, sizeof keepalived->path, "%s/keepalived.conf",
			 host->host);
	}
}

/* Nothing of the site file's directory is in the files: from everywhere they are the same. */
static enum halb_status make(const struct options *opt, const struct halb_site *site,
			     struct rendering *all, struct halb_error *err)
{
	const char *slash = strrchr(opt->site_path, '/');
	struct halb_render_options options = { .source = slash ? slash + 1 : opt->site_path };
	enum halb_status st = halb_render_stack(site, &options, &all->hosts, &all->n_hosts, err);

	if (st != HALB_OK)
		return st;
	all->files = calloc(2 * all->n_hosts, sizeof *all->files);
	all->report.items = calloc(2 * all->n_hosts, sizeof *all->report.items);
	if (!all->files || !all->report.items)
		return halb_fail_nomem(err);
	all->n = all->report.n = 2 * all->n_hosts;
	name_files(all);
	for (size_t i = 0; i < all->n; i++) {
		all->report.items[i].path = all->files[i].path;
		all->report.items[i].bytes = all->files[i].text->len;
	}
	return HALB_OK;
}

/* All one after the other, as head(1) shows several files. */
static enum halb_status show(const struct rendering *all, struct outcome *out)
{
	struct halb_buf text = { 0 };

	for (size_t i = 0; i < all->n; i++) {
		halb_buf_printf(&text, "%s==> %s <==\n", i ? "\n" : "", all->files[i].path);
		halb_buf_bytes(&text, all->files[i].text->data, all->files[i].text->len);
	}
	out->document = halb_buf_take_string(&text);
	out->report.document = out->document;
	return out->document ? HALB_OK : halb_fail_nomem(&out->error);
}

static bool any_changed(const struct rendering *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->report.items[i].diff)
			return true;
	return false;
}

enum halb_status cmd_render(const struct options *opt, struct halb_site *site, struct outcome *out)
{
	struct rendering *all = calloc(1, sizeof *all);
	enum halb_status st;

	out->rendering = all;
	if (!all)
		return halb_fail_nomem(&out->error);
	st = make(opt, site, all, &out->error);
	if (st == HALB_OK && !opt->output && !opt->diff)
		return show(all, out);
	if (st == HALB_OK && opt->diff)
		st = render_diff(all, opt->diff, &out->error);
	if (st == HALB_OK && opt->output)
		st = render_write(all, opt->output, &out->words, &out->error);
	if (st != HALB_OK)
		return st;
	out->report.files = &all->report;
	if (opt->diff) {
		out->has_exit = true;
		out->exit = any_changed(all) ? 2 : 0;
	}
	return HALB_OK;
}

void rendering_free(struct rendering *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->n; i++)
		free(all->report.items[i].diff);
	free(all->report.items);
	free(all->files);
	halb_rendered_free(all->hosts, all->n_hosts);
	free(all);
}
