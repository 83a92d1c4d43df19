/* SPDX-License-Identifier: Apache-2.0 */
/* Events of a watch, for who reads them while they happen: JSON Lines. */
#include <stdlib.h>

#include "json_priv.h"
#include "report_priv.h"

static json_t *pack_beginning(const struct halb_watch *watch, const struct halb_watch_series *s,
			      const struct halb_outage *o)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}",
			"layer", halb_watch_layer_name(s->layer),
			"what", halb_json_text(s->what),
			"vip", s->balancer ? halb_json_address(&s->balancer->vip) : json_null(),
			"port", s->port ? json_integer(s->port) : json_null(),
			"start", halb_json_moment(watch, o->start),
			"class", o->n_phases ? json_string(halb_pulse_class_name(
						       o->phases[o->n_phases - 1].class))
					     : json_null());
}

static json_t *pack_kind(const char *kind, json_t *rest)
{
	json_t *object = json_pack("{s:s}", "event", kind);

	if (object && rest && json_object_update(object, rest) == 0) {
		json_decref(rest);
		return object;
	}
	json_decref(rest);
	json_decref(object);
	return NULL;
}

static json_t *pack_event(const struct halb_watch *watch, const struct halb_watch_event *e)
{
	switch (e->kind) {
	case HALB_WATCH_OUTAGE_BEGINS:
		return pack_kind("outage-begins", pack_beginning(watch, e->series, e->outage));
	case HALB_WATCH_OUTAGE_ENDS:
		return pack_kind("outage-ends", halb_json_outage(watch, e->series, e->outage));
	case HALB_WATCH_HOLDER:
		return pack_kind("holder", halb_json_holder(watch, e->holder));
	case HALB_WATCH_SPLIT_BEGINS:
		return pack_kind("split-begins", halb_json_split(watch, e->split));
	case HALB_WATCH_SPLIT_ENDS:
		return pack_kind("split-ends", halb_json_split(watch, e->split));
	}
	return NULL;
}

void halb_report_event(const struct halb_watch *watch, const struct halb_watch_event *event,
		       struct halb_buf *out)
{
	json_t *object = pack_event(watch, event);
	char *json;

	if (object)
		json_object_set_new(object, "time", halb_json_moment(watch, event->at));
	json = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
	if (json)
		halb_json_put(json, out);
	else
		out->bad = true;
	halb_buf_text(out, "\n");
	free(json);
	json_decref(object);
}
