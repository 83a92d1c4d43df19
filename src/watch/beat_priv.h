/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The beat of a slow layer: one probe a slot on an absolute schedule that no slow answer holds up,
 * any number under way, told to their series in the order of the schedule.
 */
#ifndef HALB_WATCH_BEAT_PRIV_H
#define HALB_WATCH_BEAT_PRIV_H

#include "halb/base/pulse.h"
#include "watch_priv.h"

struct beat;

struct beat_slot {
	struct beat *beat;
	struct halb_pulse pulse; /* `target` is which of the beat's series */
	bool ended;
};

/* Begins a probe of slot->pulse.target, for which beat_end() is then called once, perhaps before
 * this returns. */
typedef void beat_fn(void *arg, struct beat_slot *slot);

/*
 * From `start` on probes each of `n` series (their numbers are copied) every slow period, spread over
 * it. Every probe must end within the watch's timeout. HALB_E_NOMEM.
 */
enum halb_status beat_new(struct halb_watch *watch, const size_t *numbers, size_t n, int64_t start,
			  beat_fn *fn, void *arg, struct beat **out,
			  struct halb_error *err) HALB_CHECKED;

/* What fn was called with: the layer. */
void *beat_arg(const struct beat_slot *slot);

void beat_end(struct beat_slot *slot, enum halb_pulse_class class);

/* Nothing may end any more. */
void beat_free(struct beat *beat);

#endif
