/* SPDX-License-Identifier: Apache-2.0 */
/* Shows each rule what it looks at, and keeps what it finds. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rules_priv.h"

static const struct rule *const tables[] = { rules_vrrp,    rules_peers,   rules_tracking,
					     rules_proxies, rules_servers, rules_stack };

static bool is_known(const struct judge *j, const char *object, const char *text)
{
	const struct halb_findings *list = &j->out->findings;

	for (size_t i = list->n; i-- > 0 && list->items[i].rule == j->rule->code;)
		if (strcmp(list->items[i].object, object) == 0 &&
		    strcmp(list->items[i].actual, text) == 0)
			return true;
	return false;
}

void found(struct judge *j, struct halb_place at, const char *fmt, ...)
{
	char object[512], text[512];
	va_list args;

	snprintf(object, sizeof object, "%s:%u", at.file ? at.file : "-", at.line);
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (j->status != HALB_OK || is_known(j, object, text))
		return;
	j->status = halb_findings_add(
		&j->out->findings,
		&(struct halb_finding){ .rule = j->rule->code,
					.severity = j->rule->severity,
					.balancer = (char *)(uintptr_t)j->subject,
					.object = object,
					.server = (char *)(uintptr_t)(j->host ? j->host->name
									      : NULL),
					.actual = text,
					.hint = (char *)(uintptr_t)j->rule->hint },
		j->err);
}

/* ---- showing ---- */

/* The earlier hosts' instances of the same virtual router. */
static void show_pairs(struct judge *j, const struct halb_instance *v)
{
	const struct halb_instance *peer;

	for (const struct halb_model_host *h = j->model->hosts; h != j->host; h = h->next) {
		peer = halb_instance_peer(h, v);
		if (peer)
			j->rule->pair(j, peer, v);
	}
}

static void show_instances(struct judge *j)
{
	const struct rule *rule = j->rule;

	for (const struct halb_instance *v = j->host->keepalived.instances; v; v = v->next) {
		j->subject = v->name;
		if (rule->instance)
			rule->instance(j, v);
		if (rule->pair)
			show_pairs(j, v);
		for (const struct halb_tracker *t = v->trackers; t && rule->tracker; t = t->next)
			rule->tracker(j, v, t);
	}
}

static void show_proxies(struct judge *j)
{
	const struct rule *rule = j->rule;

	for (const struct halb_proxy *p = j->host->haproxy.proxies; p; p = p->next) {
		j->subject = p->name;
		if (rule->proxy)
			rule->proxy(j, &j->host->haproxy, p);
		for (const struct halb_server_line *s = p->servers; s && rule->server; s = s->next)
			rule->server(j, p, s);
	}
}

static void show_host(struct judge *j, const struct halb_model_host *host)
{
	j->host = host;
	j->subject = NULL;
	if (j->rule->host)
		j->rule->host(j, host);
	show_instances(j);
	/* What several hosts have alike is said of the first. */
	if (!host->haproxy.repeats)
		show_proxies(j);
}

static void apply(struct judge *j, const struct rule *rule)
{
	j->rule = rule;
	j->host = NULL;
	j->subject = NULL;
	if (rule->whole)
		rule->whole(j);
	for (const struct halb_model_host *h = j->model->hosts; h; h = h->next)
		show_host(j, h);
}

enum halb_status halb_lint_run(const struct halb_model *model,
			       const struct halb_lint_options *options, struct halb_lint *out,
			       struct halb_error *err)
{
	struct halb_lint lint = { .n_predictions = 0 };
	struct judge j = { .model = model, .options = options, .out = &lint, .err = err };

	for (unsigned i = 0; i < HALB_FAULTS; i++)
		lint.n_predictions += halb_predict(model, (enum halb_fault)i,
						   &lint.predictions[lint.n_predictions]);
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		for (const struct rule *rule = tables[i]; rule->code; rule++)
			apply(&j, rule);
	if (j.status == HALB_OK)
		*out = lint;
	else
		halb_lint_clear(&lint);
	return j.status;
}

void halb_lint_clear(struct halb_lint *lint)
{
	halb_findings_clear(&lint->findings);
}
