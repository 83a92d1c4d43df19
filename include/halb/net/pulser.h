/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An open-loop TCP prober: one independent connect a slot, on an absolute schedule that no slow
 * answer holds up. A slot that we come too late for is missed, which is not "up". (Coordinated
 * omission: a prober that waits for its answer never sees what it would have asked meanwhile.)
 */
#ifndef HALB_NET_PULSER_H
#define HALB_NET_PULSER_H

#include "halb/base/addr.h"
#include "halb/base/error.h"
#include "halb/base/pulse.h"
#include "halb/net/loop.h"

struct halb_pulser;

struct halb_pulser_target {
	struct halb_addr address;
	uint16_t port;
};

struct halb_pulser_options {
	int64_t period;  /* ns between two probes of one target; the targets' are spread over it */
	int64_t timeout; /* ns; may exceed the period */
	int64_t start;   /* when the first is due */
};

/* Called for every slot of a target in the order of its schedule. */
typedef void halb_pulser_fn(void *arg, const struct halb_pulse *pulse);

/*
 * Begins; runs while the loop does. The targets are copied. At most some ten thousand probes can be
 * under way: HALB_E_USAGE where period and timeout need more, or the process may not have as many
 * descriptors.
 */
enum halb_status halb_pulser_new(struct halb_loop *loop, const struct halb_pulser_target *targets,
				 size_t n, const struct halb_pulser_options *options,
				 halb_pulser_fn *fn, void *arg, struct halb_pulser **out,
				 struct halb_error *err) HALB_CHECKED;

/* Sends no more; what is under way is waited for, and then nothing is watched any longer. */
void halb_pulser_stop(struct halb_pulser *pulser);

/* Probes under way are given up without a call. */
void halb_pulser_free(struct halb_pulser *pulser);

#endif
