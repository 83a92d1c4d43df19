/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with the files, the hosts together, and how long faults last. */
#include <string.h>

#include "halb/base/deadline.h"
#include "rules_priv.h"

static void look_problems(struct judge *j, const struct halb_model_host *host,
			  enum halb_problem_kind kind, const char *what)
{
	for (size_t i = 0; i < 2; i++)
		for (const struct halb_problem *p = host->problems[i]; p; p = p->next)
			if (p->kind == kind && !(i == 0 && host->haproxy.repeats))
				found(j, p->at, "%s: %.200s", what, p->text);
}

static void look_include(struct judge *j, const struct halb_model_host *host)
{
	look_problems(j, host, HALB_PROBLEM_INCLUDE, "nothing to include");
}

static void look_brace(struct judge *j, const struct halb_model_host *host)
{
	look_problems(j, host, HALB_PROBLEM_BRACE, "a brace that stands alone");
}

static void look_quote(struct judge *j, const struct halb_model_host *host)
{
	look_problems(j, host, HALB_PROBLEM_QUOTE, "a quote that does not end on its line");
}

static void look_section(struct judge *j, const struct halb_model_host *host)
{
	look_problems(j, host, HALB_PROBLEM_SECTION, "no section of HAProxy");
}

static void look_size(struct judge *j, const struct halb_model_host *host)
{
	look_problems(j, host, HALB_PROBLEM_SIZE, "definitions grow without end");
}

static void look_bind(struct judge *j, const struct halb_haproxy *haproxy,
		      const struct halb_proxy *p)
{
	char text[HALB_ADDR_TEXT];

	(void)haproxy;
	for (const struct halb_bind *b = p->binds; b; b = b->next)
		for (const struct halb_instance *v = j->host->keepalived.instances; v; v = v->next)
			if (!b->transparent && halb_address_in(v->vips, &b->addr))
				found(j, b->at, "bind to the vIP %s, which only one host has",
				      halb_addr_format(&b->addr, text));
}

static const struct halb_model_host *first_with_haproxy(const struct judge *j)
{
	const struct halb_model_host *h = j->model->hosts;

	while (h && !h->haproxy.file)
		h = h->next;
	return h;
}

static const struct halb_proxy *find_proxy(const struct halb_haproxy *h, const char *name,
					   enum halb_proxy_kind kind)
{
	for (const struct halb_proxy *p = h->proxies; p; p = p->next)
		if (p->kind == kind && strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

static bool has_server(const struct halb_proxy *p, const struct halb_server_line *server)
{
	for (const struct halb_server_line *s = p->servers; s; s = s->next)
		if (s->port == server->port && strcmp(s->address, server->address) == 0)
			return true;
	return false;
}

static void look_servers_differ(struct judge *j, const struct halb_haproxy *haproxy,
				const struct halb_proxy *p)
{
	const struct halb_model_host *first = first_with_haproxy(j);
	const struct halb_proxy *other = find_proxy(&first->haproxy, p->name, p->kind);

	(void)haproxy;
	if (first == j->host || !other)
		return;
	for (const struct halb_server_line *s = p->servers; s; s = s->next)
		if (!has_server(other, s))
			found(j, s->at, "%s:%u is not a server of %s on %s", s->address, s->port,
			      p->name, first->name);
	for (const struct halb_server_line *s = other->servers; s; s = s->next)
		if (!has_server(p, s))
			found(j, p->at, "%s:%u is a server of %s on %s, and not here", s->address,
			      s->port, p->name, first->name);
}

static void look_haproxy_differs(struct judge *j, const struct halb_model_host *host)
{
	const struct halb_model_host *first = first_with_haproxy(j);

	if (first && host != first && host->haproxy.file && !host->haproxy.repeats)
		found(j, (struct halb_place){ host->haproxy.file, 1 },
		      "HAProxy's configuration is another than on %s", first->name);
}

/* Where what decides over the fault is written. */
static struct halb_place place_of(const struct halb_model *model, enum halb_fault fault)
{
	bool servers = fault == HALB_FAULT_BACKEND_LOST || fault == HALB_FAULT_BACKEND_HOST_LOST;

	for (const struct halb_model_host *h = model->hosts; h; h = h->next) {
		if (!servers && h->keepalived.instances)
			return h->keepalived.instances->at;
		for (const struct halb_proxy *p = h->haproxy.proxies; servers && p; p = p->next)
			if (p->servers)
				return p->at;
	}
	return (struct halb_place){ 0 };
}

static void look_outages(struct judge *j)
{
	for (size_t i = 0; i < j->out->n_predictions; i++) {
		const struct halb_prediction *p = &j->out->predictions[i];

		if (p->outage.max != HALB_NEVER && p->outage.max > j->options->max_outage)
			found(j, place_of(j->model, p->fault),
			      "%s lasts up to %.1f s, most of it %s; the limit is %.1f s",
			      halb_fault_name(p->fault), (double)p->outage.max / (double)HALB_SEC,
			      halb_part_name(p->largest),
			      (double)j->options->max_outage / (double)HALB_SEC);
	}
}

const struct rule rules_stack[] = {
	{ "section-unknown", HALB_SEV_CRITICAL,
	  "mend the word: haproxy refuses to start", .host = look_section },
	{ "include-missing", HALB_SEV_WARNING,
	  "the file must be there and readable; keepalived goes on without it",
	  .host = look_include },
	{ "brace-unbalanced", HALB_SEV_CRITICAL,
	  "each { needs its }", .host = look_brace },
	{ "quote-open", HALB_SEV_CRITICAL,
	  "end the quoted text on its line", .host = look_quote },
	{ "definition-endless", HALB_SEV_CRITICAL,
	  "a definition or an include must not lead to itself", .host = look_size },
	{ "bind-vip", HALB_SEV_WARNING,
	  "bind *:PORT, or transparent; else haproxy starts only with net.ipv4.ip_nonlocal_bind=1",
	  .proxy = look_bind },
	{ "servers-differ", HALB_SEV_CRITICAL,
	  "the same servers on all hosts", .proxy = look_servers_differ },
	{ "haproxy-differs", HALB_SEV_WARNING,
	  "the same haproxy.cfg on all hosts", .host = look_haproxy_differs },
	{ "outage-too-long", HALB_SEV_WARNING,
	  "shorten its largest part, or give --max-outage", .whole = look_outages },
	{ 0 },
};
