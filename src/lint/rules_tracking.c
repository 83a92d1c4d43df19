/* SPDX-License-Identifier: Apache-2.0 */
/* What an instance tracks, and whether that moves the vIP. */
#include <stdio.h>
#include <string.h>

#include "halb/base/deadline.h"
#include "rules_priv.h"

static bool sees_haproxy(const struct halb_tracker *t)
{
	return t->sees != HALB_SEES_NOTHING;
}

static void look_untracked(struct judge *j, const struct halb_instance *v)
{
	for (const struct halb_tracker *t = v->trackers; t; t = t->next)
		if (sees_haproxy(t))
			return;
	found(j, v->at, "nothing that it tracks sees haproxy: its death never moves the vIP");
}

static void look_freeze(struct judge *j, const struct halb_instance *v)
{
	bool any = false;

	for (const struct halb_tracker *t = v->trackers; t; t = t->next) {
		if (t->sees == HALB_SEES_SERVICE || t->sees == HALB_SEES_UNKNOWN)
			return;
		any = any || sees_haproxy(t);
	}
	if (any)
		found(j, v->at, "a haproxy that is there and answers nothing never moves the vIP");
}

static void look_nopreempt(struct judge *j, const struct halb_instance *v)
{
	for (const struct halb_tracker *t = v->trackers; t && v->nopreempt; t = t->next)
		if (halb_tracker_loss(t))
			found(j, v->nopreempt_at, "nopreempt, and %s has a weight: no host takes "
						  "over from one that lives", t->name);
}

/* The highest of the other hosts that is not above it; 0 where there is none. */
static int next_below(const struct judge *j, const struct halb_instance *v)
{
	const struct halb_instance *peer;
	int best = 0, priority;

	for (const struct halb_model_host *h = j->model->hosts; h; h = h->next) {
		peer = h == j->host ? NULL : halb_instance_peer(h, v);
		priority = peer ? halb_instance_priority(peer) : 0;
		if (priority <= halb_instance_priority(v) && priority > best)
			best = priority;
	}
	return best;
}

static void look_weight(struct judge *j, const struct halb_instance *v)
{
	const struct halb_tracker *weighed = NULL;
	int loss = 0, below = next_below(j, v);

	for (const struct halb_tracker *t = v->trackers; t; t = t->next) {
		if (!sees_haproxy(t))
			continue;
		if (!halb_tracker_loss(t))
			return;
		weighed = t;
		loss += halb_tracker_loss(t);
	}
	if (weighed && below && halb_instance_priority(v) - loss >= below)
		found(j, weighed->defined.file ? weighed->defined : weighed->at,
		      "%s takes %d from priority %d, which is not below %d: the vIP stays",
		      weighed->name, loss, halb_instance_priority(v), below);
}

static void look_undefined(struct judge *j, const struct halb_instance *v,
			   const struct halb_tracker *t)
{
	(void)v;
	if (!t->defined.file)
		found(j, t->at, "there is no %s %s",
		      t->process ? "vrrp_track_process" : "vrrp_script", t->name);
}

static bool is_tracked(const struct halb_model_host *host, const struct halb_tracker *script)
{
	for (const struct halb_instance *v = host->keepalived.instances; v; v = v->next)
		for (const struct halb_tracker *t = v->trackers; t; t = t->next)
			if (t->process == script->process && strcmp(t->name, script->name) == 0)
				return true;
	return false;
}

static void look_unused(struct judge *j, const struct halb_model_host *host)
{
	for (const struct halb_tracker *t = host->keepalived.scripts; t; t = t->next)
		if (host->keepalived.instances && !is_tracked(host, t))
			found(j, t->defined, "%s is defined, and no instance tracks it", t->name);
}

static void look_security(struct judge *j, const struct halb_model_host *host)
{
	for (const struct halb_tracker *t = host->keepalived.scripts; t; t = t->next)
		if (!t->process && !host->keepalived.script_security)
			found(j, t->defined, "%s runs without enable_script_security", t->name);
}

static void look_user(struct judge *j, const struct halb_model_host *host)
{
	for (const struct halb_tracker *t = host->keepalived.scripts; t; t = t->next)
		if (!t->process && !t->user && host->keepalived.script_security)
			found(j, t->defined, "%s is dropped where there is no user "
					     "keepalived_script", t->name);
}

static bool sends_signal(const char *command)
{
	return strstr(command, "kill -0") || strstr(command, "killall -0") ||
	       strstr(command, "kill -s 0");
}

static void look_signal(struct judge *j, const struct halb_instance *v,
			const struct halb_tracker *t)
{
	(void)v;
	if (t->user && strcmp(t->user, "root") != 0 && sends_signal(t->command))
		found(j, t->defined, "%s may send no signal to another user's process: it always "
				     "fails", t->user);
}

static void look_overlong(struct judge *j, const struct halb_instance *v,
			  const struct halb_tracker *t)
{
	int64_t most = t->run && t->run < t->timeout ? t->run : t->timeout;

	(void)v;
	if (!t->process && most > t->interval)
		found(j, t->defined, "%s may run for %g s and is due every %g s", t->name,
		      (double)most / (double)HALB_SEC, (double)t->interval / (double)HALB_SEC);
}

const struct rule rules_tracking[] = {
	{ "haproxy-untracked", HALB_SEV_CRITICAL,
	  "vrrp_track_process on haproxy with weight 0, in track_process",
	  .instance = look_untracked },
	{ "freeze-unseen", HALB_SEV_WARNING,
	  "a second tracker: a vrrp_script that asks haproxy for an answer (curl), weight 0",
	  .instance = look_freeze },
	{ "nopreempt-weight", HALB_SEV_CRITICAL,
	  "weight 0: a fault gives the vIP away at once", .instance = look_nopreempt },
	{ "weight-too-small", HALB_SEV_CRITICAL,
	  "weight 0, or one greater than the distance of the priorities", .instance = look_weight },
	{ "track-undefined", HALB_SEV_CRITICAL,
	  "define it, or mend the name", .tracker = look_undefined },
	{ "script-untracked", HALB_SEV_WARNING,
	  "name it in track_script or track_process of the instance", .host = look_unused },
	{ "script-security-missing", HALB_SEV_WARNING,
	  "enable_script_security and script_user in global_defs", .host = look_security },
	{ "script-user-missing", HALB_SEV_WARNING,
	  "script_user in global_defs", .host = look_user },
	{ "script-user-signal", HALB_SEV_CRITICAL,
	  "vrrp_track_process, which needs no signal", .tracker = look_signal },
	{ "script-overlong", HALB_SEV_WARNING,
	  "a timeout of at most the interval: a run that is late leaves out the next one",
	  .tracker = look_overlong },
	{ 0 },
};
