/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the vIP is away: RFC 5798 6.1 for version 3, RFC 3768 6.1 for version 2, whose skew is
 * of one second whatever the interval is.
 */
#include <string.h>

#include "halb/base/deadline.h"
#include "predict_priv.h"

#define SPLIT_BRAIN "the host keeps the vIP while another takes it too: split brain"

/* One case: who has the vIP, and who is next. */
struct takeover {
	const struct halb_model *model;
	const struct halb_model_host *host;
	const struct halb_instance *holder, *next;
};

int halb_tracker_loss(const struct halb_tracker *tracker)
{
	return tracker->bonus - tracker->weight;
}

int halb_instance_priority(const struct halb_instance *instance)
{
	int priority = instance->priority;

	if (priority == 255)
		return priority;
	for (const struct halb_tracker *t = instance->trackers; t; t = t->next)
		priority += t->bonus;
	return priority < 1 ? 1 : priority > 254 ? 254 : priority;
}

/*
 * 0 where they cannot be one virtual router. A network segment, and IPv4 and IPv6, have numbers of
 * their own; the interface's name need not be the same on all hosts.
 */
static int likeness_of(const struct halb_instance *a, const struct halb_instance *b)
{
	if (a->router_id != b->router_id)
		return 0;
	if (halb_address_shared(a->vips, b->vips))
		return 3;
	if (a->vips && b->vips && a->vips->addr.len != b->vips->addr.len)
		return 0;
	return strcmp(a->interface, b->interface) == 0 ? 2 : 1;
}

const struct halb_instance *halb_instance_peer(const struct halb_model_host *host,
					       const struct halb_instance *instance)
{
	const struct halb_instance *found = NULL;
	int best = 0, likeness;

	for (const struct halb_instance *v = host->keepalived.instances; v; v = v->next) {
		likeness = likeness_of(v, instance);
		if (likeness > best) {
			best = likeness;
			found = v;
		}
	}
	return found;
}

/* ---- when it is known ---- */

/* Whether the tracker can see the fault; a script that is not here may. */
static bool sees(const struct halb_tracker *tracker, enum halb_fault fault)
{
	switch (tracker->sees) {
	case HALB_SEES_NOTHING:
		return false;
	case HALB_SEES_PROCESS:
	case HALB_SEES_PORT:
		return fault == HALB_FAULT_HAPROXY_KILLED;
	case HALB_SEES_SERVICE:
	case HALB_SEES_UNKNOWN:
		return true;
	}
	return false;
}

/* How long one run of a script takes to fail. */
static struct halb_range run_of(const struct halb_tracker *script, enum halb_fault fault)
{
	int64_t waits = script->timeout;

	if (fault == HALB_FAULT_HAPROXY_KILLED)
		return (struct halb_range){ 0, waits < HALB_RUN_MOST ? waits : HALB_RUN_MOST };
	if (script->sees == HALB_SEES_UNKNOWN)
		return (struct halb_range){ 0, waits };
	if (script->run && script->run < waits)
		return (struct halb_range){ script->run, script->run + HALB_RUN_MOST };
	return halb_range_exactly(waits);
}

static int64_t round_up(int64_t ns, int64_t unit)
{
	return (ns + unit - 1) / unit * unit;
}

struct halb_range halb_tracker_detects(const struct halb_tracker *tracker, enum halb_fault fault)
{
	struct halb_range run, out;
	int64_t interval = tracker->interval, again = tracker->fall - 1;

	if (!sees(tracker, fault))
		return halb_range_never;
	if (tracker->process)
		return (struct halb_range){ tracker->delay, tracker->delay + HALB_EVENT_MOST };
	run = run_of(tracker, fault);
	/*
	 * A script that still runs when its time comes is left out that time. One that is ended at
	 * just that moment may or may not be.
	 */
	out.min = again * round_up(run.min ? run.min : 1, interval);
	out.max = again * round_up(run.max + 1, interval) + interval;
	out = halb_range_sum(run, out);
	if (fault == HALB_FAULT_HAPROXY_FROZEN && tracker->sees == HALB_SEES_UNKNOWN)
		out.max = HALB_NEVER;
	return out;
}

/* ---- who takes over, and when ---- */

/* keepalived rounds what version 2 cannot say. */
static int64_t whole_seconds(int64_t ns)
{
	int64_t seconds = (ns + HALB_SEC / 2) / HALB_SEC;

	return (seconds ? seconds : 1) * HALB_SEC;
}

static int64_t advert_of(const struct takeover *t)
{
	/* Version 3 says it in each advert; version 2 takes its own for granted. */
	return t->holder->version == 3 ? t->holder->advert : whole_seconds(t->next->advert);
}

int64_t halb_instance_skew(const struct halb_instance *instance, int64_t advert)
{
	return (instance->version == 3 ? advert : HALB_SEC) *
	       (256 - halb_instance_priority(instance)) / 256;
}

static int64_t skew_of(const struct takeover *t)
{
	return halb_instance_skew(t->next, advert_of(t));
}

/* The highest that passes, of all hosts but the holder's. */
static const struct halb_instance *highest(const struct takeover *t, int above, int below,
					   bool must_preempt)
{
	const struct halb_instance *best = NULL, *peer;

	for (const struct halb_model_host *h = t->model->hosts; h; h = h->next) {
		peer = h == t->host ? NULL : halb_instance_peer(h, t->holder);
		if (!peer || halb_instance_priority(peer) <= above ||
		    halb_instance_priority(peer) > below || (must_preempt && peer->nopreempt))
			continue;
		if (!best || halb_instance_priority(peer) > halb_instance_priority(best))
			best = peer;
	}
	return best;
}

