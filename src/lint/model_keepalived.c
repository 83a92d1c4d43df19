/* SPDX-License-Identifier: Apache-2.0 */
/* VRRP instances, their trackers and addresses, as keepalived.conf(5) gives them defaults. */
#include <stdlib.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "model_priv.h"

struct reader {
	const struct halb_tree *tree;
	struct halb_arena *arena;
	struct halb_keepalived *out;
	const struct halb_directive *global; /* the first line of global_defs, or NULL */
};

/* ---- values ---- */

static bool is(const struct halb_directive *line, const char *word)
{
	return strcmp(halb_directive_word(line, 0), word) == 0;
}

/* Seconds, perhaps with a fraction; of a day at most, so that sums and products of times fit. */
static int64_t seconds(const char *word)
{
	double value = strtod(word, NULL);

	return value > 0 && value <= 86400 ? (int64_t)(value * (double)HALB_SEC + 0.5) : 0;
}

static unsigned whole(const char *word)
{
	unsigned long value = strtoul(word, NULL, 10);

	return value < 1000000 ? (unsigned)value : 0;
}

static int number(const char *word)
{
	long value = strtol(word, NULL, 10);

	return value > -1000000 && value < 1000000 ? (int)value : 0;
}

/* A flag that is on where it stands alone. */
static bool is_on(const struct halb_directive *line)
{
	const char *word = line ? halb_directive_word(line, 1) : "off";

	return strcmp(word, "off") != 0 && strcmp(word, "no") != 0 && strcmp(word, "false") != 0;
}

/* All words from `from` on as one text. */
static const char *join(struct halb_arena *arena, const struct halb_directive *line, size_t from)
{
	const char *text = halb_directive_word(line, from);

	for (size_t i = from + 1; text && i < line->n; i++)
		text = halb_arena_printf(arena, "%s %s", text, line->words[i]);
	return text ? text : "";
}

static struct halb_address *read_addresses(struct reader *r, const struct halb_directive *line)
{
	struct halb_address *first = NULL, **tail = &first;
	char text[HALB_ADDR_TEXT];

	for (; line; line = line->next) {
		const char *word = halb_directive_word(line, 0);
		size_t len = strcspn(word, "/");
		struct halb_address *one = halb_arena_get(r->arena, sizeof *one);

		if (!one)
			break;
		one->at = line->at;
		one->text = word;
		one->prefix = word[len] ? whole(word + len + 1) : 0;
		memcpy(text, word, len < sizeof text ? len : 0);
		text[len < sizeof text ? len : 0] = '\0';
		if (!halb_addr_parse(text, &one->addr))
			one->addr.len = 0;
		*tail = one;
		tail = &one->next;
	}
	return first;
}

/* ---- scripts and processes ---- */

/* A weight of a definition, or of the line that tracks it. */
static void take_weight(struct halb_tracker *tracker, int weight, bool reversed)
{
	if (reversed)
		weight = -weight;
	tracker->weight = weight < 0 ? weight : 0;
	tracker->bonus = weight > 0 ? weight : 0;
}

static void read_script_line(struct reader *r, const struct halb_directive *line,
			     struct halb_tracker *script)
{
	const char *value = halb_directive_word(line, 1);

	if (is(line, "script"))
		script->command = join(r->arena, line, 1);
	else if (is(line, "interval"))
		script->interval = seconds(value);
	else if (is(line, "timeout"))
		script->timeout = seconds(value);
	else if (is(line, "fall"))
		script->fall = whole(value);
	else if (is(line, "user"))
		script->user = value;
	else if (is(line, "weight"))
		take_weight(script, number(value),
			    strcmp(halb_directive_word(line, 2), "reverse") == 0);
}

static struct halb_tracker *read_script(struct reader *r, const struct halb_directive *block)
{
	struct halb_tracker *script = halb_arena_get(r->arena, sizeof *script);

	if (!script)
		return NULL;
	*script = (struct halb_tracker){ .defined = block->at, .interval = HALB_SEC, .fall = 1,
					 .name = halb_directive_word(block, 1), .command = "",
					 .user = r->out->script_user };
	for (const struct halb_directive *line = block->child; line; line = line->next)
		read_script_line(r, line, script);
	if (!script->interval)
		script->interval = HALB_SEC;
	if (!script->fall)
		script->fall = 1;
	if (script->fall > 10000)
		script->fall = 10000;
	if (!script->timeout)
		script->timeout = script->interval;
	script->sees = halb_script_sees(script->command);
	script->run = halb_script_run(script->command);
	return script;
}

