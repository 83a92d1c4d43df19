/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's lines, written and read. A value that is NULL here ran out of memory. */
#include "line_priv.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "halb/base/base64.h"

#define FORMAT 1

static const char *const end_words[] = {
	[HALB_RUN_OPEN] = "",
	[HALB_RUN_APPLIED] = "applied",
	[HALB_RUN_PUT_BACK] = "put back",
	[HALB_RUN_PARTIAL] = "partial",
};

/* ---- writing ---- */

static json_t *pack_text(const char *text)
{
	json_t *value = text ? json_string(text) : json_null();
	char *copy;

	if (value || !(copy = strdup(text)))
		return value;
	for (char *c = copy; *c; c++) /* not UTF-8: a server's words, say */
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	value = json_string(copy);
	free(copy);
	return value;
}

static json_t *pack_time(time_t at)
{
	char text[64];
	struct tm tm;

	if (!gmtime_r(&at, &tm) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return NULL;
	return json_string(text);
}

static json_t *pack_values(const struct halb_image_attr *attr)
{
	json_t *array = json_array();

	for (size_t v = 0; v < attr->n; v++) {
		struct halb_buf text = { 0 };

		halb_base64_encode(attr->values[v].bytes, attr->values[v].len, &text);
		if (text.bad || json_array_append_new(array, json_string(halb_buf_string(&text)))) {
			json_decref(array);
			array = NULL;
		}
		halb_buf_clear(&text);
	}
	return array;
}

static json_t *pack_image(const struct halb_image *image, const char *text, uint32_t ttl)
{
	json_t *attrs = json_object();
	bool bad = !attrs;

	for (size_t i = 0; i < image->n; i++)
		bad |= json_object_set_new(attrs, image->attrs[i].name,
					   pack_values(&image->attrs[i])) != 0;
	if (bad) {
		json_decref(attrs);
		attrs = NULL;
	}
	return json_pack("{s:o, s:I, s:b, s:s, s:o}",
			"text", pack_text(text),
			"ttl", (json_int_t)ttl,
			"exists", (int)image->exists,
			"class", image->object_class,
			"attributes", attrs);
}

static void put_line(json_t *line, struct halb_buf *out)
{
	char *text = line ? json_dumps(line, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;

	if (text)
		halb_buf_printf(out, "%s\n", text);
	else
		out->bad = true;
	free(text);
	json_decref(line);
}

void halb_line_head(const char *id, time_t time, const struct halb_run_head *head,
		    struct halb_buf *out)
{
	put_line(json_pack("{s:i, s:s, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o}",
			"journal", FORMAT,
			"id", id,
			"time", pack_time(time),
			"command", pack_text(head->command),
			"user", pack_text(head->user),
			"uid", (json_int_t)head->uid,
			"login", pack_text(head->login),
			"server", pack_text(head->server),
			"domain", pack_text(head->domain),
			"checksum", pack_text(head->checksum),
			"undoes", pack_text(head->undoes)),
		 out);
}

void halb_line_step(size_t which, const struct halb_step *step, struct halb_buf *out)
{
	const struct halb_change *change = step->change;

	/* The DN must come back as it is, so json_pack() itself looks whether it is UTF-8. */
	put_line(json_pack("{s:I, s:s, s:b, s:s, s:o, s:o, s:s, s:o, s:o}",
			"step", (json_int_t)which,
			"action", halb_action_name(change->action),
			"reservation", (int)(change->subject == HALB_SUBJECT_RESERVATION),
			"type", change->type,
			"name", pack_text(change->name),
			"zone", pack_text(change->zone),
			"dn", change->dn,
			"before", pack_image(&step->before, change->before, change->ttl_before),
			"after", pack_image(&step->after, change->after, change->ttl)),
		 out);
}

void halb_line_outcome(size_t which, const char *word, const char *why, struct halb_buf *out)
{
	put_line(json_pack("{s:I, s:s, s:o}",
			"outcome", (json_int_t)which,
			"state", word,
			"why", pack_text(why)),
		 out);
}

void halb_line_server(const char *server, struct halb_buf *out)
{
	put_line(json_pack("{s:s}", "server", server), out);
}

void halb_line_end(enum halb_run_end end, time_t time, struct halb_buf *out)
{
	put_line(json_pack("{s:s, s:o}", "end", end_words[end], "time", pack_time(time)), out);
}

/* ---- reading ---- */

static bool take_text(const json_t *value, char **out)
{
	const char *text = json_string_value(value);

	*out = text ? strdup(text) : NULL;
	return json_is_null(value) || *out;
}

/* The same for what is const once it has been read. */
static bool take_const(const json_t *object, const char *key, const char **out)
{
	char *text;
	bool ok = take_text(json_object_get(object, key), &text);

	*out = text;
	return ok;
}

static bool take_time(const json_t *value, time_t *out)
{
	const char *text = json_string_value(value);
	struct tm tm = { 0 };
	const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm) : NULL;

	if (!end || *end)
		return false;
	*out = timegm(&tm);
	return true;
}

static bool take_value(struct halb_image *image, const char *name, const json_t *value)
{
	struct halb_buf bytes = { 0 };
	bool ok = json_is_string(value) &&
		  halb_base64_decode(json_string_value(value), json_string_length(value), &bytes) &&
		  !bytes.bad &&
		  halb_image_add(image, name, halb_buf_string(&bytes), bytes.len, NULL) == HALB_OK;

	halb_buf_clear(&bytes);
	return ok;
}

static bool take_image(json_t *value, struct halb_image *image, char **text, uint32_t *ttl)
{
	const json_t *class = json_object_get(value, "class");
	json_t *attrs = json_object_get(value, "attributes"), *values, *one;
	const char *name;
	bool ok = take_text(json_object_get(value, "text"), text) && json_is_string(class) &&
		  json_is_object(attrs) && json_is_boolean(json_object_get(value, "exists"));
	size_t i;

	*ttl = (uint32_t)json_integer_value(json_object_get(value, "ttl"));
	image->exists = json_is_true(json_object_get(value, "exists"));
	if (!ok || !take_text(class, &image->object_class))
		return false;
	json_object_foreach(attrs, name, values)
		json_array_foreach(values, i, one)
			ok = ok && take_value(image, name, one);
	return ok;
}

static bool take_action(const char *word, enum halb_action *out)
{
	for (enum halb_action a = HALB_ACTION_ADD; word && a < HALB_ACTION_KEEP; a++)
		if (strcmp(word, halb_action_name(a)) == 0) {
			*out = a;
			return true;
		}
	return false;
}

static bool take_head(const json_t *line, struct halb_run *run)
{
	struct halb_run_head *head = &run->head;

	head->uid = (uid_t)json_integer_value(json_object_get(line, "uid"));
	return !head->command && json_integer_value(json_object_get(line, "journal")) == FORMAT &&
	       take_time(json_object_get(line, "time"), &run->time) &&
	       take_const(line, "command", &head->command) && head->command &&
	       take_const(line, "user", &head->user) && take_const(line, "login", &head->login) &&
	       take_const(line, "server", &head->server) &&
	       take_const(line, "domain", &head->domain) &&
	       take_const(line, "checksum", &head->checksum) &&
	       take_const(line, "undoes", &head->undoes);
}

static struct halb_step *append_step(struct halb_run *run)
{
	struct halb_step *items = realloc(run->steps.items,
					  (run->steps.n + 1) * sizeof *items);

	if (!items)
		return NULL;
	run->steps.items = items;
	items[run->steps.n] = (struct halb_step){ 0 };
	return &items[run->steps.n++];
}

static bool take_step(const json_t *line, struct halb_run *run)
{
	struct halb_change *change = halb_plan_append(&run->plan);
	struct halb_step *step = change ? append_step(run) : NULL;
	const char *type = json_string_value(json_object_get(line, "type"));

	if (!step || !type || strlen(type) >= sizeof change->type ||
	    json_integer_value(json_object_get(line, "step")) != (json_int_t)run->steps.n - 1)
		return false;
	strcpy(change->type, type);
	if (json_is_true(json_object_get(line, "reservation")))
		change->subject = HALB_SUBJECT_RESERVATION;
	return take_action(json_string_value(json_object_get(line, "action")), &change->action) &&
	       take_text(json_object_get(line, "name"), &change->name) && change->name &&
	       take_text(json_object_get(line, "zone"), &change->zone) &&
	       take_text(json_object_get(line, "dn"), &change->dn) && change->dn &&
	       take_image(json_object_get(line, "before"), &step->before, &change->before,
			  &change->ttl_before) &&
	       take_image(json_object_get(line, "after"), &step->after, &change->after,
			  &change->ttl);
}

static bool take_outcome(const json_t *line, struct halb_run *run)
{
	const json_int_t which = json_integer_value(json_object_get(line, "outcome"));
	const char *word = json_string_value(json_object_get(line, "state"));

	if (which < 0 || (size_t)which >= run->steps.n || !word)
		return false;
	run->steps.items[which].state = HALB_STEP_OPEN; /* put back, too */
	for (enum halb_step_state s = HALB_STEP_OPEN; s <= HALB_STEP_CHANGED; s++)
		if (strcmp(word, halb_step_state_name(s)) == 0)
			run->steps.items[which].state = s;
	return true;
}

/* The run went on at another DC. */
static bool take_server(const json_t *line, struct halb_run *run)
{
	const char *before = run->head.server;
	bool ok = take_const(line, "server", &run->head.server) && run->head.server;

	free((void *)(uintptr_t)before);
	return ok;
}

static bool take_end(const json_t *line, struct halb_run *run)
{
	const char *word = json_string_value(json_object_get(line, "end"));

	for (enum halb_run_end e = HALB_RUN_APPLIED; word && e <= HALB_RUN_PARTIAL; e++)
		if (strcmp(word, end_words[e]) == 0)
			run->end = e;
	return run->end != HALB_RUN_OPEN;
}

enum halb_status halb_line_take(const char *line, size_t len, struct halb_run *run,
				struct halb_error *err)
{
	json_error_t why;
	json_t *object = json_loadb(line, len, 0, &why);
	bool ok;

	if (!object)
		return halb_fail(err, HALB_E_MALFORMED, "%s", why.text);
	if (!run->head.command)
		ok = take_head(object, run);
	else if (json_object_get(object, "step"))
		ok = take_step(object, run);
	else if (json_object_get(object, "outcome"))
		ok = take_outcome(object, run);
	else if (json_object_get(object, "server"))
		ok = take_server(object, run);
	else
		ok = take_end(object, run);
	json_decref(object);
	return ok ? HALB_OK : halb_fail(err, HALB_E_MALFORMED, "not a line of a journal, or of a "
							       "later version");
}
