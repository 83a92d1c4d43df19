/* SPDX-License-Identifier: Apache-2.0 */
/* Loads a site: the file read strictly, the flags laid over it, the whole checked. */
#include "halb/config/site.h"

#include <stdlib.h>
#include <string.h>

#include "build_priv.h"
#include "check_priv.h"
#include "document_priv.h"
#include "halb/base/file.h"
#include "overlay_priv.h"
#include "schema_priv.h"

#define FILE_MOST ((size_t)4 << 20)

static void balancer_clear(struct halb_balancer *b)
{
	for (size_t i = 0; i < b->n_probes; i++) {
		free(b->probes[i].http);
		free(b->probes[i].ca_file);
	}
	free(b->probes);
	free(b->aliases);
	free(b->name);
}

static void directory_clear(struct halb_site_directory *directory)
{
	for (size_t i = 0; i < directory->n_servers; i++)
		free(directory->servers[i]);
	free(directory->servers);
	free(directory->keytab);
	free(directory->principal);
	free(directory->site);
	free(directory->ca_file);
}

static void host_clear(struct halb_stack_host *host)
{
	free(host->name);
	free(host->process);
	free(host->net_namespace);
}

static void service_clear(struct halb_stack_service *service)
{
	for (size_t i = 0; i < service->n_servers; i++)
		free(service->servers[i].name);
	free(service->servers);
	free(service->name);
	free(service->check_path);
	free(service->check_ca_file);
}

static void stack_clear(struct halb_stack *stack)
{
	for (size_t i = 0; i < stack->n_hosts; i++)
		host_clear(&stack->hosts[i]);
	for (size_t i = 0; i < stack->n_services; i++)
		service_clear(&stack->services[i]);
	free(stack->hosts);
	free(stack->services);
	free(stack->interface);
	free(stack->haproxy.user);
	free(stack->haproxy.log);
	free(stack->haproxy.socket);
}

void halb_site_clear(struct halb_site *site)
{
	for (size_t i = 0; i < site->n_balancers; i++)
		balancer_clear(&site->balancers[i]);
	free(site->balancers);
	directory_clear(&site->directory);
	stack_clear(&site->stack);
	free(site->dhcp_service);
	*site = (struct halb_site){ 0 };
}

/* What the file gives: where it is absent, `raw` is NULL and `doc.file` too. */
struct source {
	struct halb_document doc;
	struct halb_raw_site *raw;
};

static void source_clear(struct source *source)
{
	halb_document_clear(&source->doc);
	halb_schema_free(source->raw);
}

static enum halb_status read_text(const char *path, struct halb_buf *text, struct halb_error *err)
{
	enum halb_status st = halb_file_read(path, FILE_MOST, text, err);

	if (st != HALB_E_MALFORMED && st != HALB_E_UNREACHABLE)
		return st;
	if (err)
		err->status = HALB_E_SITE;
	if (st == HALB_E_UNREACHABLE)
		halb_hint(err, "the site file must be one that you may read");
	else
		halb_hint(err, "is this a site file?");
	return HALB_E_SITE;
}

static enum halb_status source_read(const char *path, struct source *out, struct halb_error *err)
{
	struct source source = { 0 };
	struct halb_buf text = { 0 };
	enum halb_status st = read_text(path, &text, err);

	if (st == HALB_OK)
		st = halb_document_parse(path, &text, &source.doc, err);
	if (st == HALB_OK)
		st = halb_document_check(&source.doc, &halb_schema, err);
	if (st == HALB_OK)
		st = halb_schema_load(path, &text, &source.raw, err);
	halb_buf_clear(&text);
	if (st == HALB_OK)
		*out = source;
	else
		source_clear(&source);
	return st;
}

static bool any_flag(const struct halb_site_flags *f)
{
	return f->domain || f->vip || f->mac || f->apex || f->ttl || f->dhcp_service ||
	       f->dhcp_backend || f->n_aliases || f->n_ports || f->n_servers;
}

static enum halb_status no_file(const char *path, struct halb_error *err)
{
	halb_fail(err, HALB_E_SITE, "no site file %s", path);
	return halb_hint(err,
			 "write one with halb-dns init -o %s, or give --domain, --vip and --apex",
			 path);
}

/* Of several balancers only the one that was asked for. */
static void keep_one(struct halb_site *site, size_t index)
{
	struct halb_balancer kept = site->balancers[index];

	site->balancers[index] = site->balancers[0];
	site->balancers[0] = kept;
	for (size_t i = 1; i < site->n_balancers; i++)
		balancer_clear(&site->balancers[i]);
	site->n_balancers = 1;
}

static enum halb_status make(const struct source *source, const struct halb_site_flags *flags,
			     struct halb_site *out, struct halb_error *err)
{
	struct halb_reader reader = { .doc = source->doc.file ? &source->doc : NULL,
				      .flags = flags,
				      .err = err };
	struct halb_overlay overlay;
	struct halb_site site = { 0 };
	enum halb_status st = halb_overlay_make(source->raw, flags, &overlay, err);

	if (st != HALB_OK)
		return st;
	halb_build_site(&reader, &overlay.site, &site);
	if (reader.status == HALB_OK)
		halb_check_site(&reader, &overlay.site, &site);
	if (reader.status == HALB_OK && overlay.picked)
		keep_one(&site, overlay.target);
	halb_overlay_clear(&overlay);
	if (reader.status == HALB_OK)
		*out = site;
	else
		halb_site_clear(&site);
	return reader.status;
}

enum halb_status halb_site_load(const char *path, bool must_exist,
				const struct halb_site_flags *flags, struct halb_site *out,
				struct halb_error *err)
{
	struct source source = { 0 };
	enum halb_status st = source_read(path, &source, err);

	if (st == HALB_E_NOTFOUND) {
		if (must_exist || !any_flag(flags))
			return no_file(path, err);
		st = HALB_OK;
	}
	if (st != HALB_OK)
		return st;
	st = make(&source, flags, out, err);
	source_clear(&source);
	return st;
}