static struct halb_tracker *read_process(struct reader *r, const struct halb_directive *block)
{
	struct halb_tracker *process = halb_arena_get(r->arena, sizeof *process);

	if (!process)
		return NULL;
	*process = (struct halb_tracker){ .defined = block->at, .process = true, .fall = 1,
					  .name = halb_directive_word(block, 1), .command = "" };
	for (const struct halb_directive *line = block->child; line; line = line->next) {
		const char *value = halb_directive_word(line, 1);

		if (is(line, "process"))
			process->command = join(r->arena, line, 1);
		else if (is(line, "delay") || is(line, "terminate_delay"))
			process->delay = seconds(value);
		else if (is(line, "weight"))
			take_weight(process, number(value),
				    strcmp(halb_directive_word(line, 2), "reverse") == 0);
	}
	process->sees = strstr(process->command, "haproxy") ? HALB_SEES_PROCESS
							    : HALB_SEES_NOTHING;
	return process;
}

static void read_definitions(struct reader *r)
{
	struct halb_tracker **tail = &r->out->scripts, *one;

	for (const struct halb_directive *block = r->tree->first; block; block = block->next) {
		if (is(block, "vrrp_script"))
			one = read_script(r, block);
		else if (is(block, "vrrp_track_process") || is(block, "track_process"))
			one = read_process(r, block);
		else
			continue;
		if (!one)
			return;
		*tail = one;
		tail = &one->next;
	}
}

/* A line of track_script or track_process: a name, perhaps with a weight of its own. */
static void read_tracked(struct reader *r, const struct halb_directive *line, bool process,
			 struct halb_tracker **tail)
{
	struct halb_tracker *tracker = halb_arena_get(r->arena, sizeof *tracker);

	if (!tracker)
		return;
	*tracker = (struct halb_tracker){ .name = halb_directive_word(line, 0), .command = "",
					  .process = process };
	for (const struct halb_tracker *t = r->out->scripts; t; t = t->next)
		if (t->process == process && strcmp(t->name, tracker->name) == 0)
			*tracker = *t;
	tracker->next = NULL;
	tracker->at = line->at;
	for (size_t i = 1; i + 1 < line->n; i++)
		if (strcmp(line->words[i], "weight") == 0)
			take_weight(tracker, number(line->words[i + 1]),
				    strcmp(halb_directive_word(line, i + 2), "reverse") == 0);
	while (*tail)
		tail = &(*tail)->next;
	*tail = tracker;
}

/* The trackers of an instance or of a sync group. */
static void read_trackers(struct reader *r, const struct halb_directive *line,
			  struct halb_tracker **trackers)
{
	for (; line; line = line->next) {
		bool process = is(line, "track_process");

		if (!process && !is(line, "track_script"))
			continue;
		for (const struct halb_directive *one = line->child; one; one = one->next)
			read_tracked(r, one, process, trackers);
	}
}

/* ---- instances ---- */

static void read_authentication(const struct halb_directive *block, struct halb_instance *out)
{
	const struct halb_directive *type = halb_directive_find(block->child, "auth_type");
	const struct halb_directive *pass = halb_directive_find(block->child, "auth_pass");

	out->auth_type = type ? halb_directive_word(type, 1) : NULL;
	out->auth_pass = pass ? halb_directive_word(pass, 1) : NULL;
}

static void read_block(struct reader *r, const struct halb_directive *line,
		       struct halb_instance *out)
{
	if (is(line, "unicast_peer")) {
		out->unicast = true;
		out->peers = read_addresses(r, line->child);
	} else if (is(line, "virtual_ipaddress")) {
		out->vips = read_addresses(r, line->child);
	} else if (is(line, "authentication")) {
		read_authentication(line, out);
	}
}

static void read_timing(const struct halb_directive *line, struct halb_instance *out)
{
	const char *value = halb_directive_word(line, 1);

	if (is(line, "version")) {
		out->version = whole(value);
	} else if (is(line, "priority")) {
		out->priority = number(value);
		out->priority_at = line->at;
	} else if (is(line, "advert_int")) {
		out->advert = seconds(value);
		out->advert_at = line->at;
	} else if (is(line, "state")) {
		out->master = strcasecmp(value, "MASTER") == 0;
		out->state_at = line->at;
	} else if (is(line, "nopreempt")) {
		out->nopreempt_at = line->at;
	}
}