/* Weights: whether a host is above the holder once it has lost so much. */
static bool is_outranked(struct takeover *t, int loss)
{
	int left = halb_instance_priority(t->holder) - loss;
	const struct halb_instance *best;

	if (t->holder->priority == 255)
		return false;
	best = highest(t, left < 1 ? 1 : left, halb_instance_priority(t->holder), true);
	if (best)
		t->next = best;
	return best != NULL;
}

static struct halb_range earlier(struct halb_range a, struct halb_range b)
{
	return (struct halb_range){ a.min < b.min ? a.min : b.min, a.max < b.max ? a.max : b.max };
}

/* All of a fault's trackers with a weight have told, and together they suffice. */
static struct halb_range weights_detect(struct takeover *t, enum halb_fault fault)
{
	struct halb_range all = { 0, 0 }, one;
	struct halb_range first = halb_range_never;
	int loss = 0;

	for (const struct halb_tracker *k = t->holder->trackers; k; k = k->next) {
		one = halb_tracker_detects(k, fault);
		if (!halb_tracker_loss(k) || one.min == HALB_NEVER)
			continue;
		loss += halb_tracker_loss(k);
		all.min = one.min > all.min ? one.min : all.min;
		all.max = one.max > all.max ? one.max : all.max;
		if (is_outranked(t, halb_tracker_loss(k)))
			first = earlier(first, one);
	}
	return loss && is_outranked(t, loss) ? earlier(first, all) : first;
}

static struct halb_range faults_detect(const struct takeover *t, enum halb_fault fault)
{
	struct halb_range first = halb_range_never;

	for (const struct halb_tracker *k = t->holder->trackers; k; k = k->next)
		if (!halb_tracker_loss(k))
			first = earlier(first, halb_tracker_detects(k, fault));
	return first;
}

/* A holder that lives and is outranked: the other hears nothing above itself until MDI is over. */
static struct halb_range silence_of(const struct takeover *t)
{
	return (struct halb_range){ 2 * advert_of(t), 3 * advert_of(t) };
}

static void haproxy_case(struct takeover *t, enum halb_fault fault, struct halb_prediction *one)
{
	struct halb_range at_once = faults_detect(t, fault), weighed;
	const struct halb_instance *next = t->next;

	one->parts[HALB_PART_DETECTION] = at_once;
	one->parts[HALB_PART_ELECTION] = halb_range_exactly(skew_of(t));
	weighed = weights_detect(t, fault);
	if (weighed.min != HALB_NEVER && at_once.max == HALB_NEVER) {
		one->parts[HALB_PART_DETECTION] = earlier(at_once, weighed);
		one->parts[HALB_PART_ELECTION] =
			halb_range_sum(halb_range_exactly(skew_of(t)), silence_of(t));
	}
	t->next = next;
	if (one->parts[HALB_PART_DETECTION].max == HALB_NEVER)
		one->note = one->parts[HALB_PART_DETECTION].min == HALB_NEVER
				    ? "nothing that is tracked makes another host take over"
				    : "these files do not say whether the script sees it";
}

static void take_case(struct takeover *t, struct halb_prediction *all)
{
	struct halb_prediction one = { .fault = all->fault };

	one.parts[HALB_PART_ELECTION] = halb_range_exactly(skew_of(t));
	one.parts[HALB_PART_ARP] = (struct halb_range){ 0, HALB_ARP_MOST };
	switch (all->fault) {
	case HALB_FAULT_HOST_LOST:
		one.parts[HALB_PART_DETECTION] = silence_of(t);
		break;
	case HALB_FAULT_KEEPALIVED_STOPPED:
		one.parts[HALB_PART_DETECTION] = (struct halb_range){ 0, HALB_EVENT_MOST };
		break;
	case HALB_FAULT_HAPROXY_KILLED:
	case HALB_FAULT_HAPROXY_FROZEN:
		haproxy_case(t, all->fault, &one);
		break;
	case HALB_FAULT_KEEPALIVED_KILLED:
		one = (struct halb_prediction){ .note = SPLIT_BRAIN };
		break;
	case HALB_FAULT_BACKEND_LOST:
	case HALB_FAULT_BACKEND_HOST_LOST:
	case HALB_FAULTS:
		return;
	}
	halb_prediction_widen(all, &one);
}

/*
 * Who may be next after this holder: where others preempt, whoever is above it is away, and the
 * highest below it follows; with nopreempt all may be there, and the highest of all does.
 */
static bool take_cases(struct takeover *t, struct halb_prediction *all)
{
	int own = halb_instance_priority(t->holder);
	const struct halb_instance *below = highest(t, 0, own, false);
	const struct halb_instance *above = highest(t, own, 255, false);

	t->next = below;
	if (below)
		take_case(t, all);
	t->next = above;
	if (above && above->nopreempt)
		take_case(t, all);
	return below || (above && above->nopreempt);
}

static void take_nobody(struct halb_prediction *all)
{
	struct halb_prediction one = { .note = "these files know no other host for it" };

	one.parts[HALB_PART_ELECTION] = halb_range_never;
	if (all->fault == HALB_FAULT_KEEPALIVED_KILLED)
		one = (struct halb_prediction){ .note = "the host keeps the vIP" };
	halb_prediction_widen(all, &one);
}

bool halb_predict_vrrp(const struct halb_model *model, struct halb_prediction *out)
{
	bool any = false, one, followed;

	for (const struct halb_model_host *h = model->hosts; h; h = h->next)
		for (const struct halb_instance *v = h->keepalived.instances; v; v = v->next) {
			struct takeover t = { .model = model, .host = h, .holder = v };

			one = take_cases(&t, out);
			/* The last of several is nobody's business: all but it are gone. */
			followed = one || highest(&t, 0, 255, false);
			if (!followed)
				take_nobody(out);
			any = true;
		}
	return any;
}