static void read_setting(const struct halb_directive *line, struct halb_instance *out)
{
	const char *value = halb_directive_word(line, 1);

	if (is(line, "interface")) {
		out->interface = value;
	} else if (is(line, "virtual_router_id")) {
		out->router_id = whole(value);
	} else if (is(line, "strict_mode")) {
		out->strict = is_on(line);
		out->strict_at = line->at;
	} else if (is(line, "accept") || is(line, "no_accept")) {
		out->accept = is(line, "accept");
	} else if (is(line, "garp_master_refresh")) {
		out->garp_refresh = whole(value) > 0;
	} else if (is(line, "unicast_src_ip")) {
		out->source_at = line->at;
		if (!halb_addr_parse(value, &out->source))
			out->source.len = 0;
	}
}

static bool is_global(const struct reader *r, const char *word)
{
	const struct halb_directive *line = halb_directive_find(r->global, word);

	return line && is_on(line);
}

static struct halb_instance instance_defaults(const struct reader *r,
					      const struct halb_directive *block)
{
	const struct halb_directive *strict = halb_directive_find(r->global, "vrrp_strict");
	const struct halb_directive *refresh =
		halb_directive_find(r->global, "vrrp_garp_master_refresh");
	const struct halb_directive *version = halb_directive_find(r->global, "vrrp_version");
	struct halb_instance out = {
		.at = block->at,
		.name = halb_directive_word(block, 1),
		.interface = "",
		.advert_at = block->at,
		.priority_at = block->at,
		.state_at = block->at,
		.source_at = block->at,
		.version = version ? whole(halb_directive_word(version, 1)) : 0,
		.priority = 100,
		.advert = HALB_SEC,
		.strict = strict != NULL,
		.strict_at = strict ? strict->at : block->at,
		.garp_refresh = refresh && whole(halb_directive_word(refresh, 1)) > 0,
	};

	return out;
}

static void read_instance(struct reader *r, const struct halb_directive *block,
			  struct halb_instance **tail)
{
	struct halb_instance *out = halb_arena_get(r->arena, sizeof *out);

	if (!out)
		return;
	*out = instance_defaults(r, block);
	for (const struct halb_directive *line = block->child; line; line = line->next) {
		read_timing(line, out);
		read_setting(line, out);
		read_block(r, line, out);
	}
	if (out->version != 2 && out->version != 3)
		out->version = out->vips && out->vips->addr.len == 16 ? 3 : 2;
	if (!out->advert)
		out->advert = HALB_SEC;
	out->nopreempt = out->nopreempt_at.file && !out->master;
	read_trackers(r, block->child, &out->trackers);
	*tail = out;
}

/* What a sync group tracks, each of its instances does. */
static void read_group(struct reader *r, const struct halb_directive *block)
{
	const struct halb_directive *group = halb_directive_find(block->child, "group");

	for (const struct halb_directive *line = group ? group->child : NULL; line;
	     line = line->next)
		for (size_t i = 0; i < line->n; i++)
			for (struct halb_instance *v = r->out->instances; v; v = v->next)
				if (strcmp(v->name, line->words[i]) == 0)
					read_trackers(r, block->child, &v->trackers);
}

void halb_model_keepalived(const struct halb_tree *tree, struct halb_arena *arena,
			   struct halb_keepalived *out)
{
	const struct halb_directive *global = halb_directive_find(tree->first, "global_defs");
	struct reader r = { tree, arena, out, global ? global->child : NULL };
	const struct halb_directive *user = halb_directive_find(r.global, "script_user");
	struct halb_instance **tail = &out->instances;

	out->script_security = is_global(&r, "enable_script_security");
	out->script_user = user ? halb_directive_word(user, 1) : NULL;
	read_definitions(&r);
	for (const struct halb_directive *block = tree->first; block; block = block->next) {
		if (!is(block, "vrrp_instance"))
			continue;
		read_instance(&r, block, tail);
		if (*tail)
			tail = &(*tail)->next;
	}
	for (const struct halb_directive *block = tree->first; block; block = block->next)
		if (is(block, "vrrp_sync_group"))
			read_group(&r, block);
}
